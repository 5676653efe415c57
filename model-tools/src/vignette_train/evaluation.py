"""How often the model says exactly what it should, on scenes it has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from vignette_train.language import CAPTION_PROMPT, Question, caption, questions
from vignette_train.pictures import Pixels, draw_file, read_file
from vignette_train.scenes import Scene, Split, draw_scene

CAPTIONS = "captions"
_BATCH = 64
_MISTAKES_MAX = 20


class Speaker(Protocol):
    """Anything that looks at pictures and continues prompts about each of them."""

    def say(self, pictures: Sequence[Pixels], prompts: Sequence[Sequence[str]]) -> list[list[str]]: ...


@dataclass(frozen=True)
class Exam:
    """One picture and what is right to say about it."""

    scene: Scene
    file: bytes
    suffix: str
    questions: Sequence[Question]

    @property
    def caption(self) -> str:
        return caption(self.scene)

    @property
    def pixels(self) -> Pixels:
        return read_file(self.file)


@dataclass
class Marks:
    """Right and asked, for captions and for each topic."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)

    def mark(self, subject: str, expected: str, said: str) -> None:
        self.asked[subject] += 1
        self.right[subject] += said == expected
        if said != expected and len(self.mistakes) < _MISTAKES_MAX:
            self.mistakes.append(f"{subject}: {said} (expected: {expected})")

    def share(self, subject: str) -> float:
        return self.right[subject] / max(1, self.asked[subject])

    @property
    def answers(self) -> float:
        """Over all questions, as they were asked."""
        topics = [subject for subject in self.asked if subject != CAPTIONS]
        return sum(self.right[topic] for topic in topics) / max(1, sum(self.asked[topic] for topic in topics))

    def report(self) -> dict[str, Any]:
        subjects = {name: [self.right[name], self.asked[name]] for name in sorted(self.asked)}
        return {
            "captions": self.share(CAPTIONS),
            "answers": self.answers,
            "right_of_asked": subjects,
            "mistakes": self.mistakes,
        }


def draw_exams(seed: int, count: int, split: Split) -> Iterator[Exam]:
    """Scenes of a split with every question about them. Each is a function of seed and number."""
    for number in range(count):
        rng = Random(f"exam/{seed}/{number}")
        scene = draw_scene(rng, split)
        yield Exam(scene, *draw_file(scene, rng), questions(scene, rng))


def examine(speaker: Speaker, exams: Sequence[Exam]) -> Marks:
    marks = Marks()
    for start in range(0, len(exams), _BATCH):
        part = exams[start : start + _BATCH]
        prompts = [[CAPTION_PROMPT, *(question.prompt for question in exam.questions)] for exam in part]
        for exam, (said, *answers) in zip(part, speaker.say([exam.pixels for exam in part], prompts), strict=True):
            marks.mark(CAPTIONS, exam.caption, said)
            for question, answer in zip(exam.questions, answers, strict=True):
                marks.mark(question.topic, question.answer, answer)
    return marks
