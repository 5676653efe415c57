"""Does the score tell what the model knows from what it does not?

Confidence is exp(score), the geometric mean of the probabilities of the generated tokens. Scenes it has not seen are
set against pictures of nothing it knows: coloured noise with the spectrum of photographs, landscapes put together from
such noise, gradients, grain. They are made otherwise than the strangers of training.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from vignette_export.reference import Completion, ExportedModel
from vignette_train.evaluation import Exam, draw_exams
from vignette_train.exported import ExportedSpeaker
from vignette_train.language import CAPTION_PROMPT
from vignette_train.pictures import SIDE, Pixels
from vignette_train.scenes import Split

Floats = NDArray[np.float64]


@dataclass
class Confidences:
    """Of captions, or of answers: what was right, what was wrong, what could not be known."""

    right: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)

    @property
    def known(self) -> list[float]:
        return self.right + self.wrong

    def below(self, threshold: float) -> dict[str, float]:
        """Shares that would be called low."""
        groups = {"right": self.right, "wrong": self.wrong, "unknown": self.unknown}
        return {name: float(np.mean(np.array(group) < threshold)) if group else 0.0 for name, group in groups.items()}


def measure(speaker: ExportedSpeaker, exams: Sequence[Exam], unknown: Sequence[Pixels]) -> Mapping[str, Confidences]:
    """The questions of a scene are asked about a picture of nothing, too."""
    captions, answers = Confidences(), Confidences()
    prompts = [[CAPTION_PROMPT, *(question.prompt for question in exam.questions)] for exam in exams]
    for exam, (said, *told) in zip(exams, speaker.complete([exam.pixels for exam in exams], prompts), strict=True):
        _sort(captions, said, exam.caption)
        for question, answer in zip(exam.questions, told, strict=True):
            _sort(answers, answer, question.answer)
    for said, *told in speaker.complete(unknown, prompts[: len(unknown)]):
        captions.unknown.append(math.exp(said.score))
        answers.unknown.extend(math.exp(answer.score) for answer in told)
    return {"captions": captions, "answers": answers}


def suggest(known: Sequence[float], unknown: Sequence[float]) -> float:
    """The threshold with the fewest errors, both kinds counting by share; the middle, where several are as good."""
    values = np.unique(np.concatenate([known, unknown, [0.0, 1.0]]))
    places = (values[1:] + values[:-1]) / 2
    errors = np.array([_share_below(known, place) + 1 - _share_below(unknown, place) for place in places])
    best = places[np.isclose(errors, errors.min())]
    return round(float((best.min() + best.max()) / 2), 2)


def draw_unknown(rng: Random) -> Pixels:
    kinds: Sequence[Callable[[np.random.Generator], Floats]] = (_photograph, _landscape, _gradient, _grain)
    picture = rng.choice(kinds)(np.random.default_rng(rng.getrandbits(64)))
    return np.clip(picture * 255, 0, 255).astype(np.uint8)


def _sort(group: Confidences, said: Completion, expected: str) -> None:
    (group.right if said.text == expected else group.wrong).append(math.exp(said.score))


def _share_below(values: Sequence[float], threshold: float) -> float:
    return float(np.mean(np.asarray(values) < threshold))


def _spectrum(rng: np.random.Generator, channels: int) -> Floats:
    """Noise whose amplitude falls with frequency as in photographs, 0 to 1: [SIDE, SIDE, channels]."""
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.fftfreq(SIDE)[None])
    frequency[0, 0] = 1 / SIDE
    noise = np.fft.fft2(rng.standard_normal((SIDE, SIDE, channels)), axes=(0, 1))
    waves = np.fft.ifft2(noise / frequency[:, :, None] ** rng.uniform(0.8, 1.4), axes=(0, 1)).real
    low, high = waves.min((0, 1)), waves.max((0, 1))
    scaled: Floats = (waves - low) / (high - low)
    return scaled


def _photograph(rng: np.random.Generator) -> Floats:
    """Light and dark common to all colours, and some colour of its own in each place."""
    picture: Floats = 0.7 * _spectrum(rng, 1) + 0.3 * _spectrum(rng, 3) + rng.uniform(-0.1, 0.1, 3)
    return picture


def _landscape(rng: np.random.Generator) -> Floats:
    """A smooth sky over rough ground, the horizon being uneven."""
    rows = np.arange(SIDE)[:, None] / SIDE
    horizon = rng.uniform(0.3, 0.7) + 0.2 * (_spectrum(rng, 1)[0, :, 0] - 0.5)
    sky = rng.uniform(0.4, 1, 3) * (1 - 0.4 * rows[:, :, None]) * np.ones((1, SIDE, 1))
    ground = rng.uniform(0.1, 0.7, 3) * (0.5 + _spectrum(rng, 1))
    return np.where((rows > horizon)[:, :, None], ground, sky)


def _gradient(rng: np.random.Generator) -> Floats:
    """From one colour to another, at any angle or from a centre."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    angle, center = rng.uniform(0, 2 * np.pi), rng.uniform(0, 1, 2)
    slope = x * np.cos(angle) + y * np.sin(angle) if rng.random() < 0.5 else np.hypot(x - center[0], y - center[1])
    share = ((slope - slope.min()) / np.ptp(slope))[:, :, None]
    mixed: Floats = share * rng.random(3) + (1 - share) * rng.random(3)
    return mixed


