"""What a checkpoint folder says about its model, with the defaults of transformers filled in.

transformers leaves values out of ``config.json`` that equal its class defaults; the defaults below are therefore part
of the file format.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from vignette_export.errors import UnsupportedCheckpoint
from vignette_export.weights import Weights

_BICUBIC = 3
_RESCALE = 1 / 255


class _FromJson:
    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        known = {entry.name for entry in fields(cls)}  # type: ignore[arg-type]
        return cls(**{key: value for key, value in values.items() if key in known and value is not None})


@dataclass(frozen=True)
class VisionConfig(_FromJson):
    """The vision transformer."""

    hidden_size: int = 1408
    num_hidden_layers: int = 39
    num_attention_heads: int = 16
    image_size: int = 224
    patch_size: int = 14
    hidden_act: str = "gelu"
    layer_norm_eps: float = 1e-6

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.num_attention_heads

    @property
    def patches(self) -> int:
        return (self.image_size // self.patch_size) ** 2


@dataclass(frozen=True)
class QFormerConfig(_FromJson):
    """The querying transformer between the vision transformer and the language model."""

    hidden_size: int = 768
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    hidden_act: str = "gelu"
    layer_norm_eps: float = 1e-12
    cross_attention_frequency: int = 2

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.num_attention_heads


@dataclass(frozen=True)
class TextConfig(_FromJson):
    """The OPT language model."""

    model_type: str = "opt"
    hidden_size: int = 768
    word_embed_proj_dim: int = 0  # 0: same as hidden_size
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    max_position_embeddings: int = 2048
    do_layer_norm_before: bool = True
    _remove_final_layer_norm: bool = False
    layer_norm_elementwise_affine: bool = True
    enable_bias: bool = True
    tie_word_embeddings: bool = True
    activation_function: str = "relu"
    pad_token_id: int = 1
    eos_token_id: int | list[int] = 2

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.num_attention_heads

    @property
    def eos_token_ids(self) -> list[int]:
        return self.eos_token_id if isinstance(self.eos_token_id, list) else [self.eos_token_id]

    @property
    def final_layer_norm(self) -> bool:
        return self.do_layer_norm_before and not self._remove_final_layer_norm

    def require_supported(self) -> None:
        if self.model_type != "opt":
            raise UnsupportedCheckpoint(f"language model: {self.model_type} (expected: opt)")
        if self.word_embed_proj_dim not in (0, self.hidden_size):
            # Image features enter beside the word embeddings, so both must have the model's width.
            raise UnsupportedCheckpoint(
                f"word_embed_proj_dim: {self.word_embed_proj_dim} (expected: hidden_size, {self.hidden_size})"
            )


@dataclass(frozen=True)
class ImageConfig(_FromJson):
    """How the reference processor turns a picture into numbers."""

    image_mean: list[float] = field(default_factory=lambda: [0.48145466, 0.4578275, 0.40821073])
    image_std: list[float] = field(default_factory=lambda: [0.26862954, 0.26130258, 0.27577711])
    resample: int = _BICUBIC
    rescale_factor: float = _RESCALE
    do_resize: bool = True
    do_rescale: bool = True
    do_normalize: bool = True

    def require_supported(self) -> None:
        if self.resample != _BICUBIC:
            raise UnsupportedCheckpoint(f"image processor's resample: {self.resample} (expected: 3, bicubic)")
        if abs(self.rescale_factor - _RESCALE) > 1e-9:
            raise UnsupportedCheckpoint(f"image processor's rescale_factor: {self.rescale_factor} (expected: 1/255)")
        if not (self.do_resize and self.do_rescale and self.do_normalize):
            raise UnsupportedCheckpoint("image processor skips resize, rescale or normalize (expected: all three)")


@dataclass(frozen=True)
class Checkpoint:
    """A BLIP-2 checkpoint folder: configuration, image processing, weights, tokenizer file."""

    folder: Path
    vision: VisionConfig
    qformer: QFormerConfig
    text: TextConfig
    image: ImageConfig
    num_query_tokens: int
    weights: Weights

    @property
    def tokenizer(self) -> Path:
        return self.folder / "tokenizer.json"

    @classmethod
    def open(cls, folder: Path) -> Checkpoint:
        """Read the folder's configuration; weights are only located.

        :raises UnsupportedCheckpoint: for the person who chose the folder
        """
        config = _read_json(folder / "config.json")
        checkpoint = cls(
            folder=folder,
            vision=VisionConfig.from_json(config.get("vision_config", {})),
            qformer=QFormerConfig.from_json(config.get("qformer_config", {})),
            text=TextConfig.from_json(config.get("text_config", {})),
            image=ImageConfig.from_json(_image_processor(folder)),
            num_query_tokens=config.get("num_query_tokens", 32),
            weights=Weights(folder),
        )
        checkpoint.text.require_supported()
        checkpoint.image.require_supported()
        if not checkpoint.tokenizer.is_file():
            raise UnsupportedCheckpoint(f"file missing: {checkpoint.tokenizer}")
        return checkpoint


def _image_processor(folder: Path) -> Mapping[str, Any]:
    """The image processor's settings: a file of their own, or a part of the processor's."""
    own, shared = folder / "preprocessor_config.json", folder / "processor_config.json"
    if own.is_file():
        return _read_json(own)
    if shared.is_file():
        settings: Mapping[str, Any] = _read_json(shared).get("image_processor", {})
        return settings
    return {}


def _read_json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise UnsupportedCheckpoint(f"file missing: {file}")
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return values
