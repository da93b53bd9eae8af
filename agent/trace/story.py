"""A run as its events tell it: visits of nodes, and in them calls of models and tools, and attempts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Any

from ...errors import RequestError
from ..runs import Kind, Run, RunStore, Status
from .scrub import Scrubber

LAST = "last"
"""The word for the run that was asked for last."""
RESULT = "result.json"
"""In a run's folder, from its end on."""

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


def find_run(store: RunStore, name: str, *kinds: Kind) -> Run:
    """The run that `name` means: an id, the beginning of just one, or `last`, the last one of the create graph.

    A conversation is found where `kinds` has it. Raises RequestError.
    """
    wanted = kinds or (Kind.CREATE,)
    if name == LAST:
        if latest := store.runs(1) or store.runs(1, *wanted):
            return latest[0]
        raise RequestError("no run is stored yet", hint='Start one: popcorn ask "street tacos".')
    found = [run for run in store.runs(-1, *Kind) if run.run_id.startswith(name)] if name else []
    exact = [run for run in found if run.run_id == name]
    if len(found) > 1 and not exact:
        raise RequestError(
            f"{name!r} is the beginning of {len(found)} runs",
            hint=f"Write more of it, e.g. {found[0].run_id}; `popcorn trace list` shows them.",
        )
    run = (exact or found or [store.find(name)])[0]
    if run.kind not in wanted:
        raise RequestError(
            f"{run.run_id} is a conversation, not a run of the create graph",
            hint=f"Look at it with: popcorn trace show {run.run_id}; its videos have runs of their own.",
        )
    return run


def phase_of(run: Run, store: RunStore) -> Phase:
    """How far a run is; one that says it is running while nobody walks it was killed.

    A run that has its result is done, though whoever walked it may have left before that was written down.
    """
    if run.status is Status.RUNNING and store.walked(run.run_id):
        return Phase.UNDER_WAY
    if run.status in {Status.DONE, Status.FAILED}:
        return Phase.DONE if run.status is Status.DONE else Phase.FAILED
    return Phase.DONE if (store.folder(run.run_id) / RESULT).is_file() else Phase.LEFT


def ended(phase: Phase, run: Run) -> str:
    """How far a run is, in a word for people: one that was left was stopped by somebody, or killed."""
    if phase is not Phase.LEFT:
        return phase.value
    return "killed" if run.status is Status.RUNNING else "stopped"


def last_finished(store: RunStore) -> Run | None:
    """The last run of the create graph that came to its end."""
    return next((run for run in store.runs() if phase_of(run, store) is Phase.DONE), None)


def read_story(store: RunStore, run: Run, scrub: Scrubber | None = None) -> Story:
    """What the store knows of a run; `scrub` also takes out what was recorded before it was known to be secret."""
    events, clean = store.events(run.run_id), run
    if scrub is not None:
        events = scrub.value(events)
        clean = replace(run, request=scrub.text(run.request), settings=scrub.value(run.settings))
    return told(Story(clean, phase_of(run, store)), events)


def nested(visit: Visit) -> Iterator[tuple[Call, Call | None]]:
    """The calls of a visit, those of a tool right after it and beside it."""
    known = {call.call: call for call in visit.calls}

    def under(within: Call | None) -> Iterator[tuple[Call, Call | None]]:
        for call in visit.calls:
            if known.get(call.inside) is within:
                yield call, within
                yield from under(call)

    yield from under(None)


def told(story: Story, events: Iterable[Event]) -> Story:
    """The story with what the events say. A node's calls may be told of before its own beginning is."""
    teller = _Teller(story)
    for event in events:
        teller.take(event)
    teller.end()
    return story


class _Teller:
    """Puts events where they belong."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._open: dict[str, Visit] = {}
        self._early: dict[str, list[Call]] = {}
        self._calls: dict[str, Call] = {}

    def take(self, event: Event) -> None:
        """Follow an event."""
        kind = event["event"]
        if kind == "run_started":
            self._close(Phase.LEFT)
            self._story.walks.append(event["ts"])
            self._story.said.append(str(event.get("request", "")))
            self._story.error = None
        elif kind == "node_started":
            self._begin(event)
        elif kind == "node_finished":
            self._finish(event)
        elif kind in {"model_started", "tool_started"}:
            self._ask(event)
        elif kind.startswith(("model_", "tool_")) and event["call"] in self._calls:
            call = self._calls[event["call"]]
            call.take(event)
            call.phase = Phase.FAILED if kind.endswith("failed") else Phase.DONE
        else:
            self._remark(event)

    def end(self) -> None:
        """Nothing more is known."""
        if self._story.phase is not Phase.UNDER_WAY:
            self._close(Phase.LEFT)
        for visit in self._story.visits:
            _place_in_time(visit)

    def _begin(self, event: Event) -> None:
        story, node, task = self._story, event["node"], event.get("task", "")
        if not story.visits and story.walks:
            story.setup_seconds = between(story.walks[0], event["ts"])
        number = sum(visit.node == node for visit in story.visits) + 1
        walk = max(0, len(story.walks) - 1)
        visit = Visit(node, number, event["ts"], walk, task, calls=self._early.pop(task, []))
        story.visits.append(visit)
        self._open[task or node] = visit

    def _finish(self, event: Event) -> None:
        visit = self._open.pop(event.get("task") or event["node"], None)
        if visit:
            visit.phase, visit.seconds = Phase.DONE, event["seconds"]

    def _ask(self, event: Event) -> None:
        call = Call(event["call"], event["ts"])
        call.take(event)
        self._calls[call.call] = call
        task = event.get("task", "")
        where = self._open.get(task)
        (where.calls if where else self._early.setdefault(task, [])).append(call)

    def _remark(self, event: Event) -> None:
        kind, story = event["event"], self._story
        if kind == "attempt" and story.visits:
            story.visits[-1].attempts.append({name: event[name] for name in ("number", "title", "score")})
        elif kind == "notice" and event["message"] not in story.notices:
            story.notices.append(event["message"])
        elif kind == "error":
            story.error = event["error"]
            self._close(Phase.FAILED)
        elif kind == "trace_cut":
            story.full = True

    def _close(self, phase: Phase) -> None:
        """What is open will not end any more."""
        for visit in self._open.values():
            visit.phase = phase
            for call in visit.calls:
                if call.phase is Phase.UNDER_WAY:
                    call.phase = Phase.LEFT
        self._open.clear()
        self._early.clear()


def _place_in_time(visit: Visit) -> None:
    """Let each call know when it began and which others it met."""
    for call in visit.calls:
        call.after = max(0.0, between(visit.began, call.began))
    for call in visit.calls:
        others = [one for one in visit.calls if one is not call and one.inside == call.inside]
        call.beside = sum(one.after < _end(call) and call.after < _end(one) for one in others)


def _end(call: Call) -> float:
    return inf if call.seconds is None else call.after + call.seconds


def between(start: str, end: str) -> float:
    """Seconds from one time to another, both as ISO 8601."""
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds(), 3)