def _grain(rng: np.random.Generator) -> Floats:
    return np.clip(rng.normal(rng.uniform(0.2, 0.8, 3), rng.uniform(0.05, 0.3), (SIDE, SIDE, 3)), 0, 1)


def write_plot(measured: Mapping[str, Confidences], threshold: float, file: Path) -> None:
    """One panel for captions, one for answers: the share of each group by confidence."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(measured), figsize=(10, 3.6), sharey=True)
    bins = np.linspace(0, 1, 41)
    for axis, (name, group) in zip(axes, measured.items(), strict=True):
        shown = (
            ("held-out scenes", group.known, "#2a6fbb"),
            ("noise, gradients, landscapes", group.unknown, "#d9822b"),
        )
        for label, values, color in shown:
            axis.hist(values, bins, weights=np.full(len(values), 1 / len(values)), alpha=0.7, label=label, color=color)
        axis.axvline(threshold, color="black", linestyle="--", linewidth=1, label=f"low below {threshold}")
        axis.set(title=name, xlabel="confidence, exp(score)")
    axes[0].set_ylabel("share")
    axes[0].legend(loc="upper left", fontsize=8)
    figure.tight_layout()
    figure.savefig(file, dpi=110, metadata={"Software": None})


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    rng = Random(f"unknown/{options.seed}")
    unknown = [draw_unknown(rng) for _ in range(options.scenes)]
    exams = list(draw_exams(options.seed, options.scenes, Split.CHOOSE))
    measured = measure(ExportedSpeaker(ExportedModel(options.repository, options.name)), exams, unknown)
    both = [(group.known, group.unknown) for group in measured.values()]
    threshold = suggest([one for known, _ in both for one in known], [one for _, rest in both for one in rest])
    report = {name: {"low": group.below(threshold), **_quantiles(group)} for name, group in measured.items()}
    print(json.dumps({"low_below": threshold, **report}, indent=2))
    if options.plot:
        write_plot(measured, threshold, options.plot)


def _quantiles(group: Confidences) -> dict[str, list[float]]:
    """1st, 5th, 50th, 95th and 99th hundredth."""
    groups = {"known": group.known, "unknown": group.unknown}
    return {
        name: np.quantile(values, (0.01, 0.05, 0.5, 0.95, 0.99)).round(4).tolist() for name, values in groups.items()
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vignette_train.confidence", description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--name", default="tiny-blip2", help="of the model (default: tiny-blip2)")
    parser.add_argument("--seed", type=int, default=2, help="(default: 2)")
    parser.add_argument("--scenes", type=int, default=500, help="and as many pictures of nothing (default: 500)")
    parser.add_argument("--plot", type=Path, help="write the distributions as a picture")
    return parser


if __name__ == "__main__":
    main()
