"""Reading checkpoints, and saying what is wrong with those that cannot be exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import random_checkpoint

from vignette_export import cli
from vignette_export.errors import UnsupportedCheckpoint
from vignette_export.repository import length_buckets
from vignette_export.weights import Weights


@pytest.mark.parametrize(("dtype", "exact"), [("float32", 1e-7), ("float16", 1e-3), ("bfloat16", 1e-2)])
def test_weights_of_any_type_are_read_as_float32(tmp_path: Path, dtype: str, exact: float) -> None:
    value = np.linspace(-2, 2, 12).reshape(3, 4)
    random_checkpoint.write_safetensors(tmp_path / "model.safetensors", {"a": np.ones(2), "b": value}, dtype)

    weights = Weights(tmp_path)

    assert weights["b"].dtype == np.float32
    np.testing.assert_allclose(weights["b"], value, rtol=exact)
    assert weights.shape("b") == (3, 4)
    assert weights.count() == 14
    assert "c" not in weights


def test_a_missing_tensor_is_named(tmp_path: Path) -> None:
    random_checkpoint.write_safetensors(tmp_path / "model.safetensors", {"a": np.ones(2)})
    with pytest.raises(UnsupportedCheckpoint, match="tensor missing from the checkpoint: b"):
        Weights(tmp_path)["b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ({"model_type": "t5"}, r"language model: t5 \(expected: opt\)"),
        ({"word_embed_proj_dim": 16}, r"word_embed_proj_dim: 16 \(expected: hidden_size, 32\)"),
        ({"activation_function": "silu"}, "activation: silu"),
        ({"max_position_embeddings": 37}, r"longest answer: 32 \(expected: 1 to 31\)"),
    ],
)
def test_unsupported_checkpoints_are_refused_in_words(tmp_path: Path, text: dict[str, Any], message: str) -> None:
    folder = random_checkpoint.write(tmp_path / "checkpoint", 1, text)
    with pytest.raises(SystemExit, match=message):
        cli.main([str(folder), str(tmp_path / "models"), "--name", "m"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"resample": 2}, "resample: 2"), ({"rescale_factor": 1.0}, "rescale_factor"), ({"do_resize": False}, "skips")],
)
def test_other_image_processing_is_refused(tmp_path: Path, settings: dict[str, Any], message: str) -> None:
    folder = random_checkpoint.write(tmp_path / "checkpoint", 1)
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
    with pytest.raises(SystemExit, match=message):
        cli.main([str(folder), str(tmp_path / "models"), "--name", "m"])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"file missing: .*config\.json"):
        cli.main([str(tmp_path), str(tmp_path / "models"), "--name", "m"])


@pytest.mark.parametrize("arguments", [["--name", "Bad/Name"], ["--name", "m", "--max-new-tokens", "0"], []])
def test_bad_arguments_are_refused(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([str(tmp_path), str(tmp_path / "models"), *arguments])


def test_length_buckets_double_and_end_with_the_limit() -> None:
    assert length_buckets(80) == [8, 16, 32, 80]
    assert length_buckets(16) == [8, 16]
    assert length_buckets(5) == [5]
    assert length_buckets(1984) == [8, 16, 32, 64, 128, 256, 512, 1984]
