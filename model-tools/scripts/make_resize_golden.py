"""Write the golden data for resizing: small lossless pictures and the checksum of each one resized by Pillow.

    python scripts/make_resize_golden.py [tests/data/resize]

Run with a Pillow older than 12.2: up to 12.1 the horizontal pass always comes first. Pillow 12.2 turns the order round
for pictures more than a hundred times taller than wide that get shorter (measured here: 3x900, 7x1200 and 2x2000
differ, everything else is the same), because rounding to bytes between the passes makes the order visible.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

SQUARE = (224, 224)

# (width, height), (target width, target height), content
CASES: list[tuple[tuple[int, int], tuple[int, int], str]] = [
    # Degenerate sources.
    ((1, 1), SQUARE, "noise"),
    ((1, 1), (1, 1), "noise"),
    ((2, 1), SQUARE, "noise"),
    ((1, 2), SQUARE, "noise"),
    ((2, 2), SQUARE, "noise"),
    ((3, 3), SQUARE, "noise"),
    ((1, 224), SQUARE, "mixed"),
    ((224, 1), SQUARE, "mixed"),
    ((1, 500), SQUARE, "mixed"),
    ((500, 1), SQUARE, "mixed"),
    # Extreme ratios.
    ((3, 900), SQUARE, "mixed"),
    ((900, 3), SQUARE, "mixed"),
    ((7, 1200), SQUARE, "mixed"),
    ((1200, 7), SQUARE, "mixed"),
    ((2, 2000), SQUARE, "edges"),
    ((2000, 2), SQUARE, "edges"),
    ((900, 31), SQUARE, "mixed"),
    ((31, 900), SQUARE, "mixed"),
    # Nothing to do, or one axis only.
    (SQUARE, SQUARE, "mixed"),
    ((224, 100), SQUARE, "mixed"),
    ((100, 224), SQUARE, "mixed"),
    ((224, 447), SQUARE, "smooth"),
    ((447, 224), SQUARE, "smooth"),
    # One pixel more or less than the target.
    ((223, 225), SQUARE, "mixed"),
    ((225, 223), SQUARE, "mixed"),
    ((223, 223), SQUARE, "edges"),
    ((225, 225), SQUARE, "edges"),
    # Enlarging.
    ((5, 9), SQUARE, "noise"),
    ((16, 16), SQUARE, "noise"),
    ((17, 13), SQUARE, "noise"),
    ((32, 24), SQUARE, "edges"),
    ((37, 61), SQUARE, "noise"),
    ((64, 48), SQUARE, "mixed"),
    ((90, 51), SQUARE, "edges"),
    ((112, 112), SQUARE, "mixed"),
    ((128, 96), SQUARE, "noise"),
    ((160, 120), SQUARE, "mixed"),
    ((199, 211), SQUARE, "mixed"),
    # Reducing.
    ((240, 180), SQUARE, "mixed"),
    ((256, 256), SQUARE, "smooth"),
    ((299, 301), SQUARE, "smooth"),
    ((320, 240), SQUARE, "edges"),
    ((333, 250), SQUARE, "mixed"),
    ((375, 500), SQUARE, "smooth"),
    ((500, 375), SQUARE, "smooth"),
    ((448, 448), SQUARE, "edges"),
    ((500, 375), SQUARE, "edges"),
    ((640, 480), SQUARE, "smooth"),
    ((801, 601), SQUARE, "smooth"),
    # One axis up, the other down.
    ((100, 400), SQUARE, "mixed"),
    ((400, 100), SQUARE, "mixed"),
    ((60, 700), SQUARE, "edges"),
    ((700, 60), SQUARE, "edges"),
    # Other targets.
    ((120, 80), (384, 384), "mixed"),
    ((120, 80), (336, 336), "edges"),
    ((200, 150), (17, 31), "noise"),
    ((101, 67), (1, 1), "noise"),
    ((67, 101), (3, 250), "mixed"),
    ((150, 97), (97, 150), "mixed"),
    ((50, 50), (51, 49), "noise"),
    ((128, 128), (64, 64), "noise"),
    ((81, 99), (27, 33), "edges"),
]


def smooth(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float64]:
    """Slow colour waves, as in the sky of a photograph."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    channels = []
    for _ in range(3):
        fx, fy, phase = rng.uniform(-6, 6), rng.uniform(-6, 6), rng.uniform(0, 2 * np.pi)
        channels.append(127.5 + 120 * np.sin(2 * np.pi * (fx * x + fy * y) + phase))
    return np.stack(channels, axis=-1)


def edges(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float64]:
    """Saturated blocks: bicubic overshoots there, so that clamping is exercised."""
    step = int(rng.integers(2, 24))
    grid = (-(-height // step), -(-width // step), 3)
    blocks = rng.integers(0, 2, grid) * 255.0
    return np.kron(blocks, np.ones((step, step, 1)))[:height, :width]


def picture(rng: np.random.Generator, size: tuple[int, int], content: str) -> NDArray[np.uint8]:
    width, height = size
    if content == "noise":
        return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    if content == "edges":
        return edges(rng, width, height).astype(np.uint8)
    values = smooth(rng, width, height)
    if content == "mixed":
        values += rng.normal(0, 4, values.shape)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def main() -> None:
    if tuple(int(part) for part in PIL.__version__.split(".")[:2]) >= (12, 2):
        raise SystemExit(f"Pillow version: {PIL.__version__} (expected: < 12.2)")
    default = Path(__file__).resolve().parents[1] / "tests" / "data" / "resize"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    golden = []
    for number, (size, target, content) in enumerate(CASES):
        pixels = picture(np.random.default_rng(1000 + number), size, content)
        name = f"{number:02d}.png"
        image = Image.fromarray(pixels)
        image.save(folder / name, optimize=True)
        resized = image.resize(target, Image.Resampling.BICUBIC)
        golden.append(
            {
                "file": name,
                "width": size[0],
                "height": size[1],
                "target_width": target[0],
                "target_height": target[1],
                "sha256": hashlib.sha256(resized.tobytes()).hexdigest(),
            }
        )
    lines = ",\n".join("  " + json.dumps(entry) for entry in golden)
    (folder / "golden.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(golden)} cases written to {folder}")


if __name__ == "__main__":
    main()
