"""The second graph: image features and a prompt to the answer's tokens (OPT, greedy decoding inside the graph).

=====================  =================  ====================================================================
``image_features``     FP32  [B, Q, D]    from the vision encoder; they stand before the prompt
``input_ids``          INT64 [B, T]       the prompt, padded on either side
``attention_mask``     INT64 [B, T]       1 for a token, 0 for padding
``max_new_tokens``     INT64 [B, 1]       limit of each row; values below 1 count as 1, above N as N
``output_ids``         INT64 [B, N]       generated tokens with the end token, then padding
``output_lengths``     INT64 [B, 1]       number of generated tokens, the end token included
``scores``             FP32  [B, 1]       mean log-probability of the generated tokens, the end token included
=====================  =================  ====================================================================

The prompt is run once (prefill, which also gives the first token); one ``Loop`` gives a token a turn and ends when
every row has ended. Whatever the loop carries keeps its shape: the key/value cache has room for the longest answer from
the start and is written by ``Where(position == step)``, which TensorRT takes as well. A row that has ended stays as it
is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from onnx import GraphProto, ModelProto, TensorProto, helper

from vignette_export.checkpoint import Checkpoint, TextConfig
from vignette_export.errors import UnsupportedCheckpoint
from vignette_export.graph import Graph, Initializers, model, value_info
from vignette_export.layers import BY_HEAD, BY_HEAD_TRANSPOSED, Layers
from vignette_export.precision import FLOAT32, Precision
from vignette_export.weights import FloatArray

# Names of tensors in the checkpoint that this graph uses, by prefix.
WEIGHT_PREFIXES = ("language_model.",)

DECODER = "language_model.model.decoder."
_EPSILON = 1e-5

# OPT's table of positions starts with two rows that are never used.
_POSITION_OFFSET = 2

# Added to a masked score: exp() of it is 0 in float32, and it still fits float16.
_MASKED = -1.0e4

# A layer's attention: (layer index, query, key, value), each flat rows, to flat rows.
Attention = Callable[[int, str, str, str], str]


def max_prompt_tokens(checkpoint: Checkpoint, longest_answer: int) -> int:
    """How long a prompt may be so that image, prompt and answer fit the table of positions.

    :raises UnsupportedCheckpoint: if there is no room for a prompt
    """
    room = checkpoint.text.max_position_embeddings - checkpoint.num_query_tokens - longest_answer
    if longest_answer < 1 or room < 1:
        raise UnsupportedCheckpoint(f"longest answer: {longest_answer} (expected: 1 to {room + longest_answer - 1})")
    return room


def build_llm(
    checkpoint: Checkpoint, longest_answer: int, external: Path | None = None, precision: Precision = FLOAT32
) -> ModelProto:
    """The graph; with ``external``, its large weights go to that file (which must lie beside the graph's).

    Features that come in, the choice of a token and the score are float32 in every precision.
    """
    prompt_limit = max_prompt_tokens(checkpoint, longest_answer)
    layers = Layers(Graph(Initializers(external)), checkpoint.weights, precision)
    opt = _Opt(checkpoint.text, layers)
    prefill = _Prefill(checkpoint, opt, layers)
    _DecodeLoop(opt, layers, prefill, longest_answer).write()
    queries, text = checkpoint.num_query_tokens, checkpoint.text
    return model(
        layers.graph,
        "llm",
        [
            value_info("image_features", TensorProto.FLOAT, ["batch", queries, text.hidden_size]),
            value_info("input_ids", TensorProto.INT64, ["batch", "tokens"]),
            value_info("attention_mask", TensorProto.INT64, ["batch", "tokens"]),
            value_info("max_new_tokens", TensorProto.INT64, ["batch", 1]),
        ],
        [
            value_info("output_ids", TensorProto.INT64, ["batch", longest_answer]),
            value_info("output_lengths", TensorProto.INT64, ["batch", 1]),
            value_info("scores", TensorProto.FLOAT, ["batch", 1]),
        ],
        {
            "max_new_tokens": longest_answer,
            "max_prompt_tokens": prompt_limit,
            "num_query_tokens": queries,
            "pad_token_id": text.pad_token_id,
            "eos_token_ids": ",".join(map(str, text.eos_token_ids)),
            "vocab_size": checkpoint.weights.shape(DECODER + "embed_tokens.weight")[0],
        },
    )


@dataclass(frozen=True)
class _Choice:
    """The next token of each row and its log-probability, both [B, 1]."""

    token: str
    log_probability: str


class _Opt:
    """The parts of OPT that prefill and decode loop share, written into whichever graph asks."""

    def __init__(self, config: TextConfig, root: Layers) -> None:
        self.config = config
        self.tokens = root.weight(DECODER + "embed_tokens.weight")
        self.positions = root.weight(DECODER + "embed_positions.weight")
        self.head = self._head(root)

    def _head(self, root: Layers) -> str:
        own = "language_model.lm_head.weight"
        tied = self.config.tie_word_embeddings or own not in root.weights
        return self.tokens if tied else root.weight(own)

    def stack(self, layers: Layers, x: str, attention: Attention) -> str:
        for index in range(self.config.num_hidden_layers):
            x = self._layer(layers, index, x, attention)
        return x

    def choose(self, layers: Layers, x: str) -> _Choice:
        """Greedy choice from hidden states [B, channels]: the likeliest token and the log of its softmax."""
        g = layers.graph
        if self.config.final_layer_norm:
            x = self._norm(layers, x, DECODER + "final_layer_norm")
        logits = layers.raised(g.op("Gemm", x, self.head, transB=1))
        log_probabilities = g.op("LogSoftmax", logits, axis=-1)
        return _Choice(
            g.op("ArgMax", logits, axis=-1, keepdims=1),
            g.op("ReduceMax", log_probabilities, axes=[-1], keepdims=1),
        )

    def is_end(self, g: Graph, token: str) -> str:
        first, *others = [g.op("Equal", token, g.int64(eos)) for eos in self.config.eos_token_ids]
        for other in others:
            first = g.op("Or", first, other)
        return first

    def _layer(self, layers: Layers, index: int, x: str, attention: Attention) -> str:
        g, config, at = layers.graph, self.config, f"{DECODER}layers.{index}."
        before = config.do_layer_norm_before
        y = self._norm(layers, x, at + "self_attn_layer_norm") if before else x
        y = attention(index, *self._query_key_value(layers, y, at + "self_attn."))
        x = g.op("Add", x, layers.linear(y, at + "self_attn.out_proj", config.enable_bias))
        if not before:
            x = self._norm(layers, x, at + "self_attn_layer_norm")
        y = self._norm(layers, x, at + "final_layer_norm") if before else x
        y = layers.activation(layers.linear(y, at + "fc1", config.enable_bias), config.activation_function)
        x = g.op("Add", x, layers.linear(y, at + "fc2", config.enable_bias))
        return x if before else self._norm(layers, x, at + "final_layer_norm")

    def _query_key_value(self, layers: Layers, x: str, at: str) -> Sequence[str]:
        """The three projections as one Gemm; the attention's scale is multiplied into the query's weights."""

        def joined(kind: str) -> Callable[[], FloatArray]:
            scale = np.float32(self.config.head_size**-0.5)
            parts = [f"{at}{projection}_proj.{kind}" for projection in ("q", "k", "v")]
            return lambda: np.concatenate(
                [layers.weights[parts[0]] * scale, layers.weights[parts[1]], layers.weights[parts[2]]]
            )

        inputs = [x, layers.weight(at + "qkv.weight", joined("weight"))]
        if self.config.enable_bias:
            inputs.append(layers.weight(at + "qkv.bias", joined("bias")))
        width = self.config.hidden_size
        return layers.graph.split(layers.graph.op("Gemm", *inputs, transB=1), [width, width, width], axis=1)

    def _norm(self, layers: Layers, x: str, name: str) -> str:
        if self.config.layer_norm_elementwise_affine:
            return layers.layer_norm(x, name, _EPSILON)
        return layers.plain_layer_norm(x, self.config.hidden_size, _EPSILON)


class _Prefill:
    """Runs image features and prompt once. Its attributes name the values that the decode loop goes on from."""

    def __init__(self, checkpoint: Checkpoint, opt: _Opt, layers: Layers) -> None:
        g, config, queries = layers.graph, checkpoint.text, checkpoint.num_query_tokens
        self.batch = g.dim("input_ids", 0)
        self.length = g.op("Add", g.dim("input_ids", 1), g.ints(queries))  # of image and prompt
        self.keys: list[str] = []
        self.values: list[str] = []

        image_mask = g.op("Expand", g.ints(1), g.shape(self.batch, g.ints(queries)))
        mask = g.op("Concat", image_mask, "attention_mask", axis=1)  # [B, length]
        places = g.op("Range", g.int64(0), g.op("Squeeze", self.length, g.ints(0)), g.int64(1))
        visible = g.op("Cast", mask, to=TensorProto.BOOL)
        # [query, key]: a position sees itself and what came before.
        causal = g.op("LessOrEqual", g.op("Unsqueeze", places, g.ints(0)), g.op("Unsqueeze", places, g.ints(1)))

        x = g.op("Concat", layers.lowered("image_features"), g.op("Gather", opt.tokens, "input_ids"), axis=1)
        x = g.op("Add", x, g.op("Gather", opt.positions, self._position_ids(g, mask, causal)))
        x = g.op("Reshape", x, g.ints(-1, config.hidden_size))
        x = opt.stack(layers, x, self._attention(layers, config, visible, causal))

        self.choice = opt.choose(layers, self._last_rows(layers, x, mask, places, config.hidden_size))
        # [B, 1, 1, length]: hides padding from the tokens to come.
        hidden = g.op("Where", visible, layers.number(0), layers.number(_MASKED))
        self.bias = g.op("Unsqueeze", hidden, g.ints(1, 2))
        tokens = g.op("ReduceSum", mask, g.ints(1), keepdims=1)
        self.next_position = g.op("Add", tokens, g.int64(_POSITION_OFFSET))  # of the first generated token, [B, 1]

    def _position_ids(self, g: Graph, mask: str, causal: str) -> str:
        """cumsum(mask) - 1, padding not counted. As a MatMul, because TensorRT makes a loop of CumSum."""
        ones = g.op("Transpose", g.op("Cast", causal, to=TensorProto.FLOAT), perm=[1, 0])
        count = g.op("MatMul", g.op("Cast", mask, to=TensorProto.FLOAT), ones)
        return g.op("Add", g.op("Cast", count, to=TensorProto.INT64), g.int64(_POSITION_OFFSET - 1))

    def _attention(self, layers: Layers, config: TextConfig, visible: str, causal: str) -> Attention:
        g = layers.graph
        seen = g.op("And", g.op("Unsqueeze", causal, g.ints(0, 1)), g.op("Unsqueeze", visible, g.ints(1, 2)))
        bias = g.op("Where", seen, layers.number(0), layers.number(_MASKED))  # [B, 1, query, key]
        shape = g.shape(self.batch, self.length, g.ints(config.num_attention_heads, config.head_size))

        def heads(x: str, order: Sequence[int]) -> str:
            return g.op("Transpose", g.op("Reshape", x, shape), perm=list(order))

        def attention(_: int, query: str, key: str, value: str) -> str:
            self.keys.append(heads(key, BY_HEAD_TRANSPOSED))
            self.values.append(heads(value, BY_HEAD))
            return layers.attend(heads(query, BY_HEAD), self.keys[-1], self.values[-1], config.hidden_size, bias)

        return attention

    def _last_rows(self, layers: Layers, x: str, mask: str, places: str, width: int) -> str:
        """Hidden state at each row's last token, wherever the padding is: [B, channels]."""
        g = layers.graph
        last = g.op("ReduceMax", g.op("Mul", mask, places), axes=[1], keepdims=1)
        here = g.op("Cast", g.op("Equal", places, last), to=layers.precision.element)
        chosen = g.op("Unsqueeze", here, g.ints(1))
        rows = g.op("Reshape", x, g.shape(self.batch, self.length, g.ints(width)))
        return g.op("Reshape", g.op("MatMul", chosen, rows), g.ints(-1, width))


@dataclass(frozen=True)
class _State:
    """A value that the loop carries: its name inside the loop, its type, and what it is before the first turn."""

    name: str
    element: int
    shape: Sequence[str | int]
    first: str


class _DecodeLoop:
    """One token a turn for all rows, from the second token on."""

    def __init__(self, opt: _Opt, root: Layers, prefill: _Prefill, longest_answer: int) -> None:
        self.opt = opt
        self.config = opt.config
        self.prefill = prefill
        self.longest = longest_answer
        self.root = root.graph
        self.layers = root.within(root.graph.body("loop_"))
        self.zero = root.number(0)
        self.answer_places = self.root.initializers.add(
            "answer_places", lambda: np.arange(longest_answer, dtype=np.int64)
        )

    def write(self) -> None:
        g, states = self.root, self._states()
        results = {"answer": "output_ids", "length": "output_lengths"}
        g.ops(
            "Loop",
            g.int64(self.longest - 1),
            self._any_open(g, states["done"].first),
            *[state.first for state in states.values()],
            names=[results.get(name, f"last_{name}") for name in states],
            body=self._body(list(states.values())),
        )
        count = g.op("Cast", "output_lengths", to=TensorProto.FLOAT)
        g.op("Div", "last_log_probability", count, name="scores")

    def _states(self) -> dict[str, _State]:
        g, choice, batch = self.root, self.prefill.choice, self.prefill.batch
        element = self.layers.precision.element
        pad, longest, heads, size = (
            g.int64(self.config.pad_token_id),
            self.longest,
            self.config.num_attention_heads,
            self.config.head_size,
        )
        answer = g.op("Where", g.op("Equal", self.answer_places, g.int64(0)), choice.token, pad)
        done = g.op("Or", self.opt.is_end(g, choice.token), g.op("LessOrEqual", "max_new_tokens", g.int64(1)))
        length = g.op("Expand", g.ints(1), g.shape(batch, g.ints(1)))
        states = [
            _State("answer", TensorProto.INT64, ["batch", longest], answer),
            _State("done", TensorProto.BOOL, ["batch", 1], done),
            _State("length", TensorProto.INT64, ["batch", 1], length),
            _State("log_probability", TensorProto.FLOAT, ["batch", 1], choice.log_probability),
            _State("token", TensorProto.INT64, ["batch", 1], choice.token),
        ]
        room = {
            "key": g.op("Expand", self.zero, g.shape(batch, g.ints(heads, size, longest))),
            "value": g.op("Expand", self.zero, g.shape(batch, g.ints(heads, longest, size))),
        }
        for index, (key, value) in enumerate(zip(self.prefill.keys, self.prefill.values, strict=True)):
            key, value = g.op("Concat", key, room["key"], axis=3), g.op("Concat", value, room["value"], axis=2)
            states.append(_State(f"key_{index}", element, ["batch", heads, size, "cache"], key))
            states.append(_State(f"value_{index}", element, ["batch", heads, "cache", size], value))
        return {state.name: state for state in states}

    def _body(self, states: Sequence[_State]) -> GraphProto:
        g, opt, turn, total = self.layers.graph, self.opt, "loop_turn", self._cache_places()
        x = self._embed(turn)
        cache: list[str] = []
        x = opt.stack(self.layers, x, self._attention(turn, total, cache))
        choice = opt.choose(self.layers, x)

        token = g.op("Where", "loop_done", g.int64(self.config.pad_token_id), choice.token)
        gained = g.op("Where", "loop_done", g.float32(0), choice.log_probability)
        here = g.op("Equal", self.answer_places, g.op("Add", turn, g.int64(1)))
        length = g.op("Where", "loop_done", "loop_length", g.op("Add", "loop_length", g.int64(1)))
        full = g.op("LessOrEqual", "max_new_tokens", length)
        done = g.op("Or", "loop_done", g.op("Or", opt.is_end(g, token), full))
        results = [
            g.op("Where", here, token, "loop_answer"),
            done,
            length,
            g.op("Add", "loop_log_probability", gained),
            token,
            *cache,
        ]
        go_on = self._any_open(g, done)
        inputs = [value_info(turn, TensorProto.INT64, []), value_info("loop_go_on", TensorProto.BOOL, [])]
        inputs += [value_info(f"loop_{state.name}", state.element, state.shape) for state in states]
        outputs = [value_info(go_on, TensorProto.BOOL, [])]
        outputs += [
            value_info(result, state.element, state.shape) for result, state in zip(results, states, strict=True)
        ]
        return helper.make_graph(g.nodes, "decode", inputs, outputs)

    def _cache_places(self) -> str:
        """0, 1, … over image, prompt and answer; outside the loop, as it is the same on every turn."""
        g = self.root
        total = g.op("Add", self.prefill.length, g.ints(self.longest))
        return g.op("Range", g.int64(0), g.op("Squeeze", total, g.ints(0)), g.int64(1))

    def _embed(self, turn: str) -> str:
        """The last token and its position: [B, channels]."""
        g, axis = self.layers.graph, self.layers.graph.ints(1)
        place = g.op("Squeeze", g.op("Add", self.prefill.next_position, turn), axis)
        token = g.op("Gather", self.opt.tokens, g.op("Squeeze", "loop_token", axis))
        return g.op("Add", token, g.op("Gather", self.opt.positions, place))

    def _attention(self, turn: str, places: str, cache: list[str]) -> Attention:
        root, g = self.root, self.layers.graph
        heads, size = self.config.num_attention_heads, self.config.head_size
        empty = root.op("Expand", self.zero, root.shape(self.prefill.batch, root.ints(1, 1, self.longest)))
        known = root.op("Concat", self.prefill.bias, empty, axis=3)  # [B, 1, 1, cache]

        here = g.op("Add", self.prefill.length, turn)
        write_key = g.op("Equal", places, here)  # [cache]
        write_value = g.op("Unsqueeze", write_key, g.ints(1))  # [cache, 1]
        bias = g.op("Where", g.op("LessOrEqual", places, here), known, self.layers.number(_MASKED))

        def attention(index: int, query: str, key: str, value: str) -> str:
            query = g.op("Reshape", query, g.ints(-1, heads, 1, size))
            key = g.op("Reshape", key, g.ints(-1, heads, size, 1))
            value = g.op("Reshape", value, g.ints(-1, heads, 1, size))
            keys = g.op("Where", write_key, key, f"loop_key_{index}")
            values = g.op("Where", write_value, value, f"loop_value_{index}")
            cache.extend([keys, values])
            return self.layers.attend(query, keys, values, self.config.hidden_size, bias)

        return attention

    def _any_open(self, g: Graph, done: str) -> str:
        """Scalar: some row has not ended."""
        least = g.op("ReduceMin", g.op("Cast", done, to=TensorProto.INT32), axes=[0, 1], keepdims=0)
        return g.op("Equal", least, g.int32(0))
