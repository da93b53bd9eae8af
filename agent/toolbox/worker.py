"""An event loop in a thread of its own, where everything asynchronous of a toolbox happens.

Clients of model servers belong to the loop that first used them, and a toolbox is called from many.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextvars import Context
from typing import Any, TypeVar

from ...errors import StoppedError
from ..wiring.background import in_background

T = TypeVar("T")
_LEAVING = 11.0
"""Seconds that cancelled work has to tidy up, before nobody waits for it any more."""


class Worker:
    """Runs coroutines for callers in other threads and loops."""

    def __init__(self) -> None:
        """Starts nothing yet."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` gives; Ctrl-C while waiting stops it. Not to be called from a running event loop."""
        future = self.start(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` gives; who is cancelled while waiting cancels it, and waits a little for its end."""
        ended = threading.Event()
        future = self.start(_ending(work, ended))
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            await in_background(ended.wait, _LEAVING)
            raise

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin `work`. An error of ours that only says that it was stopped stays a StoppedError."""
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_serve, args=(self._loop,), name="toolbox", daemon=True).start()
        # in an empty context: a graph that calls a tool is not to be taken for the parent of the tool's own graph
        return Context().run(asyncio.run_coroutine_threadsafe, _told(work), self._loop)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    """Run the loop, which may block: it serves this toolbox alone, and writes its runs down as it goes.

    `langgraph dev` lets every thread with a loop fail where it blocks, this one too; blockbuster, with which it does,
    has no public way to leave out a thread.
    """
    if watcher := sys.modules.get("blockbuster.blockbuster"):
        watcher._skip.value = True
    loop.run_forever()


async def _ending(work: Coroutine[Any, Any, T], ended: threading.Event) -> T:
    try:
        return await work
    finally:
        ended.set()


async def _told(work: Coroutine[Any, Any, T]) -> T:
    """KeyboardInterrupt from a progress callback would end the whole loop."""
    try:
        return await work
    except KeyboardInterrupt as exc:
        raise StoppedError("stopped") from exc
