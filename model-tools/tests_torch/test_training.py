"""The training loop, on a model of a few thousand weights. Needs the extra ``train``; not part of the quick tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import Blip2ForConditionalGeneration

from vignette_train.batches import Recipe, lay_out
from vignette_train.language import Saying
from vignette_train.model import Shape, build_model, visible
from vignette_train.pictures import SIDE
from vignette_train.speaking import TorchSpeaker
from vignette_train.tokenizer import build_tokenizer
from vignette_train.training import Plan, Training

SHAPE = Shape(vision_width=16, vision_layers=1, vision_heads=2, patch=56, width=16, heads=2, queries=8)
PLAN = Plan(Recipe(seed=5, pictures=4, questions=2, patch=56), SHAPE, seeing_steps=2, telling_steps=4, warm_up_steps=2)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return build_tokenizer()


def weights(training: Training) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in training.model.state_dict().items()}


def assert_equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    for name, value in one.items():
        torch.testing.assert_close(value, other[name], rtol=0, atol=0)


@pytest.mark.parametrize("stop_after", [1, 2, 4])
def test_a_stop_changes_nothing(tokenizer: Tokenizer, tmp_path: Path, stop_after: int) -> None:
    whole = Training(PLAN, tokenizer, tmp_path / "whole")
    list(whole.run(1))
    first = Training(PLAN, tokenizer, tmp_path)
    for progress in first.run(1):
        if progress.step == stop_after:
            first.stop()
    first.save()

    second = Training(PLAN, tokenizer, tmp_path)

    assert second.resume()
    assert second.step == stop_after
    list(second.run(1))
    assert_equal(weights(whole), weights(second))


def test_a_state_of_another_plan_is_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    Training(PLAN, tokenizer, tmp_path).save()

    with pytest.raises(ValueError, match=r"plan of .*training\.pt"):
        Training(replace(PLAN, rate=1.0), tokenizer, tmp_path).resume()


def test_without_a_state_training_begins_anew(tokenizer: Tokenizer, tmp_path: Path) -> None:
    assert not Training(PLAN, tokenizer, tmp_path).resume()


def test_the_rate_rises_stays_and_falls_in_each_stage() -> None:
    plan = replace(PLAN, seeing_steps=100, telling_steps=1000, warm_up_steps=10, rate=1.0)
    rates = [plan.rate_at(step) for step in range(plan.steps)]

    assert rates[0] == pytest.approx(0.1)
    assert rates[50] == rates[300] == 1.0
    assert rates[99] < 0.05
    assert rates[100] == pytest.approx(0.1)
    assert 0 < rates[-1] < 0.01


def test_a_saying_sees_the_picture_and_itself_only() -> None:
    seen = visible(torch.tensor([[0, 0, 1, -1]]), 2)[0, 0] == 0

    assert seen.int().tolist() == [
        [1, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 1, 0, 0],
        [1, 1, 0, 0, 1, 0],
        [1, 1, 1, 1, 1, 1],
    ]


def test_several_sayings_in_a_row_give_the_scores_of_each_alone(tokenizer: Tokenizer) -> None:
    torch.manual_seed(0)
    model = build_model(SHAPE, tokenizer).eval()
    said = [Saying("", "a red star"), Saying("Question: what shape is red? Answer:", " star")]
    features = torch.randn(1, SHAPE.queries, SHAPE.width)

    together = _scores(model, tokenizer, said, features)

    alone = [_scores(model, tokenizer, [one], features) for one in said]
    torch.testing.assert_close(together, torch.cat(alone), rtol=1e-4, atol=1e-4)


def _scores(
    model: Blip2ForConditionalGeneration, tokenizer: Tokenizer, said: list[Saying], features: torch.Tensor
) -> torch.Tensor:
    row = lay_out(tokenizer, said)
    places = torch.cat([torch.arange(SHAPE.queries), torch.tensor(row.positions) + SHAPE.queries])
    with torch.no_grad():
        words = model.get_input_embeddings()(torch.tensor([row.tokens]))
        hidden = model.language_model.model.decoder(
            inputs_embeds=torch.cat([features, words], 1),
            attention_mask=visible(torch.tensor([row.segments]), SHAPE.queries),
            position_ids=places[None],
        ).last_hidden_state
        scores: torch.Tensor = model.language_model.lm_head(hidden[0, SHAPE.queries :])
    return scores


def test_speaking_is_what_transformers_generates(tokenizer: Tokenizer) -> None:
    torch.manual_seed(1)
    model = build_model(SHAPE, tokenizer).eval()
    pixels = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    prompts = ["", "Question: what shape is red? Answer:"]

    ((caption, answer),) = TorchSpeaker(model, tokenizer).say([pixels], [prompts])

    for prompt, said in zip(prompts, (caption, answer), strict=True):
        assert said == _generated(model.eval(), tokenizer, pixels, prompt)


def _generated(model: Blip2ForConditionalGeneration, tokenizer: Tokenizer, pixels: np.ndarray, prompt: str) -> str:
    from vignette_train.model import normalised

    ids = [model.config.image_token_index] * SHAPE.queries + tokenizer.encode(prompt).ids
    tokens = model.generate(
        pixel_values=normalised(torch.from_numpy(pixels)[None]),
        input_ids=torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        do_sample=False,
        max_new_tokens=32,
    )
    return tokenizer.decode(tokens[0, len(ids) :].tolist()).strip()
