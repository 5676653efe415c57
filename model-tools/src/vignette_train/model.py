"""The model: its dimensions, its first weights, and the heads that only training has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import Blip2Config, Blip2ForConditionalGeneration

from vignette_train.batches import PADDING_SEGMENT
from vignette_train.pictures import SIDE
from vignette_train.teaching import OUTLINE_CELLS, PATCH_ASPECTS, SCENE_ASPECTS, THING_ASPECTS
from vignette_train.tokenizer import END_ID, PAD_ID, image_id

IMAGE_MEAN = (0.48145466, 0.4578275, 0.40821073)
IMAGE_STD = (0.26862954, 0.26130258, 0.27577711)

_MASKED = -1e4


@dataclass(frozen=True)
class Shape:
    """Dimensions of the model. Queries come in four equal groups: three for things, one for the scene."""

    vision_width: int = 160
    vision_layers: int = 4
    vision_heads: int = 5
    patch: int = 28
    width: int = 128
    heads: int = 4
    qformer_layers: int = 2
    text_layers: int = 2
    queries: int = 16
    positions: int = 128

    @property
    def group(self) -> int:
        return self.queries // 4


def build_model(shape: Shape, tokenizer: Tokenizer) -> Blip2ForConditionalGeneration:
    """With random weights, drawn from torch's global generator."""
    model = Blip2ForConditionalGeneration(_config(shape, tokenizer))
    model.set_attn_implementation("eager")  # torch's fused attention is several times slower here, going backward
    with torch.no_grad():
        _set_first_weights(model)
    return model


def normalised(pixels: Tensor) -> Tensor:
    """[B, H, W, 3] bytes to what the reference processor makes of them."""
    mean, std = torch.tensor(IMAGE_MEAN), torch.tensor(IMAGE_STD)
    scale, shift = (part.view(1, 3, 1, 1) for part in (1 / (255 * std), -mean / std))
    return pixels.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.contiguous_format).mul_(scale).add_(shift)


class Heads(nn.Module):
    """Reads the aspects that are graded beside the words off patches and queries."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._group = shape.group
        self.outlines = nn.Linear(shape.vision_width, OUTLINE_CELLS)
        self.patches = nn.Linear(shape.vision_width, sum(PATCH_ASPECTS))
        self.things = nn.Linear(shape.width, sum(THING_ASPECTS))
        self.scene = nn.Linear(shape.width, sum(SCENE_ASPECTS))

    def read_patches(self, patches: Tensor) -> tuple[Tensor, ...]:
        """[B, patches, width] to class scores per aspect."""
        return self.patches(patches).float().split(PATCH_ASPECTS, -1)

    def read_things(self, features: Tensor) -> tuple[Tensor, ...]:
        """[B, queries, width] to class scores per aspect, each [B, 3, group, classes]."""
        grouped = features[:, : 3 * self._group].unflatten(1, (3, self._group))
        return self.things(grouped).float().split(THING_ASPECTS, -1)

    def read_scene(self, features: Tensor) -> tuple[Tensor, ...]:
        """[B, queries, width] to class scores per aspect, each [B, group, classes]."""
        return self.scene(features[:, 3 * self._group :]).float().split(SCENE_ASPECTS, -1)


def visible(segments: Tensor, queries: int) -> Tensor:
    """[B, 1, queries + T, queries + T], to be added to scores: who attends to whom in a row of several sayings."""
    batch, length = segments.shape
    total = queries + length
    seen = torch.ones(total, total, dtype=torch.bool).tril().expand(batch, total, total).clone()
    same = segments[:, :, None] == segments[:, None, :]
    seen[:, queries:, queries:] &= same | (segments[:, :, None] == PADDING_SEGMENT)
    return torch.where(seen, 0.0, _MASKED)[:, None]


def _config(shape: Shape, tokenizer: Tokenizer) -> Blip2Config:
    return Blip2Config(
        vision_config={
            "hidden_size": shape.vision_width,
            "intermediate_size": 2 * shape.vision_width,
            "num_hidden_layers": shape.vision_layers,
            "num_attention_heads": shape.vision_heads,
            "image_size": SIDE,
            "patch_size": shape.patch,
            "qkv_bias": True,
        },
        qformer_config={
            "vocab_size": 8,
            "hidden_size": shape.width,
            "num_hidden_layers": shape.qformer_layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": 2 * shape.width,
            "cross_attention_frequency": 1,
            "encoder_hidden_size": shape.vision_width,
            "max_position_embeddings": 8,
            "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0,
        },
        text_config={
            "model_type": "opt",
            "vocab_size": tokenizer.get_vocab_size(),
            "hidden_size": shape.width,
            "word_embed_proj_dim": shape.width,
            "num_hidden_layers": shape.text_layers,
            "ffn_dim": 2 * shape.width,
            "num_attention_heads": shape.heads,
            "max_position_embeddings": shape.positions,
            "dropout": 0.0,
            "pad_token_id": PAD_ID,
            "bos_token_id": END_ID,
            "eos_token_id": END_ID,
        },
        num_query_tokens=shape.queries,
        image_token_index=image_id(tokenizer),
    )


def _set_first_weights(model: Blip2ForConditionalGeneration) -> None:
    """transformers' standard deviation of 0.02 is far too small for this width, and its queries start alike."""
    for part in model.modules():
        if isinstance(part, nn.Linear) and part is not model.language_model.lm_head:
            part.weight.normal_(0, part.in_features**-0.5)
    embeddings = model.vision_model.embeddings
    width, _, patch, _ = embeddings.patch_embedding.weight.shape
    embeddings.patch_embedding.weight.copy_(torch.from_numpy(_waves(width, patch)))
    embeddings.position_embedding.normal_(0, 0.3)
    model.query_tokens.normal_(0, 1.0)


def _waves(width: int, patch: int) -> NDArray[np.float32]:
    """Filters [width, 3, patch, patch]: the lowest frequencies of a cosine transform of each colour.

    Random filters mix all frequencies, from which the outline of a shape that lies anywhere is hard to learn. The
    higher the frequency the weaker it is in pictures, which the gain makes up for.
    """
    phases = np.pi * (np.arange(patch) + 0.5) / patch
    frequencies = sorted(((u, v) for u in range(patch) for v in range(patch)), key=lambda pair: (sum(pair), pair))
    filters = np.zeros((width, 3, patch, patch))
    for channel in range(width):
        u, v = frequencies[channel // 3]
        wave = np.outer(np.cos(u * phases), np.cos(v * phases))
        filters[channel, channel % 3] = wave / np.linalg.norm(wave) * (1 + u + v) / patch
    return filters.astype(np.float32)
