#!/bin/sh
# Installs the peer's Python environment, from PyPI, outside the source tree, and generates its messages. Prints the
# folder. Does nothing where that is up to date.
#   install.sh [DIR]     DIR: ${XDG_CACHE_HOME:-~/.cache}/vignette/asyncio-worker unless given. PYTHON names another Python.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
proto=$here/../../../proto/src/main/protobuf
dir=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/vignette/asyncio-worker}
python=${PYTHON:-python3}

wanted() {
  "$python" --version
  cat "$here/requirements.txt" "$here/install.sh" "$proto/vignette/v1/job.proto"
}

if ! { [ -x "$dir/venv/bin/python" ] && wanted | cmp -s - "$dir/stamp"; }; then
  echo "asyncio-worker: installing to $dir" >&2
  rm -rf "$dir"
  mkdir -p "$dir/messages"
  "$python" -m venv "$dir/venv" >&2
  "$dir/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
  "$dir/venv/bin/python" -m grpc_tools.protoc -I "$proto" --python_out="$dir/messages" vignette/v1/job.proto >&2
  wanted >"$dir/stamp"
fi
printf '%s\n' "$dir"
