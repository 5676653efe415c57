"""Writing ONNX graphs by hand: nodes, constants, weights, sub-graphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

from vignette_export.precision import FLOAT32, Precision

OPSET = 17
IR_VERSION = 8

# Above this size weights go to a file beside the graph: ONNX files are protobuf messages, which end at 2 GiB, and
# writing one takes three times its size in memory.
INLINE_BYTES_MAX = 250_000_000

_EXTERNAL_TENSOR_BYTES_MIN = 1024
_EXTERNAL_ALIGNMENT_BYTES = 4096

Array = NDArray[Any]


class Initializers:
    """The constant tensors of a model. The main graph and its sub-graphs share them, each is stored once.

    With ``external`` set, large tensors are appended to that file at once, so that no more than one is in memory.
    """

    def __init__(self, external: Path | None = None) -> None:
        self.tensors: list[TensorProto] = []
        self._names: set[str] = set()
        self._external = external
        self._stream: BinaryIO | None = external.open("wb") if external else None

    def add(self, name: str, value: Callable[[], Array]) -> str:
        """Store a tensor unless one of that name is there; ``value`` is only called when needed."""
        if name not in self._names:
            self._names.add(name)
            self.tensors.append(self._tensor(name, value()))
        return name

    def close(self) -> None:
        if self._stream:
            self._stream.close()

    def _tensor(self, name: str, value: Array) -> TensorProto:
        kind = helper.np_dtype_to_tensor_dtype(value.dtype)
        tensor = TensorProto(name=name, dims=value.shape, data_type=kind)
        if self._stream and self._external and value.nbytes >= _EXTERNAL_TENSOR_BYTES_MIN:
            self._stream.write(bytes(-self._stream.tell() % _EXTERNAL_ALIGNMENT_BYTES))
            place = {"location": self._external.name, "offset": self._stream.tell(), "length": value.nbytes}
            self._stream.write(np.ascontiguousarray(value).view(np.uint8).data)  # no second copy of a large tensor
            tensor.data_location = TensorProto.EXTERNAL
            for key, entry in place.items():
                tensor.external_data.add(key=key, value=str(entry))
        else:
            tensor.raw_data = value.tobytes()  # C order; np.ascontiguousarray would turn scalars into vectors
        return tensor


class Graph:
    """A growing list of nodes. Values are named by strings, as in ONNX itself."""

    def __init__(self, initializers: Initializers, prefix: str = "") -> None:
        self.initializers = initializers
        self.nodes: list[NodeProto] = []
        self._prefix = prefix

    def body(self, prefix: str) -> Graph:
        """A sub-graph: sees the values of this graph; its own names start with ``prefix``."""
        return Graph(self.initializers, prefix)

    def op(self, kind: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Append a node with one output and return that output's name."""
        return self.ops(kind, *inputs, names=[name or self._next(kind)], **attributes)[0]

    def ops(self, kind: str, *inputs: str, names: Sequence[str], **attributes: Any) -> Sequence[str]:
        """Append a node whose outputs are called ``names``."""
        node = helper.make_node(kind, list(inputs), list(names), name=self._next(kind + "_node"), **attributes)
        self.nodes.append(node)
        return names

    def split(self, x: str, sizes: Sequence[int], axis: int) -> Sequence[str]:
        names = [f"{self._next('Split')}_{part}" for part in range(len(sizes))]
        return self.ops("Split", x, self.ints(*sizes), names=names, axis=axis)

    def ints(self, *values: int) -> str:
        """A vector of int64."""
        return self._constant("ints", np.array(values, np.int64))

    def int64(self, value: int) -> str:
        """A scalar of int64."""
        return self._constant("int", np.array(value, np.int64))

    def int32(self, value: int) -> str:
        return self._constant("int32", np.array(value, np.int32))

    def float32(self, value: float) -> str:
        return self.number(value, FLOAT32)

    def number(self, value: float, precision: Precision) -> str:
        """A scalar of that type."""
        return self._constant(precision.constant, np.array(value, precision.dtype))

    def shape(self, *parts: str) -> str:
        """A shape put together from vectors of int64."""
        return self.op("Concat", *parts, axis=0)

    def dim(self, x: str, axis: int) -> str:
        """One dimension of ``x`` as a vector of one element."""
        return self.op("Slice", self.op("Shape", x), self.ints(axis), self.ints(axis + 1))

    def _constant(self, kind: str, value: Array) -> str:
        text = "_".join(str(entry).replace("-", "minus") for entry in value.reshape(-1).tolist())
        return self.initializers.add(f"const_{kind}_{text}", lambda: value)

    def _next(self, kind: str) -> str:
        return f"{self._prefix}{kind}_{len(self.nodes)}"


def value_info(name: str, element: int, shape: Sequence[str | int]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, element, list(shape))


def model(
    graph: Graph,
    name: str,
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    metadata: Mapping[str, object],
) -> ModelProto:
    """Wrap a finished main graph as a model. ``metadata`` goes into the file, for people and tools that look."""
    graph.initializers.close()
    body = helper.make_graph(graph.nodes, name, list(inputs), list(outputs), graph.initializers.tensors)
    proto = helper.make_model(
        body,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="vignette-export",
    )
    helper.set_model_props(proto, {key: str(value) for key, value in metadata.items()})
    return proto
