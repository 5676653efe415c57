"""What is graded beside the words, in training only: what each patch shows, and what each query carries.

Words alone teach a small model too slowly which colour goes with which shape. A head on the image patches is graded on
the thing under each patch, and another, half-way, on its outline; a head on the projected queries is graded on one
thing per group of queries, in reading order, and on the scene as a whole. The heads are thrown away afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vignette_train.pictures import SIDE, silhouette
from vignette_train.scenes import BACKGROUNDS, COLORS, KINDS, LAYOUTS, SIZES, THINGS_MAX, Scene

Grades = NDArray[np.int64]

UNGRADED = -100

_OUTLINE_SIDE = 7
OUTLINE_CELLS = _OUTLINE_SIDE**2  # a patch

# Classes per aspect; 0 is "nothing there" where one is added.
PATCH_ASPECTS = (len(KINDS) + 1, len(COLORS) + 1, len(SIZES) + 1, THINGS_MAX + 1)  # kind, colour, size, order
THING_ASPECTS = (len(KINDS) + 1, len(COLORS) + 1, len(SIZES) + 1, 9)  # kind, colour, size, region
SCENE_ASPECTS = (THINGS_MAX, len(LAYOUTS), len(BACKGROUNDS))


@dataclass(frozen=True)
class Targets:
    """``patches`` [rows * columns, 4], ``things`` [THINGS_MAX, 4], ``scene`` [3]: class numbers or UNGRADED.

    ``outlines`` [rows * columns, OUTLINE_CELLS]: how much of each cell of a patch things cover, 0 to 255.
    """

    patches: Grades
    outlines: NDArray[np.uint8]
    things: Grades
    scene: Grades


def targets_of(scene: Scene, patch: int) -> Targets:
    patches = np.zeros((SIDE // patch, SIDE // patch, len(PATCH_ASPECTS)), np.int64)
    things = np.full((THINGS_MAX, len(THING_ASPECTS)), UNGRADED, np.int64)
    things[:, 0] = 0
    centers = (np.arange(SIDE // patch) + 0.5) * patch / SIDE
    for number, thing in enumerate(scene.things):
        kind = [1 + KINDS.index(thing.kind), 1 + COLORS.index(thing.color), 1 + SIZES.index(thing.size)]
        half_width, half_height = scene.radii(thing)
        columns, rows = abs(centers - thing.x) <= half_width, abs(centers - thing.y) <= half_height
        patches[np.ix_(rows, columns)] = [*kind, number + 1]
        region = UNGRADED if thing.region is None else thing.region[1] * 3 + thing.region[0]
        things[number] = [*kind, region]
    whole = [len(scene.things) - 1, LAYOUTS.index(scene.layout), BACKGROUNDS.index(scene.background)]
    return Targets(patches.reshape(-1, len(PATCH_ASPECTS)), _outlines(scene, patch), things, np.array(whole, np.int64))


def no_targets(patch: int) -> Targets:
    """For a picture that is no scene."""
    return Targets(
        np.full(((SIDE // patch) ** 2, len(PATCH_ASPECTS)), UNGRADED, np.int64),
        np.zeros(((SIDE // patch) ** 2, OUTLINE_CELLS), np.uint8),
        np.full((THINGS_MAX, len(THING_ASPECTS)), UNGRADED, np.int64),
        np.full(len(SCENE_ASPECTS), UNGRADED, np.int64),
    )


def _outlines(scene: Scene, patch: int) -> NDArray[np.uint8]:
    side = SIDE // patch
    cells = silhouette(scene, side * _OUTLINE_SIDE).reshape(side, _OUTLINE_SIDE, side, _OUTLINE_SIDE)
    return cells.transpose(0, 2, 1, 3).reshape(side * side, OUTLINE_CELLS)
