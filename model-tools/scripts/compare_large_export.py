"""Export random weights in the dimensions of Salesforce/blip2-opt-2.7b and compare what they say with transformers.

    PYTHONPATH=src:tests python scripts/compare_large_export.py FOLDER [--layers SHARE] [--rows N]

Needs the extra ``train`` (torch and transformers) and a few gigabytes of memory; with all layers about 64.
"""

from __future__ import annotations

import argparse
import json
import struct
import time
from pathlib import Path

import measure_large_export as large
import numpy as np
import random_checkpoint

from vignette_export import cli
from vignette_export.reference import ExportedModel
from vignette_train.parity import Greedy

LONGEST = 12
SEED = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layers", type=float, default=0.06, help="share of the layers (default: 0.06)")
    parser.add_argument("--rows", type=int, default=16, help="pictures and prompts (default: 16)")
    options = parser.parse_args()
    checkpoint, models = options.folder / "checkpoint", options.folder / "models"
    config = large.write_config(checkpoint, options.layers)
    _write_random(checkpoint / "model.safetensors", config)
    arguments = [str(checkpoint), str(models), "--name", "large"]
    cli.main([*arguments, "--max-prompt-tokens", "32", "--max-batch-size", "8", "--max-new-tokens", str(LONGEST)])

    rows = random_checkpoint.draw_rows(np.random.default_rng(SEED), options.rows, large.VISION["image_size"])
    exported, greedy = ExportedModel(models, "large"), Greedy.open(checkpoint)
    started = time.monotonic()
    features = exported.features([pixels for pixels, _ in rows])
    ours = exported.generate(features, [prompt for _, prompt in rows])
    seconds = time.monotonic() - started
    theirs = [greedy.generate(pixels, prompt, LONGEST) for pixels, prompt in rows]
    same = sum(mine[0] == other[0] for mine, other in zip(ours, theirs, strict=True))
    apart = max(abs(mine[1] - other[1]) for mine, other in zip(ours, theirs, strict=True))
    print(f"layers: {[part[large.LAYERS] for part in config.values() if isinstance(part, dict)]}")
    print(f"same tokens: {same} of {len(rows)}; scores at most {apart:.2e} apart")
    print(f"ONNX Runtime on this processor: {seconds:.1f} s for the batch; peak {large.peak_megabytes()} MB resident")


def _write_random(file: Path, config: dict[str, object]) -> None:
    """Random weights in half precision, written one tensor at a time."""
    tensors = random_checkpoint.draw_tensors(np.random.default_rng(SEED), config)
    header, end = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F16", "shape": list(value.shape), "data_offsets": [end, end + 2 * value.size]}
        end += 2 * value.size
    text = json.dumps(header).encode()
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            stream.write(value.astype(np.float16).tobytes())


if __name__ == "__main__":
    main()
