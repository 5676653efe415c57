"""A checkpoint that nobody prepared goes through export, ``model add``, ``model check`` and ``caption``.

Wants the program built (``./vignette verify`` builds it) and says what the exported graphs say in Python.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import random_checkpoint
from PIL import Image

from vignette_export import cli
from vignette_export.reference import ExportedModel

VIGNETTE = Path(__file__).resolve().parents[2] / "vignette"
NAME = "nobodys-model"
SIDE = 60
# Nothing like the bundled model: other picture, patches, widths, layers, norms, end tokens; a head of its own.
SHAPE: dict[str, dict[str, Any]] = {
    "vision": {
        "image_size": SIDE,
        "patch_size": 12,
        "hidden_size": 40,
        "num_attention_heads": 5,
        "num_hidden_layers": 3,
    },
    "qformer": {"hidden_size": 48, "num_attention_heads": 6, "num_hidden_layers": 4, "cross_attention_frequency": 3},
    "text": {
        "vocab_size": 413,
        "hidden_size": 56,
        "word_embed_proj_dim": 56,
        "num_attention_heads": 7,
        "num_hidden_layers": 3,
        "do_layer_norm_before": False,
        "tie_word_embeddings": False,
        "eos_token_id": [2, 40, 41, 42],
        "max_position_embeddings": 64,
    },
}
QUESTION = "what is this?"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign")
    checkpoint = random_checkpoint.write(folder / "checkpoint", 77, files=2, **SHAPE)
    arguments = ["--max-new-tokens", "9", "--max-batch-size", "5", "--max-prompt-tokens", "24", "--license", "none"]
    cli.main([str(checkpoint), str(folder / "exported"), "--name", NAME, *arguments])
    return folder


@pytest.fixture(scope="module")
def repository(exported: Path) -> Path:
    """A repository that has the model, beside which there was none."""
    repository = exported / "repository"
    added = vignette("model", "add", exported / "exported", "--models", repository)
    assert added.startswith(f"{NAME}, version 1: added to {repository}; ")
    return repository


@pytest.fixture(scope="module")
def pictures(exported: Path) -> Path:
    rng = np.random.default_rng(5)
    folder = exported / "pictures"
    folder.mkdir()
    for number, (width, height) in enumerate(
        [(SIDE, SIDE), (90, 40), (33, 200), (61, 59), (500, 300), (7, 9), (64, 64)]
    ):
        pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def vignette(*arguments: object, expected: int = 0) -> str:
    done = subprocess.run([VIGNETTE, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == expected, done.stderr
    return done.stdout if expected == 0 else done.stderr


def test_it_is_listed(repository: Path) -> None:
    listed = vignette("model", "list", "--models", repository)

    assert f"{NAME} " in listed
    assert f"{SIDE}x{SIDE}" in listed


def test_it_passes_the_check_with_a_picture(repository: Path, pictures: Path) -> None:
    picture = pictures / "4.png"
    words = expected(repository, [picture], "")[0]

    checked = vignette("model", "check", NAME, "--models", repository, "--image", picture)

    assert f'"{words}" (' in checked


def test_it_captions_what_it_captions_in_python(repository: Path, pictures: Path) -> None:
    out = repository.parent / "out.jsonl"
    caption = ["caption", pictures, "--models", repository, "--model", NAME, "-o", out, "--overwrite", "-q"]

    vignette(*caption)
    captions = [json.loads(line)["caption"] for line in out.read_text().splitlines()]
    vignette(*caption, "--question", QUESTION)
    answers = [json.loads(line)["answers"][0]["answer"] for line in out.read_text().splitlines()]

    files = sorted(pictures.iterdir())
    assert captions == expected(repository, files, "")
    assert answers == expected(repository, files, f"Question: {QUESTION} Answer:")


def test_a_name_that_is_taken_is_refused(exported: Path, repository: Path) -> None:
    refused = vignette("model", "add", exported / "exported", "--models", repository, expected=2)

    assert f"{repository / NAME}: is there already" in refused
    vignette("model", "add", exported / "exported" / NAME, "--models", repository, "--replace")


def test_files_that_disagree_are_named(exported: Path, repository: Path) -> None:
    damaged = exported / "damaged"
    vignette("model", "add", exported / "exported", "--models", damaged)
    llm = damaged / f"{NAME}_llm" / "1" / "model.onnx"
    llm.write_bytes((exported / "exported" / f"{NAME}_vision_encoder" / "1" / "model.onnx").read_bytes())

    told = vignette("model", "check", NAME, "--models", damaged, expected=2)

    assert f"{llm}: inputs: image_features: missing, found [pixels]" in told


def expected(repository: Path, files: list[Path], prompt: str) -> list[str]:
    model = ExportedModel(repository, NAME)
    pixels = [model.pixels(Image.open(file)) for file in files]
    return [
        answer.text
        for start in range(0, len(pixels), 5)
        for answer in model.complete(pixels[start : start + 5], [prompt] * len(pixels[start : start + 5]))
    ]
