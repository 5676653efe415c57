"""Checks, without TensorRT, that ONNX graphs are made of what its parser documents as supported.

``python -m vignette_export.tensorrt FOLDER_OR_FILE...`` prints a line for each problem and ends with 1 if there is one.
A folder stands for every ``*.onnx`` below it. Weights beside a graph are not read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, TypeProto, helper, numpy_helper
from onnx.shape_inference import InferenceError

from vignette_export.tensorrt_scope import Scope, main_scope, scalar_type, subgraphs
from vignette_export.tensorrt_support import Operator, Support, support, type_name

_DOMAINS = ("", "ai.onnx")
# Operators whose line in the table speaks of what comes out as well.
_CONVERTERS = ("Cast", "CastLike", "Constant", "ConstantOfShape", "EyeLike")
_UINT8_CONVERTS_TO = ("FP32", "FP16")
# The parser takes such a count for none at all.
_NO_TRIP_COUNT = 2**31 - 1
_NON_STATES = 2  # a loop's first two inputs: count and condition


@dataclass(frozen=True)
class Problem:
    """``node`` is the way to the node, through the loops around it; empty for what concerns the model."""

    node: str
    message: str

    def __str__(self) -> str:
        return f"{self.node}: {self.message}" if self.node else self.message


def check(model: ModelProto) -> list[Problem]:
    """What TensorRT's parser does not document as supported; empty for a graph that it should take."""
    known = support()
    opset = next((entry.version for entry in model.opset_import if entry.domain in _DOMAINS), 0)
    if not known.first_opset <= opset <= known.last_opset:
        return [Problem("", f"opset: {opset} (expected: {known.first_opset} to {known.last_opset})")]
    foreign = list(_foreign(model.graph, known))
    if foreign:  # nothing is known about what they give
        return foreign
    try:
        scope = main_scope(model.graph, opset)
    except InferenceError as error:
        return [_contradiction("", error)]
    return list(_Walk(known, opset, {value.name for value in model.graph.output}).model(model.graph, scope))


class _Walk:
    """Goes through a graph and the bodies in it."""

    def __init__(self, known: Support, opset: int, outputs: set[str]) -> None:
        self._known = known
        self._opset = opset
        self._outputs = outputs

    def model(self, graph: GraphProto, scope: Scope) -> Iterator[Problem]:
        for value in graph.input:
            yield from self._value("", value.name, scope, is_network_value=True)
        yield from self._graph(graph, scope, "")

    def _graph(self, graph: GraphProto, scope: Scope, at: str) -> Iterator[Problem]:
        for tensor in graph.initializer:
            yield from self._value(at.rstrip("/"), tensor.name, scope)
        for place, node in enumerate(graph.node):
            yield from self._node(node, scope, _path(at, node, place))

    def _node(self, node: NodeProto, scope: Scope, at: str) -> Iterator[Problem]:
        operator = self._known.operators.get(node.op_type)
        if operator is None:
            yield _unlisted(at, node.op_type, self._known)
        else:
            yield from self._types(node, operator, scope, at)
            yield from _restrictions(node, operator, self._schema(node), scope, at)
        for name in filter(None, node.output):
            yield from self._value(at, name, scope, node.op_type == "Cast" and name in self._outputs)
        if node.op_type == "Loop":
            yield from self._loop(node, scope, at)
        else:
            for body in subgraphs(node):
                yield from self._body(body, {value.name: value.type for value in body.input}, scope, at)

    def _schema(self, node: NodeProto) -> onnx.defs.OpSchema:
        return onnx.defs.get_schema(node.op_type, self._opset)

    def _value(self, at: str, name: str, scope: Scope, is_network_value: bool = False) -> Iterator[Problem]:
        """What holds for every tensor, whatever operator made it."""
        kind = scope.type_of(name)
        if kind == "UINT8" and not is_network_value:
            yield Problem(at, f"type of {name}: UINT8 (expected: only inputs, and outputs that a Cast makes)")
        elif kind not in ("UINT8", *self._known.types, *self._known.quantized_types):
            yield Problem(at, f"type of {name}: {kind or 'unknown'} (expected: {', '.join(self._known.types)})")

    def _types(self, node: NodeProto, operator: Operator, scope: Scope, at: str) -> Iterator[Problem]:
        general = (*self._known.types, *self._known.quantized_types)
        for name in self._typed(node):
            kind = scope.type_of(name)
            if kind in general and kind not in operator.types:
                yield Problem(at, f"type of {name}: {kind} (expected for {node.op_type}: {', '.join(operator.types)})")
        if "UINT8" in map(scope.type_of, node.input) and not _converts_uint8(node):
            expected = f"Cast to {' or '.join(_UINT8_CONVERTS_TO)}"
            yield Problem(at, f"operator on UINT8: {node.op_type} (expected: {expected})")

    def _typed(self, node: NodeProto) -> Iterator[str]:
        """The values that the table's types are about: not indices, shapes and conditions."""
        schema = self._schema(node)
        inputs = [schema.inputs[min(place, len(schema.inputs) - 1)].type_str for place in range(len(node.input))]
        main = schema.outputs[0].type_str if schema.outputs[0].type_str in inputs else (inputs or [""])[0]
        yield from (name for name, kind in zip(node.input, inputs, strict=True) if name and kind == main)
        if node.op_type in _CONVERTERS:
            yield node.output[0]

    def _loop(self, node: NodeProto, scope: Scope, at: str) -> Iterator[Problem]:
        body = next(subgraphs(node))
        count, condition = (*node.input, "", "")[:_NON_STATES]
        limit = scope.constants.get(count)
        if not count and not condition:
            yield Problem(at, "loop without a count and without a condition (expected: at least one of them)")
        if limit is not None and int(numpy_helper.to_array(limit).reshape(-1)[0]) >= _NO_TRIP_COUNT:
            yield Problem(at, f"count of a loop: {_NO_TRIP_COUNT} or more, which is taken for none (expected: less)")
        states = node.input[_NON_STATES:]
        for value in body.output[1 + len(states) :]:
            if limit is None:
                yield Problem(at, f"length of collected {value.name}: varies (expected: a constant count)")
        given = [scalar_type(TensorProto.INT64), scalar_type(TensorProto.BOOL)]
        given += [scope.types.get(name, TypeProto()) for name in states]
        inputs = {value.name: kind for value, kind in zip(body.input, given, strict=True)}
        yield from self._body(body, inputs, scope, at, list(zip(states, body.output[1:], strict=False)))

    def _body(
        self,
        body: GraphProto,
        inputs: dict[str, TypeProto],
        scope: Scope,
        at: str,
        carried: Sequence[tuple[str, onnx.ValueInfoProto]] = (),
    ) -> Iterator[Problem]:
        try:
            inner = scope.within(body, inputs, self._opset)
        except InferenceError as error:
            yield _contradiction(at, error)
            return
        for (first, result), name in zip(carried, list(inputs)[_NON_STATES:], strict=True):
            before, after = scope.shape_of(first), inner.shape_of(result.name)
            if before is None or after is None or None in before or None in after:
                yield Problem(at, f"shape of {name}: {before} to {after} (expected: one that can be inferred)")
            elif before != after:
                yield Problem(at, f"shape of {name}: {before} becomes {after} (expected: the same on every turn)")
        yield from self._graph(body, inner, f"{at}/")


