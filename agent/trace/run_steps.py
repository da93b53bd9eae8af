"""The steps of a run in progress: what is done, what is under way, and how long the rest of that will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ...graphs.asking.writing import span
from ...tools.popularity.standing import briefly, read_score

LABELS = {
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


class RunSteps:
    """What is done and what is under way, a line each, out of the events of a session."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing has happened; `clock` gives the seconds."""
        self._clock = clock
        self.done: list[tuple[str, str]] = []
        """A label and a note each; the label is empty where the note says something of its own."""
        self._node = ""
        self.note = ""
        """How the step under way stands."""
        self._since = self._clock()
        self._told = -1
        self._first: tuple[int, float] | None = None
        self._lined = self._since

    @property
    def now(self) -> str:
        """What is under way, in words; empty for nothing."""
        return LABELS.get(self._node, self._node)

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
            self.done.append(("", f"“{event['title']}”: {briefly(read_score(event['score']))}"))

    def line(self) -> str:
        """The last finished step, for streams that cannot be redrawn; empty when there is none."""
        return "  ".join(part for part in self.done[-1] if part) if self.done else ""

    def under_way(self) -> str:
        """How the step under way stands, for streams that cannot be redrawn; empty where nothing was told of it.

        At most every so many seconds: a log is read later.
        """
        now = self._clock()
        if not self.note or now - self._lined < BETWEEN_LINES:
            return ""
        self._lined = now
        return f"{self.now}: {self.note}"

    def _begin(self, node: str) -> None:
        if node != self._node:
            self._node, self.note, self._since = node, "", self._clock()
            self._told, self._first, self._lined = -1, None, self._since

    def _pass_on(self, note: str, done: int, total: int) -> None:
        """How far it is, and how long the rest will take at the pace so far: told anew when more is done."""
        if not total:  # nobody knows how much there is to do: the note says how it stands
            self.note = note
        if total < 2 or done == self._told:
            return
        self.note, self._told, now = f"{note}, {done}/{total}", done, self._clock()
        if self._first is None or done <= self._first[0]:
            self._first = (done, now)
        elif done < total:
            began, since = self._first
            self.note += f", about {span((now - since) / (done - began) * (total - done))} left"

    def _end(self, seconds: float) -> None:
        self.done.append((self.now, f"{seconds:.1f} s"))
        self._node = self.note = ""
