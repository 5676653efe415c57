"""The command line: one folder, one seed; run it again to go on after a stop."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from vignette_train.batches import Recipe
from vignette_train.evaluation import draw_exams, examine
from vignette_train.model import IMAGE_MEAN, IMAGE_STD, Shape
from vignette_train.pictures import SIDE
from vignette_train.scenes import Split
from vignette_train.speaking import TorchSpeaker
from vignette_train.tokenizer import build_tokenizer, save_tokenizer
from vignette_train.training import Plan, Progress, Training

_REPORT_STEPS = 50
_EXAM_STEPS = 250
_EXAM_SCENES = 128
_SAVE_SECONDS = 120.0
_CHOOSING_SEED = 1


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer()
    training = Training(_plan(options), tokenizer, options.out)
    if not options.anew and training.resume():
        print(f"going on from step {training.step} of {training.plan.steps}", flush=True)
    speaker = TorchSpeaker(training.model, tokenizer)
    exams = list(draw_exams(_CHOOSING_SEED, _EXAM_SCENES, Split.CHOOSE))
    saved = time.monotonic()
    for progress in training.run(_REPORT_STEPS):
        print(_line(progress), flush=True)
        if time.monotonic() - saved > _SAVE_SECONDS:
            training.save()
            saved = time.monotonic()
        if progress.step % _EXAM_STEPS == 0 and not training.plan.is_seeing(progress.step):
            print(json.dumps(examine(speaker, exams).report()), flush=True)
    training.save()
    if training.step < training.plan.steps:
        raise SystemExit(f"stopped at step {training.step}; the same command goes on")
    save_tokenizer(tokenizer, options.out)
    training.model.save_pretrained(options.out)
    (options.out / "preprocessor_config.json").write_text(json.dumps(_preprocessor(), indent=2) + "\n")
    (options.out / "marks.json").write_text(json.dumps(examine(speaker, exams).report(), indent=2) + "\n")


def _plan(options: argparse.Namespace) -> Plan:
    shape = Shape()
    recipe = Recipe(
        seed=options.seed,
        pictures=options.batch,
        questions=6,
        patch=shape.patch,
        loosening=options.loosening_steps * options.batch,
    )
    return Plan(recipe, shape, options.seeing_steps, options.telling_steps)


def _line(progress: Progress) -> str:
    losses = " ".join(f"{name} {loss:.4f}" for name, loss in progress.losses.items())
    return f"step {progress.step} {progress.seconds:.0f} s {losses}"


def _preprocessor() -> dict[str, object]:
    return {
        "image_processor_type": "BlipImageProcessor",
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": IMAGE_MEAN,
        "image_std": IMAGE_STD,
        "resample": 3,
        "rescale_factor": 1 / 255,
        "size": {"height": SIDE, "width": SIDE},
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vignette_train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint, finished or not")
    parser.add_argument("--seed", type=int, default=7, help="first weights, scenes, pictures (default: 7)")
    parser.add_argument("--anew", action="store_true", help="do not go on from a checkpoint that is there")
    parser.add_argument("--threads", type=int, default=2, help="of torch; one more process draws (default: 2)")
    parser.add_argument("--batch", type=int, default=64, help="pictures a step (default: 64)")
    parser.add_argument("--seeing-steps", type=int, default=1200, help="first stage (default: 1200)")
    parser.add_argument("--telling-steps", type=int, default=3000, help="second stage (default: 3000)")
    parser.add_argument(
        "--loosening-steps", type=int, default=2400, help="until things lie anywhere, not near a grid (default: 2400)"
    )
    return parser
