"""Write the golden data for decoding: small pictures in many formats and the RGB pixels the reference processor sees.

    python scripts/make_decode_golden.py [tests/data/decode]

What each file is for, and how exact a decoder can be, is told in tests/data/decode/README.md.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

WIDTH, HEIGHT = 80, 56
ORIENTATION_TAG = 0x0112

# Adam7: first column, first row, column step, row step.
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def scene(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Gradients with hard edges and no symmetry: a wrong rotation, channel order or chroma position shows."""
    x = np.linspace(0, 1, width)[None, :]
    y = np.linspace(0, 1, height)[:, None]
    planes = [255 * x + 0 * y, 255 * y + 0 * x, 128 + 110 * np.sin(7 * x + 4 * y)]
    pixels = np.clip(np.rint(np.stack(planes, axis=-1)), 0, 255).astype(np.uint8)
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    draw.rectangle([3, 3, width // 4, height // 3], fill=(220, 30, 30))
    draw.ellipse([width // 2, 4, width - 5, height // 2], fill=(30, 60, 210))
    draw.polygon([(6, height - 4), (width // 3, height - 4), (width // 5, height // 2)], fill=(245, 225, 40))
    draw.line([(0, height - 1), (width - 1, height // 2)], fill=(255, 255, 255))
    return image


def alpha_ramp(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Every degree of transparency, 0 and 255 included."""
    row = np.rint(np.linspace(0, 255, width)).astype(np.uint8)
    return Image.fromarray(np.tile(row, (height, 1)))


def with_alpha(image: Image.Image) -> Image.Image:
    image = image.copy()
    image.putalpha(alpha_ramp(*image.size))
    return image


def cmyk(image: Image.Image) -> Image.Image:
    """CMYK with a black plane of its own (Pillow's conversion leaves it empty)."""
    inks = 255 - np.asarray(image)
    black = inks.min(axis=-1, keepdims=True) // 3 * 2
    return Image.fromarray(np.concatenate([inks - black, black], axis=-1), mode="CMYK")


def deep(image: Image.Image) -> NDArray[np.uint16]:
    """16-bit samples whose low bytes are not copies of the high ones."""
    values = np.asarray(image).astype(np.uint32)
    return (values * 256 + (values * 37 + 11) % 256).astype(np.uint16)


def png(pixels: NDArray[np.uint8] | NDArray[np.uint16], interlaced: bool = False) -> bytes:
    """A PNG file of grey or RGB samples (8 or 16 bits, Adam7 or not): what Pillow itself cannot write."""
    height, width = pixels.shape[:2]
    colour_type = 2 if pixels.ndim == 3 else 0
    depth = 8 * pixels.dtype.itemsize
    passes = [pixels[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [pixels]
    kind = pixels.dtype.newbyteorder(">")
    rows = [b"\0" + row.astype(kind).tobytes() for part in passes if part.size for row in part]

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def wide_gamut_profile() -> bytes:
    """A small ICC display profile far from sRGB (ProPhoto primaries, gamma 1.8): applying it changes every colour."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)

    text = b"Wide gamut test profile\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(1.8 * 256)) + b"\0\0"
    tags = {
        b"desc": description + bytes(-len(description) % 4),
        b"cprt": b"text\0\0\0\0CC0\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.7977, 0.2880, 0.0),
        b"gXYZ": xyz(0.1352, 0.7119, 0.0),
        b"bXYZ": xyz(0.0313, 0.0001, 0.8249),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(data), len(value))
        data += value
    header = struct.pack(">I4sI4s4s4s", start + len(data), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return header.ljust(128, b"\0") + table + data


def jpegs(folder: Path) -> None:
    rgb = scene()
    rgb.save(folder / "jpeg-420.jpg", quality=90, subsampling="4:2:0")
    rgb.save(folder / "jpeg-422.jpg", quality=90, subsampling="4:2:2")
    rgb.save(folder / "jpeg-444.jpg", quality=90, subsampling="4:4:4")
    rgb.save(folder / "jpeg-progressive.jpg", quality=90, progressive=True, subsampling="4:2:0")
    scene(83, 61).save(folder / "jpeg-odd-size.jpg", quality=90, subsampling="4:2:0")
    rgb.convert("L").save(folder / "jpeg-grey.jpg", quality=90)
    # Pillow writes CMYK as Adobe does: inverted, with an APP14 segment.
    cmyk(rgb).save(folder / "jpeg-cmyk.jpg", quality=95)
    rgb.save(folder / "jpeg-icc.jpg", quality=90, subsampling="4:4:4", icc_profile=wide_gamut_profile())
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[ORIENTATION_TAG] = orientation
        file = folder / f"jpeg-exif-{orientation}.jpg"
        scene(48, 32).save(file, quality=92, subsampling="4:4:4", exif=exif)


def pngs(folder: Path) -> None:
    rgb = scene()
    grey = rgb.convert("L")
    palette = rgb.quantize(24)
    rgb.save(folder / "png-rgb.png")
    grey.save(folder / "png-grey.png")
    (folder / "png-grey16.png").write_bytes(png(deep(grey)))
    (folder / "png-rgb16.png").write_bytes(png(deep(rgb)))
    (folder / "png-interlaced.png").write_bytes(png(np.asarray(rgb), interlaced=True))
    (folder / "png-interlaced-tiny.png").write_bytes(png(np.asarray(scene())[:3, 8:10], interlaced=True))
    palette.save(folder / "png-palette.png")
    palette.save(folder / "png-palette-alpha.png", transparency=bytes(range(0, 240, 10)))
    rgb.save(folder / "png-rgb-transparent-colour.png", transparency=(220, 30, 30))
    grey.save(folder / "png-grey-transparent-value.png", transparency=grey.getpixel((5, 5)))
    with_alpha(rgb).save(folder / "png-rgba.png")
    with_alpha(grey).save(folder / "png-grey-alpha.png")
    rgb.convert("1").save(folder / "png-1bit.png")
    rgb.save(folder / "png-icc.png", icc_profile=wide_gamut_profile())


def bmps(folder: Path) -> None:
    rgb = scene(75, 51)  # rows of 225 bytes: padded to 228
    rgb.save(folder / "bmp-24bit.bmp")
    rgb.quantize(200).save(folder / "bmp-8bit.bmp")
    rgb.convert("1").save(folder / "bmp-1bit.bmp")


def gifs(folder: Path) -> None:
    frames = [scene().quantize(64), ImageOps.mirror(scene()).quantize(64), ImageOps.flip(scene()).quantize(64)]
    frames[0].save(folder / "gif-static.gif")
    frames[0].save(folder / "gif-transparent.gif", transparency=5)
    frames[0].save(folder / "gif-animated.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)


def webps(folder: Path) -> None:
    rgb = scene()
    frames = [ImageOps.mirror(rgb), ImageOps.flip(rgb)]
    rgb.save(folder / "webp-lossy.webp", quality=85)
    rgb.save(folder / "webp-lossless.webp", lossless=True)
    with_alpha(rgb).save(folder / "webp-alpha.webp", lossless=True, exact=True)
    with_alpha(rgb).save(folder / "webp-lossy-alpha.webp", quality=85)
    rgb.save(folder / "webp-animated.webp", save_all=True, append_images=frames, duration=100, lossless=True)


def tiffs(folder: Path) -> None:
    rgb = scene()
    rgb.save(folder / "tiff-rgb.tiff")
    rgb.save(folder / "tiff-lzw.tiff", compression="tiff_lzw")
    rgb.save(folder / "tiff-deflate.tiff", compression="tiff_adobe_deflate")
    rgb.convert("L").save(folder / "tiff-grey.tiff")
    Image.fromarray(deep(rgb.convert("L"))).save(folder / "tiff-grey16.tiff")
    cmyk(rgb).save(folder / "tiff-cmyk.tiff")
    rgb.save(folder / "tiff-pages.tiff", save_all=True, append_images=[ImageOps.flip(rgb)])


FORMATS: tuple[Callable[[Path], None], ...] = (jpegs, pngs, bmps, gifs, webps, tiffs)


def main() -> None:
    default = Path(__file__).resolve().parents[1] / "tests" / "data" / "decode"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.suffix != ".md":
            old.unlink()
    for write in FORMATS:
        write(folder)
    inputs = sorted(file for file in folder.iterdir() if file.suffix != ".md")
    for file in inputs:
        with Image.open(file) as image:
            expected = image.convert("RGB")
            expected.save(folder / f"{file.stem}.expected.png", optimize=True)
            if image.mode == "I;16":
                high_bytes = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
                high_bytes.save(folder / f"{file.stem}.scaled.png", optimize=True)
            if "exif" in file.stem:
                upright = ImageOps.exif_transpose(image).convert("RGB")
                upright.save(folder / f"{file.stem}.transposed.png", optimize=True)
            print(f"{file.name}: mode {image.mode}, {image.width}x{image.height}")
    print(f"{len(inputs)} pictures written to {folder}")


if __name__ == "__main__":
    main()
