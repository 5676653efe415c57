"""How a scene is drawn: a picture of some size, on some kind of ground, with some noise, saved in some format.

The shape's outline is smoothed by drawing it larger and reducing it. What comes out has the model's size and was
resized as every picture is (bicubic, proportions not kept).
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vignette_train.scenes import REACH, Scene, Thing

Pixels = NDArray[np.uint8]
Rgb = tuple[int, int, int]

SIDE = 224

COLORS: dict[str, Rgb] = {
    "red": (220, 40, 40),
    "green": (40, 170, 70),
    "blue": (50, 80, 220),
    "yellow": (240, 210, 50),
    "purple": (150, 60, 180),
    "orange": (245, 140, 40),
}
BACKGROUNDS: dict[str, Rgb] = {"white": (243, 243, 243), "black": (22, 22, 22), "gray": (128, 128, 128)}

# Corners of the shapes that have any, around (0, 0), the radius being 1; to the right and down.
_CORNERS: dict[str, Sequence[tuple[float, float]]] = {
    "square": ((-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)),
    "triangle": ((0, -1), (1, 0.85), (-1, 0.85)),
    "star": [
        (reach * math.sin(number * math.pi / 5), -reach * math.cos(number * math.pi / 5))
        for number, reach in enumerate((REACH, 0.46) * 5)
    ],
}

_COLOR_JITTER = 15
_GROUND_JITTER = 8
_SIDES = (144, 420)  # geometric mean of width and height, in pixels
_SMOOTHING = 4  # how much larger a shape is drawn
_NOISE_SIDE = 640
_NOISE_MAX = 8.0  # standard deviation, in grey levels


def draw_picture(scene: Scene, rng: Random) -> Pixels:
    """The scene as the model sees it: [SIDE, SIDE, 3]. The same state of ``rng`` gives the same picture."""
    image = _draw(scene, rng)
    return model_sized(stored(noisy(image, rng), rng))


def draw_file(scene: Scene, rng: Random) -> tuple[bytes, str]:
    """The scene as a file, JPEG or PNG, in its own size, and the file's suffix."""
    image = noisy(_draw(scene, rng), rng)
    if rng.random() < 0.5:
        return _encoded(image, "JPEG", quality=rng.randint(60, 95), subsampling=rng.choice((0, 2))), ".jpg"
    if rng.random() < 0.2:
        image = image.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    return _encoded(image, "PNG"), ".png"


def read_file(content: bytes) -> Pixels:
    with Image.open(io.BytesIO(content)) as image:
        return model_sized(image.convert("RGB"))


def silhouette(scene: Scene, side: int) -> Pixels:
    """How much of each of [side, side] cells of the picture things cover, 0 to 255."""
    large = side * _SMOOTHING
    image = Image.new("L", (large, large))
    draw = ImageDraw.Draw(image)
    for thing in scene.things:
        _outline(draw, thing.kind, thing.x * large, thing.y * large, *(radius * large for radius in scene.radii(thing)))
    return np.asarray(image.reduce(_SMOOTHING))


def model_sized(image: Image.Image) -> Pixels:
    if image.size != (SIDE, SIDE):
        image = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return np.asarray(image)


def noisy(image: Image.Image, rng: Random) -> Image.Image:
    """Half of the pictures get grain, of one channel or of three."""
    if rng.random() < 0.5:
        return image
    width, height = image.size
    left, top = rng.randrange(_NOISE_SIDE - width), rng.randrange(_NOISE_SIDE - height)
    grain = _noise()[top : top + height, left : left + width]
    if rng.random() < 0.3:
        grain = grain[:, :, :1]
    strength = np.float32(rng.uniform(1, _NOISE_MAX))
    return Image.fromarray(np.clip(np.asarray(image) + strength * grain, 0, 255).astype(np.uint8))


