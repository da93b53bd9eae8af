"""One walk through a graph, from its first node or its last checkpoint, as events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ...errors import BudgetError
from ...settings import Settings
from ..wiring.background import in_background
from .checkpoints import open_checkpoints, saved_values
from .forks import branch
from .machines import Machine, Pick, machine_of
from .recording.graph_tasks import Tasks
from .run_store import Run, RunStore
from .settings_changes import Changes

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.runnables import RunnableConfig

    from ..models.meter import Allowance

T = TypeVar("T")
Stream = AsyncGenerator[tuple[str, Any]]
Event = dict[str, Any]
"""`event`, `run_id`, `ts` and what belongs to it (docs/architecture.md: answers for programs)."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What is walked: a run, the settings it began with, and whether it began before."""

    run: Run
    settings: Settings
    resumed: bool = False
    watchers: tuple[BaseCallbackHandler, ...] = ()
    """Who is told of every model and tool call."""
    allowance: Allowance | None = None
    """What its chat model may use together with others."""
    again: bool = False
    """A person has agreed to buy once more what may have been paid for in vain."""
    pick: Pick | None = None
    """Who chooses among the drafts of a round; None for the choice model."""
    changed: Changes = field(default_factory=dict)
    """What of the settings is another than before, where the walk goes on."""

    @property
    def machine(self) -> Machine:
        """What is walked."""
        return machine_of(self.run.kind)

    @property
    def going_on(self) -> str:
        """The command that goes on with it."""
        return f"popcorn {self.machine.command} --resume {self.run.run_id}"

    def event(self, name: str, **facts: object) -> Event:
        """An event of this run, stamped now."""
        return {"event": name, "run_id": self.run.run_id, "ts": datetime.now(UTC).isoformat(), **facts}

    def started(self) -> Event:
        """The event with which every walk begins."""
        changed = {"changed": self.changed} if self.changed else {}
        return self.event("run_started", request=self.run.request, resumed=self.resumed, **changed)

    def config(self) -> RunnableConfig:
        """Where LangGraph keeps the run, and whom it tells."""
        config: RunnableConfig = {"configurable": {"thread_id": self.run.run_id}, "callbacks": list(self.watchers)}
        return config | self.limits()

    def limits(self) -> RunnableConfig:
        """How many steps the run may take at most."""
        return {"recursion_limit": self.machine.steps(self.settings)}


async def walk_events(walk: Walk, store: RunStore) -> AsyncGenerator[Event]:
    """What happens, as it happens; the last event is run_finished.

    Raises PopcornError, and whatever the chat model's client raises.
    """
    deadline, machine = Deadline(walk), walk.machine
    folder = store.folder(walk.run.run_id)
    yield walk.started()
    for told in () if walk.resumed else machine.told(walk.run):
        yield walk.event("notice", message=told)
    yield walk.event("progress", node="setup", done=0, total=1, note="loading models")
    context = await deadline.keep(in_background(machine.open, walk.settings, folder, walk.allowance, again=walk.again))
    context = replace(context, pick=walk.pick) if walk.pick else context
    async with open_checkpoints(store.database, machine.checkpoint_types) as saver:
        graph = machine.build(saver)
        config = walk.config()
        begun = await saved_values(graph, config)
        start = None
        if not begun and walk.run.node:
            await branch(store, saver, walk.run, partial(machine.forked, store, walk.run, walk.settings, context))
        elif not begun:
            start = machine.start(walk.run, walk.settings, context)
        elif anew := machine.chosen_anew(walk.settings, begun) if walk.changed else {}:
            await graph.aupdate_state(config, anew)
        stream = cast(
            Stream, graph.astream(start, config, context=context, stream_mode=["tasks", "custom"], durability="sync")
        )
        async with aclosing(stream):
            async for event in stream_events(walk, stream, deadline):
                yield event
        values = await saved_values(graph, config)
    data = await asyncio.to_thread(machine.keep, store, walk.run, walk.settings, context, values)
    yield walk.event("run_finished", **data)


async def stream_events(walk: Walk, stream: Stream, deadline: Deadline) -> AsyncGenerator[Event]:
    """LangGraph's stream as our events; a node is said to have finished when its checkpoint is saved, not before."""
    tasks = Tasks()
    unsaved: list[Event] = []
    while (item := await deadline.keep(anext(stream, None))) is not None:
        for event in unsaved:  # that the stream goes on means that the step before is saved
            yield event
        unsaved = []
        for event in translated(walk, tasks, *item):
            if event["event"] in {"node_started", "progress"}:
                yield event
            else:
                unsaved.append(event)
    for event in unsaved:
        yield event


def translated(walk: Walk, tasks: Tasks, kind: str, payload: Any) -> Iterator[Event]:
    """LangGraph's stream of tasks and of what nodes write, as our events."""
    if kind == "custom":
        yield walk.event("progress", **payload)
    elif task_event := tasks.event_of(payload):
        name, facts = task_event
        yield walk.event(name, **facts)
        if name == "node_finished":
            for event, told in walk.machine.news(payload.get("result") or {}):
                yield walk.event(event, **told)


class Deadline:
    """The time budget of one walk."""

    def __init__(self, walk: Walk) -> None:
        """Starts now; a budget of 0 seconds is none."""
        self._walk = walk
        self._end = time.monotonic() + walk.settings.max_seconds if walk.settings.max_seconds else None

    async def keep(self, work: Awaitable[T]) -> T:
        """What `work` gives, unless the time is up first. Raises BudgetError."""
        left = None if self._end is None else max(0.0, self._end - time.monotonic())
        try:
            async with asyncio.timeout(left) as limit:
                return await work
        except TimeoutError as exc:
            if not limit.expired():
                raise
            budget = self._walk.settings.max_seconds
            raise BudgetError(
                f"the run took longer than {budget:g} s",
                hint=f"Go on with: {self._walk.going_on} --max-seconds {budget * 2:g}",
            ) from exc
