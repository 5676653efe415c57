"""Token for token what transformers generates, as stored by ``vignette_train.parity``."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import random_checkpoint
from numpy.typing import NDArray

from vignette_export import cli
from vignette_export.reference import ExportedModel
from vignette_train.evaluation import draw_exams
from vignette_train.scenes import Split

DATA = Path(__file__).resolve().parent / "data"
REPOSITORY = DATA.parents[2] / "triton-models"
RANDOM_LONGEST = 9
BATCHES = (1, 2, 7, 32)
SIDES = ("left", "right")

TINY: dict[str, Any] = json.loads((DATA / "parity" / "tiny-blip2.json").read_text())
RANDOM: dict[str, Any] = json.loads((DATA / "parity" / "random.json").read_text())


def assert_tokens(
    model: ExportedModel,
    features: NDArray[np.float32],
    prompts: Sequence[Sequence[int]],
    expected: Sequence[dict[str, Any]],
    batch: int,
    side: str,
) -> None:
    for start in range(0, len(prompts), batch):
        part = slice(start, start + batch)
        answers = model.generate(features[part], prompts[part], None, side, start % 3)
        for (tokens, score), row in zip(answers, expected[part], strict=True):
            assert tokens == row["tokens"]
            assert score == pytest.approx(row["score"], abs=1e-4)


def assert_limits(
    model: ExportedModel,
    features: NDArray[np.float32],
    prompts: Sequence[Sequence[int]],
    expected: Sequence[dict[str, Any]],
) -> None:
    """Each row of one batch has a limit of its own: 1, 2, 3, … and again."""
    limits = [1 + place % 12 for place in range(len(prompts))]
    answers = model.generate(features, prompts, limits)
    assert [tokens for tokens, _ in answers] == [
        row["tokens"][:limit] for row, limit in zip(expected, limits, strict=True)
    ]


@pytest.fixture(scope="module")
def tiny() -> ExportedModel:
    return ExportedModel(REPOSITORY, "tiny-blip2")


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[np.uint8]]:
    return [exam.pixels for exam in draw_exams(TINY["seed"], len(TINY["crc32"]), Split.TEST)]


@pytest.fixture(scope="module")
def features(tiny: ExportedModel, pictures: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
    return tiny.features(pictures)[[row["scene"] for row in TINY["rows"]]]


@pytest.fixture(scope="module")
def prompts(tiny: ExportedModel) -> list[list[int]]:
    return [tiny.tokenizer.encode(row["prompt"]).ids for row in TINY["rows"]]


def test_pictures_are_those_whose_tokens_are_stored(pictures: list[NDArray[np.uint8]]) -> None:
    assert [zlib.crc32(pixels.tobytes()) for pixels in pictures] == TINY["crc32"]


def test_enough_is_stored() -> None:
    lengths = {len(row["tokens"]) for row in TINY["rows"]}
    assert len(TINY["rows"]) >= 300
    assert min(lengths) <= 2
    assert max(lengths) >= 16
    assert len(RANDOM) >= 3
    for told in RANDOM.values():
        assert len(told["rows"]) >= 40


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("batch", BATCHES)
def test_the_bundled_model(
    tiny: ExportedModel, features: NDArray[np.float32], prompts: list[list[int]], batch: int, side: str
) -> None:
    assert_tokens(tiny, features, prompts, TINY["rows"], batch, side)


def test_the_bundled_model_with_a_limit_in_each_row(
    tiny: ExportedModel, features: NDArray[np.float32], prompts: list[list[int]]
) -> None:
    assert_limits(tiny, features, prompts, TINY["rows"])


@pytest.mark.parametrize("variant", RANDOM)
def test_models_of_other_shapes(variant: str, tmp_path: Path) -> None:
    told = RANDOM[variant]
    options = random_checkpoint.PARITY_VARIANTS[variant]
    folder = random_checkpoint.write(tmp_path / "checkpoint", told["seed"], **options)
    cli.main([str(folder), str(tmp_path), "--name", "m", "--max-new-tokens", str(RANDOM_LONGEST)])
    model = ExportedModel(tmp_path, "m")
    rng = np.random.default_rng(told["seed"])
    drawn = random_checkpoint.draw_rows(rng, len(told["rows"]), model.width)
    features, prompts = model.features([pixels for pixels, _ in drawn]), [prompt for _, prompt in drawn]

    for batch in BATCHES:
        for side in SIDES:
            assert_tokens(model, features, prompts, told["rows"], batch, side)
    assert_limits(model, features, prompts, told["rows"])


def test_models_of_other_shapes_end_early_and_late() -> None:
    lengths = [len(row["tokens"]) for told in RANDOM.values() for row in told["rows"]]
    assert min(lengths) <= 2
    assert lengths.count(RANDOM_LONGEST) > 10
    assert len(set(lengths)) >= 6
