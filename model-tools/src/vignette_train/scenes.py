"""What a scene is: one to three things on a background, drawn by lot from a seeded generator.

Places are fractions of the picture's width and height. A radius is a fraction of the square root of its area, so that a
thing covers the same share of every picture whatever its proportions.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from enum import Enum
from random import Random

KINDS = ("circle", "square", "triangle", "star")
COLORS = ("red", "green", "blue", "yellow", "purple", "orange")
SIZES = ("small", "large")
BACKGROUNDS = ("white", "black", "gray")
LAYOUTS = ("single", "row", "column")
THINGS_MAX = 3

# Radii that count as small and large. Between them is room, so that no thing is on the border.
RADII = {"small": (0.09, 0.12), "large": (0.175, 0.225)}

# width / height of pictures; square ones are the most frequent.
PROPORTIONS = (1.0, 1.0, 1.0, 4 / 3, 3 / 4, 5 / 4, 4 / 5, 3 / 2, 2 / 3)

# How far a star reaches beyond its radius.
REACH = 1.12

_COUNTS = (1, 2, 2, 3)
_MARGIN = 0.01  # between a thing and the picture's edge, and between two things
_CLEARLY = 0.14  # by how much the distance along a row exceeds the distance across it
_BORDER = 0.035  # a thing closer than this to the border of two regions is in neither
_TRIES_MAX = 100
_GRID = 8

# How far things stray from the middle line of their row or column, by the number of things.
_WIDTH = {1: 0.0, 2: 0.25, 3: 0.15}


class Split(Enum):
    """Descriptions of scenes are divided once and for all: one never crosses over."""

    TRAIN = range(8)
    CHOOSE = range(8, 9)
    TEST = range(9, 10)


@dataclass(frozen=True)
class Thing:
    kind: str
    color: str
    size: str
    x: float
    y: float
    radius: float

    @property
    def region(self) -> tuple[int, int] | None:
        """Column and row among thirds of the picture; none for a thing near a border of them."""
        near = [abs(place - border) for place in (self.x, self.y) for border in (1 / 3, 2 / 3)]
        return None if min(near) < _BORDER else (int(self.x * 3), int(self.y * 3))


@dataclass(frozen=True)
class Scene:
    """``things`` are in reading order: left to right in a row, top to bottom in a column."""

    background: str
    layout: str
    things: tuple[Thing, ...]
    proportion: float

    @property
    def description(self) -> str:
        """What is in the scene, without the places."""
        things = ", ".join(f"{thing.size} {thing.color} {thing.kind}" for thing in self.things)
        return f"{self.layout} of {things} on {self.background}"

    def radii(self, thing: Thing) -> tuple[float, float]:
        """Half the width and half the height of a thing, as fractions of the picture's."""
        stretch = math.sqrt(self.proportion)
        return thing.radius / stretch, thing.radius * stretch


def draw_scene(rng: Random, split: Split, freedom: float = 1.0) -> Scene:
    """A scene of that split. The same state of ``rng`` gives the same scene.

    With less ``freedom`` things lie closer to the crossings of a grid; with none, on them.
    """
    while True:
        scene = _draw(rng, freedom)
        if scene and zlib.crc32(scene.description.encode()) % 10 in split.value:
            return scene


def _draw(rng: Random, freedom: float) -> Scene | None:
    count = rng.choice(_COUNTS)
    layout = "single" if count == 1 else rng.choice(LAYOUTS[1:])
    kinds = _draw_kinds(rng, count)
    sizes = [rng.choice(SIZES) if count < THINGS_MAX else "small" for _ in kinds]
    background, proportion = rng.choice(BACKGROUNDS), rng.choice(PROPORTIONS)
    for _ in range(_TRIES_MAX):
        places = [_snapped(place, freedom) for place in _draw_places(rng, count, layout)]
        things = tuple(
            Thing(kind, color, size, *place, rng.uniform(*RADII[size]))
            for (color, kind), size, place in zip(kinds, sizes, places, strict=True)
        )
        scene = Scene(background, layout, things, proportion)
        if _is_clear(scene):
            return scene
    return None


def _draw_places(rng: Random, count: int, layout: str) -> list[tuple[float, float]]:
    """Each thing somewhere in its share of the row or column, and near the middle line of the whole."""
    middle, width = rng.random(), _WIDTH[count]
    along = [(number + rng.random()) / count for number in range(count)]
    across = [middle + rng.uniform(-width, width) for _ in range(count)]
    return list(zip(across, along, strict=True) if layout == "column" else zip(along, across, strict=True))


def _snapped(place: tuple[float, float], freedom: float) -> tuple[float, float]:
    x, y = (round(axis * _GRID) / _GRID * (1 - freedom) + axis * freedom for axis in place)
    return x, y


def _draw_kinds(rng: Random, count: int) -> list[tuple[str, str]]:
    """Colour and kind of each thing; no two are alike in both."""
    kinds: list[tuple[str, str]] = []
    while len(kinds) < count:
        kind = rng.choice(COLORS), rng.choice(KINDS)
        if kind not in kinds:
            kinds.append(kind)
    return kinds


def _is_clear(scene: Scene) -> bool:
    """Nobody could object to the caption: all things in the picture, apart, and plainly in a row or a column."""
    if not all(_is_inside(scene, thing) for thing in scene.things):
        return False
    pairs = list(zip(scene.things, scene.things[1:], strict=False))
    return all(_is_pair_clear(scene, *pair) for pair in pairs) and _is_straight(scene)


def _is_inside(scene: Scene, thing: Thing) -> bool:
    half_width, half_height = (REACH * radius + _MARGIN for radius in scene.radii(thing))
    return half_width < thing.x < 1 - half_width and half_height < thing.y < 1 - half_height


def _is_pair_clear(scene: Scene, first: Thing, second: Thing) -> bool:
    along, across = abs(second.x - first.x), abs(second.y - first.y)
    reach = [a + b for a, b in zip(scene.radii(first), scene.radii(second), strict=True)]
    room = reach[0]
    if scene.layout == "column":
        along, across, room = across, along, reach[1]
    return along > REACH * room + _MARGIN and along > across + (_CLEARLY if len(scene.things) == 2 else 0)


def _is_straight(scene: Scene) -> bool:
    """Things of a row lie between two lines that are closer together than the ends of the row, clearly."""
    places = [(thing.x, thing.y) for thing in scene.things]
    spread = [max(axis) - min(axis) for axis in zip(*places, strict=True)]
    along, across = (spread[1], spread[0]) if scene.layout == "column" else (spread[0], spread[1])
    return len(scene.things) < 2 or along > across + _CLEARLY
