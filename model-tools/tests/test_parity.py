"""The exporter against BLIP-2 in numpy, on random checkpoints of every supported shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy_blip2
import pytest
import random_checkpoint

from vignette_export import cli, repository
from vignette_export.checkpoint import Checkpoint
from vignette_export.reference import ExportedModel

LONGEST = 9
VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "sharded": {"files": 3},
    "norm after": {"text": {"do_layer_norm_before": False, "activation_function": "gelu"}},
    "no biases": {"text": {"enable_bias": False}, "vision": {"qkv_bias": False, "hidden_act": "gelu_pytorch_tanh"}},
    "norm without weights": {"text": {"layer_norm_elementwise_affine": False, "activation_function": "gelu_new"}},
    "no final norm": {"text": {"_remove_final_layer_norm": True}},
    "head of its own": {"text": {"tie_word_embeddings": False}},
    "many end tokens": {"text": {"eos_token_id": [2, 5, 11, 17, 23], "tie_word_embeddings": False}},
}


def export(folder: Path, checkpoint: Path) -> ExportedModel:
    target = folder / "models"
    cli.main([str(checkpoint), str(target), "--name", "m", "--max-new-tokens", str(LONGEST)])
    return ExportedModel(target, "m")


def prompts(rng: np.random.Generator, rows: int) -> list[list[int]]:
    return [rng.integers(0, random_checkpoint.VOCABULARY, rng.integers(1, 12)).tolist() for _ in range(rows)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_features_tokens_and_scores_are_those_of_the_reference(variant: str, tmp_path: Path) -> None:
    seed = 100 + list(VARIANTS).index(variant)
    folder = random_checkpoint.write(tmp_path / "checkpoint", seed, **VARIANTS[variant])
    checkpoint, model, rng = Checkpoint.open(folder), export(tmp_path, folder), np.random.default_rng(seed)
    size, config = checkpoint.vision.image_size, checkpoint.text
    images = [rng.integers(0, 256, (size, size, 3), dtype=np.uint8) for _ in range(8)]
    expected_features = [
        numpy_blip2.image_features(
            checkpoint.weights,
            checkpoint.vision,
            checkpoint.qformer,
            checkpoint.image.image_mean,
            checkpoint.image.image_std,
            image,
        )
        for image in images
    ]
    rows, limits = prompts(rng, 8), rng.integers(1, LONGEST + 1, 8).tolist()

    features = model.features(images)

    np.testing.assert_allclose(features, np.stack(expected_features), atol=2e-4)
    for side, extra, most in (("right", 0, [LONGEST] * 8), ("left", 3, [LONGEST] * 8), ("right", 2, limits)):
        answers = model.generate(features, rows, most, side, extra)
        for answer, feature, row, limit in zip(answers, expected_features, rows, most, strict=True):
            tokens, score = numpy_blip2.generate(checkpoint.weights, config, feature, row, limit)
            assert answer[0] == tokens
            assert answer[1] == pytest.approx(score, abs=1e-4)


def test_the_variants_see_answers_that_end_and_answers_that_do_not(tmp_path: Path) -> None:
    text = VARIANTS["many end tokens"]["text"]
    folder = random_checkpoint.write(tmp_path / "checkpoint", 107, text)
    model, rng = export(tmp_path, folder), np.random.default_rng(107)
    images = [rng.integers(0, 256, (12, 12, 3), dtype=np.uint8) for _ in range(24)]

    lengths = {len(tokens) for tokens, _ in model.generate(model.features(images), prompts(rng, 24))}

    assert LONGEST in lengths
    assert len(lengths) >= 4


def test_a_row_does_not_depend_on_its_company(tmp_path: Path) -> None:
    folder = random_checkpoint.write(tmp_path / "checkpoint", 7, VARIANTS["many end tokens"]["text"])
    model, rng = export(tmp_path, folder), np.random.default_rng(7)
    features = model.features([rng.integers(0, 256, (12, 12, 3), dtype=np.uint8) for _ in range(16)])
    rows = prompts(rng, 16)

    together = model.generate(features, rows)

    for index, (tokens, score) in enumerate(together):
        ((alone, alone_score),) = model.generate(features[index : index + 1], [rows[index]])
        assert tokens == alone
        assert score == pytest.approx(alone_score, abs=1e-5)


def test_large_weights_go_to_a_file_beside_the_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = random_checkpoint.write(tmp_path / "checkpoint", 11)
    inline = export(tmp_path / "inline", folder)
    monkeypatch.setattr(repository, "INLINE_BYTES_MAX", 0)
    external = export(tmp_path / "external", folder)
    image = np.random.default_rng(11).integers(0, 256, (12, 12, 3), dtype=np.uint8)

    for name in ("m_vision_encoder", "m_llm"):
        assert (tmp_path / "external" / "models" / name / "1" / "model.onnx.data").stat().st_size > 10_000
    np.testing.assert_array_equal(inline.features([image]), external.features([image]))
    assert inline.generate(inline.features([image]), [[2, 3]]) == external.generate(
        external.features([image]), [[2, 3]]
    )
