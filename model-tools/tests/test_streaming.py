"""Exporting a checkpoint that is larger than the memory it may take."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import random_checkpoint

from vignette_export import cli, repository

VOCABULARY = 60_000
TIMES_LARGEST_MAX = 1.5
OVERHEAD_BYTES_MAX = 12_000_000


@pytest.mark.parametrize("dtype", ["fp32", "fp16"])
def test_memory_stays_near_the_largest_tensor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtype: str) -> None:
    monkeypatch.setattr(random_checkpoint, "VOCABULARY", VOCABULARY)
    monkeypatch.setattr(repository, "INLINE_BYTES_MAX", 0)
    folder = random_checkpoint.write(tmp_path / "checkpoint", 3, {"hidden_size": 256, "word_embed_proj_dim": 256})
    largest = VOCABULARY * 256 * np.dtype(np.float32).itemsize
    tracemalloc.start()

    cli.main([str(folder), str(tmp_path / "models"), "--name", "m", "--max-new-tokens", "5", "--dtype", dtype])

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    written = tmp_path / "models" / "m_llm" / "1" / "model.onnx.data"
    assert json.loads((folder / "config.json").read_text())["text_config"]["hidden_size"] == 256
    assert written.stat().st_size > largest / 2
    assert peak <= TIMES_LARGEST_MAX * largest + OVERHEAD_BYTES_MAX