def stored(image: Image.Image, rng: Random) -> Image.Image:
    """Saved and read again: JPEG of some quality, a PNG with a palette, or without loss."""
    lot = rng.random()
    if lot < 0.35:
        content = _encoded(image, "JPEG", quality=rng.randint(45, 95), subsampling=rng.choice((0, 2)))
        return Image.open(io.BytesIO(content)).convert("RGB")
    if lot < 0.42:
        few = image.quantize(rng.choice((32, 64, 128)), method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        return few.convert("RGB")
    return image


def ground(size: tuple[int, int], base: Rgb, rng: Random) -> Image.Image:
    """Half plain; else a gradient, stripes or soft blotches of the same colour."""
    image = Image.new("RGB", size, base)
    kinds: Sequence[Callable[[tuple[int, int], Random], Image.Image]] = (_gradient, _stripes, _blotches)
    if rng.random() < 0.5:
        return image
    lighter, darker = (tuple(_level(value + step) for value in base) for step in (16, -16))
    pattern = rng.choice(kinds)(size, rng)
    return Image.composite(Image.new("RGB", size, lighter), Image.new("RGB", size, darker), pattern)


def jittered(color: Rgb, rng: Random, most: int) -> Rgb:
    red, green, blue = (_level(value + rng.randint(-most, most)) for value in color)
    return red, green, blue


def _draw(scene: Scene, rng: Random) -> Image.Image:
    side = math.exp(rng.uniform(*map(math.log, _SIDES)))
    stretch = math.sqrt(scene.proportion)
    width, height = round(side * stretch), round(side / stretch)
    shade = rng.randint(-_GROUND_JITTER, _GROUND_JITTER)
    red, green, blue = (_level(value + shade) for value in BACKGROUNDS[scene.background])
    image = ground((width, height), jittered((red, green, blue), rng, 4), rng)
    for thing in scene.things:
        color = jittered(COLORS[thing.color], rng, _COLOR_JITTER)
        _paste(image, thing, thing.radius * math.sqrt(width * height), color)
    return image


def _paste(image: Image.Image, thing: Thing, radius: float, color: Rgb) -> None:
    center = thing.x * image.width, thing.y * image.height
    left, top = (math.floor(place - REACH * radius) - 1 for place in center)
    side = math.ceil(2 * REACH * radius) + 3
    large = Image.new("L", (side * _SMOOTHING, side * _SMOOTHING))
    x, y = ((place - edge) * _SMOOTHING for place, edge in zip(center, (left, top), strict=True))
    _outline(ImageDraw.Draw(large), thing.kind, x, y, radius * _SMOOTHING, radius * _SMOOTHING)
    image.paste(color, (left, top), large.reduce(_SMOOTHING))


def _outline(draw: ImageDraw.ImageDraw, kind: str, x: float, y: float, half_width: float, half_height: float) -> None:
    if kind == "circle":
        draw.ellipse((x - half_width, y - half_height, x + half_width, y + half_height), fill=255)
        return
    corners = [(x + half_width * right, y + half_height * down) for right, down in _CORNERS[kind]]
    draw.polygon(corners, fill=255)


def _gradient(size: tuple[int, int], rng: Random) -> Image.Image:
    turns = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    slope, turn = Image.linear_gradient("L"), rng.choice(turns)
    return (slope.transpose(turn) if turn is not None else slope).resize(size)


def _stripes(size: tuple[int, int], rng: Random) -> Image.Image:
    period, across = rng.randint(8, 40), rng.random() < 0.5
    image = Image.new("L", size, 96)
    draw = ImageDraw.Draw(image)
    for start in range(0, max(size), period):
        end = start + period // 2
        draw.rectangle((start, 0, end, size[1]) if across else (0, start, size[0], end), fill=160)
    return image


def _blotches(size: tuple[int, int], rng: Random) -> Image.Image:
    columns, rows = rng.randint(2, 6), rng.randint(2, 6)
    return Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows)).resize(size, Image.Resampling.BICUBIC)


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@cache
def _noise() -> NDArray[np.float32]:
    """A sheet of normal noise that pictures take their grain from: drawing it anew each time would cost too much."""
    return np.random.default_rng(0).standard_normal((_NOISE_SIDE, _NOISE_SIDE, 3), np.float32)


def _level(value: int) -> int:
    return max(0, min(255, value))
