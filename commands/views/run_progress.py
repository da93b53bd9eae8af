"""The steps of a run in progress, as a renderable that is redrawn while events arrive. Prints nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ...graphs.asking.writing import span
from ...tools.popularity.standing import briefly, read_score

_LABELS = {
    "setup": "load the models",
    "retrieve_references": "find references",
    "reason": "think about them",
    "draft": "draft",
    "choose": "choose a candidate",
    "render": "render the clip",
    "score": "score",
    "refine": "refine",
    "finish": "finish",
    "survey": "read the footage",
    "write": "write the lines",
    "claims": "check what is claimed",
    "speak": "speak",
    "arrange": "arrange",
    "assemble": "put it together",
    "check": "check the ad",
    "repair": "mend it",
}
BETWEEN_LINES = 15.0
"""Seconds between two lines on how a step stands, where nothing is redrawn."""


class Steps:
    """What is done and what is under way, a line each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing has happened; `clock` gives the seconds."""
        self._clock = clock
        self._done: list[tuple[str, str]] = []
        self._node = ""
        self._note = ""
        self._since = self._clock()
        self._told = -1
        self._first: tuple[int, float] | None = None
        self._lined = self._since
        self._spinner = Spinner("dots", style="yellow")

    def take(self, event: Mapping[str, Any]) -> None:
        """Change with an event of a session."""
        kind = event["event"]
        if kind == "progress":
            self._begin(event["node"])
            self._pass_on(event["note"], event["done"], event["total"])
        elif kind == "node_started":
            if self._node == "setup":
                self._end(self._clock() - self._since)
            self._begin(event["node"])
        elif kind == "node_finished":
            self._end(event["seconds"])
        elif kind == "attempt":
            self._done.append(("", f"“{event['title']}”: {briefly(read_score(event['score']))}"))

    def line(self) -> str:
        """The last finished step, for streams that cannot be redrawn; empty when there is none."""
        return "  ".join(part for part in self._done[-1] if part) if self._done else ""

    def under_way(self) -> str:
        """How the step under way stands, for streams that cannot be redrawn; empty where nothing was told of it.

        At most every so many seconds: a log is read later.
        """
        now = self._clock()
        if not self._note or now - self._lined < BETWEEN_LINES:
            return ""
        self._lined = now
        return f"{_LABELS.get(self._node, self._node)}: {self._note}"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The list, with a spinner at the step under way."""
        yield from self._rows()

    def _rows(self) -> Iterator[Table | Text]:
        for label, note in self._done:
            yield Text.assemble(
                ("✓ ", "green"), label or "  ", "  " if label else "", (note, "dim"), overflow="ellipsis", no_wrap=True
            )
        if self._node:
            row = Table.grid(padding=(0, 1))
            name = Text(_LABELS.get(self._node, self._node), no_wrap=True)
            row.add_row(self._spinner, name, Text(self._note, style="dim", no_wrap=True, overflow="ellipsis"))
            yield row

    def _begin(self, node: str) -> None:
        if node != self._node:
            self._node, self._note, self._since = node, "", self._clock()
            self._told, self._first, self._lined = -1, None, self._since

    def _pass_on(self, note: str, done: int, total: int) -> None:
        """How far it is, and how long the rest will take at the pace so far: told anew when more is done."""
        if not total:  # nobody knows how much there is to do: the note says how it stands
            self._note = note
        if total < 2 or done == self._told:
            return
        self._note, self._told, now = f"{note}, {done}/{total}", done, self._clock()
        if self._first is None or done <= self._first[0]:
            self._first = (done, now)
        elif done < total:
            began, since = self._first
            self._note += f", about {span((now - since) / (done - began) * (total - done))} left"

    def _end(self, seconds: float) -> None:
        self._done.append((_LABELS.get(self._node, self._node), f"{seconds:.1f} s"))
        self._node = self._note = ""
