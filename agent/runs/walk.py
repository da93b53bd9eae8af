"""One walk through the create graph, from its first node or its last checkpoint, as events."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_type_hints

from ...errors import BudgetError
from ...graphs.create.build import build_create_graph
from ...graphs.create.context import CreateContext
from ...graphs.create.policy import best_of, plan_for
from ...graphs.create.state import CHECKPOINT_TYPES, CreateInput, CreateState, Plan
from ...settings import Settings
from ..wiring.background import in_background
from ..wiring.chat_models import usage_of
from ..wiring.create_context import open_context
from .checkpoints import open_checkpoints, saved_values
from .forks import branch
from .recording.graph_tasks import Tasks
from .result import keep_file, manifest, render_of, rendered_files, result_data, score_data, upload_data, write_json
from .run_store import Run, RunStore

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

    def event(self, name: str, **facts: object) -> Event:
        """An event of this run, stamped now."""
        return {"event": name, "run_id": self.run.run_id, "ts": datetime.now(UTC).isoformat(), **facts}

    def started(self) -> Event:
        """The event with which every walk begins."""
        return self.event("run_started", request=self.run.request, resumed=self.resumed)

    def config(self) -> RunnableConfig:
        """Where LangGraph keeps the run, and whom it tells."""
        config: RunnableConfig = {"configurable": {"thread_id": self.run.run_id}, "callbacks": list(self.watchers)}
        return config | self.limits()

    def limits(self) -> RunnableConfig:
        """How many steps the run may take at most."""
        return {"recursion_limit": 20 + 5 * self.settings.attempts}

    def start(self, *, needs_frames: bool) -> CreateInput:
        """What the run starts from."""
        return CreateInput(request=self.run.request, plan=plan_of(self.settings, needs_frames=needs_frames))


def plan_of(settings: Settings, *, needs_frames: bool) -> Plan:
    """The settings by the plan's names and types; a predictor that needs frames has every attempt rendered."""
    types = get_type_hints(Plan)
    chosen = {name: types[name](getattr(settings, name)) for name in types if name in Settings.model_fields}
    each = needs_frames or settings.render == "each"
    return plan_for(Plan(**chosen | {"language": settings.language.strip(), "render_each": each}))


async def walk_events(walk: Walk, store: RunStore) -> AsyncGenerator[Event]:
    """What happens, as it happens; the last event is run_finished.

    Raises PopcornError, and whatever the chat model's client raises.
    """
    deadline = Deadline(walk)
    folder = store.folder(walk.run.run_id)
    yield walk.started()
    yield walk.event("progress", node="setup", done=0, total=1, note="loading models")
    context = await deadline.keep(in_background(open_context, walk.settings, folder, walk.allowance, again=walk.again))
    async with open_checkpoints(store.database, CHECKPOINT_TYPES) as saver:
        graph = build_create_graph(saver)
        config = walk.config()
        begun = await saved_values(graph, config)
        start = None
        if not begun and walk.run.node:
            await branch(store, saver, walk.run, plan_of(walk.settings, needs_frames=context.predictor.needs_frames))
        elif not begun:
            start = walk.start(needs_frames=context.predictor.needs_frames)
        stream = cast(
            Stream, graph.astream(start, config, context=context, stream_mode=["tasks", "custom"], durability="sync")
        )
        async with aclosing(stream):
            async for event in stream_events(walk, stream, deadline):
                yield event
        final = CreateState(**await saved_values(graph, config))
    data = await asyncio.to_thread(keep_result, walk, store, context, final)
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
            yield from _news(walk, payload.get("result") or {})


def _news(walk: Walk, update: Mapping[str, Any]) -> Iterator[Event]:
    """The attempts and notices in what a node changed."""
    for attempt in update.get("attempts", ()):
        yield walk.event("attempt", number=attempt.number, title=attempt.draft.title, score=score_data(attempt.score))
    for notice in update.get("notices", ()):
        yield walk.event("notice", message=notice)


def keep_result(walk: Walk, store: RunStore, context: CreateContext, state: CreateState) -> dict[str, Any]:
    """Put clip, cover, result and manifest into the run's folder; doing it again changes nothing."""
    folder = store.folder(walk.run.run_id)
    clip, cover = rendered_files(render_of(state, best_of(state.attempts)), folder)
    clip, cover = keep_file(clip, folder / "clip.mp4"), keep_file(cover, folder / "cover.jpg")
    models = {
        "chat": context.chat_model_name,
        "renderer": context.renderer.name,
        "predictor": context.predictor.name,
        "choice": context.chooser.name,
        "encoder": context.encoder.name,
    }
    timings = _timings(store.events(walk.run.run_id))
    data = result_data(walk.run.run_id, state, models, timings, usage_of(walk.settings, folder))
    data["video"]["path"], data["cover"]["path"] = str(clip), str(cover)
    write_json(folder / "result.json", data)
    settings = walk.settings.model_dump(mode="json")
    write_json(folder / "manifest.json", manifest(data, state, settings, context.facts))
    write_json(folder / "metadata.json", upload_data(folder, state))
    return data


def _timings(events: Iterable[Event]) -> dict[str, float]:
    """Seconds a node over all walks of the run."""
    sums: dict[str, float] = defaultdict(float)
    for event in events:
        if event["event"] == "node_finished":
            sums[event["node"]] += event["seconds"]
    return dict(sums)


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
                hint=f"Go on with: popcorn ask --resume {self._walk.run.run_id} --max-seconds {budget * 2:g}",
            ) from exc
