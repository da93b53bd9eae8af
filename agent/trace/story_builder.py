"""Events put where they belong: a story out of what a run wrote down."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from ..runs.settings_changes import sentence_of
from .story import Call, Event, Phase, Story, Visit, between


def build_story(story: Story, events: Iterable[Event]) -> Story:
    """The story with what the events say. A node's calls may be told of before its own beginning is."""
    builder = _StoryBuilder(story)
    for event in events:
        builder.take(event)
    builder.end()
    return story


class _StoryBuilder:
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
            self._story.notices += [sentence_of(event["changed"])] if event.get("changed") else []
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
