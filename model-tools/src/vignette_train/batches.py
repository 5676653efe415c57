"""Training examples. Batch number n of seed s is always the same, so training can stop and go on anywhere.

What is said about one picture lies in one row, each saying in a segment of its own, so that the picture's features
stand before all of them once. Sayings do not see each other: positions start anew and attention stays within a segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from vignette_train.language import Saying, sayings
from vignette_train.pictures import Pixels, draw_picture
from vignette_train.scenes import Split, draw_scene
from vignette_train.strangers import draw_stranger
from vignette_train.teaching import UNGRADED, Targets, no_targets, targets_of
from vignette_train.tokenizer import END_ID, PAD_ID

Integers = NDArray[np.int64]

PADDING_SEGMENT = -1
_FREEDOM_MIN = 0.15
_ANSWER_WEIGHT = 2.0  # of an answer's token, a caption's being 1: a caption has ten times as many


@dataclass(frozen=True)
class Recipe:
    """What batches are made of."""

    seed: int
    pictures: int  # a batch
    questions: int  # a picture
    patch: int  # pixels
    strangers: float = 0.04  # share of pictures that are no scene
    loosening: int = 0  # examples over which things come away from a grid

    def freedom(self, number: int) -> float:
        """Shapes are learnt sooner where they lie on the patches in few ways only."""
        return min(1.0, _FREEDOM_MIN + number / self.loosening) if self.loosening else 1.0


@dataclass(frozen=True)
class Row:
    """Tokens of all sayings about one picture. ``labels`` are the next tokens, UNGRADED within prompts."""

    tokens: list[int]
    labels: list[int]
    segments: list[int]
    positions: list[int]
    weights: list[float]


@dataclass(frozen=True)
class Example:
    pixels: Pixels
    targets: Targets
    row: Row


def draw_example(recipe: Recipe, tokenizer: Tokenizer, number: int) -> Example:
    rng = Random(f"{recipe.seed}/{number}")
    scene = draw_scene(rng, Split.TRAIN, recipe.freedom(number))
    row = lay_out(tokenizer, sayings(scene, rng, recipe.questions))
    if rng.random() < recipe.strangers:
        return Example(draw_stranger(rng), no_targets(recipe.patch), row)
    return Example(draw_picture(scene, rng), targets_of(scene, recipe.patch), row)


def draw_batch(recipe: Recipe, tokenizer: Tokenizer, number: int) -> dict[str, NDArray[np.generic]]:
    first = number * recipe.pictures
    examples = [draw_example(recipe, tokenizer, first + place) for place in range(recipe.pictures)]
    rows = [example.row for example in examples]
    return {
        "pixels": np.stack([example.pixels for example in examples]),
        "patches": np.stack([example.targets.patches for example in examples]),
        "outlines": np.stack([example.targets.outlines for example in examples]),
        "things": np.stack([example.targets.things for example in examples]),
        "scene": np.stack([example.targets.scene for example in examples]),
        "tokens": _padded([row.tokens for row in rows], PAD_ID),
        "labels": _padded([row.labels for row in rows], UNGRADED),
        "segments": _padded([row.segments for row in rows], PADDING_SEGMENT),
        "positions": _padded([row.positions for row in rows], 0),
        "weights": _padded([row.weights for row in rows], 0).astype(np.float32),
    }


def lay_out(tokenizer: Tokenizer, said: Sequence[Saying]) -> Row:
    row = Row([], [], [], [], [])
    for segment, saying in enumerate(said):
        prompt = tokenizer.encode(saying.prompt).ids
        following = [*tokenizer.encode(saying.continuation, add_special_tokens=False).ids, END_ID]
        tokens = [*prompt, *following[:-1]]
        row.tokens.extend(tokens)
        row.labels.extend([UNGRADED] * (len(prompt) - 1) + following)
        row.segments.extend([segment] * len(tokens))
        row.positions.extend(range(len(tokens)))
        row.weights.extend([1.0 if segment == 0 else _ANSWER_WEIGHT] * len(tokens))
    return row


def _padded(rows: Sequence[Sequence[float]], filling: int) -> Integers | NDArray[np.float64]:
    length = max(map(len, rows))
    return np.array([[*row, *[filling] * (length - len(row))] for row in rows])
