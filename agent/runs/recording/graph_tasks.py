"""The tasks of LangGraph's stream, as what a trace says of nodes: that one began, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any


class Tasks:
    """Knows when each task began."""

    def __init__(self) -> None:
        """No task has begun."""
        self._began: dict[str, float] = {}

    def event_of(self, payload: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """A part of the stream of tasks as an event's name and facts; None for a task that failed."""
        facts = {"node": payload["name"], "task": payload["id"]}
        if "triggers" in payload:
            self._began[payload["id"]] = time.monotonic()
            return "node_started", facts
        if payload.get("error"):
            return None
        now = time.monotonic()
        seconds = round(now - self._began.pop(payload["id"], now), 3)
        return "node_finished", {**facts, "seconds": seconds}
