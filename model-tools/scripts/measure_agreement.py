"""How often fp16 and bf16 exports say what the float32 checkpoint says in transformers.

    PYTHONPATH=src python scripts/measure_agreement.py CHECKPOINT [--rows N]

Compared with the tokens in tests/data/parity/tiny-blip2.json. Run by ONNX's own evaluator, which computes in each type
on any processor and is slow: ONNX Runtime has no bfloat16 on a processor and computes float16 in float32.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator
from tokenizers import Tokenizer

from vignette_export import cli
from vignette_train.evaluation import draw_exams
from vignette_train.scenes import Split

TOKENS = Path(__file__).resolve().parents[1] / "tests" / "data" / "parity" / "tiny-blip2.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--rows", type=int, default=120)
    options = parser.parse_args()
    stored = json.loads(TOKENS.read_text(encoding="utf-8"))
    every = max(1, len(stored["rows"]) // options.rows)
    rows = stored["rows"][::every]
    pixels = [exam.pixels for exam in draw_exams(stored["seed"], len(stored["crc32"]), Split.TEST)]
    for dtype in ("fp32", "fp16", "bf16"):
        with tempfile.TemporaryDirectory() as folder:
            cli.main([str(options.checkpoint), folder, "--name", "m", "--max-prompt-tokens", "80", "--dtype", dtype])
            same, furthest = compare(Path(folder), rows, pixels)
        print(f"{dtype}: {same} of {len(rows)} rows token for token; scores at most {furthest:.4f} apart")


def compare(repository: Path, rows: list[dict], pixels: list[np.ndarray]) -> tuple[int, float]:
    tokenizer = Tokenizer.from_file(str(repository / "m" / "tokenizer.json"))
    encoder, llm = (
        ReferenceEvaluator(onnx.load(repository / f"m_{part}" / "1" / "model.onnx"))
        for part in ("vision_encoder", "llm")
    )
    features = {row["scene"]: encoder.run(None, {"pixels": pixels[row["scene"]][None]})[0] for row in rows}
    same, furthest = 0, 0.0
    for row in rows:
        ids = np.array([tokenizer.encode(row["prompt"]).ids], np.int64)
        inputs = {
            "image_features": features[row["scene"]],
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "max_new_tokens": np.full((1, 1), 32, np.int64),
        }
        tokens, lengths, scores = llm.run(None, inputs)
        is_same = tokens[0, : lengths[0, 0]].tolist() == row["tokens"]
        same += is_same
        furthest = max(furthest, abs(float(scores[0, 0]) - row["score"])) if is_same else furthest
    return same, furthest


if __name__ == "__main__":
    main()
