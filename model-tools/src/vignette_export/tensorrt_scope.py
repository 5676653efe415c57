"""The values that a graph's nodes see: types and shapes as ONNX infers them, in concrete sizes.

Every dimension that may vary is given a number of its own, so that a shape that changes from one turn of a loop to the
next shows. What bodies declare about their shapes is not believed, only what comes out of their nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, TypeProto, ValueInfoProto, helper, shape_inference

from vignette_export.tensorrt_support import type_name

# Prime, so that no product or sum of some dimensions is easily taken for another one.
_SIZES = (3, 7, 5, 11, 13, 17, 19, 23, 29, 31)
# Larger constants say nothing about shapes.
_CONSTANT_ELEMENTS_MAX = 1024


@dataclass(frozen=True)
class Scope:
    """Values and constants by name. A body's scope holds those of the graphs around it as well."""

    types: Mapping[str, TypeProto]
    constants: Mapping[str, TensorProto]

    def type_of(self, name: str) -> str:
        """Name of a tensor's type, "" where it is unknown."""
        known = self.types.get(name)
        if known is None:
            return ""
        kind = known.WhichOneof("value")
        return type_name(known.tensor_type.elem_type) if kind == "tensor_type" else str(kind).removesuffix("_type")

    def shape_of(self, name: str) -> list[int | None] | None:
        known = self.types.get(name)
        if known is None or not known.tensor_type.HasField("shape"):
            return None
        return [dim.dim_value if dim.HasField("dim_value") else None for dim in known.tensor_type.shape.dim]

    def within(self, graph: GraphProto, inputs: Mapping[str, TypeProto], opset: int) -> Scope:
        """The scope of a graph that is part of this one; ``inputs`` are the types of its own inputs.

        :raises onnx.shape_inference.InferenceError: for a graph that contradicts itself
        """
        constants = {**self.constants, **{tensor.name: tensor for tensor in graph.initializer}}
        given = {**self.types, **{name: _tensor_type(tensor) for name, tensor in constants.items()}, **inputs}
        given.update(_constant_nodes(graph, constants))
        return Scope({**given, **_infer(graph, given, constants, opset)}, constants)


def main_scope(graph: GraphProto, opset: int) -> Scope:
    """The scope of a model's own graph.

    :raises onnx.shape_inference.InferenceError: for a graph that contradicts itself
    """
    return Scope({}, {}).within(graph, _concrete({}, graph.input), opset)


def subgraphs(node: NodeProto) -> Iterator[GraphProto]:
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            yield attribute.g
        yield from attribute.graphs


def scalar_type(element: int) -> TypeProto:
    return helper.make_tensor_type_proto(element, [])


def _concrete(sizes: dict[str, int], values: Sequence[ValueInfoProto]) -> dict[str, TypeProto]:
    """Types with a number for each dimension: the same for the same name."""
    types = {value.name: TypeProto.FromString(value.type.SerializeToString()) for value in values}
    for name, type_proto in types.items():
        for place, dim in enumerate(type_proto.tensor_type.shape.dim):
            if not dim.HasField("dim_value"):
                symbol = dim.dim_param or f"{name} {place}"
                dim.dim_value = sizes.setdefault(symbol, _SIZES[len(sizes) % len(_SIZES)])
    return types


def _tensor_type(tensor: TensorProto) -> TypeProto:
    return helper.make_tensor_type_proto(tensor.data_type, list(tensor.dims))


def _constant_nodes(graph: GraphProto, constants: dict[str, TensorProto]) -> dict[str, TypeProto]:
    """Adds what Constant nodes hold to ``constants`` and returns the types."""
    found = {
        node.output[0]: attribute.t
        for node in graph.node
        if node.op_type == "Constant"
        for attribute in node.attribute
        if attribute.name == "value"
    }
    constants.update(found)
    return {name: _tensor_type(tensor) for name, tensor in found.items()}


def _infer(
    graph: GraphProto, given: Mapping[str, TypeProto], constants: Mapping[str, TensorProto], opset: int
) -> dict[str, TypeProto]:
    """Types of what the nodes give. Large constants and outer values become inputs of the graph that is asked about."""
    nodes = [_undeclared(node) for node in graph.node]
    made = {name for node in graph.node for name in node.output}
    used = {name for name in _used(graph) if name in given and name not in made}
    small = {name for name in used if name in constants and _elements(constants[name]) <= _CONSTANT_ELEMENTS_MAX}
    asked = helper.make_graph(
        nodes,
        "asked",
        [helper.make_value_info(name, given[name]) for name in sorted(used)],
        [],
        [_named(constants[name], name) for name in sorted(small)],
    )
    model = helper.make_model(asked, opset_imports=[helper.make_opsetid("", opset)])
    inferred = shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    return {value.name: value.type for value in inferred.graph.value_info}


def _undeclared(node: NodeProto) -> NodeProto:
    """The node without what its bodies declare about shapes: each body is asked about by itself."""
    if not any(True for _ in subgraphs(node)):
        return node
    copy = NodeProto()
    copy.CopyFrom(node)
    for body in subgraphs(copy):
        for value in [*body.input, *body.output, *body.value_info]:
            if value.type.HasField("tensor_type"):
                value.type.tensor_type.ClearField("shape")
        for place, inner in enumerate(body.node):
            body.node[place].CopyFrom(_undeclared(inner))
    return copy


def _used(graph: GraphProto) -> set[str]:
    names = {name for node in graph.node for name in node.input if name}
    names.update(value.name for value in graph.output)
    for node in graph.node:
        for body in subgraphs(node):
            names |= _used(body) - {name for inner in body.node for name in inner.output}
    return names


def _elements(tensor: TensorProto) -> int:
    count = 1
    for dim in tensor.dims:
        count *= dim
    return count


def _named(tensor: TensorProto, name: str) -> TensorProto:
    copy = TensorProto()
    copy.CopyFrom(tensor)
    copy.name = name
    return copy
