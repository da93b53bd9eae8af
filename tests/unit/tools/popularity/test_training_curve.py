"""The picture of a training."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from popcorn.tools.popularity.measures import Measures
from popcorn.tools.popularity.mmra.training import Epoch
from popcorn.tools.popularity.trained.curve import draw_curve


def test_a_matplotlibrc_of_the_folder_one_stands_in_does_not_decide_how_it_is_drawn(tmp_path: Path) -> None:
    epochs = [Epoch(number, 1 / number, Measures(1 / number, 0.5, 1.0), 0.1) for number in (1, 2)]
    draw_curve([epochs], tmp_path / "plain.svg")
    assert "epoch" in (tmp_path / "plain.svg").read_text()
    with mpl.rc_context({"axes.facecolor": "#123456", "figure.facecolor": "#123456"}):
        draw_curve([epochs], tmp_path / "theirs.svg")
    assert "#123456" not in (tmp_path / "theirs.svg").read_text()
