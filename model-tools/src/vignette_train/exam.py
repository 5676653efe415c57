"""The examination on scenes that were used neither for training nor for choosing.

``run`` examines an exported model in this process, ``ask`` through a running Vignette. ``draw`` writes pictures and
questions for another program to answer, ``mark`` compares its answers (as JSON lines) with what is right.
"""

from __future__ import annotations

import argparse
import base64
import json
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from vignette_export.reference import ExportedModel
from vignette_train.evaluation import CAPTIONS, Exam, Marks, draw_exams, examine
from vignette_train.exported import ExportedSpeaker
from vignette_train.scenes import Split

_EXPECTED = "expected.json"
_PROMPTS_AT_ONCE = 16
_WAIT_SECONDS = 60
_AT_ONCE = 16


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
        expected[name] = _truth(exam)
        for question in expected[name]["answers"]:
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


def ask(url: str, number: int, exam: Exam) -> Iterator[dict[str, Any]]:
    """Has a running Vignette caption one picture and answer its questions; records as ``mark_records`` takes them."""
    prompts = [{"kind": "caption"}]
    prompts += [{"kind": "question", "text": question.text} for question in exam.questions]
    for start in range(0, len(prompts), _PROMPTS_AT_ONCE):
        for answer in _answers(url, exam.file, prompts[start : start + _PROMPTS_AT_ONCE]):
            record: dict[str, Any] = {"id": f"{number:05d}"}
            if answer["kind"] == "caption":
                record["caption"] = answer["text"]
            else:
                record["answers"] = [{"question": answer["prompt"], "answer": answer["text"]}]
            yield record


def _answers(url: str, picture: bytes, prompts: Sequence[Mapping[str, str]]) -> Sequence[Mapping[str, Any]]:
    body = {"image": {"data": base64.b64encode(picture).decode("ascii")}, "prompts": prompts, "priority": "bulk"}
    request = urllib.request.Request(
        f"{url}/v1/captions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Prefer": f"wait={_WAIT_SECONDS}"},
    )
    with urllib.request.urlopen(request, timeout=2 * _WAIT_SECONDS) as response:
        job = json.load(response)
    if job["state"] != "SUCCEEDED":
        raise SystemExit(f"job {job['id']}: {job['state']} (expected: SUCCEEDED within {_WAIT_SECONDS} s)")
    answers: Sequence[Mapping[str, Any]] = job["answers"]
    return answers


def _ask(options: argparse.Namespace) -> None:
    exams = list(draw_exams(options.seed, options.scenes, Split.TEST))
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        asked = threads.map(lambda item: list(ask(options.url, *item)), enumerate(exams))
        records = [record for answered in asked for record in answered]
    expected = {f"{number:05d}": _truth(exam) for number, exam in enumerate(exams)}
    _print(mark_records(expected, records))


def _truth(exam: Exam) -> dict[str, Any]:
    return {"caption": exam.caption, "answers": {one.text: [one.topic, one.answer] for one in exam.questions}}


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
    through = actions.add_parser("ask", help="examine a running Vignette")
    through.add_argument("url", help="such as http://127.0.0.1:8080")
    through.set_defaults(action=_ask)
    draw = actions.add_parser("draw", help="write pictures and questions")
    draw.add_argument("folder", type=Path)
    draw.set_defaults(action=_draw)
    for action in (run, through, draw):
        action.add_argument("--seed", type=int, required=True, help="a number not used before")
        action.add_argument("--scenes", type=int, default=1000, help="(default: 1000)")
    mark = actions.add_parser("mark", help="compare answers with what is right")
    mark.add_argument("folder", type=Path, help="what draw wrote")
    mark.add_argument("results", type=Path, nargs="+", help="JSON lines as written by: vignette caption --id=stem")
    mark.set_defaults(action=_mark)
    return parser


if __name__ == "__main__":
    main()
