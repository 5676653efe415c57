"""Scenes, pictures and what is said about them: repeatable, and true."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import numpy as np
import pytest

from vignette_train.language import CAPTION_PROMPT, Question, Topic, caption, questions, sayings
from vignette_train.pictures import BACKGROUNDS, COLORS, SIDE, draw_picture
from vignette_train.scenes import KINDS, RADII, Scene, Split, Thing, draw_scene
from vignette_train.strangers import draw_stranger

SCENES = [draw_scene(Random(seed), Split.TRAIN) for seed in range(300)]


def scene(*things: tuple[str, str, str, float, float], layout: str = "single", background: str = "gray") -> Scene:
    made = [Thing(kind, color, size, x, y, RADII[size][0]) for size, color, kind, x, y in things]
    return Scene(background, layout, tuple(made), 1.0)


ROW = scene(("small", "red", "star", 0.2, 0.5), ("large", "orange", "circle", 0.7, 0.55), layout="row")
COLUMN = scene(
    ("small", "red", "star", 0.5, 0.15),
    ("small", "red", "square", 0.5, 0.5),
    ("small", "blue", "star", 0.5, 0.85),
    layout="column",
)


def answers(of: Scene) -> dict[str, str]:
    return {question.text: question.answer for question in questions(of, Random(0))}


def test_the_same_seed_gives_the_same_scene_and_picture() -> None:
    first, second = (draw_scene(Random(5), Split.TEST) for _ in range(2))

    assert first == second
    np.testing.assert_array_equal(draw_picture(first, Random(6)), draw_picture(second, Random(6)))
    np.testing.assert_array_equal(draw_stranger(Random(7)), draw_stranger(Random(7)))


def test_no_description_is_in_two_splits() -> None:
    drawn = {split: {draw_scene(Random(seed), split).description for seed in range(400)} for split in Split}

    assert not drawn[Split.TRAIN] & drawn[Split.TEST]
    assert not drawn[Split.TRAIN] & drawn[Split.CHOOSE]
    assert not drawn[Split.CHOOSE] & drawn[Split.TEST]


def test_scenes_vary() -> None:
    assert {len(drawn.things) for drawn in SCENES} == {1, 2, 3}
    assert {drawn.layout for drawn in SCENES} == {"single", "row", "column"}
    assert {drawn.background for drawn in SCENES} == set(BACKGROUNDS)
    assert {thing.kind for drawn in SCENES for thing in drawn.things} == set(KINDS)
    assert {thing.color for drawn in SCENES for thing in drawn.things} == set(COLORS)
    assert len({drawn.proportion for drawn in SCENES}) >= 5


@pytest.mark.parametrize("drawn", SCENES[:100], ids=lambda drawn: drawn.description)
def test_things_are_inside_apart_and_in_order(drawn: Scene) -> None:
    for thing in drawn.things:
        half_width, half_height = drawn.radii(thing)
        assert half_width < thing.x < 1 - half_width
        assert half_height < thing.y < 1 - half_height
    for first, second in zip(drawn.things, drawn.things[1:], strict=False):
        if drawn.layout == "row":
            assert second.x - first.x > abs(second.y - first.y)
            assert second.x - first.x > drawn.radii(first)[0] + drawn.radii(second)[0]
        else:
            assert second.y - first.y > abs(second.x - first.x)
            assert second.y - first.y > drawn.radii(first)[1] + drawn.radii(second)[1]


def test_captions() -> None:
    assert caption(scene(("large", "red", "star", 0.5, 0.5))) == "a large red star on a gray background"
    assert caption(ROW) == "a small red star to the left of a large orange circle on a gray background"
    assert caption(COLUMN) == "a red star, a red square and a blue star on a gray background"


def test_answers_about_a_row_of_two() -> None:
    told = answers(ROW)

    assert told["how many shapes are there?"] == "two"
    assert told["what color is the background?"] == "gray"
    assert told["what color is the star?"] == "red"
    assert told["what shape is orange?"] == "circle"
    assert told["what size is the orange circle?"] == "large"
    assert told["where is the red star?"] == "on the left"
    assert told["what is to the left of the orange circle?"] == "a red star"
    assert told["what is to the right of the red star?"] == "an orange circle"


def test_questions_without_one_answer_are_not_asked() -> None:
    told = answers(COLUMN)

    assert "what color is the star?" not in told
    assert "what shape is red?" not in told
    assert told["what color is the square?"] == "red"
    assert told["what shape is blue?"] == "star"
    assert (told["where is the red star?"], told["where is the blue star?"]) == ("at the top", "at the bottom")
    assert not any(text.startswith("what is ") for text in told)
    assert "where is the red star?" not in answers(scene(("small", "red", "star", 0.34, 0.5)))


@pytest.mark.parametrize("seed", range(100))
def test_every_answer_is_true(seed: int) -> None:
    drawn = SCENES[seed]
    for question in questions(drawn, Random(seed)):
        assert is_true(drawn, question), question


def is_true(drawn: Scene, question: Question) -> bool:
    """Judged from the question's words alone, by other means than those that made it."""
    words, answer = re.findall(r"\w+", question.text), question.answer
    about = [thing for thing in drawn.things if thing.kind in words and thing.color in words]
    match question.topic:
        case Topic.COUNT:
            return len(drawn.things) == ["no", "one", "two", "three"].index(answer)
        case Topic.BACKGROUND:
            return drawn.background == answer
        case Topic.PRESENCE:
            return bool(about) == (answer == "yes")
        case Topic.COLOR:
            return [thing.color for thing in drawn.things if thing.kind in words] == [answer]
        case Topic.SHAPE:
            return [thing.kind for thing in drawn.things if thing.color in words] == [answer]
        case Topic.SIZE:
            return [thing.size for thing in about] == [answer]
        case Topic.POSITION:
            (thing,) = about
            across = "left" if thing.x < 1 / 3 else "right" if thing.x > 2 / 3 else ""
            down = "top" if thing.y < 1 / 3 else "bottom" if thing.y > 2 / 3 else ""
            return {across, down} == {*re.findall("left|right|top|bottom", answer), *("",) * (not across or not down)}
        case Topic.RELATION:
            (thing,) = about
            (other,) = (other for other in drawn.things if other is not thing)
            is_so = {
                "left": other.x < thing.x,
                "right": other.x > thing.x,
                "above": other.y < thing.y,
                "below": other.y > thing.y,
            }
            (relation,) = set(words) & is_so.keys()
            return is_so[relation] and answer.split()[1:] == [other.color, other.kind]


