"""Decodes and resizes as the reference image processor does, with Pillow, and makes the pictures for it.

    pixels.py make DIR            writes the pictures
    pixels.py time SECONDS FILE…  prints "FILE MILLISECONDS", the quickest of what fits into SECONDS each
    pixels.py draft SECONDS FILE…  the same, with JPEGs decoded at a fraction of their size, twice the model's at least
"""

import sys
import time
from pathlib import Path

import numpy
from PIL import Image

SIZES = {"500x375": (500, 375), "1080p": (1920, 1080), "12mpx": (4000, 3000)}
MODEL_SIDE = 224


def picture(width: int, height: int) -> Image.Image:
    """Smooth colours with some noise: compresses about as a photograph does."""
    random = numpy.random.default_rng(7)
    coarse = random.integers(0, 256, (height // 40 + 2, width // 40 + 2, 3), dtype=numpy.uint8)
    smooth = numpy.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC), numpy.int16)
    noisy = smooth + random.integers(-6, 7, smooth.shape, dtype=numpy.int16)
    return Image.fromarray(numpy.clip(noisy, 0, 255).astype(numpy.uint8))


def make(folder: Path) -> None:
    for name, size in SIZES.items():
        image = picture(*size)
        image.save(folder / f"{name}.jpg", quality=90)
        image.save(folder / f"{name}.png")
        image.save(folder / f"{name}.webp", quality=90)


def prepare(file: str, draft: bool) -> bytes:
    with Image.open(file) as image:
        if draft:
            image.draft("RGB", (2 * MODEL_SIDE, 2 * MODEL_SIDE))
        return image.convert("RGB").resize((MODEL_SIDE, MODEL_SIDE), Image.Resampling.BICUBIC).tobytes()


def quickest(file: str, seconds: float, draft: bool) -> float:
    best = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        prepare(file, draft)
        best = min(best, time.perf_counter() - start)
    return best * 1e3


if sys.argv[1] == "make":
    make(Path(sys.argv[2]))
else:
    for path in sys.argv[3:]:
        print(path, f"{quickest(path, float(sys.argv[2]), sys.argv[1] == 'draft'):.4f}")
