"""The steps of a run as they are shown, where they are redrawn and where they are not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from popcorn.commands.views.run_progress import BETWEEN_LINES, Steps
from rich.console import Console


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def shown(steps: Steps) -> str:
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(steps)
    return console.export_text()


def progress(note: str, done: int = 0, total: int = 0) -> dict[str, Any]:
    return {"event": "progress", "node": "draft", "done": done, "total": total, "note": note}


def test_the_step_under_way_says_how_the_model_gets_on(clock: Clock) -> None:
    steps = Steps(clock)
    steps.take({"event": "node_started", "node": "draft"})
    for note in ("waiting for the model, 2 s", "11 tokens, 5 a second, 12 s", "12 tokens, 5 a second, 13 s"):
        steps.take(progress(note, done=11))
        assert f"draft {note}" in shown(steps)
    steps.take({"event": "node_finished", "node": "draft", "seconds": 14.2})
    assert "14.2 s" in shown(steps)
    assert "a second" not in shown(steps)


def test_where_nothing_is_redrawn_a_long_step_is_told_of_now_and_then(clock: Clock) -> None:
    steps, lines = Steps(clock), []
    steps.take({"event": "node_started", "node": "draft"})
    for second in range(61):
        clock.now = float(second)
        steps.take(progress(f"{second} tokens"))
        lines.append(steps.under_way())
    told = [line for line in lines if line]
    assert told == [f"draft: {at} tokens" for at in (15, 30, 45, 60)]
    assert BETWEEN_LINES == 15


def test_a_step_that_begins_is_told_of_only_when_it_has_lasted(clock: Clock) -> None:
    steps = Steps(clock)
    clock.now = 100.0
    steps.take({"event": "node_started", "node": "reason"})
    steps.take(progress("1 token") | {"node": "reason"})
    assert steps.under_way() == ""
    clock.now += BETWEEN_LINES
    assert steps.under_way() == "think about them: 1 token"


def test_what_has_a_total_says_how_much_is_left(clock: Clock) -> None:
    steps = Steps(clock)
    for done in (0, 10):
        steps.take(progress("attempt 1", done, 30) | {"node": "render"})
        clock.now += 10
    assert "attempt 1, 10/30, about 20 s left" in shown(steps)
