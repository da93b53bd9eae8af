"""Long work of a node: in a thread, as a call that the trace shows, with progress, and stopped when the run is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from langgraph.runtime import Runtime

from ...errors import StoppedError
from ..asking.tool_calls import Told, called
from .context import AdContext, Progress

T = TypeVar("T")
_LEAVING = 10.0
"""Seconds that work which was told to stop has to do so, before nobody waits for it any more."""


def unheard(done: int, total: int) -> None:
    """Tells nobody."""


async def worked(
    runtime: Runtime[AdContext],
    node: str,
    tool: str,
    arguments: Told,
    work: Callable[[Progress], T],
    told: Callable[[T], Told],
    note: str = "",
) -> T:
    """What `work` gives; it stops where it next reports progress once the run is stopped. Raises what it raises."""
    stop, left = threading.Event(), threading.Event()
    write, before = runtime.stream_writer, (-1, -1)

    def progress(done: int, total: int) -> None:
        nonlocal before
        if stop.is_set():
            raise StoppedError("the work was stopped", stage=node)
        if (done, total) != before:
            before = (done, total)
            write({"node": node, "done": done, "total": total, "note": note or node})

    def working() -> T:
        try:
            return work(progress)
        finally:
            left.set()

    try:
        return await called(tool, arguments, working, told)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.to_thread(left.wait, _LEAVING)
        raise
