#!/bin/sh
# Serves a model repository by a real Triton Inference Server on the processor; installs it on first use (install.sh).
#   serve.sh [REPOSITORY] [tritonserver options]    REPOSITORY: triton-models of this source tree unless given
# gRPC 8001, HTTP 8000, metrics 8002, on this machine's own address only; --grpc-port and so on say otherwise.
# TRITON_HOME: where it is or will be installed. VIGNETTE_TRITON_THREADS: threads of each model (default: the cores).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dir=${TRITON_HOME:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/vignette/triton-cpu}
repository=$here/../../triton-models
case ${1:-} in
  '' | -*) ;;
  *)
    repository=$1
    shift
    ;;
esac
if [ ! -d "$repository" ]; then
  echo "triton-cpu: model repository: $repository (expected: a folder)" >&2
  exit 2
fi
"$here/install.sh" "$dir"

free_mb=$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ "${free_mb:-0}" -lt 256 ]; then
  echo "triton-cpu: /dev/shm: ${free_mb:-no} MB free (expected: at least 256); tensors go through it" >&2
fi

# The models' processes take the first python3 of the PATH, and the library that belongs to it.
export PATH="$dir/venv/bin:$PATH"
export LD_LIBRARY_PATH="$dir/libpython${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
unset PYTHONPATH PYTHONHOME
exec "$dir/tritonserver/bin/tritonserver" \
  --model-repository="$repository" \
  --backend-directory="$dir/backends" \
  --cache-directory="$dir/tritonserver/caches" \
  --http-address=127.0.0.1 --grpc-address=127.0.0.1 --metrics-address=127.0.0.1 \
  --exit-timeout-secs=15 \
  "$@"
