"""Stores what transformers says, token by token: what an exported model is compared with where there is no torch.

    python -m vignette_train.parity CHECKPOINT        (from model-tools/; writes tests/data/parity and reference_tokens)

Every row is generated alone and without padding by ``generate(do_sample=False)``, so that neither batch nor padding can
have a part in what is right.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from transformers import Blip2ForConditionalGeneration

from vignette_export.checkpoint import Checkpoint
from vignette_train.evaluation import draw_exams
from vignette_train.model import normalised
from vignette_train.pictures import Pixels, model_sized
from vignette_train.scenes import Split

TESTS = Path(__file__).resolve().parents[2] / "tests"
SEED = 300
SCENES = 32
LONGEST = 32
RANDOM_LONGEST = 9
RANDOM_ROWS = 40


@dataclass(frozen=True)
class Greedy:
    """One checkpoint in transformers, in float32."""

    model: Blip2ForConditionalGeneration

    @classmethod
    def open(cls, folder: Path) -> Greedy:
        return cls(Blip2ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval())

    @torch.no_grad()
    def generate(self, pixels: Pixels, prompt: Sequence[int], longest: int) -> tuple[list[int], float]:
        """The generated tokens with the end token, and the mean of their log-probabilities."""
        config = self.model.config
        ids = [config.image_token_index] * config.num_query_tokens + list(prompt)
        told = self.model.generate(
            pixel_values=normalised(torch.from_numpy(pixels.copy())[None]),
            input_ids=torch.tensor([ids]),
            attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            do_sample=False,
            max_new_tokens=longest,
            return_dict_in_generate=True,
            output_logits=True,
        )
        tokens = told.sequences[0, len(ids) :].tolist()
        chances = torch.cat(told.logits).log_softmax(-1)
        return tokens, float(np.mean([chances[step, token].item() for step, token in enumerate(tokens)]))


def scenes(greedy: Greedy, tokenizer: Tokenizer) -> dict[str, Any]:
    """Captions, prefixes and every question about drawn scenes; ``crc32`` is of the pixels."""
    rows = []
    for number, exam in enumerate(draw_exams(SEED, SCENES, Split.TEST)):
        prompts = ["", "a photo of", "a small", *(question.prompt for question in exam.questions)]
        pixels = exam.pixels
        for prompt in prompts:
            tokens, score = greedy.generate(pixels, tokenizer.encode(prompt).ids, LONGEST)
            rows.append({"scene": number, "prompt": prompt, "tokens": tokens, "score": round(score, 6)})
    pictures = [zlib.crc32(exam.pixels.tobytes()) for exam in draw_exams(SEED, SCENES, Split.TEST)]
    return {"seed": SEED, "crc32": pictures, "rows": rows}


def stored_scenes(greedy: Greedy, tokenizer: Tokenizer, before: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The pictures in ``tests/data/scenes``, each with the prompts it had."""
    answers: dict[str, Any] = {}
    for name, prompts in before.items():
        with Image.open(TESTS / "data" / "scenes" / name) as image:
            pixels = model_sized(image.convert("RGB"))
        answers[name] = {
            prompt: greedy.generate(pixels, tokenizer.encode(prompt).ids, LONGEST)[0] for prompt in prompts
        }
    return answers


def random_models() -> dict[str, Any]:
    """Checkpoints of other shapes, made by ``tests/random_checkpoint.py``, with prompts drawn by lot."""
    maker = _load(TESTS / "random_checkpoint.py")
    told: dict[str, Any] = {}
    for number, (name, options) in enumerate(maker.PARITY_VARIANTS.items()):
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = maker.write(Path(folder), 500 + number, **options)
            side, greedy = Checkpoint.open(checkpoint).vision.image_size, Greedy.open(checkpoint)
            rng = np.random.default_rng(500 + number)
            rows = []
            for pixels, prompt in maker.draw_rows(rng, RANDOM_ROWS, side):
                tokens, score = greedy.generate(pixels, prompt, RANDOM_LONGEST)
                rows.append({"tokens": tokens, "score": round(score, 6)})
        told[name] = {"seed": 500 + number, "rows": rows}
    return told


def _load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=1)
    file.write_text(text + "\n", encoding="utf-8")
    print(file)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    data = options.data
    _write(data / "parity" / "random.json", random_models())
    if options.checkpoint:
        greedy = Greedy.open(options.checkpoint)
        tokenizer = Tokenizer.from_file(str(options.checkpoint / "tokenizer.json"))
        reference = data / "reference_tokens.json"
        before = json.loads((TESTS / "data" / "reference_tokens.json").read_text(encoding="utf-8"))
        _write(data / "parity" / "tiny-blip2.json", scenes(greedy, tokenizer))
        _write(reference, stored_scenes(greedy, tokenizer, before))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vignette_train.parity", description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path, nargs="?", help="of the bundled model; else random models only")
    parser.add_argument("--data", type=Path, default=TESTS / "data", help="folder to write into (default: tests/data)")
    return parser


if __name__ == "__main__":
    main()
