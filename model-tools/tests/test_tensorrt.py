"""The check against TensorRT's documentation: what the exporter writes passes, planted graphs don't."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import random_checkpoint
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from vignette_export import cli, repository, tensorrt
from vignette_export.precision import PRECISIONS
from vignette_export.tensorrt import check

REPOSITORY = Path(__file__).resolve().parents[2] / "triton-models"
FLOAT, INT64, BOOL, UINT8 = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL, TensorProto.UINT8

PARTS = ["vision_encoder", "llm"]


def value(name: str, kind: int = FLOAT, *shape: int | str) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name: str, *values: int) -> TensorProto:
    return numpy_helper.from_array(np.array(values, np.int64), name)


def node(kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> NodeProto:
    return helper.make_node(kind, inputs, outputs, name=f"the {kind}", **attributes)


def model(
    nodes: Sequence[NodeProto],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    constants: Sequence[TensorProto] = (),
    opset: int = 17,
) -> ModelProto:
    graph = helper.make_graph(nodes, "planted", inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def body(nodes: Sequence[NodeProto], result: str, collected: Sequence[str] = ()) -> GraphProto:
    """One state called ``state``; the condition is handed on."""
    return helper.make_graph(
        [*nodes, node("Identity", ["go_on"], ["still"])],
        "body",
        [value("turn", INT64), value("go_on", BOOL), value("state", FLOAT, "n", 2)],
        [value("still", BOOL), value(result, FLOAT, "n", 2), *(value(name, FLOAT, "n", 2) for name in collected)],
    )


def looping(
    inside: GraphProto, inputs: Sequence[str] = ("count", "", "x"), count: int = 5, more: int = 0
) -> ModelProto:
    outputs = ["y", *(f"collected_{number}" for number in range(more))]
    return model(
        [node("Loop", inputs, outputs, body=inside)],
        [value("x", FLOAT, "n", 2), value("limit", INT64)],
        [value(name) for name in outputs],
        [constant("count", count)],
    )


def messages(planted: ModelProto) -> list[str]:
    return [str(problem) for problem in check(planted)]


def graph(repository: Path, name: str, part: str) -> ModelProto:
    return onnx.load(repository / f"{name}_{part}" / "1" / "model.onnx")


@pytest.mark.parametrize("part", PARTS)
def test_the_bundled_graphs_are_as_documented(part: str) -> None:
    assert check(graph(REPOSITORY, "tiny-blip2", part)) == []


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("variant", [{}, *random_checkpoint.PARITY_VARIANTS.values()])
def test_exported_graphs_are_as_documented(tmp_path: Path, dtype: str, variant: dict[str, Any]) -> None:
    checkpoint = random_checkpoint.write(tmp_path / "checkpoint", 11, **variant)

    cli.main([str(checkpoint), str(tmp_path), "--name", "m", "--max-new-tokens", "4", "--dtype", dtype])

    for part in PARTS:
        assert check(graph(tmp_path, "m", part)) == []


def test_weights_beside_a_graph_are_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(repository, "INLINE_BYTES_MAX", 0)
    checkpoint = random_checkpoint.write(tmp_path / "checkpoint", 12)
    cli.main([str(checkpoint), str(tmp_path), "--name", "m", "--max-new-tokens", "4"])
    (weights,) = (tmp_path / "m_llm").rglob("*.data")
    weights.unlink()
    capsys.readouterr()

    tensorrt.main([str(tmp_path / "m_llm")])

    assert capsys.readouterr().out.endswith("model.onnx: as TensorRT 10.15 documents it\n")


def test_an_operator_that_is_not_listed() -> None:
    planted = model([node("Det", ["x"], ["y"])], [value("x", FLOAT, 2, 2)], [value("y")])

    assert messages(planted) == ["the Det: operator: Det (expected: one that TensorRT 10.15 lists)"]


def test_an_operator_of_another_domain() -> None:
    planted = model([node("Relu", ["x"], ["y"])], [value("x", FLOAT, 2)], [value("y", FLOAT, 2)])
    planted.graph.node[0].domain = "com.example"
    planted.opset_import.append(helper.make_opsetid("com.example", 1))

    assert messages(planted) == ["the Relu: operator: com.example.Relu (expected: one that TensorRT 10.15 lists)"]


def test_an_operator_that_is_not_listed_inside_a_loop() -> None:
    inside = body([node("Compress", ["state", "state_mask"], ["short"]), node("Relu", ["state"], ["next"])], "next")
    inside.initializer.append(numpy_helper.from_array(np.array([True, False]), "state_mask"))

    assert messages(looping(inside)) == [
        "the Loop/the Compress: operator: Compress (expected: one that TensorRT 10.15 lists)"
    ]


def test_a_type_that_the_operator_does_not_take() -> None:
    nodes = [node("Abs", ["x"], ["a"]), node("Clip", ["x"], ["b"]), node("Gather", ["y", "x"], ["c"])]
    planted = model(nodes, [value("x", INT64, 2), value("y", FLOAT, 2)], [])

    assert messages(planted) == ["the Clip: type of x: INT64 (expected for Clip: FP32, FP16, BF16)"]


@pytest.mark.parametrize(("kind", "name"), [(TensorProto.DOUBLE, "FP64"), (TensorProto.STRING, "STRING")])
def test_a_type_that_no_tensor_may_have(kind: int, name: str) -> None:
    planted = model([node("Identity", ["x"], ["y"])], [value("x", kind, 2)], [value("y", kind, 2)])

    expected = "(expected: FP32, FP16, BF16, INT32, INT64, BOOL)"
    assert messages(planted) == [f"type of x: {name} {expected}", f"the Identity: type of y: {name} {expected}"]


def test_pixels_of_uint8_are_converted_first() -> None:
    good = model([node("Cast", ["x"], ["y"], to=FLOAT)], [value("x", UINT8, 2)], [value("y", FLOAT, 2)])
    bad = model([node("Cast", ["x"], ["y"], to=INT64)], [value("x", UINT8, 2)], [value("y", INT64, 2)])

    assert messages(good) == []
    assert messages(bad) == ["the Cast: operator on UINT8: Cast (expected: Cast to FP32 or FP16)"]


def test_uint8_between_operators() -> None:
    nodes = [node("Cast", ["x"], ["bytes"], to=UINT8), node("Cast", ["bytes"], ["y"], to=FLOAT)]

    assert messages(model(nodes, [value("x", FLOAT, 2)], [value("y", FLOAT, 2)])) == [
        "the Cast: type of bytes: UINT8 (expected: only inputs, and outputs that a Cast makes)"
    ]


@pytest.mark.parametrize("opset", [8, 25])
def test_an_opset_beyond_the_range(opset: int) -> None:
    planted = model([node("Relu", ["x"], ["y"])], [value("x", FLOAT, 2)], [value("y", FLOAT, 2)], opset=opset)

    assert messages(planted) == [f"opset: {opset} (expected: 9 to 24)"]


def test_a_loop_whose_state_keeps_its_shape() -> None:
    assert messages(looping(body([node("Relu", ["state"], ["next"])], "next"))) == []


def test_a_loop_whose_state_grows() -> None:
    inside = body([node("Concat", ["state", "x"], ["next"], axis=0)], "next")

    assert messages(looping(inside)) == [
        "the Loop: shape of state: [3, 2] becomes [6, 2] (expected: the same on every turn)"
    ]


def test_a_loop_with_a_state_of_unknown_shape() -> None:
    nodes = [node("NonZero", ["state"], ["places"]), node("Cast", ["places"], ["next"], to=FLOAT)]

    assert "the Loop: shape of state: [3, 2] to [2, None] (expected: one that can be inferred)" in messages(
        looping(body(nodes, "next"))
    )


def test_a_loop_without_an_end() -> None:
    inside = body([node("Relu", ["state"], ["next"])], "next")

    assert messages(looping(inside, ("", "", "x"))) == [
        "the Loop: loop without a count and without a condition (expected: at least one of them)"
    ]


def test_a_loop_whose_count_is_taken_for_none() -> None:
    inside = body([node("Relu", ["state"], ["next"])], "next")

    assert messages(looping(inside, count=2**63 - 1)) == [
        "the Loop: count of a loop: 2147483647 or more, which is taken for none (expected: less)"
    ]


def test_a_loop_that_collects() -> None:
    nodes = [node("Relu", ["state"], ["next"]), node("Abs", ["state"], ["gathered"])]
    inside = body(nodes, "next", ["gathered"])

    assert messages(looping(inside, more=1)) == []
    assert messages(looping(inside, ("limit", "", "x"), more=1)) == [
        "the Loop: length of collected gathered: varies (expected: a constant count)"
    ]


def test_a_loop_that_carries_a_sequence() -> None:
    sequence = helper.make_tensor_sequence_value_info
    inside = helper.make_graph(
        [node("Identity", ["go_on"], ["still"]), node("Identity", ["state"], ["next"])],
        "body",
        [value("turn", INT64), value("go_on", BOOL), sequence("state", FLOAT, None)],
        [value("still", BOOL), sequence("next", FLOAT, None)],
    )
    nodes = [node("SequenceEmpty", [], ["x"]), node("Loop", ["count", "", "x"], ["y"], body=inside)]
    planted = model(nodes, [], [sequence("y", FLOAT, None)], [constant("count", 3)])

    found = messages(planted)

    assert "the SequenceEmpty: operator: SequenceEmpty (expected: one that TensorRT 10.15 lists)" in found
    assert "the Loop: type of y: sequence (expected: FP32, FP16, BF16, INT32, INT64, BOOL)" in found


def test_restrictions_of_operators() -> None:
    nodes = [
        node("Shape", ["axis"], ["one"]),
        node("Squeeze", ["x", "one"], ["a"]),
        node("Resize", ["x", "", "scales"], ["b"], mode="cubic"),
        node("LayerNormalization", ["x", "scales"], ["c", "mean"]),
        node("Constant", [], ["d"], value_string="text"),
    ]
    inputs = [value("x", FLOAT, 1, 1, 4, 4), value("scales", FLOAT, 4), value("axis", INT64, 1)]

    found = messages(model(nodes, inputs, []))

    assert found == [
        "the Squeeze: axes of Squeeze: computed (expected: a constant)",
        "the Resize: mode of Resize: cubic (expected: nearest, linear)",
        "the Resize: Resize: supported with a restriction to look at: axes 0, 1, … of all dimensions where scales is "
        "an input",
        "the LayerNormalization: outputs of LayerNormalization: 2 (expected: 1)",
        "the Constant: value_string of Constant: present (expected: absent)",
        "the Constant: type of d: STRING (expected: FP32, FP16, BF16, INT32, INT64, BOOL)",
    ]


def test_a_graph_that_contradicts_itself() -> None:
    planted = model(
        [node("Add", ["x", "y"], ["z"])], [value("x", FLOAT, 2), value("y", FLOAT, 3)], [value("z", FLOAT, 2)]
    )

    (found,) = messages(planted)
    assert found.startswith("types and shapes: ")


def test_the_command_prints_a_line_for_each_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = model([node("Det", ["x"], ["y"])], [value("x", FLOAT, 2, 2)], [value("y")])
    onnx.save(bad, tmp_path / "bad.onnx")

    with pytest.raises(SystemExit) as end:
        tensorrt.main([str(tmp_path)])

    assert end.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path}/bad.onnx: the Det: operator: Det (expected: one that TensorRT 10.15 lists)"
    ]


def test_the_command_says_what_it_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    file = REPOSITORY / "tiny-blip2_llm" / "1" / "model.onnx"

    tensorrt.main([str(file)])

    assert capsys.readouterr().out == f"{file}: as TensorRT 10.15 documents it\n"


def test_a_folder_without_graphs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no ONNX graph"):
        tensorrt.main([str(tmp_path)])
