"""The picture of confidences. Needs the extra ``train``."""

from __future__ import annotations

from pathlib import Path

from vignette_train.confidence import Confidences, write_plot


def test_the_plot_is_a_picture(tmp_path: Path) -> None:
    group = Confidences([0.99, 0.98], [0.9], [0.3, 0.4])

    write_plot({"captions": group, "answers": group}, 0.7, tmp_path / "plot.png")

    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
