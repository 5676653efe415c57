"""Running an exported model in Python: the reference that other implementations are compared with.

Needs the extra ``reference`` (onnxruntime, tokenizers, Pillow); exporting does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image
from tokenizers import Tokenizer

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Completion:
    """What the model said: the text, its tokens with the end token, their mean log-probability."""

    text: str
    tokens: list[int]
    score: float


class ExportedModel:
    """One model of a repository, run in this process by ONNX Runtime."""

    def __init__(self, repository: Path, name: str) -> None:
        self._encoder = _session(repository / f"{name}_vision_encoder")
        self._llm = _session(repository / f"{name}_llm")
        self.tokenizer = Tokenizer.from_file(str(repository / name / "tokenizer.json"))
        _, self.height, self.width, _ = self._encoder.get_inputs()[0].shape
        properties = self._llm.get_modelmeta().custom_metadata_map
        self.longest_answer = int(properties["max_new_tokens"])
        self.pad_token_id = int(properties["pad_token_id"])

    def pixels(self, image: Image.Image) -> Pixels:
        """RGB in the model's size, as the reference processor makes it before normalising."""
        return np.asarray(image.convert("RGB").resize((self.width, self.height), Image.Resampling.BICUBIC))

    def complete(self, images: Sequence[Pixels], prompts: Sequence[str]) -> list[Completion]:
        """One batch: an image and a prompt per row. An empty prompt asks for a caption."""
        rows = [self.tokenizer.encode(prompt).ids for prompt in prompts]
        return [
            Completion(self.tokenizer.decode(tokens, skip_special_tokens=True).strip(), tokens, score)
            for tokens, score in self.generate(self.features(images), rows)
        ]

    def features(self, images: Sequence[Pixels]) -> NDArray[np.float32]:
        features: NDArray[np.float32] = self._encoder.run(None, {"pixels": np.stack(images)})[0]
        return features

    def generate(
        self,
        features: NDArray[np.float32],
        rows: Sequence[Sequence[int]],
        limits: Sequence[int] | None = None,
        padding_side: str = "right",
        extra_padding: int = 0,
    ) -> list[tuple[list[int], float]]:
        """Tokens and score of each row; ``limits`` is the longest answer row by row."""
        length = max(map(len, rows)) + extra_padding
        ids = np.full((len(rows), length), self.pad_token_id, np.int64)
        mask = np.zeros_like(ids)
        for index, row in enumerate(rows):
            place = slice(0, len(row)) if padding_side == "right" else slice(length - len(row), length)
            ids[index, place], mask[index, place] = row, 1
        most = np.array(limits or [self.longest_answer] * len(rows), np.int64).reshape(-1, 1)
        inputs = {"image_features": features, "input_ids": ids, "attention_mask": mask, "max_new_tokens": most}
        output_ids, lengths, scores = self._llm.run(["output_ids", "output_lengths", "scores"], inputs)
        return [
            (output_ids[index, : lengths[index, 0]].tolist(), float(scores[index, 0])) for index in range(len(rows))
        ]


def _session(model: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(model / "1" / "model.onnx", providers=["CPUExecutionProvider"])
