"""BLIP-2 in plain numpy: one image, one prompt, no batch, no cache, no padding.

Written from the published architecture and the checkpoint's tensor names, apart from the exporter: the two only agree
if both are right. Computes in float64.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vignette_export.checkpoint import QFormerConfig, TextConfig, VisionConfig

Array = NDArray[np.float64]

_erf = np.vectorize(math.erf, otypes=[np.float64])


class Tensors(Protocol):
    def __getitem__(self, name: str) -> NDArray[np.float32]: ...

    def __contains__(self, name: str) -> bool: ...


def log_softmax(x: Array) -> Array:
    x = x - x.max(axis=-1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


def normalise(x: Array, epsilon: float) -> Array:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + epsilon)


def activate(x: Array, kind: str) -> Array:
    if kind == "relu":
        return np.maximum(x, 0)
    if kind == "gelu":
        return x * 0.5 * (1 + _erf(x / math.sqrt(2)))
    assert kind in ("gelu_new", "gelu_pytorch_tanh")
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def attention(query: Array, key: Array, value: Array, heads: int, causal: bool = False) -> Array:
    def by_head(x: Array) -> Array:
        return x.reshape(len(x), heads, -1).transpose(1, 0, 2)

    q, k, v = by_head(query), by_head(key), by_head(value)
    scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
    if causal:
        scores = np.where(np.tri(len(query), len(key), dtype=bool), scores, -np.inf)
    return (np.exp(log_softmax(scores)) @ v).transpose(1, 0, 2).reshape(len(query), -1)


class _Net:
    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors

    def get(self, name: str) -> Array:
        return self.tensors[name].astype(np.float64)

    def linear(self, x: Array, name: str) -> Array:
        y = x @ self.get(f"{name}.weight").T
        return y + self.get(f"{name}.bias") if f"{name}.bias" in self.tensors else y

    def norm(self, x: Array, name: str, epsilon: float) -> Array:
        y = normalise(x, epsilon)
        if f"{name}.weight" in self.tensors:
            y = y * self.get(f"{name}.weight") + self.get(f"{name}.bias")
        return y


def image_features(
    tensors: Tensors,
    vision: VisionConfig,
    qformer: QFormerConfig,
    mean: Sequence[float],
    std: Sequence[float],
    pixels: Array,
) -> Array:
    """[Q, D] from [H, W, 3] bytes."""
    net = _Net(tensors)
    return net.linear(_queries(net, qformer, _patches(net, vision, (pixels / 255 - mean) / std)), "language_projection")


def _patches(net: _Net, config: VisionConfig, image: Array) -> Array:
    at, patch, side = "vision_model.embeddings.", config.patch_size, config.image_size // config.patch_size
    kernel = net.get(at + "patch_embedding.weight").transpose(2, 3, 1, 0).reshape(-1, config.hidden_size)
    tiles = image.reshape(side, patch, side, patch, 3).transpose(0, 2, 1, 3, 4).reshape(side * side, -1)
    x = tiles @ kernel + net.get(at + "patch_embedding.bias")
    x = np.concatenate([net.get(at + "class_embedding").reshape(1, -1), x])
    x = x + net.get(at + "position_embedding").reshape(-1, config.hidden_size)
    for index in range(config.num_hidden_layers):
        at = f"vision_model.encoder.layers.{index}."
        y = net.linear(net.norm(x, at + "layer_norm1", config.layer_norm_eps), at + "self_attn.qkv")
        y = attention(*np.split(y, 3, axis=-1), config.num_attention_heads)
        x = x + net.linear(y, at + "self_attn.projection")
        y = net.linear(net.norm(x, at + "layer_norm2", config.layer_norm_eps), at + "mlp.fc1")
        x = x + net.linear(activate(y, config.hidden_act), at + "mlp.fc2")
    return net.norm(x, "vision_model.post_layernorm", config.layer_norm_eps)


def _queries(net: _Net, config: QFormerConfig, image: Array) -> Array:
    epsilon = config.layer_norm_eps
    x = net.norm(net.get("query_tokens")[0], "qformer.layernorm", epsilon)

    def attend(x: Array, context: Array, at: str) -> Array:
        parts = (
            net.linear(x, at + "attention.query"),
            *(net.linear(context, at + f"attention.{k}") for k in ("key", "value")),
        )
        y = net.linear(attention(*parts, config.num_attention_heads), at + "output.dense")
        return net.norm(x + y, at + "output.LayerNorm", epsilon)

    for index in range(config.num_hidden_layers):
        at = f"qformer.encoder.layer.{index}."
        x = attend(x, x, at + "attention.")
        if index % config.cross_attention_frequency == 0:
            x = attend(x, image, at + "crossattention.")
        y = activate(net.linear(x, at + "intermediate_query.dense"), config.hidden_act)
        x = net.norm(x + net.linear(y, at + "output_query.dense"), at + "output_query.LayerNorm", epsilon)
    return x


def next_token_log_probabilities(tensors: Tensors, config: TextConfig, features: Array, ids: Sequence[int]) -> Array:
    """Log-softmax over the vocabulary after image and tokens."""
    net, at, epsilon = _Net(tensors), "language_model.model.decoder.", 1e-5
    table = net.get(at + "embed_tokens.weight")
    x = np.concatenate([features, table[list(ids)]])
    x = x + net.get(at + "embed_positions.weight")[2 : 2 + len(x)]
    before = config.do_layer_norm_before
    for index in range(config.num_hidden_layers):
        layer = f"{at}layers.{index}."
        y = net.norm(x, layer + "self_attn_layer_norm", epsilon) if before else x
        parts = [net.linear(y, f"{layer}self_attn.{name}_proj") for name in ("q", "k", "v")]
        y = attention(parts[0], parts[1], parts[2], config.num_attention_heads, causal=True)
        x = x + net.linear(y, layer + "self_attn.out_proj")
        x = x if before else net.norm(x, layer + "self_attn_layer_norm", epsilon)
        y = net.norm(x, layer + "final_layer_norm", epsilon) if before else x
        y = x + net.linear(activate(net.linear(y, layer + "fc1"), config.activation_function), layer + "fc2")
        x = y if before else net.norm(y, layer + "final_layer_norm", epsilon)
    last = x[-1:]
    if config.final_layer_norm:
        last = net.norm(last, at + "final_layer_norm", epsilon)
    head = table if config.tie_word_embeddings else net.get("language_model.lm_head.weight")
    return log_softmax(last @ head.T)[0]


def generate(
    tensors: Tensors, config: TextConfig, features: Array, prompt: Sequence[int], limit: int
) -> tuple[list[int], float]:
    """Greedy decoding: the tokens with the end token, and their mean log-probability."""
    tokens: list[int] = []
    total = 0.0
    while len(tokens) < limit and (not tokens or tokens[-1] not in config.eos_token_ids):
        chances = next_token_log_probabilities(tensors, config, features, [*prompt, *tokens])
        tokens.append(int(chances.argmax()))
        total += float(chances[tokens[-1]])
    return tokens, total / len(tokens)
