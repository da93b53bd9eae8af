"""A study while it runs: a line on stderr."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

if TYPE_CHECKING:
    from ..study.runner import Progress
    from .display import Screen


class StudyDisplay:
    """A line that moves: units, rate, time left, failures, money."""

    def __init__(self, screen: Screen, name: str) -> None:
        """Shows nothing where nobody looks."""
        self._bar = Bar(
            TextColumn(name, markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[trouble]}", style="yellow"),
            TextColumn("{task.fields[money]}"),
            console=screen.err,
            transient=True,
            disable=screen.quiet or not screen.err.is_terminal,
        )
        self._task = self._bar.add_task(name, total=None, rate="", trouble="", money="")

    def __enter__(self) -> StudyDisplay:
        """The line appears."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The line goes."""
        self._bar.stop()

    def show(self, now: Progress) -> None:
        """Move it."""
        speed = self._bar.tasks[0].speed
        self._bar.update(
            self._task,
            completed=now.done,
            total=now.total,
            rate=f"{speed:.1f}/s" if speed else "",
            trouble=f"{now.failures} failed" if now.failures else "",
            money=f"${now.cost_usd:.2f}" if now.cost_usd else "",
        )
