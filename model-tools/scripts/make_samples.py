"""Write the bundled pictures (samples/) and what the bundled model says about them.

    PYTHONPATH=src python scripts/make_samples.py [--expected-only]

The pictures are the scenes of tests/data/scenes in several formats and sizes. ``--expected-only`` leaves them as they
are and asks the model again, which is what to do after a new export.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from vignette_export.reference import ExportedModel

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "model-tools" / "tests" / "data"
QUESTION = "Question: {} Answer:"


@dataclass(frozen=True)
class Sample:
    scene: str
    file: str
    size: tuple[int, int]
    questions: tuple[str, ...]


SAMPLES = (
    Sample(
        "scene_00",
        "blue-star-above-orange-square.png",
        (224, 224),
        ("what is below the blue star?", "is there an orange square?", "what color is the background?"),
    ),
    Sample(
        "scene_01",
        "yellow-circle-left-of-blue-circle.jpg",
        (500, 375),
        ("what is to the right of the yellow circle?", "what color is the background?", "is there a blue circle?"),
    ),
    Sample(
        "scene_02",
        "yellow-star-left-of-green-circle.webp",
        (320, 320),
        ("what color is the star?", "how many shapes are there?", "is there a red star?"),
    ),
    Sample(
        "scene_03",
        "yellow-circle-above-yellow-square.bmp",
        (224, 224),
        ("what is below the yellow circle?", "what is above the yellow square?", "is there a yellow square?"),
    ),
    Sample(
        "scene_04",
        "green-circle-left-of-red-triangle.gif",
        (224, 224),
        ("what shape is green?", "what is to the left of the red triangle?", "is there a green triangle?"),
    ),
    Sample(
        "scene_05",
        "orange-circle-above-blue-star.jpg",
        (640, 480),
        ("what shape is orange?", "what color is the background?", "how many shapes are there?"),
    ),
    Sample(
        "scene_06",
        "blue-square-left-of-blue-star.png",
        (448, 336),
        ("what color is the background?", "how many shapes are there?", "is there a blue star?"),
    ),
    Sample(
        "scene_07",
        "yellow-square-left-of-orange-star.tiff",
        (224, 224),
        ("what is to the left of the orange star?", "what color is the star?", "is there a red circle?"),
    ),
    Sample(
        "scene_08",
        "green-square-above-red-circle.png",
        (224, 224),
        ("what shape is red?", "what is below the green square?", "is there a red circle?"),
    ),
    Sample(
        "scene_09",
        "purple-square-blue-circle-orange-triangle.png",
        (224, 224),
        ("what shape is purple?", "how many shapes are there?", "is there a blue circle?"),
    ),
    Sample(
        "scene_12",
        "orange-circle-green-star-blue-circle.webp",
        (224, 224),
        ("how many shapes are there?", "what shape is green?", "is there a red triangle?"),
    ),
    Sample(
        "scene_11",
        "yellow-circle-above-green-triangle.jpg",
        (224, 224),
        ("what shape is green?", "what color is the background?", "is there a red square?"),
    ),
)

SAVING: dict[str, dict[str, Any]] = {
    ".jpg": {"quality": 92},
    ".webp": {"lossless": True},
    ".tiff": {"compression": "tiff_lzw"},
    ".png": {"optimize": True},
}


def write_picture(sample: Sample, file: Path) -> None:
    with Image.open(DATA / "scenes" / f"{sample.scene}.png") as scene:
        image = scene.convert("RGB")
        if sample.size != image.size:
            image = image.resize(sample.size, Image.Resampling.LANCZOS)
        if file.suffix == ".gif":
            image = image.quantize(64)  # a drawn scene has few colours: nothing is lost
        image.save(file, **SAVING.get(file.suffix, {}))


def ask(model: ExportedModel, file: Path, questions: tuple[str, ...]) -> dict[str, Any]:
    with Image.open(file) as image:
        pixels = model.pixels(image)
    prompts = ["", *(QUESTION.format(question) for question in questions)]
    caption, *answers = [model.complete([pixels], [prompt])[0] for prompt in prompts]
    return {
        "caption": caption.text,
        "answers": {question: answer.text for question, answer in zip(questions, answers, strict=True)},
        "caption_tokens": caption.tokens,
        "answer_tokens": {question: answer.tokens for question, answer in zip(questions, answers, strict=True)},
        "caption_score": round(caption.score, 6),
        "answer_scores": {
            question: round(answer.score, 6) for question, answer in zip(questions, answers, strict=True)
        },
    }


def main() -> None:
    folder = ROOT / "samples"
    folder.mkdir(exist_ok=True)
    model = ExportedModel(ROOT / "triton-models", "tiny-blip2")
    expected = {}
    for sample in sorted(SAMPLES, key=lambda entry: entry.file):
        file = folder / sample.file
        if "--expected-only" not in sys.argv:
            write_picture(sample, file)
        expected[sample.file] = ask(model, file, sample.questions)
        print(f"{sample.file}: {expected[sample.file]['caption']} {expected[sample.file]['answers']}")
    (DATA / "samples_expected.json").write_text(json.dumps(expected, indent=2) + "\n")


if __name__ == "__main__":
    main()
