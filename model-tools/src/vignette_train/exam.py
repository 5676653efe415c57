"""The examination on scenes that were used neither for training nor for choosing.

``run`` examines an exported model in this process. ``draw`` writes pictures and questions for another program to
answer, ``mark`` compares its answers (Vignette's own JSON lines) with what is right.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vignette_export.reference import ExportedModel
from vignette_train.evaluation import CAPTIONS, Exam, Marks, draw_exams, examine
from vignette_train.exported import ExportedSpeaker
from vignette_train.scenes import Split

_EXPECTED = "expected.json"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    options.action(options)


def write_exams(exams: Iterable[Exam], folder: Path) -> None:
    """``pictures/``; ``expected.json``; ``questions.tsv``, a number and a question a line; ``lists/NUMBER.txt``, the
    pictures it is asked about."""
    for part in ("pictures", "lists"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    expected, asked = dict[str, Any](), defaultdict[str, list[str]](list)
    for number, exam in enumerate(exams):
        name = f"{number:05d}"
        file = folder / "pictures" / (name + exam.suffix)
        file.write_bytes(exam.file)
        answers = {question.text: [question.topic, question.answer] for question in exam.questions}
        expected[name] = {"caption": exam.caption, "answers": answers}
        for question in answers:
            asked[question].append(str(file.resolve()))
    (folder / _EXPECTED).write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    lines = []
    for number, (question, files) in enumerate(sorted(asked.items())):
        lines.append(f"{number:03d}\t{question}\n")
        (folder / "lists" / f"{number:03d}.txt").write_text("\n".join(files) + "\n", encoding="utf-8")
    (folder / "questions.tsv").write_text("".join(lines), encoding="utf-8")


def mark_records(expected: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> Marks:
    """Marks what was answered; ``id`` is the picture's name without suffix."""
    marks = Marks()
    for record in records:
        right = expected[record["id"]]
        if "caption" in record:
            marks.mark(CAPTIONS, right["caption"], record["caption"])
        for entry in record.get("answers", ()):
            topic, answer = right["answers"][entry["question"]]
            marks.mark(topic, answer, entry["answer"])
    return marks


def _draw(options: argparse.Namespace) -> None:
    write_exams(draw_exams(options.seed, options.scenes, Split.TEST), options.folder)


def _mark(options: argparse.Namespace) -> None:
    expected = json.loads((options.folder / _EXPECTED).read_text(encoding="utf-8"))
    lines = [line for file in options.results for line in file.read_text(encoding="utf-8").splitlines()]
    _print(mark_records(expected, map(json.loads, lines)))


def _run(options: argparse.Namespace) -> None:
    speaker = ExportedSpeaker(ExportedModel(options.repository, options.name))
    _print(examine(speaker, list(draw_exams(options.seed, options.scenes, Split.TEST))))


def _print(marks: Marks) -> None:
    print(json.dumps(marks.report(), indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vignette_train.exam", description=__doc__)
    actions = parser.add_subparsers(required=True)
    run = actions.add_parser("run", help="examine an exported model here")
    run.add_argument("repository", type=Path)
    run.add_argument("--name", default="tiny-blip2", help="of the model (default: tiny-blip2)")
    run.set_defaults(action=_run)
    draw = actions.add_parser("draw", help="write pictures and questions")
    draw.add_argument("folder", type=Path)
    draw.set_defaults(action=_draw)
    for action in (run, draw):
        action.add_argument("--seed", type=int, required=True, help="a number not used before")
        action.add_argument("--scenes", type=int, default=1000, help="(default: 1000)")
    mark = actions.add_parser("mark", help="compare answers with what is right")
    mark.add_argument("folder", type=Path, help="what draw wrote")
    mark.add_argument("results", type=Path, nargs="+", help="JSON lines as written by: vignette caption --id=stem")
    mark.set_defaults(action=_mark)
    return parser


if __name__ == "__main__":
    main()
