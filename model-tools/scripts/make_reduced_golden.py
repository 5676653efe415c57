"""Write the golden data for decoding at a fraction of the size: small JPEG files and what libjpeg makes of them.

    python scripts/make_reduced_golden.py [tests/data/reduced]

The reference is Pillow's `draft`, which has libjpeg leave out frequencies, then `resize`. By how much a picture is
reduced is decided here once more: by the largest of 8, 4 and 2 that leaves twice the target on both sides.
tests/data/reduced/README.md tells what the files hold.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from make_decode_golden import ORIENTATION_TAG, cmyk, scene
from PIL import Image, ImageOps

# A source of 240 x 160 is exactly 4, 8 and 16 times the first of each pair; of the second, a little less.
TARGETS = ((60, 40), (61, 40), (60, 41), (30, 20), (31, 20), (15, 10), (15, 11), (2, 3))


def write_sources(folder: Path) -> None:
    whole, odd = scene(240, 160), scene(251, 167)
    whole.save(folder / "444.jpg", quality=90, subsampling="4:4:4")
    whole.save(folder / "422.jpg", quality=90, subsampling="4:2:2")
    whole.save(folder / "420.jpg", quality=90, subsampling="4:2:0")
    whole.convert("L").save(folder / "grey.jpg", quality=90)
    whole.save(folder / "progressive.jpg", quality=85, subsampling="4:2:0", progressive=True)
    cmyk(whole).save(folder / "cmyk.jpg", quality=90)
    for subsampling in ("4:4:4", "4:2:2", "4:2:0"):
        odd.save(folder / f"odd-{subsampling.replace(':', '')}.jpg", quality=90, subsampling=subsampling)
    for orientation in (3, 6, 7):
        exif = Image.Exif()
        exif[ORIENTATION_TAG] = orientation
        odd.save(folder / f"exif-{orientation}.jpg", quality=90, subsampling="4:2:0", exif=exif)


def divisor_for(size: tuple[int, int], target: tuple[int, int]) -> int:
    return next(d for d in (8, 4, 2, 1) if d == 1 or all(s >= 2 * d * t for s, t in zip(size, target, strict=True)))


def reduced(file: Path, target: tuple[int, int]) -> tuple[Image.Image, int]:
    """The upright picture, and by what its sides were divided."""
    with Image.open(file) as image:
        stored = image.size
        divisor = 1 if image.mode == "CMYK" else divisor_for(ImageOps.exif_transpose(image).size, target)
    with Image.open(file) as image:
        if divisor > 1:
            image.draft(None, (stored[0] // divisor, stored[1] // divisor))
        assert image.size == tuple(-(-side // divisor) for side in stored), (file, image.size)
        return ImageOps.exif_transpose(image).convert("RGB"), divisor


def case(file: Path, target: tuple[int, int]) -> dict[str, str | int]:
    image, divisor = reduced(file, target)
    return {
        "file": file.name,
        "target_width": target[0],
        "target_height": target[1],
        "divisor": divisor,
        "width": image.width,
        "height": image.height,
        "sha256": sha256(image),
        "resized_sha256": sha256(image.resize(target, Image.Resampling.BICUBIC)),
    }


def sha256(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


def main() -> None:
    default = Path(__file__).resolve().parents[1] / "tests" / "data" / "reduced"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jpg"):
        old.unlink()
    write_sources(folder)
    cases = [case(file, target) for file in sorted(folder.glob("*.jpg")) for target in TARGETS]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (folder / "golden.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(cases)} cases written to {folder}")


if __name__ == "__main__":
    main()
