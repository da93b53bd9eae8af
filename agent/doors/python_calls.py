"""What the functions of the Python API share: arguments that are texts, event loops, and how a run's events end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from ...errors import PopcornError, RequestError, forget_secret_causes

P = ParamSpec("P")
T = TypeVar("T")
Event = dict[str, Any]
Watcher = Callable[[Event], None]
"""Is told every event of a run as it happens (docs/architecture.md: answers for programs)."""


def showable(call: Callable[P, T]) -> Callable[P, T]:
    """The same call, whose errors may be shown with what caused them: no cause repeats a secret."""

    @wraps(call)
    def shown(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except PopcornError as exc:
            forget_secret_causes(exc)
            raise

    return shown


def showable_async(call: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Likewise for a call that is awaited."""

    @wraps(call)
    async def shown(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await call(*args, **kwargs)
        except PopcornError as exc:
            forget_secret_causes(exc)
            raise

    return shown


def check_texts(**arguments: object) -> None:
    """Raises RequestError for an argument that is no text."""
    for name, value in arguments.items():
        if not isinstance(value, str):
            raise RequestError(f"{name} is {value!r}, not a text", hint="Pass a str.")


def blocking(name: str, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives. Raises RequestError where an event loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    raise RequestError(
        f"{name} was called while an event loop runs, as in a notebook", hint=f"Write: await popcorn.a{name}(...)"
    )


async def last(events: AsyncGenerator[Event], watch: Watcher | None) -> dict[str, Any]:
    """The data that end a run's events."""
    data = None
    async with aclosing(events):
        async for event in events:  # to their very end: a run whose events are left before it is a stopped one
            if watch:
                watch(event)
            if event["event"] == "run_finished":
                data = {name: value for name, value in event.items() if name not in {"event", "ts"}}
    if data is None:
        raise PopcornError("the run ended without a result")
    return data
