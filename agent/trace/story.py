"""A run as its events tell it: visits of nodes, and in them calls of models and tools, and attempts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..runs.run_store import Run

Event = Mapping[str, Any]


class Phase(StrEnum):
    """How far a visit, a call or a run is."""

    UNDER_WAY = "under way"
    DONE = "done"
    FAILED = "failed"
    LEFT = "left"
    """Nobody works on it any more: it was stopped, or its process was killed."""


@dataclass(slots=True)
class Call:
    """One call of a model or of a tool."""

    call: str
    began: str
    """When, as ISO 8601 in UTC."""
    model: str = ""
    """Empty for a tool."""
    tool: str = ""
    """Empty for a model."""
    inside: str = ""
    """The call of a tool that it is part of; empty for a call of the node's own."""
    phase: Phase = Phase.UNDER_WAY
    seconds: float | None = None
    """None while it has not ended."""
    after: float = 0.0
    """Seconds from the beginning of its node to its own."""
    beside: int = 0
    """How many other calls of the same node and tool were under way at some time of it."""
    form: str = ""
    """How the answer was asked for: json_schema, tool, json_object or text."""
    options: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    """What was sent: `role` and `text`, perhaps `tool_calls`."""
    reply: str = ""
    """The raw reply, as it came."""
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    reasoning: str = ""
    finish: str = ""
    """Why the model stopped, in the server's word."""
    answered_by: str = ""
    """What the server calls the model that answered."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    """None where no price is known."""
    cached: bool = False
    """Answered from the reply cache."""
    input: str = ""
    """What a tool was given."""
    output: str = ""
    """What a tool answered."""
    error: str = ""
    cut: list[str] = field(default_factory=list)
    """What was too long to be kept whole."""

    @property
    def name(self) -> str:
        """What was called."""
        return self.tool or self.model or "a model"

    def take(self, event: Event) -> None:
        """Know what the event says."""
        known = {one.name for one in fields(self)} - {"call", "began", "after", "beside", "cut", "phase"}
        for name in known & event.keys():
            setattr(self, name, event[name])
        self.cut += event.get("cut", ())


@dataclass(slots=True)
class Visit:
    """One time that a node ran."""

    node: str
    number: int
    """1 for the first visit of this node."""
    began: str
    walk: int = 0
    """Which of the run's walks it is of, from 0."""
    task: str = ""
    phase: Phase = Phase.UNDER_WAY
    seconds: float | None = None
    """None while it has not ended."""
    calls: list[Call] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    """`number`, `title` and `score` of each attempt that it brought."""


@dataclass(slots=True)
class Story:
    """All that a run did."""

    run: Run
    phase: Phase
    visits: list[Visit] = field(default_factory=list)
    walks: list[str] = field(default_factory=list)
    """When each walk began: the first, and one for each time the run was gone on with, or each turn."""
    said: list[str] = field(default_factory=list)
    """What each walk was asked: the request, or what a person said."""
    setup_seconds: float | None = None
    """What opening the collaborators took in the first walk; None before its first node."""
    notices: list[str] = field(default_factory=list)
    error: dict[str, str] | None = None
    """`code`, `message`, `hint` and `stage` of what it failed with last; None where it was gone on with since."""
    full: bool = False
    """The bound on a run's events was reached: later ones are bones."""

    @property
    def calls(self) -> list[Call]:
        """Every call, in order."""
        return [call for visit in self.visits for call in visit.calls]

    @property
    def begun(self) -> bool:
        """Whether any node has finished."""
        return any(visit.phase is Phase.DONE for visit in self.visits)

    @property
    def attempts(self) -> list[dict[str, Any]]:
        """Every attempt, in order."""
        return [attempt for visit in self.visits for attempt in visit.attempts]

    @property
    def seconds(self) -> float:
        """Seconds in nodes, over all walks."""
        return sum(visit.seconds or 0 for visit in self.visits)

    @property
    def cost_usd(self) -> float | None:
        """US dollars of all model calls; None where a price is not known."""
        costs = [call.cost_usd for call in self.calls if call.model and call.phase is Phase.DONE]
        return None if None in costs else sum(cost or 0 for cost in costs)


def nested(visit: Visit) -> Iterator[tuple[Call, Call | None]]:
    """The calls of a visit, those of a tool right after it and beside it."""
    known = {call.call: call for call in visit.calls}

    def under(within: Call | None) -> Iterator[tuple[Call, Call | None]]:
        for call in visit.calls:
            if known.get(call.inside) is within:
                yield call, within
                yield from under(call)

    yield from under(None)


def between(start: str, end: str) -> float:
    """Seconds from one time to another, both as ISO 8601."""
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds(), 3)
