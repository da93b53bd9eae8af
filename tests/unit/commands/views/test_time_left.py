"""How long a render will still take, as it reaches the person: in the list of steps and in the bar."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from typing import Any

from popcorn.commands.display import Screen
from popcorn.commands.views.run_progress import Steps
from rich.console import Console


class Terminal(Screen):
    """A screen whose stderr is a terminal of 80 columns that is kept."""

    def __init__(self) -> None:
        super().__init__("render")
        self.kept = io.StringIO()
        self.console = Console(file=self.kept, force_terminal=True, width=80)

    @property
    def err(self) -> Console:
        return self.console


def told(steps: Steps, done: int, total: int = 51) -> str:
    event: dict[str, Any] = {"event": "progress", "node": "render", "note": "attempt 1", "done": done, "total": total}
    steps.take(event)
    console = Console(width=80, file=io.StringIO())
    console.print(steps)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 600
    while not holds():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def test_steps_of_a_render_say_how_long_the_rest_takes_at_the_pace_so_far() -> None:
    steps = Steps()
    began = time.monotonic()
    assert "attempt 1, 0/51" in told(steps, 0)
    time.sleep(0.2)
    said = told(steps, 1)
    most = 50 * (time.monotonic() - began)
    left = re.search(r"attempt 1, 1/51, about (\d+) (s|min) left", said)
    assert left
    assert 50 * 0.2 - 1 <= int(left[1]) * (60 if left[2] == "min" else 1) <= most + 30
    time.sleep(0.1)
    assert told(steps, 1)[1:] == said[1:]  # the same step told again is no new pace, though the spinner turns
    assert "left" not in told(steps, 51)


def test_another_render_begins_at_its_own_pace() -> None:
    steps = Steps()
    told(steps, 0)
    time.sleep(0.05)
    assert "left" in told(steps, 40)
    assert "left" not in told(steps, 0)


def test_the_bar_knows_the_time_left_after_two_steps_and_begins_anew_with_another_render() -> None:
    screen = Terminal()
    with screen.progress("render") as progress:
        for done in range(3):
            progress(done, 51)
            time.sleep(0.05)
        until(lambda: re.search(r"\d:\d\d:\d\d", screen.kept.getvalue()))
        between = len(screen.kept.getvalue())
        progress(0, 9)
        until(lambda: "0/9" in screen.kept.getvalue()[between:])
