"""The tokenizer: byte-level BPE learnt from what can be said about scenes, in the layout of OPT's.

Every word of the model's vocabulary becomes one token; anything else falls apart into bytes, so nothing is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from vignette_train.language import sayings
from vignette_train.scenes import Split, draw_scene

PAD_ID = 1
END_ID = 2  # also stands at the start of every prompt, as OPT has it

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_IMAGE = "<image>"
_SIZE_MAX = 420
_SCENES = 3000
_SEED = 0  # the same tokenizer for every training seed


def build_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_SIZE_MAX,
        special_tokens=list(_SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="</s> $A", pair="</s> $A </s> $B", special_tokens=[("</s>", END_ID)]
    )
    tokenizer.add_special_tokens([AddedToken(_IMAGE, normalized=False, special=True)])
    return tokenizer


def image_id(tokenizer: Tokenizer) -> int:
    """The token that stands for one image feature in transformers."""
    number = tokenizer.token_to_id(_IMAGE)
    assert number is not None
    return number


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """As transformers saves it."""
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "</s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "image_token": _IMAGE,
        "padding_side": "left",
        "model_max_length": 128,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _texts() -> Iterator[str]:
    rng = Random(_SEED)
    for _ in range(_SCENES):
        for saying in sayings(draw_scene(rng, Split.TRAIN), rng, 8):
            yield saying.prompt + saying.continuation
