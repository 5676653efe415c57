"""An exported model as a :class:`~vignette_train.evaluation.Speaker`; ONNX Runtime, no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vignette_export.reference import Completion, ExportedModel
from vignette_train.pictures import Pixels

_Item = TypeVar("_Item")

_ROWS_MAX = 64


class ExportedSpeaker:
    def __init__(self, model: ExportedModel) -> None:
        self._model = model

    def say(self, pictures: Sequence[Pixels], prompts: Sequence[Sequence[str]]) -> list[list[str]]:
        return [[completion.text for completion in row] for row in self.complete(pictures, prompts)]

    def complete(self, pictures: Sequence[Pixels], prompts: Sequence[Sequence[str]]) -> list[list[Completion]]:
        """As many prompts a picture as there are; every picture is encoded once."""
        features = np.concatenate([self._model.features(part) for part in _parts(pictures)])
        asked = [(picture, prompt) for picture, row in enumerate(prompts) for prompt in row]
        told = iter([completion for part in _parts(asked) for completion in self._rows(features, part)])
        return [[next(told) for _ in row] for row in prompts]

    def _rows(self, features: NDArray[np.float32], asked: Sequence[tuple[int, str]]) -> list[Completion]:
        tokenizer = self._model.tokenizer
        rows = [tokenizer.encode(prompt).ids for _, prompt in asked]
        return [
            Completion(tokenizer.decode(tokens, skip_special_tokens=True).strip(), tokens, score)
            for tokens, score in self._model.generate(features[[picture for picture, _ in asked]], rows)
        ]


def _parts(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + _ROWS_MAX] for start in range(0, len(items), _ROWS_MAX))
