"""Export a checkpoint of the dimensions of Salesforce/blip2-opt-2.7b and report the memory that took.

    PYTHONPATH=src:tests python scripts/measure_large_export.py FOLDER [--dtype fp16] [--layers SHARE]

All weights are zero and the checkpoint's file is sparse, so that it takes no room; what is exported takes all of it.
For sizes and memory only: the result says nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import random_checkpoint
from numpy.typing import NDArray

from vignette_export import cli

LAYERS = "num_hidden_layers"
VISION = {
    "hidden_size": 1408,
    LAYERS: 39,
    "num_attention_heads": 16,
    "intermediate_size": 6144,
    "image_size": 224,
    "patch_size": 14,
}
QFORMER = {
    "hidden_size": 768,
    LAYERS: 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "cross_attention_frequency": 2,
}
TEXT = {
    "hidden_size": 2560,
    "word_embed_proj_dim": 2560,
    LAYERS: 32,
    "num_attention_heads": 32,
    "ffn_dim": 10240,
    "max_position_embeddings": 2048,
    "vocab_size": 50304,
    "eos_token_id": 50118,
}


QUERIES = 32


class Zeros:
    """Stands in for a generator: draws arrays of zeros that take no memory, whatever their shape."""

    def normal(self, _: float, __: float, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
        return np.broadcast_to(np.float64(0), shape)


def write_config(folder: Path, share: float) -> dict[str, Any]:
    """The configuration with a share of the layers, and the tokenizer."""
    parts = [{**part, LAYERS: max(1, round(part[LAYERS] * share))} for part in (TEXT, VISION, QFORMER)]
    return random_checkpoint.write_config(folder, *parts, queries=QUERIES)


def write_checkpoint(folder: Path, share: float) -> None:
    config = write_config(folder, share)
    write_sparse(folder / "model.safetensors", random_checkpoint.draw_tensors(Zeros(), config))


def write_sparse(file: Path, tensors: Mapping[str, NDArray[Any]]) -> None:
    """Zeros in half precision."""
    header: dict[str, Any] = {}
    end = 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F16", "shape": list(value.shape), "data_offsets": [end, end + 2 * value.size]}
        end += 2 * value.size
    text = json.dumps(header).encode()
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        stream.truncate(8 + len(text) + end)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dtype", default="fp16")
    parser.add_argument("--layers", type=float, default=1.0, help="share of the layers (default: 1, all)")
    options = parser.parse_args()
    write_checkpoint(options.folder / "checkpoint", options.layers)
    before, started = peak_megabytes(), time.monotonic()
    arguments = [str(options.folder / "checkpoint"), str(options.folder / "models"), "--name", "large"]
    arguments += ["--max-prompt-tokens", "128", "--max-batch-size", "8", "--max-new-tokens", "48"]
    cli.main([*arguments, "--dtype", options.dtype, "--plan"])
    cli.main([*arguments, "--dtype", options.dtype])
    print(f"exported in {time.monotonic() - started:.0f} s; peak {peak_megabytes()} MB resident ({before} MB before)")


def peak_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
