"""The first graph: pixels to image features (vision transformer, Q-Former, projection).

``pixels`` UINT8 [B, H, W, 3] -> ``image_features`` FP32 [B, Q, D]. Rescaling, normalising and transposing are part of
the graph, so that callers send plain RGB bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto

from vignette_export.checkpoint import Checkpoint
from vignette_export.graph import Graph, Initializers, model, value_info
from vignette_export.layers import BY_HEAD_TRANSPOSED, Layers
from vignette_export.precision import FLOAT32, Precision
from vignette_export.weights import FloatArray

# Names of tensors in the checkpoint that this graph uses, by prefix.
WEIGHT_PREFIXES = ("vision_model.", "query_tokens", "qformer.", "language_projection.")


def build_vision_encoder(
    checkpoint: Checkpoint, external: Path | None = None, precision: Precision = FLOAT32
) -> ModelProto:
    """The graph; with ``external``, its large weights go to that file (which must lie beside the graph's).

    Pixels, the filters of patches and the features that come out are float32 in every precision.
    """
    layers = Layers(Graph(Initializers(external)), checkpoint.weights, precision)
    g, queries, width = layers.graph, checkpoint.num_query_tokens, checkpoint.text.hidden_size
    image = _VisionTransformer(checkpoint, layers).encode(_normalise(g, checkpoint))
    rows = _QFormer(checkpoint, layers).encode(image)
    rows = layers.raised(layers.linear(rows, "language_projection"))
    g.op("Reshape", rows, g.ints(-1, queries, width), name="image_features")
    size = checkpoint.vision.image_size
    return model(
        g,
        "vision_encoder",
        [value_info("pixels", TensorProto.UINT8, ["batch", size, size, 3])],
        [value_info("image_features", TensorProto.FLOAT, ["batch", queries, width])],
        {"image_size": size, "num_query_tokens": queries, "hidden_size": width},
    )


def _normalise(g: Graph, checkpoint: Checkpoint) -> str:
    """(pixel / 255 - mean) / std as one multiplication and one addition, channels first.

    A constant for each plane: one for each of three neighbours takes ONNX Runtime ten times as long. The cast comes
    before all else, as TensorRT has no other use for bytes.
    """
    mean, std = np.array(checkpoint.image.image_mean), np.array(checkpoint.image.image_std)
    scale = g.initializers.add("pixel_scale", lambda: _planes(1 / (255 * std)))
    shift = g.initializers.add("pixel_shift", lambda: _planes(-mean / std))
    x = g.op("Transpose", g.op("Cast", "pixels", to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    return g.op("Add", g.op("Mul", x, scale), shift)


def _planes(channels: NDArray[np.float64]) -> FloatArray:
    return channels.astype(np.float32).reshape(-1, 1, 1)


class _VisionTransformer:
    def __init__(self, checkpoint: Checkpoint, layers: Layers) -> None:
        self.config = checkpoint.vision
        self.layers = layers
        self.positions = self.config.patches + 1  # the class token comes first

    def encode(self, image: str) -> str:
        x = self._embed(image)
        for index in range(self.config.num_hidden_layers):
            x = self._layer(x, f"vision_model.encoder.layers.{index}.")
        return self.layers.layer_norm(x, "vision_model.post_layernorm", self.config.layer_norm_eps)

    def _embed(self, image: str) -> str:
        g, layers, width, patch = self.layers.graph, self.layers, self.config.hidden_size, self.config.patch_size
        at = "vision_model.embeddings."
        full = Layers(g, layers.weights)  # ONNX has no Conv of bfloat16 before opset 22
        kernel, bias = full.weight(at + "patch_embedding.weight"), full.weight(at + "patch_embedding.bias")
        x = g.op("Conv", image, kernel, bias, kernel_shape=[patch, patch], strides=[patch, patch])
        x = g.op("Transpose", g.op("Reshape", x, g.ints(0, width, self.config.patches)), perm=[0, 2, 1])
        x = layers.lowered(x)

        def places() -> FloatArray:
            table = layers.weights[at + "position_embedding"].reshape(1, -1, width)
            return table[:, : self.positions]

        def class_token() -> FloatArray:
            return layers.weights[at + "class_embedding"].reshape(1, 1, width) + places()[:, :1]

        first = layers.weight(at + "placed_class_token", class_token)
        first = g.op("Expand", first, g.shape(g.dim(x, 0), g.ints(1, width)))
        x = g.op("Add", x, layers.weight(at + "patch_positions", lambda: places()[:, 1:]))
        return g.op("Reshape", g.op("Concat", first, x, axis=1), g.ints(-1, width))

    def _layer(self, x: str, at: str) -> str:
        g, layers, epsilon = self.layers.graph, self.layers, self.config.layer_norm_eps
        y = self._self_attention(layers.layer_norm(x, at + "layer_norm1", epsilon), at + "self_attn.")
        x = g.op("Add", x, y)
        y = layers.linear(layers.layer_norm(x, at + "layer_norm2", epsilon), at + "mlp.fc1")
        return g.op("Add", x, layers.linear(layers.activation(y, self.config.hidden_act), at + "mlp.fc2"))

    def _self_attention(self, x: str, at: str) -> str:
        g, layers, heads, size = self.layers.graph, self.layers, self.config.num_attention_heads, self.config.head_size
        x = layers.linear(x, at + "qkv", bias=f"{at}qkv.bias" in layers.weights)
        x = g.op("Reshape", x, g.ints(-1, self.positions, 3, heads, size))
        x = g.op("Transpose", x, perm=[2, 0, 3, 1, 4])
        query, key, value = (g.op("Squeeze", part, g.ints(0)) for part in g.split(x, [1, 1, 1], axis=0))
        query = g.op("Mul", query, self.layers.number(size**-0.5))
        key = g.op("Transpose", key, perm=[0, 1, 3, 2])
        return layers.linear(layers.attend(query, key, value, self.config.hidden_size), at + "projection")


class _QFormer:
    def __init__(self, checkpoint: Checkpoint, layers: Layers) -> None:
        self.config = checkpoint.qformer
        self.layers = layers
        self.queries = checkpoint.num_query_tokens
        self.image_positions = checkpoint.vision.patches + 1

    def encode(self, image: str) -> str:
        tokens = self.layers.weight(
            "query_tokens",
            lambda: self.layers.weights["query_tokens"].reshape(self.queries, self.config.hidden_size),
        )
        # Without a batch axis until the first cross-attention: the queries are the same for every image.
        x = self.layers.layer_norm(tokens, "qformer.layernorm", self.config.layer_norm_eps)
        for index in range(self.config.num_hidden_layers):
            x = self._layer(x, image, index)
        return x

    def _layer(self, x: str, image: str, index: int) -> str:
        at = f"qformer.encoder.layer.{index}."
        x = self._attention(x, x, self.queries, at + "attention.")
        if index % self.config.cross_attention_frequency == 0:
            x = self._attention(x, image, self.image_positions, at + "crossattention.")
        y = self.layers.activation(self.layers.linear(x, at + "intermediate_query.dense"), self.config.hidden_act)
        return self._add_and_norm(x, self.layers.linear(y, at + "output_query.dense"), at + "output_query.LayerNorm")

    def _attention(self, x: str, context: str, positions: int, at: str) -> str:
        g, layers, heads, size = self.layers.graph, self.layers, self.config.num_attention_heads, self.config.head_size
        query = layers.split_heads(layers.linear(x, at + "attention.query"), self.queries, heads, size)
        query = g.op("Mul", query, self.layers.number(size**-0.5))
        key = layers.linear(context, at + "attention.key")
        key = layers.split_heads(key, positions, heads, size, BY_HEAD_TRANSPOSED)
        value = layers.split_heads(layers.linear(context, at + "attention.value"), positions, heads, size)
        y = layers.linear(layers.attend(query, key, value, self.config.hidden_size), at + "output.dense")
        return self._add_and_norm(x, y, at + "output.LayerNorm")

    def _add_and_norm(self, x: str, y: str, name: str) -> str:
        """``x`` may still be without a batch axis while ``y`` has one: three axes let it broadcast."""
        g, width = self.layers.graph, self.config.hidden_size
        three = g.ints(-1, self.queries, width)
        total = g.op("Add", g.op("Reshape", y, three), g.op("Reshape", x, three))
        return self.layers.layer_norm(g.op("Reshape", total, g.ints(-1, width)), name, self.config.layer_norm_eps)
