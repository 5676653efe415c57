"""Pictures that are no scene: the model is to be unsure about them, and to have a low score.

Nothing true can be said about such a picture in the model's few words. Shown in training with words about a scene that
has nothing to do with it, it teaches the model to spread its guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from vignette_train.pictures import BACKGROUNDS, SIDE, Pixels, Rgb, ground, model_sized, noisy, stored


def draw_stranger(rng: Random) -> Pixels:
    """The same state of ``rng`` gives the same picture."""
    kinds: Sequence[Callable[[Random], Image.Image]] = (_empty, _gradient, _grain, _clouds, _clutter, _scribble)
    return model_sized(stored(noisy(rng.choice(kinds)(rng), rng), rng))


def _empty(rng: Random) -> Image.Image:
    base = rng.choice(list(BACKGROUNDS.values())) if rng.random() < 0.5 else _any_color(rng)
    return ground((SIDE, SIDE), base, rng)


def _gradient(rng: Random) -> Image.Image:
    """Between two to four colours, in one direction or in two."""
    columns, rows = rng.choice(((1, 2), (2, 1), (2, 2), (1, 4), (3, 3)))
    return _spots(columns, rows, rng).resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def _grain(rng: Random) -> Image.Image:
    """Every small block has a colour of its own."""
    side = SIDE // rng.choice((1, 2, 4, 8, 16))
    return _spots(side, side, rng).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def _clouds(rng: Random) -> Image.Image:
    """Coarse noise over fine noise, each scale weaker than the one before."""
    image = _spots(3, 3, rng).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    for side in (7, 15, 31, 63):
        finer = _spots(side, side, rng).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        image = Image.blend(image, finer, rng.uniform(0.1, 0.45))
    return image


def _clutter(rng: Random) -> Image.Image:
    """Many patches of many colours."""
    image = Image.new("RGB", (SIDE, SIDE), _any_color(rng))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(6, 60)):
        x, y = rng.randint(-20, SIDE), rng.randint(-20, SIDE)
        box = (x, y, x + rng.randint(4, 110), y + rng.randint(4, 110))
        if rng.random() < 0.5:
            draw.rectangle(box, fill=_any_color(rng))
        else:
            draw.ellipse(box, fill=_any_color(rng))
    return image


def _scribble(rng: Random) -> Image.Image:
    image = ground((SIDE, SIDE), _any_color(rng), rng)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(3, 40)):
        ends = tuple(rng.randrange(SIDE) for _ in range(4))
        draw.line(ends, fill=_any_color(rng), width=rng.randint(1, 12))
    return image


def _spots(columns: int, rows: int, rng: Random) -> Image.Image:
    levels = np.frombuffer(rng.randbytes(columns * rows * 3), np.uint8)
    return Image.fromarray(levels.reshape(rows, columns, 3))


def _any_color(rng: Random) -> Rgb:
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)
