"""A run's graph inside a node of a LangGraph server: recorded and kept like any run, checkpointed by the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import merge_configs
from langgraph.graph.state import CompiledStateGraph

from ...settings import load_settings
from ..runs.recording.run_recorder import RunRecorder
from ..runs.run_store import RunStore
from ..runs.session import resumed_settings
from ..runs.walk import Deadline, Stream, Walk, stream_events
from ..wiring.background import in_background

Graph = CompiledStateGraph[Any, Any, Any, Any]


async def walked(machine: Graph, run_id: str, config: RunnableConfig) -> dict[str, Any]:
    """The run's result, from its first node or from where the server's checkpoint has it."""
    store, walk = await asyncio.to_thread(_opened, run_id)
    async with _kept(store, walk) as recorder:
        deadline = Deadline(walk)
        await asyncio.to_thread(recorder.take, walk.started())
        opening = in_background(walk.machine.open, walk.settings, store.folder(run_id), None, again=False)
        context = await deadline.keep(opening)
        stream = machine.astream(
            walk.machine.start(walk.run, walk.settings, context),
            merge_configs(config, walk.limits() | {"callbacks": [recorder.watcher()]}),
            context=context,
            stream_mode=["tasks", "custom", "values"],
        )
        final: dict[str, Any] = {}
        async with aclosing(stream_events(walk, _without_values(stream, final), deadline)) as events:
            async for event in events:
                await asyncio.to_thread(recorder.take, event)
        return await asyncio.to_thread(walk.machine.keep, store, walk.run, walk.settings, context, final)


async def _without_values(stream: AsyncIterator[Any], values: dict[str, Any]) -> Stream:
    """The stream of a graph without its values, the last of which are left in `values`."""
    async for kind, payload in stream:
        if kind == "values":
            values.update(payload)
        else:
            yield kind, payload


def _opened(run_id: str) -> tuple[RunStore, Walk]:
    """The store, and the run with the settings that it began with."""
    here = load_settings()
    store = RunStore.of(here)
    run = store.find(run_id)
    return store, Walk(run, resumed_settings(run, here), resumed=bool(store.recorded(run_id)))


@asynccontextmanager
async def _kept(store: RunStore, walk: Walk) -> AsyncIterator[RunRecorder]:
    """Hold the run, and keep a record of it that says how it ended; a server's event loop must not wait for it."""
    held = store.alone(walk.run.run_id)
    await asyncio.to_thread(held.__enter__)
    try:
        recorder = await asyncio.to_thread(RunRecorder, store, walk.run.run_id, walk.settings)
        await asyncio.to_thread(recorder.begin)
        try:
            yield recorder
        except Exception as exc:
            known = await asyncio.to_thread(recorder.failed, exc)
            raise known from (None if known is exc else exc)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(recorder.stopped))
            raise
        else:
            await asyncio.to_thread(recorder.done)
    finally:
        await asyncio.shield(asyncio.to_thread(held.__exit__, None, None, None))