def _foreign(graph: GraphProto, known: Support, at: str = "") -> Iterator[Problem]:
    for place, node in enumerate(graph.node):
        if node.domain not in _DOMAINS:
            yield _unlisted(_path(at, node, place), f"{node.domain}.{node.op_type}", known)
        for body in subgraphs(node):
            yield from _foreign(body, known, f"{_path(at, node, place)}/")


def _unlisted(at: str, name: str, known: Support) -> Problem:
    return Problem(at, f"operator: {name} (expected: one that {known.version} lists)")


def _path(at: str, node: NodeProto, place: int) -> str:
    return at + (node.name or f"{node.op_type} {place}")


def _restrictions(
    node: NodeProto, operator: Operator, schema: onnx.defs.OpSchema, scope: Scope, at: str
) -> Iterator[Problem]:
    given = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    for name in operator.without:
        if name in given:
            yield Problem(at, f"{name} of {node.op_type}: present (expected: absent)")
    for name, allowed in (operator.attributes or {}).items():
        value = given.get(name)
        value = value.decode() if isinstance(value, bytes) else value
        if value is not None and value not in allowed:
            yield Problem(at, f"{name} of {node.op_type}: {value} (expected: {', '.join(map(str, allowed))})")
    for parameter, name in zip(schema.inputs, node.input, strict=False):
        if name and parameter.name in operator.constant and name not in scope.constants:
            yield Problem(at, f"{parameter.name} of {node.op_type}: computed (expected: a constant)")
    if operator.outputs is not None and len(list(filter(None, node.output))) > operator.outputs:
        yield Problem(at, f"outputs of {node.op_type}: {len(node.output)} (expected: {operator.outputs})")
    if operator.unchecked:
        yield Problem(at, f"{node.op_type}: supported with a restriction to look at: {operator.unchecked}")


def _converts_uint8(node: NodeProto) -> bool:
    targets = [type_name(attribute.i) for attribute in node.attribute if attribute.name == "to"]
    return node.op_type == "Cast" and targets[0] in _UINT8_CONVERTS_TO


def _contradiction(at: str, error: InferenceError) -> Problem:
    return Problem(at, f"types and shapes: {' '.join(str(error).split())}")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="vignette-tensorrt", description=__doc__)
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="FOLDER_OR_FILE", help="an ONNX graph, or where some lie"
    )
    graphs = [graph for path in parser.parse_args(arguments).paths for graph in _graphs(path)]
    problems = [f"{graph}: {problem}" for graph in graphs for problem in check(_load(graph))]
    print("\n".join(problems or [f"{graph}: as {support().version} documents it" for graph in graphs]))
    if problems:
        raise SystemExit(1)


def _graphs(path: Path) -> list[Path]:
    found = sorted(path.rglob("*.onnx")) if path.is_dir() else [path]
    if not found or not found[0].is_file():
        raise SystemExit(f"no ONNX graph: {path} (expected: a file, or a folder with one)")
    return found


def _load(graph: Path) -> ModelProto:
    return onnx.load(graph, load_external_data=False)


if __name__ == "__main__":
    main()
