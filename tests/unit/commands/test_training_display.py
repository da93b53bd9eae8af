"""How long a training takes yet, from the pace so far, on a terminal and in a log."""

from __future__ import annotations

import io

import pytest
from popcorn.commands.display import Screen
from popcorn.commands.training_display import Pace, TrainingDisplay
from popcorn.tools.popularity.measures import Measures
from popcorn.tools.popularity.mmra.plan import Epoch
from rich.console import Console


def test_what_was_done_before_tells_nothing_of_the_pace() -> None:
    pace = Pace()
    assert pace.left(900, 1000, 0.0) == ""
    assert pace.left(910, 1000, 20.0) == ", about 3 min left"
    assert pace.left(1000, 1000, 200.0) == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_an_epoch_says_how_long_the_others_take(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(Screen, "err", Console(file=shown, force_terminal=terminal, width=120))
    screen = Screen("predictor train")
    with TrainingDisplay(screen, epochs=100) as display:
        display.stage("train network 1 of 1")
        display.epoch(1, Epoch(1, 0.9, Measures(0.8, 0.4, 1.2), 60.0))
    assert "at most 99 min left" in shown.getvalue()
