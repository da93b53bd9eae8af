"""How long each node of a run took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any


def timings_of(events: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Seconds a node over all walks of the run."""
    sums: dict[str, float] = defaultdict(float)
    for event in events:
        if event["event"] == "node_finished":
            sums[event["node"]] += event["seconds"]
    return dict(sums)
