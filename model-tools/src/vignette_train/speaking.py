"""A model in training as a :class:`~vignette_train.evaluation.Speaker`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import Blip2ForConditionalGeneration

from vignette_train.model import normalised
from vignette_train.pictures import Pixels

_LONGEST = 32


class TorchSpeaker:
    """Greedy decoding by transformers. Prompts of one length go together, so that nothing is padded."""

    def __init__(self, model: Blip2ForConditionalGeneration, tokenizer: Tokenizer) -> None:
        self._model, self._tokenizer = model, tokenizer

    @torch.no_grad()
    def say(self, pictures: Sequence[Pixels], prompts: Sequence[Sequence[str]]) -> list[list[str]]:
        self._model.eval()
        pixels = normalised(torch.from_numpy(np.stack(pictures)))
        features = self._model.get_image_features(pixel_values=pixels, return_dict=True).pooler_output
        said = [[""] * len(asked) for asked in prompts]
        for places, ids in self._by_length(prompts):
            words = self._continue(features[[picture for picture, _ in places]], torch.tensor(ids))
            for (picture, number), text in zip(places, words, strict=True):
                said[picture][number] = text
        self._model.train()
        return said

    def _by_length(self, prompts: Sequence[Sequence[str]]) -> list[tuple[list[tuple[int, int]], list[list[int]]]]:
        groups = defaultdict[int, tuple[list[tuple[int, int]], list[list[int]]]](lambda: ([], []))
        for picture, asked in enumerate(prompts):
            for number, prompt in enumerate(asked):
                ids = self._tokenizer.encode(prompt).ids
                places, rows = groups[len(ids)]
                places.append((picture, number))
                rows.append(ids)
        return list(groups.values())

    def _continue(self, features: Tensor, ids: Tensor) -> list[str]:
        embedded = torch.cat([features, self._model.get_input_embeddings()(ids)], 1)
        mask = torch.ones(embedded.shape[:2], dtype=torch.long)
        tokens = self._model.language_model.generate(
            inputs_embeds=embedded, attention_mask=mask, do_sample=False, max_new_tokens=_LONGEST
        )
        return [text.strip() for text in self._tokenizer.decode_batch(tokens.tolist(), skip_special_tokens=True)]
