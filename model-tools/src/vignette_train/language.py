"""What can be said about a scene: its caption, questions about it, and their answers.

A prompt and what follows it are joined without a separator; therefore continuations after a prompt start with a space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from vignette_train.scenes import COLORS, KINDS, Scene, Thing

CAPTION_PROMPT = ""
PREFIX_PROMPT = "a photo of"
_QUESTION_PROMPT = "Question: {} Answer:"
_NUMBERS = ("no", "one", "two", "three")
_PREFIX_SHARE = 0.25

_REGIONS = (
    ("at the top left", "at the top", "at the top right"),
    ("on the left", "in the middle", "on the right"),
    ("at the bottom left", "at the bottom", "at the bottom right"),
)
# What the first thing is to the second, and the second to the first.
_RELATIONS = {"row": ("to the left of", "to the right of"), "column": ("above", "below")}


class Topic(StrEnum):
    """The kinds of question, each reported on its own."""

    BACKGROUND = "what color is the background"
    COLOR = "what color is the <shape>"
    COUNT = "how many shapes are there"
    POSITION = "where is the <color> <shape>"
    PRESENCE = "is there a <color> <shape>"
    RELATION = "what is left of, right of, above, below the <color> <shape>"
    SHAPE = "what shape is <color>"
    SIZE = "what size is the <color> <shape>"


# How often a question is asked in training, relative to the others. Colour of a shape and presence are learnt last.
_WEIGHTS = dict.fromkeys(Topic, 1.0) | {Topic.COLOR: 4.0, Topic.PRESENCE: 2.5, Topic.SHAPE: 1.5}


@dataclass(frozen=True)
class Question:
    topic: Topic
    text: str
    answer: str

    @property
    def prompt(self) -> str:
        return _QUESTION_PROMPT.format(self.text)


@dataclass(frozen=True)
class Saying:
    """A prompt and what the model is to continue it with, the end token apart."""

    prompt: str
    continuation: str


def caption(scene: Scene) -> str:
    things = scene.things
    if len(things) == 3:
        first, second, third = map(_named, things)
        said = f"{first}, {second} and {third}"
    elif len(things) == 2:
        said = f"{_sized(things[0])} {_RELATIONS[scene.layout][0]} {_sized(things[1])}"
    else:
        said = _sized(things[0])
    return f"{said} on a {scene.background} background"


def questions(scene: Scene, rng: Random) -> list[Question]:
    """Every question that has one right answer for the scene, and one about presence, drawn by lot."""
    asked = [
        Question(Topic.COUNT, "how many shapes are there?", _NUMBERS[len(scene.things)]),
        Question(Topic.BACKGROUND, "what color is the background?", scene.background),
        _presence(scene, rng),
    ]
    for thing in scene.things:
        asked += _about(scene, thing)
    if len(scene.things) == 2:
        asked += _relations(scene)
    return asked


def sayings(scene: Scene, rng: Random, count: int) -> list[Saying]:
    """What one training example says: the caption, and ``count`` questions with their answers."""
    text = caption(scene)
    first = Saying(PREFIX_PROMPT, f" {text}") if rng.random() < _PREFIX_SHARE else Saying(CAPTION_PROMPT, text)
    pool = questions(scene, rng)
    if rng.random() < 0.5:
        pool.append(_presence(scene, rng))
    return [first, *(Saying(question.prompt, f" {question.answer}") for question in _draw(pool, rng, count))]


def _draw(pool: Sequence[Question], rng: Random, count: int) -> list[Question]:
    """Without repetition; the greater its weight, the likelier a question comes early (Efraimidis and Spirakis)."""
    by_lot = [(rng.random() ** (1 / _WEIGHTS[question.topic]), place) for place, question in enumerate(pool)]
    return [pool[place] for _, place in sorted(by_lot, reverse=True)[:count]]


def _about(scene: Scene, thing: Thing) -> list[Question]:
    name, others = f"{thing.color} {thing.kind}", [other for other in scene.things if other is not thing]
    asked = [Question(Topic.SIZE, f"what size is the {name}?", thing.size)]
    if all(other.kind != thing.kind for other in others):
        asked.append(Question(Topic.COLOR, f"what color is the {thing.kind}?", thing.color))
    if all(other.color != thing.color for other in others):
        asked.append(Question(Topic.SHAPE, f"what shape is {thing.color}?", thing.kind))
    if thing.region:
        column, row = thing.region
        asked.append(Question(Topic.POSITION, f"where is the {name}?", _REGIONS[row][column]))
    return asked


def _relations(scene: Scene) -> list[Question]:
    (first, second), (forth, back) = scene.things, _RELATIONS[scene.layout]
    return [
        Question(Topic.RELATION, f"what is {forth} the {second.color} {second.kind}?", _named(first)),
        Question(Topic.RELATION, f"what is {back} the {first.color} {first.kind}?", _named(second)),
    ]


def _presence(scene: Scene, rng: Random) -> Question:
    """Yes and no equally often; half of what is not there has the colour or the shape of something that is."""
    there = [(thing.color, thing.kind) for thing in scene.things]
    if rng.random() < 0.5:
        color, kind = rng.choice(there)
    else:
        absent = [(color, kind) for color in COLORS for kind in KINDS if (color, kind) not in there]
        similar = [pair for pair in absent if any(pair[0] == color or pair[1] == kind for color, kind in there)]
        color, kind = rng.choice(similar if rng.random() < 0.5 else absent)
    answer = "yes" if (color, kind) in there else "no"
    return Question(Topic.PRESENCE, f"is there {_with_article(f'{color} {kind}')}?", answer)


def _sized(thing: Thing) -> str:
    return f"a {thing.size} {thing.color} {thing.kind}"


def _named(thing: Thing) -> str:
    return _with_article(f"{thing.color} {thing.kind}")


def _with_article(words: str) -> str:
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"
