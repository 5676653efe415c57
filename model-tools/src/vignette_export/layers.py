"""The layers that the vision transformer, the Q-Former and the language model have in common."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from vignette_export.errors import UnsupportedCheckpoint
from vignette_export.graph import Array, Graph
from vignette_export.precision import FLOAT32, Precision
from vignette_export.weights import Weights

# Order of axes from [batch, position, head, channel].
BY_HEAD = (0, 2, 1, 3)
BY_HEAD_TRANSPOSED = (0, 2, 3, 1)


class Layers:
    """Writes layers into one graph, with the weights of one checkpoint, in one precision.

    Rows are kept flat ([batch * positions, channels]) outside attention: a linear layer is then one Gemm.
    """

    def __init__(self, graph: Graph, weights: Weights, precision: Precision = FLOAT32) -> None:
        self.graph = graph
        self.weights = weights
        self.precision = precision

    def within(self, graph: Graph) -> Layers:
        """The same weights, written into another graph."""
        return Layers(graph, self.weights, self.precision)

    def weight(self, name: str, value: Callable[[], Array] | None = None) -> str:
        """A tensor of the checkpoint, or one computed from it under a name of its own."""
        load = value or (lambda: self.weights[name])
        return self.graph.initializers.add(name, lambda: load().astype(self.precision.dtype, copy=False))

    def number(self, value: float) -> str:
        """A scalar of the layers' precision."""
        return self.graph.number(value, self.precision)

    def lowered(self, x: str) -> str:
        """From float32 to the layers' precision."""
        return x if self.precision is FLOAT32 else self.graph.op("Cast", x, to=self.precision.element)

    def raised(self, x: str) -> str:
        """From the layers' precision to float32."""
        return x if self.precision is FLOAT32 else self.graph.op("Cast", x, to=FLOAT32.element)

    def linear(self, x: str, name: str, bias: bool = True) -> str:
        inputs = [x, self.weight(f"{name}.weight")]
        if bias:
            inputs.append(self.weight(f"{name}.bias"))
        return self.graph.op("Gemm", *inputs, transB=1)

    def layer_norm(self, x: str, name: str, epsilon: float) -> str:
        """Computed in float32, explicitly so: its sum of squares overflows float16."""
        full = Layers(self.graph, self.weights)
        inputs = [self.raised(x), full.weight(f"{name}.weight"), full.weight(f"{name}.bias")]
        return self.lowered(self.graph.op("LayerNormalization", *inputs, axis=-1, epsilon=epsilon))

    def plain_layer_norm(self, x: str, size: int, epsilon: float) -> str:
        """Layer normalisation without learned scale and shift."""
        full = Layers(self.graph, self.weights)
        ones = full.weight(f"const_ones_{size}", lambda: np.ones(size))
        zeros = full.weight(f"const_zeros_{size}", lambda: np.zeros(size))
        return self.lowered(self.graph.op("LayerNormalization", self.raised(x), ones, zeros, axis=-1, epsilon=epsilon))

    def activation(self, x: str, kind: str) -> str:
        g = self.graph
        if kind == "relu":
            return g.op("Relu", x)
        if kind == "gelu":
            error = g.op("Erf", g.op("Mul", x, self.number(math.sqrt(0.5))))
            return self._half_times(x, error)
        if kind in ("gelu_new", "gelu_pytorch_tanh"):
            cube = g.op("Mul", g.op("Mul", x, x), x)
            inner = g.op("Add", x, g.op("Mul", cube, self.number(0.044715)))
            return self._half_times(x, g.op("Tanh", g.op("Mul", inner, self.number(math.sqrt(2 / math.pi)))))
        raise UnsupportedCheckpoint(f"activation: {kind} (expected: relu, gelu, gelu_new or gelu_pytorch_tanh)")

    def split_heads(
        self, x: str, positions: int, heads: int, size: int, order: tuple[int, int, int, int] = BY_HEAD
    ) -> str:
        """[batch * positions, heads * size] to the four axes in the wanted order."""
        four = self.graph.op("Reshape", x, self.graph.ints(-1, positions, heads, size))
        return self.graph.op("Transpose", four, perm=list(order))

    def attend(self, query: str, key: str, value: str, channels: int, bias: str | None = None) -> str:
        """Attention per head. ``key`` comes transposed, ``query`` scaled; the result is flat rows again."""
        g = self.graph
        scores = g.op("MatMul", query, key)
        if bias:
            scores = g.op("Add", scores, bias)
        mixed = g.op("MatMul", g.op("Softmax", scores, axis=-1), value)
        return g.op("Reshape", g.op("Transpose", mixed, perm=list(BY_HEAD)), g.ints(-1, channels))

    def _half_times(self, x: str, y: str) -> str:
        """x / 2 * (1 + y)"""
        g = self.graph
        return g.op("Mul", g.op("Mul", x, self.number(0.5)), g.op("Add", y, self.number(1.0)))
