"""Marking what a model says, and telling what it knows from what it does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest

from vignette_export.reference import Completion
from vignette_train import exam
from vignette_train.confidence import draw_unknown, measure, suggest
from vignette_train.evaluation import CAPTIONS, Exam, draw_exams, examine
from vignette_train.exported import ExportedSpeaker
from vignette_train.language import Topic
from vignette_train.pictures import Pixels
from vignette_train.scenes import Split

EXAMS = list(draw_exams(11, 6, Split.TEST))


def truth(exam: Exam) -> dict[str, str]:
    return {"": exam.caption, **{question.prompt: question.answer for question in exam.questions}}


class Parrot(ExportedSpeaker):
    """Says what is right, surely, about scenes; anything, unsurely, about the rest. One answer can be made wrong."""

    def __init__(self, exams: Sequence[Exam], wrong: str = "-") -> None:
        self.known = {exam.pixels.tobytes(): truth(exam) for exam in exams}
        self.wrong = wrong

    def complete(self, pictures: Sequence[Pixels], prompts: Sequence[Sequence[str]]) -> list[list[Completion]]:
        return [
            [self.completion(self.known.get(picture.tobytes()), prompt) for prompt in asked]
            for picture, asked in zip(pictures, prompts, strict=True)
        ]

    def completion(self, told: dict[str, str] | None, prompt: str) -> Completion:
        if told is None:
            return Completion("no idea", [2], -1.0)
        return Completion("wrong" if self.wrong in prompt else told[prompt], [2], -0.01)


def test_everything_right() -> None:
    marks = examine(Parrot(EXAMS), EXAMS)

    assert marks.share(CAPTIONS) == marks.answers == 1
    assert marks.asked[CAPTIONS] == marks.asked[Topic.COUNT] == len(EXAMS)
    assert not marks.mistakes


def test_mistakes_are_counted_under_their_topic() -> None:
    marks = examine(Parrot(EXAMS, wrong="how many"), EXAMS)

    assert marks.share(Topic.COUNT) == 0
    assert marks.share(Topic.BACKGROUND) == marks.share(CAPTIONS) == 1
    assert marks.mistakes[0].startswith("how many shapes are there: wrong (expected: ")
    assert 0 < marks.answers < 1


def test_exams_are_a_function_of_seed_and_number() -> None:
    again = list(draw_exams(11, 6, Split.TEST))

    assert [one.file for one in again] == [one.file for one in EXAMS]
    assert [one.caption for one in draw_exams(12, 6, Split.TEST)] != [one.caption for one in EXAMS]


def test_answers_of_another_program_are_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exam.main(["draw", str(tmp_path), "--seed", "11", "--scenes", "6"])
    captions = [{"id": f"{number:05d}", "caption": one.caption} for number, one in enumerate(EXAMS)]
    captions[0]["caption"] = "a cat"
    (tmp_path / "captions.jsonl").write_text("".join(json.dumps(record) + "\n" for record in captions))
    answers = []
    for line in (tmp_path / "questions.tsv").read_text().splitlines():
        number, question = line.split("\t")
        for file in map(Path, (tmp_path / "lists" / f"{number}.txt").read_text().splitlines()):
            assert file.is_file()
            told = truth(EXAMS[int(file.stem)])[f"Question: {question} Answer:"]
            answers.append({"id": file.stem, "answers": [{"question": question, "answer": told}]})
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(record) + "\n" for record in answers))

    exam.main(["mark", str(tmp_path), str(tmp_path / "captions.jsonl"), str(tmp_path / "answers.jsonl")])

    report = json.loads(capsys.readouterr().out)
    assert report["right_of_asked"]["captions"] == [5, 6]
    assert report["answers"] == 1
    assert sum(asked for _, asked in report["right_of_asked"].values()) == 6 + sum(len(one.questions) for one in EXAMS)


def test_confidences_are_sorted_into_right_wrong_and_unknown() -> None:
    unknown = [draw_unknown(Random(seed)) for seed in range(5)]

    measured = measure(Parrot(EXAMS, wrong="how many"), EXAMS, unknown)

    assert measured["captions"].right == pytest.approx([np.exp(-0.01)] * 6)
    assert measured["captions"].unknown == pytest.approx([np.exp(-1)] * 5)
    assert len(measured["answers"].wrong) == 6
    assert measured["captions"].below(0.9) == {"right": 0, "wrong": 0, "unknown": 1}


def test_the_threshold_lies_in_the_middle_of_the_gap() -> None:
    assert suggest([0.9, 0.95, 1.0], [0.1, 0.5]) == 0.7


def test_the_threshold_makes_the_fewest_errors_where_there_is_no_gap() -> None:
    known, unknown = [0.3, *[0.9] * 99], [*[0.5] * 98, 0.95, 0.96]

    threshold = suggest(known, unknown)

    assert 0.5 < threshold < 0.9


def test_pictures_of_nothing_are_repeatable_and_vary() -> None:
    first, again = ([draw_unknown(Random(seed)) for seed in range(12)] for _ in range(2))

    assert all((one == other).all() for one, other in zip(first, again, strict=True))
    assert len({one.tobytes() for one in first}) == 12
    assert all(one.shape == (224, 224, 3) for one in first)
