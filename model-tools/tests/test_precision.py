"""Graphs in float16 and bfloat16: typed throughout, and close to float32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import random_checkpoint
from numpy.typing import NDArray
from onnx import TensorProto
from onnx.reference import ReferenceEvaluator

from vignette_export import cli
from vignette_export.precision import PRECISIONS

ELEMENTS = {"fp16": TensorProto.FLOAT16, "bf16": TensorProto.BFLOAT16}
ROWS = [[2, 7, 9], [2, 5, 11]]


def export(folder: Path, dtype: str, *more: str) -> Path:
    checkpoint = random_checkpoint.write(folder / "checkpoint", 31)
    target = folder / dtype
    cli.main([str(checkpoint), str(target), "--name", "m", "--max-new-tokens", "5", "--dtype", dtype, *more])
    return target


def graph(repository: Path, part: str) -> onnx.ModelProto:
    return onnx.load(repository / f"m_{part}" / "1" / "model.onnx")


def run(repository: Path) -> tuple[NDArray[np.float32], list[NDArray[np.generic]]]:
    """By ONNX's own evaluator, which knows every type on every processor."""
    pixels = np.random.default_rng(1).integers(0, 256, (2, 12, 12, 3), dtype=np.uint8)
    (features,) = ReferenceEvaluator(graph(repository, "vision_encoder")).run(None, {"pixels": pixels})
    ids = np.array(ROWS, np.int64)
    inputs = {
        "image_features": features,
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "max_new_tokens": np.full((2, 1), 5, np.int64),
    }
    return features, ReferenceEvaluator(graph(repository, "llm")).run(None, inputs)


@pytest.mark.parametrize(("dtype", "close"), [("fp16", 0.02), ("bf16", 0.15)])
def test_results_are_those_of_float32_but_for_rounding(tmp_path: Path, dtype: str, close: float) -> None:
    features, answers = run(export(tmp_path, dtype))
    expected_features, expected = run(export(tmp_path, "fp32"))

    assert features.dtype == np.float32
    np.testing.assert_allclose(features, expected_features, atol=close)
    np.testing.assert_array_equal(answers[0][:, 0], expected[0][:, 0])  # first tokens
    np.testing.assert_allclose(answers[2], expected[2], atol=close)


@pytest.mark.parametrize("dtype", ELEMENTS)
@pytest.mark.parametrize("part", ["vision_encoder", "llm"])
def test_a_graph_is_typed_throughout(tmp_path: Path, dtype: str, part: str) -> None:
    model = graph(export(tmp_path, dtype), part)

    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)

    weights = [tensor for tensor in model.graph.initializer if len(tensor.dims) == 2]
    assert {tensor.data_type for tensor in weights} == {ELEMENTS[dtype]}
    told = {value.type.tensor_type.elem_type for value in [*inferred.graph.input, *inferred.graph.output]}
    assert told <= {TensorProto.UINT8, TensorProto.INT64, TensorProto.FLOAT}


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_every_part_is_as_large_as_planned(tmp_path: Path, dtype: str, capsys: pytest.CaptureFixture[str]) -> None:
    repository = export(tmp_path, dtype)
    capsys.readouterr()

    export(tmp_path / "plan", dtype, "--plan")

    planned = capsys.readouterr().out.splitlines()
    assert not (tmp_path / "plan" / dtype).exists()
    for part, line in zip(("vision_encoder", "llm"), planned, strict=False):
        weights = sum(len(tensor.raw_data) for tensor in graph(repository, part).graph.initializer)
        size = float(line.split(": ")[1].split()[0]) * 1e6
        assert line.startswith(f"m_{part}/1/model.onnx: ")
        assert weights == pytest.approx(size, rel=0.05, abs=6_000)
    assert [line.split(": ")[0] for line in planned[3:]] == [
        "running, batch 1",
        "running, batch 8",
        "running, batch 32",
    ]


def test_the_threshold_of_confidence_goes_to_the_profile(tmp_path: Path) -> None:
    profile = export(tmp_path, "fp32", "--low-confidence-below", "0.8") / "m" / "profile.yaml"

    assert profile.read_text().endswith("confidence:\n  low_below: 0.8\n")


@pytest.mark.parametrize("threshold", ["1.5", "-0.1", "high", "nan"])
def test_a_threshold_that_is_no_share_is_refused(tmp_path: Path, threshold: str) -> None:
    with pytest.raises(SystemExit):
        export(tmp_path, "fp32", "--low-confidence-below", threshold)
