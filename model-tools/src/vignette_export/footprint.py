"""What an export will take: bytes on disk, and memory of the program that runs it. Nothing is read but shapes.

Files are exact but for the graphs' nodes. Memory at run time is weights, cache and the largest intermediate values,
without which no run can do. Runtimes add buffers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vignette_export.checkpoint import Checkpoint
from vignette_export.graph import INLINE_BYTES_MAX
from vignette_export.llm import DECODER
from vignette_export.precision import FLOAT32, Precision

_QFORMER_FEED_FORWARD = "qformer.encoder.layer.0.intermediate_query.dense.weight"
_VISION_FEED_FORWARD = "vision_model.encoder.layers.0.mlp.fc1.weight"
_FILTERS = "vision_model.embeddings.patch_embedding.weight"


@dataclass(frozen=True)
class GraphFootprint:
    """One graph. ``per_row`` is the memory that each row of a batch takes, for states and intermediate values."""

    name: str
    weights: int
    per_row: int

    @property
    def is_external(self) -> bool:
        return self.weights > INLINE_BYTES_MAX

    def at_run_time(self, batch: int) -> int:
        return self.weights + batch * self.per_row


@dataclass(frozen=True)
class Footprint:
    """All of one export."""

    graphs: Sequence[GraphFootprint]
    max_batch_size: int
    largest_tensor: int

    def lines(self) -> Iterator[str]:
        for graph in self.graphs:
            where = "model.onnx and model.onnx.data" if graph.is_external else "model.onnx"
            yield f"{graph.name}/1/{where}: {_megabytes(graph.weights)} of weights"
        yield f"exporting: at most one tensor at a time, the largest {_megabytes(self.largest_tensor)}"
        for batch in sorted({1, min(8, self.max_batch_size), self.max_batch_size}):
            parts = ", ".join(f"{graph.name} {_megabytes(graph.at_run_time(batch))}" for graph in self.graphs)
            total = sum(graph.at_run_time(batch) for graph in self.graphs)
            yield f"running, batch {batch}: {_megabytes(total)} ({parts})"


def footprint(
    checkpoint: Checkpoint,
    name: str,
    longest_answer: int,
    max_prompt_tokens: int,
    max_batch_size: int,
    precision: Precision,
) -> Footprint:
    length = checkpoint.num_query_tokens + max_prompt_tokens
    return Footprint(
        [
            GraphFootprint(
                f"{name}_vision_encoder", _encoder_weights(checkpoint, precision), _encoder_row(checkpoint, precision)
            ),
            GraphFootprint(
                f"{name}_llm",
                _llm_weights(checkpoint, precision),
                _llm_row(checkpoint, precision, length, longest_answer),
            ),
        ],
        max_batch_size,
        FLOAT32.bytes * max(map(checkpoint.weights.size, checkpoint.weights)),  # tensors are read as float32
    )


def _encoder_weights(checkpoint: Checkpoint, precision: Precision) -> int:
    parts = ("vision_model.", "query_tokens", "qformer.", "language_projection.")
    weights = sum(map(checkpoint.weights.count, parts))
    return precision.bytes * weights + (FLOAT32.bytes - precision.bytes) * checkpoint.weights.size(_FILTERS)


def _llm_weights(checkpoint: Checkpoint, precision: Precision) -> int:
    head = "language_model.lm_head.weight"
    weights = checkpoint.weights.count("language_model.")
    if checkpoint.text.tie_word_embeddings and head in checkpoint.weights:
        weights -= checkpoint.weights.size(head)
    return precision.bytes * weights


def _encoder_row(checkpoint: Checkpoint, precision: Precision) -> int:
    """The picture in float32, and the widest of the layers: attention's scores, or the feed-forward's values."""
    vision, qformer = checkpoint.vision, checkpoint.qformer
    positions, queries = vision.patches + 1, checkpoint.num_query_tokens
    feed_forward = checkpoint.weights.shape(_VISION_FEED_FORWARD)[0]
    widest = max(
        positions * (2 * vision.hidden_size + 2 * feed_forward),
        positions * 5 * vision.hidden_size + 2 * vision.num_attention_heads * positions * positions,
        positions * (vision.hidden_size + 2 * qformer.hidden_size)
        + queries * checkpoint.weights.shape(_QFORMER_FEED_FORWARD)[0]
        + 2 * qformer.num_attention_heads * queries * positions,
    )
    return FLOAT32.bytes * 3 * vision.image_size**2 + precision.bytes * widest


def _llm_row(checkpoint: Checkpoint, precision: Precision, length: int, longest_answer: int) -> int:
    """The cache twice, as the loop writes a new one from the old, and the widest of prefill's layers."""
    text = checkpoint.text
    cache = 2 * text.num_hidden_layers * (length + longest_answer) * text.hidden_size
    feed_forward = checkpoint.weights.shape(f"{DECODER}layers.0.fc1.weight")[0]
    widest = max(
        length * (2 * text.hidden_size + 2 * feed_forward),
        length * 5 * text.hidden_size + 2 * text.num_attention_heads * length * length,
    )
    vocabulary = checkpoint.weights.shape(f"{DECODER}embed_tokens.weight")[0]
    return precision.bytes * (2 * cache + widest) + 2 * FLOAT32.bytes * vocabulary


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.2f} MB"
