"""Tokens and batches: repeatable, reversible, laid out as the loss expects them."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from tokenizers import Tokenizer

from vignette_train.batches import PADDING_SEGMENT, Recipe, draw_batch, draw_example, lay_out
from vignette_train.language import caption, sayings
from vignette_train.pictures import SIDE
from vignette_train.scenes import COLORS, KINDS, Scene, Split, Thing, draw_scene
from vignette_train.teaching import UNGRADED, targets_of
from vignette_train.tokenizer import END_ID, build_tokenizer

PATCH = 28
RECIPE = Recipe(seed=3, pictures=4, questions=5, patch=PATCH)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return build_tokenizer()


def test_the_tokenizer_is_always_the_same(tokenizer: Tokenizer) -> None:
    assert build_tokenizer().to_str() == tokenizer.to_str()


def test_what_is_said_comes_back_from_its_tokens(tokenizer: Tokenizer) -> None:
    rng = Random(0)
    texts = [text for _ in range(200) for text in (caption(draw_scene(rng, Split.TEST)),)]
    for text in [*texts, "", " ", "Ünïcödé 😀 \t\n", "a" * 1000]:
        assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_every_word_is_one_token(tokenizer: Tokenizer) -> None:
    for word in [*COLORS, *KINDS, "background", "left", "yes", "no", "two"]:
        assert len(tokenizer.encode(f" {word}", add_special_tokens=False).ids) == 1


def test_a_batch_is_a_function_of_seed_and_number(tokenizer: Tokenizer) -> None:
    first, again = draw_batch(RECIPE, tokenizer, 8), draw_batch(RECIPE, tokenizer, 8)
    other = draw_batch(RECIPE, tokenizer, 9)

    for name in first:
        np.testing.assert_array_equal(first[name], again[name])
    assert (first["pixels"] != other["pixels"]).any()


def test_batches_number_examples_without_gaps(tokenizer: Tokenizer) -> None:
    batch = draw_batch(RECIPE, tokenizer, 2)

    for place in range(RECIPE.pictures):
        example = draw_example(RECIPE, tokenizer, 2 * RECIPE.pictures + place)
        np.testing.assert_array_equal(batch["pixels"][place], example.pixels)


def test_labels_are_the_tokens_that_follow(tokenizer: Tokenizer) -> None:
    scene = draw_scene(Random(4), Split.TRAIN)
    said = sayings(scene, Random(4), 5)
    row = lay_out(tokenizer, said)

    for segment, saying in enumerate(said):
        places = [place for place, owner in enumerate(row.segments) if owner == segment]
        labels = [row.labels[place] for place in places]
        spoken = [label for label in labels if label != UNGRADED]
        assert [row.positions[place] for place in places] == list(range(len(places)))
        assert row.tokens[places[0]] == END_ID
        assert spoken[-1] == END_ID
        assert tokenizer.decode(spoken) == saying.continuation
        assert [row.tokens[place] for place in places[1:]] == [
            label if label != UNGRADED else row.tokens[place + 1]
            for place, label in zip(places[:-1], labels[:-1], strict=True)
        ]


def test_padding_is_neither_seen_nor_graded(tokenizer: Tokenizer) -> None:
    batch = draw_batch(RECIPE, tokenizer, 1)
    padding = batch["segments"] == PADDING_SEGMENT

    assert padding.any()
    assert (batch["labels"][padding] == UNGRADED).all()
    assert (batch["weights"][padding] == 0).all()


def test_a_picture_of_anything_else_is_graded_by_words_alone(tokenizer: Tokenizer) -> None:
    recipe = Recipe(seed=3, pictures=4, questions=5, patch=PATCH, strangers=1.0)
    batch = draw_batch(recipe, tokenizer, 0)

    assert (batch["patches"] == UNGRADED).all()
    assert (batch["things"] == UNGRADED).all()
    assert (batch["scene"] == UNGRADED).all()
    assert (batch["labels"] != UNGRADED).any()


def test_targets_name_what_lies_under_each_patch() -> None:
    thing = Thing("star", "blue", "large", 0.25, 0.75, 0.2)
    targets = targets_of(Scene("white", "single", (thing,), 1.0), PATCH)
    side = SIDE // PATCH
    patches = targets.patches.reshape(side, side, -1)

    assert patches[5, 1].tolist() == [1 + KINDS.index("star"), 1 + COLORS.index("blue"), 2, 1]
    assert patches[1, 6].tolist() == [0, 0, 0, 0]
    assert (patches[:, :, 0] > 0).sum() == 16  # four columns by four rows
    assert targets.things.tolist()[0] == [1 + KINDS.index("star"), 1 + COLORS.index("blue"), 2, 6]
    assert targets.things.tolist()[1:] == [[0, UNGRADED, UNGRADED, UNGRADED]] * 2
    assert targets.scene.tolist() == [0, 0, 0]
