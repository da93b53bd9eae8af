"""Work in a thread that nobody has to wait for when they leave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_background(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` gives, from a daemon thread.

    Unlike `asyncio.to_thread`, a cancelled caller leaves at once and the process does not wait for the thread at its
    end. So it is for work that may be dropped anywhere, such as opening things that are written atomically.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def deliver(set_it: Callable[[], None]) -> None:
        if not outcome.done():
            set_it()

    def run() -> None:
        try:
            value = work(*args, **kwargs)
        except BaseException as exc:
            failure = exc
            answer = lambda: outcome.set_exception(failure)  # noqa: E731 - one of two answers
        else:
            answer = lambda: outcome.set_result(value)  # noqa: E731 - one of two answers
        if not loop.is_closed():
            loop.call_soon_threadsafe(deliver, answer)

    threading.Thread(target=run, name=getattr(work, "__name__", "work"), daemon=True).start()
    return await outcome