def test_presence_is_asked_with_either_answer_equally_often() -> None:
    asked = [question for drawn in SCENES for question in questions(drawn, Random(drawn.description))]
    told = Counter(question.answer for question in asked if question.topic is Topic.PRESENCE)

    assert set(told) == {"yes", "no"}
    assert 0.4 < told["yes"] / len(SCENES) < 0.6


def test_an_example_says_the_caption_and_asks_no_question_twice() -> None:
    for drawn in SCENES[:50]:
        first, *asked = sayings(drawn, Random(1), 6)
        assert first.continuation.strip() == caption(drawn)
        assert (first.prompt == CAPTION_PROMPT) == (first.continuation[0] != " ")
        assert len(asked) == 6 or len(drawn.things) == 1
        prompts = [saying.prompt for saying in asked if "is there" not in saying.prompt]
        assert len(set(prompts)) == len(prompts)


def test_a_thing_is_where_the_scene_says_in_its_colour() -> None:
    for drawn in SCENES[:40]:
        pixels = draw_picture(drawn, Random(3)).astype(int)
        assert pixels.shape == (SIDE, SIDE, 3)
        for thing in drawn.things:
            x, y = round(thing.x * SIDE), round(thing.y * SIDE)
            middle = pixels[y - 3 : y + 4, x - 3 : x + 4].reshape(-1, 3).mean(0)
            distances = {color: float(abs(middle - level).sum()) for color, level in (COLORS | BACKGROUNDS).items()}
            assert min(distances, key=distances.__getitem__) == thing.color
