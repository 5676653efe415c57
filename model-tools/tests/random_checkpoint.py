"""Small checkpoints with random weights, in the file format of transformers."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

TOKENIZER = Path(__file__).resolve().parents[2] / "triton-models" / "tiny-blip2" / "tokenizer.json"
KINDS = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}

VISION = {
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "image_size": 12,
    "patch_size": 4,
    "intermediate_size": 32,
    "hidden_act": "gelu",
}
QFORMER = {
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 20,
    "cross_attention_frequency": 2,
}
TEXT = {
    "model_type": "opt",
    "hidden_size": 32,
    "word_embed_proj_dim": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "ffn_dim": 40,
    "max_position_embeddings": 48,
    "pad_token_id": 1,
    "eos_token_id": 2,
}
VOCABULARY, QUERIES = 30, 5
IMAGE_TOKEN = VOCABULARY - 1

# Shapes whose tokens are stored as transformers generates them.
PARITY_VARIANTS: dict[str, dict[str, Any]] = {
    "norm after, many end tokens, tied": {
        "text": {"do_layer_norm_before": False, "activation_function": "gelu", "eos_token_id": [2, 5, 11, 17, 23]}
    },
    "cross-attention in every layer, head of its own": {
        "qformer": {"cross_attention_frequency": 1},
        "text": {"tie_word_embeddings": False, "num_hidden_layers": 3, "eos_token_id": [2, 8, 19]},
    },
    "cross-attention in the first of three layers, wide patches, several files": {
        "qformer": {"cross_attention_frequency": 3},
        "vision": {"patch_size": 6, "num_hidden_layers": 1, "qkv_bias": False},
        "text": {"enable_bias": False, "eos_token_id": [2, 4, 6, 8, 10, 12]},
        "files": 3,
    },
    "norm without weights, one end token": {
        "text": {"layer_norm_elementwise_affine": False, "activation_function": "gelu_new", "num_attention_heads": 2}
    },
}


def write(
    folder: Path,
    seed: int,
    text: Mapping[str, Any] = {},
    vision: Mapping[str, Any] = {},
    qformer: Mapping[str, Any] = {},
    files: int = 1,
) -> Path:
    """A checkpoint folder; ``text``, ``vision`` and ``qformer`` change the configuration."""
    config = write_config(folder, text, vision, qformer)
    tensors = draw_tensors(np.random.default_rng(seed), config)
    names = sorted(tensors)
    places: dict[str, str] = {}
    for number in range(files):
        file = "model.safetensors" if files == 1 else f"model-{number + 1:05d}-of-{files:05d}.safetensors"
        places.update(dict.fromkeys(names[number::files], file))
        write_safetensors(folder / file, {name: tensors[name] for name in names[number::files]})
    if files > 1:
        (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))
    return folder


def write_config(
    folder: Path,
    text: Mapping[str, Any],
    vision: Mapping[str, Any],
    qformer: Mapping[str, Any],
    queries: int = QUERIES,
) -> dict[str, Any]:
    """Everything but the weights."""
    vision, text = {**VISION, **vision}, {**TEXT, "vocab_size": VOCABULARY, **text}
    config = {
        "model_type": "blip-2",
        "num_query_tokens": queries,
        "image_token_index": IMAGE_TOKEN,
        "vision_config": vision,
        "qformer_config": {**QFORMER, "encoder_hidden_size": vision["hidden_size"], **qformer},
        "text_config": text,
        # transformers takes it from here, not from the language model's configuration.
        "tie_word_embeddings": text.get("tie_word_embeddings", True),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    shutil.copyfile(TOKENIZER, folder / "tokenizer.json")
    return config


def draw_rows(rng: np.random.Generator, rows: int, side: int) -> list[tuple[NDArray[np.uint8], list[int]]]:
    """Pixels and a prompt each; no prompt holds the token that stands for the image."""
    return [
        (
            rng.integers(0, 256, (side, side, 3), dtype=np.uint8),
            rng.integers(0, IMAGE_TOKEN, rng.integers(1, 12)).tolist(),
        )
        for _ in range(rows)
    ]


def write_safetensors(file: Path, tensors: Mapping[str, NDArray[Any]], dtype: str = "float32") -> None:
    kind = np.dtype(ml_dtypes.bfloat16) if dtype == "bfloat16" else np.dtype(dtype)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, value in tensors.items():
        raw = value.astype(kind).tobytes()
        offsets = [len(body), len(body) + len(raw)]
        header[name] = {"dtype": KINDS[dtype], "shape": list(value.shape), "data_offsets": offsets}
        body += raw
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + body)


def draw_tensors(rng: np.random.Generator, config: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
    vision, qformer, text = config["vision_config"], config["qformer_config"], config["text_config"]
    v, q, t = vision["hidden_size"], qformer["hidden_size"], text["hidden_size"]
    affine, bias = text.get("layer_norm_elementwise_affine", True), text.get("enable_bias", True)
    vocabulary, queries = text["vocab_size"], config["num_query_tokens"]
    tensors: dict[str, NDArray[np.float64]] = {}

    def add(name: str, *shape: int, scale: float = 1.0) -> None:
        tensors[name] = rng.normal(0, scale, shape)

    def linear(name: str, inputs: int, outputs: int, with_bias: bool = True) -> None:
        add(f"{name}.weight", outputs, inputs, scale=1.2 / inputs**0.5)
        if with_bias:
            add(f"{name}.bias", outputs, scale=0.1)

    def norm(name: str, size: int) -> None:
        tensors[f"{name}.weight"] = rng.normal(1, 0.2, size)
        tensors[f"{name}.bias"] = rng.normal(0, 0.2, size)

    patch, positions = vision["patch_size"], (vision["image_size"] // vision["patch_size"]) ** 2 + 1
    at = "vision_model.embeddings."
    add(at + "patch_embedding.weight", v, 3, patch, patch, scale=0.2)
    add(at + "patch_embedding.bias", v)
    add(at + "class_embedding", 1, 1, v)
    add(at + "position_embedding", 1, positions, v)
    for index in range(vision["num_hidden_layers"]):
        at = f"vision_model.encoder.layers.{index}."
        linear(at + "self_attn.qkv", v, 3 * v, vision.get("qkv_bias", True))
        linear(at + "self_attn.projection", v, v)
        linear(at + "mlp.fc1", v, vision["intermediate_size"])
        linear(at + "mlp.fc2", vision["intermediate_size"], v)
        norm(at + "layer_norm1", v)
        norm(at + "layer_norm2", v)
    norm("vision_model.post_layernorm", v)

    add("query_tokens", 1, queries, q)
    norm("qformer.layernorm", q)
    for index in range(qformer["num_hidden_layers"]):
        at = f"qformer.encoder.layer.{index}."
        crossing = index % qformer["cross_attention_frequency"] == 0
        for kind, width in [("attention", q), *([("crossattention", v)] if crossing else [])]:
            linear(f"{at}{kind}.attention.query", q, q)
            linear(f"{at}{kind}.attention.key", width, q)
            linear(f"{at}{kind}.attention.value", width, q)
            linear(f"{at}{kind}.output.dense", q, q)
            norm(f"{at}{kind}.output.LayerNorm", q)
        linear(at + "intermediate_query.dense", q, qformer["intermediate_size"])
        linear(at + "output_query.dense", qformer["intermediate_size"], q)
        norm(at + "output_query.LayerNorm", q)
    linear("language_projection", q, t)

    at = "language_model.model.decoder."
    add(at + "embed_tokens.weight", vocabulary, t, scale=0.3)
    add(at + "embed_positions.weight", text["max_position_embeddings"] + 2, t, scale=0.5)
    if not text.get("tie_word_embeddings", True):
        add("language_model.lm_head.weight", vocabulary, t, scale=0.4)
    for index in range(text["num_hidden_layers"]):
        at = f"language_model.model.decoder.layers.{index}."
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            linear(f"{at}self_attn.{name}", t, t, bias)
        linear(at + "fc1", t, text["ffn_dim"], bias)
        linear(at + "fc2", text["ffn_dim"], t, bias)
        if affine:
            norm(at + "self_attn_layer_norm", t)
            norm(at + "final_layer_norm", t)
    if affine and text.get("do_layer_norm_before", True):
        norm("language_model.model.decoder.final_layer_norm", t)
    return tensors
