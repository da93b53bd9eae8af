"""Conversations that nobody speaks in now: what was said in them, and how they are deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..runs.checkpoints import open_checkpoints
from ..runs.pruning import prune
from ..runs.run_store import Kind, RunStore
from .threads import Thread, Threads

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage

    from ...settings import Settings


async def messages_of(settings: Settings, thread: Thread) -> list[AnyMessage]:
    """All that was said in a thread. Raises StoreError."""
    async with open_checkpoints(RunStore.of(settings).database, ()) as saver:
        saved = await saver.aget_tuple({"configurable": {"thread_id": thread.checkpoints}})
    return list(saved.checkpoint["channel_values"].get("messages", ())) if saved else []


async def delete_threads(settings: Settings, names: Sequence[str]) -> list[str]:
    """Delete threads with all that was said in them, also in their traces; their ids.

    Raises RequestError for a name that no thread has, and StoreError where another session speaks in one.
    """
    kept, store = Threads(settings.home), RunStore.of(settings)
    threads = list({one.id: one for one in map(kept.find, names)}.values())
    async with open_checkpoints(store.database, ()) as saver:
        for thread in threads:
            with kept.alone(thread):
                for name in (thread.checkpoints, *thread.leftovers):
                    await saver.adelete_thread(name)
                await prune(store, [run for run in store.runs(-1, Kind.CHAT) if run.run_id == thread.id], dry=False)
            kept.forget(thread)
    return [thread.id for thread in threads]
