"""Writing a Triton model repository: the two graphs, their configurations, the ensemble, tokenizer and profile."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import ModelProto

from vignette_export import llm, vision_encoder
from vignette_export.checkpoint import Checkpoint
from vignette_export.graph import INLINE_BYTES_MAX
from vignette_export.precision import FLOAT32, Precision

_PREFERRED_BATCHES = (8, 16, 32)
_BUCKET_MIN = 8
EXTERNAL_NAME = "model.onnx.data"


@dataclass(frozen=True)
class Tensor:
    """One line of a model's configuration; the batch axis is left out, -1 is a dimension that varies."""

    name: str
    type: str
    dims: Sequence[int]


@dataclass(frozen=True)
class Description:
    """What people are told about the model, and its limits."""

    name: str
    description: str
    license: str
    notice: str
    longest_answer: int
    max_batch_size: int
    max_prompt_tokens: int
    precision: Precision = FLOAT32
    low_confidence_below: float | None = None


class Repository:
    """Writes one model (three Triton models) below ``folder``, over whatever was there under the same names."""

    def __init__(self, folder: Path, checkpoint: Checkpoint, about: Description) -> None:
        self._folder = folder
        self._checkpoint = checkpoint
        self._about = about
        size, queries = checkpoint.vision.image_size, checkpoint.num_query_tokens
        self._pixels = Tensor("pixels", "UINT8", [size, size, 3])
        self._features = Tensor("image_features", "FP32", [queries, checkpoint.text.hidden_size])
        self._prompt = [
            Tensor("input_ids", "INT64", [-1]),
            Tensor("attention_mask", "INT64", [-1]),
            Tensor("max_new_tokens", "INT64", [1]),
        ]
        self._answer = [
            Tensor("output_ids", "INT64", [about.longest_answer]),
            Tensor("output_lengths", "INT64", [1]),
            Tensor("scores", "FP32", [1]),
        ]

    def write(self) -> list[Path]:
        """Write everything and return the graphs' files.

        :raises UnsupportedCheckpoint: for the person who chose the checkpoint
        """
        encoder, decoder = f"{self._about.name}_vision_encoder", f"{self._about.name}_llm"
        checkpoint, longest, precision = self._checkpoint, self._about.longest_answer, self._about.precision
        graphs = [
            self._write_graph(
                encoder,
                vision_encoder.WEIGHT_PREFIXES,
                lambda external: vision_encoder.build_vision_encoder(checkpoint, external, precision),
            ),
            self._write_graph(
                decoder, llm.WEIGHT_PREFIXES, lambda external: llm.build_llm(checkpoint, longest, external, precision)
            ),
        ]
        self._write_config(encoder, self._graph_config(encoder, [self._pixels], [self._features]))
        self._write_config(decoder, self._graph_config(decoder, [self._features, *self._prompt], self._answer))
        self._write_ensemble(encoder, decoder)
        return graphs

    def _write_graph(self, name: str, prefixes: Sequence[str], build: Callable[[Path | None], ModelProto]) -> Path:
        version = self._folder / name / "1"
        shutil.rmtree(version, ignore_errors=True)
        version.mkdir(parents=True)
        file = version / "model.onnx"
        size = self._about.precision.bytes * sum(self._checkpoint.weights.count(prefix) for prefix in prefixes)
        onnx.save(build(version / EXTERNAL_NAME if size > INLINE_BYTES_MAX else None), file)
        onnx.checker.check_model(file)
        return file

    def _write_ensemble(self, encoder: str, decoder: str) -> None:
        name = self._about.name
        version = self._folder / name / "1"
        version.mkdir(parents=True, exist_ok=True)
        (version / ".gitkeep").touch()  # Triton wants a version folder, though an ensemble has no file in it
        inputs = [self._pixels, *self._prompt]
        self._write_config(
            name,
            self._header(name, "ensemble", inputs, self._answer)
            + _steps(
                _step(encoder, [self._pixels], [self._features]),
                _step(decoder, [self._features, *self._prompt], self._answer),
            ),
        )
        shutil.copyfile(self._checkpoint.tokenizer, self._folder / name / "tokenizer.json")
        (self._folder / name / "profile.yaml").write_text(self._profile(), encoding="utf-8")

    def _write_config(self, name: str, text: str) -> None:
        (self._folder / name / "config.pbtxt").write_text(text, encoding="utf-8")

    def _header(self, name: str, platform: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> str:
        return (
            f'name: "{name}"\nplatform: "{platform}"\nmax_batch_size: {self._about.max_batch_size}\n'
            f"{_tensors('input', inputs)}{_tensors('output', outputs)}"
        )

    def _graph_config(self, name: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> str:
        preferred = [size for size in _PREFERRED_BATCHES if size <= self._about.max_batch_size]
        return self._header(name, "onnxruntime_onnx", inputs, outputs) + _SCHEDULING.replace(
            "PREFERRED", ", ".join(map(str, preferred or [self._about.max_batch_size]))
        )

    def _profile(self) -> str:
        about, text = self._about, self._checkpoint.text
        size, limit = self._checkpoint.vision.image_size, about.max_prompt_tokens
        return _PROFILE.format(
            name=about.name,
            description=json.dumps(about.description, ensure_ascii=False),
            license=json.dumps(about.license, ensure_ascii=False),
            notice=json.dumps(about.notice, ensure_ascii=False),
            size=size,
            max_prompt_tokens=limit,
            pad=text.pad_token_id,
            eos=json.dumps(text.eos_token_ids),
            buckets=json.dumps(length_buckets(limit)),
            longest=about.longest_answer,
            preferred=min(16, about.max_batch_size),
        ) + ("" if about.low_confidence_below is None else _CONFIDENCE.format(about.low_confidence_below))


def length_buckets(limit: int) -> list[int]:
    """Prompt lengths to pad to: 8, doubled while at most half the limit, then the limit."""
    buckets = []
    size = _BUCKET_MIN
    while size * 2 <= limit:
        buckets.append(size)
        size *= 2
    return [*buckets, limit]


def _tensors(kind: str, tensors: Sequence[Tensor]) -> str:
    entries = ",\n".join(
        f'  {{ name: "{tensor.name}" data_type: TYPE_{tensor.type} dims: {list(tensor.dims)} }}' for tensor in tensors
    )
    return f"{kind} [\n{entries}\n]\n"


def _steps(*steps: str) -> str:
    return "ensemble_scheduling {\n  step [\n" + ",\n".join(steps) + "\n  ]\n}\n"


def _step(model: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> str:
    lines = [f'input_map {{ key: "{tensor.name}" value: "{tensor.name}" }}' for tensor in inputs]
    lines += [f'output_map {{ key: "{tensor.name}" value: "{tensor.name}" }}' for tensor in outputs]
    body = "\n".join(f"      {line}" for line in lines)
    return f'    {{\n      model_name: "{model}"\n      model_version: -1\n{body}\n    }}'


_SCHEDULING = """\
instance_group [ { count: 1 kind: KIND_CPU } ]
# Joins the batches of several workers. Requests wait at most 0.5 ms for company, and only prompts padded to the same
# length join. A full queue and a wait beyond the limit are answered UNAVAILABLE, which workers retry; a request may ask
# for a shorter limit.
dynamic_batching {
  preferred_batch_size: [ PREFERRED ]
  max_queue_delay_microseconds: 500
  default_queue_policy {
    timeout_action: REJECT
    default_timeout_microseconds: 30000000
    allow_timeout_override: true
    max_queue_size: 256
  }
}
"""

_PROFILE = """\
# What Vignette must know to use this model; it lies beside the ensemble's config.pbtxt.
schema: 1
name: {name}
description: {description}
license: {license}
# Shown to users. Empty: nothing is shown.
notice: {notice}
# What the vision encoder expects. Resizing keeps no aspect ratio, as in the reference processor.
image:
  width: {size}
  height: {size}
  resample: bicubic
text:
  tokenizer: tokenizer.json
  # Image features, prompt and answer share the language model's positions.
  max_prompt_tokens: {max_prompt_tokens}
  pad_token_id: {pad}
  eos_token_ids: {eos}
  # Prompts are padded to the next of these lengths, so that jobs with similar prompts share a batch.
  length_buckets: {buckets}
# How a request becomes a prompt; {{}} is the text that came with it.
templates:
  caption: ""
  prefix: "{{}}"
  question: "Question: {{}} Answer:"
# Parameters a job may set, in tokens. max is the N that is built into the graph.
generation:
  max_new_tokens: {{min: 1, max: {longest}, default: {longest}}}
batch:
  preferred: {preferred}
"""

_CONFIDENCE = """\
# Results with a confidence, exp(score), below this are marked: the model's scores of what it knows lie above.
confidence:
  low_below: {}
"""
