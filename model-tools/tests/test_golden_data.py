"""The golden data for other implementations is what Pillow says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

DATA = Path(__file__).resolve().parent / "data"
RESIZE = json.loads((DATA / "resize" / "golden.json").read_text())
REDUCED = json.loads((DATA / "reduced" / "golden.json").read_text())
DERIVED = (".expected.png", ".transposed.png", ".scaled.png")
DECODE = sorted(
    file.name for file in (DATA / "decode").iterdir() if file.suffix != ".md" and not file.name.endswith(DERIVED)
)


@pytest.mark.parametrize("case", RESIZE, ids=lambda case: case["file"])
def test_resize(case: dict[str, str | int]) -> None:
    with Image.open(DATA / "resize" / str(case["file"])) as image:
        assert (image.mode, *image.size) == ("RGB", case["width"], case["height"])
        resized = image.resize((int(case["target_width"]), int(case["target_height"])), Image.Resampling.BICUBIC)
    assert hashlib.sha256(resized.tobytes()).hexdigest() == case["sha256"]


@pytest.mark.parametrize("case", REDUCED, ids=lambda case: f"{case['file']}-{case['target_width']}")
def test_reduced(case: dict[str, str | int]) -> None:
    with Image.open(DATA / "reduced" / str(case["file"])) as image:
        divisor = int(case["divisor"])
        if divisor > 1:
            image.draft(None, (image.width // divisor, image.height // divisor))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    assert upright.size == (case["width"], case["height"])
    assert hashlib.sha256(upright.tobytes()).hexdigest() == case["sha256"]
    resized = upright.resize((int(case["target_width"]), int(case["target_height"])), Image.Resampling.BICUBIC)
    assert hashlib.sha256(resized.tobytes()).hexdigest() == case["resized_sha256"]


@pytest.mark.filterwarnings("ignore:Palette images with Transparency")
@pytest.mark.parametrize("name", DECODE)
def test_decode(name: str) -> None:
    file = DATA / "decode" / name
    with Image.open(file) as image:
        assert_same(image.convert("RGB"), file.with_name(f"{file.stem}.expected.png"))
        if "exif" in name:
            assert_same(ImageOps.exif_transpose(image).convert("RGB"), file.with_name(f"{file.stem}.transposed.png"))


def assert_same(image: Image.Image, expected: Path) -> None:
    with Image.open(expected) as golden:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(golden))
