#!/bin/sh
# Regenerate the bundled model from its checkpoint: scripts/export_tiny_blip2.sh CHECKPOINT [REPOSITORY]
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
PYTHONPATH="$here/src" exec "${PYTHON:-python3}" -m vignette_export "$1" "${2:-$here/../triton-models}" \
    --name tiny-blip2 \
    --max-new-tokens 32 \
    --max-batch-size 32 \
    --license Apache-2.0 \
    --low-confidence-below "${LOW_CONFIDENCE_BELOW:-0.91}" \
    --description 'A 2-million-parameter BLIP-2 trained on drawn scenes; small enough to come with the source' \
    --notice 'The bundled model knows drawn scenes only (1-3 flat coloured shapes on a white, black or gray background); the real BLIP-2 comes from exporting Salesforce/blip2-opt-2.7b, see triton-models/README.md'
