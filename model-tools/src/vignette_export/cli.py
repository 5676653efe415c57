"""The command line: one checkpoint folder in, one model of a Triton repository out."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from vignette_export.checkpoint import Checkpoint
from vignette_export.errors import UnsupportedCheckpoint
from vignette_export.footprint import footprint
from vignette_export.llm import max_prompt_tokens
from vignette_export.precision import PRECISIONS
from vignette_export.repository import Description, Repository

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    try:
        _export(options)
    except UnsupportedCheckpoint as problem:
        raise SystemExit(f"cannot export {options.checkpoint}: {problem}") from None


def _export(options: argparse.Namespace) -> None:
    checkpoint = Checkpoint.open(options.checkpoint)
    room = max_prompt_tokens(checkpoint, options.max_new_tokens)
    prompt_limit = min(room, options.max_prompt_tokens or room)
    precision = PRECISIONS[options.dtype]
    if options.plan:
        limits = (options.max_new_tokens, prompt_limit, options.max_batch_size)
        print("\n".join(footprint(checkpoint, options.name, *limits, precision).lines()))
        return
    about = Description(
        name=options.name,
        description=options.description or f"BLIP-2 exported from {options.checkpoint.resolve().name}",
        license=options.license,
        notice=options.notice,
        longest_answer=options.max_new_tokens,
        max_batch_size=options.max_batch_size,
        max_prompt_tokens=prompt_limit,
        precision=precision,
        low_confidence_below=options.low_confidence_below,
    )
    for graph in Repository(options.repository, checkpoint, about).write():
        size = sum(file.stat().st_size for file in graph.parent.iterdir())
        print(f"{graph}: {size / 1e6:.2f} MB")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vignette-export", description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="folder of a Hugging Face BLIP-2 OPT checkpoint")
    parser.add_argument("repository", type=Path, help="Triton model repository to write into")
    parser.add_argument(
        "--name", type=_name, required=True, help="name of the model: NAME, NAME_vision_encoder, NAME_llm"
    )
    parser.add_argument("--description", default="", help="one line for the profile")
    parser.add_argument("--license", default="see the checkpoint's model card", help="licence of the weights")
    parser.add_argument("--notice", default="", help="one line that users are shown")
    parser.add_argument(
        "--max-new-tokens",
        type=_positive,
        default=32,
        help="longest answer, built into the graph; a longer one costs cache memory for every job (default: 32)",
    )
    parser.add_argument("--max-batch-size", type=_positive, default=32, help="largest batch (default: 32)")
    parser.add_argument(
        "--max-prompt-tokens",
        type=_positive,
        help="longest prompt the profile admits (default: all that the table of positions has room for)",
    )
    parser.add_argument(
        "--dtype", choices=PRECISIONS, default="fp32", help="type of weights and of what is computed (default: fp32)"
    )
    parser.add_argument(
        "--low-confidence-below", type=_share, help="confidence below which the profile has results marked, 0 to 1"
    )
    parser.add_argument(
        "--plan", action="store_true", help="say what would be written and what running it takes, and write nothing"
    )
    return parser


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"name: {text} (expected: lower-case letters, digits, '.', '_', '-')")
    return text


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} (expected: a whole number >= 1)")
    return int(text)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} (expected: 0 to 1)")
    return value
