"""The three ways in which a tool works: quickly, with progress that can stop it, and asynchronously."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ..wiring.background import in_background
from .sendable_result import Gate, Progress

if TYPE_CHECKING:
    from .workbench import Workbench

A = TypeVar("A")
R = TypeVar("R")
A_in = TypeVar("A_in", contravariant=True)
R_out = TypeVar("R_out", covariant=True)
_STOPPING = 5.0
"""Seconds that work which was told to stop has to do so, before nobody waits for it any more."""


class Work(Protocol[A_in, R_out]):
    """What a tool does with its arguments."""

    @property
    def function(self) -> Callable[..., Any]:
        """The tool's own function, whose docstring describes the tool to a language model."""
        ...

    def run(self, bench: Workbench, asked: A_in, progress: Progress | None = None) -> R_out:
        """The result. `progress`, where the work tells of any, may raise to stop it."""
        ...

    async def call(self, bench: Workbench, asked: A_in, progress: Progress | None = None) -> R_out:
        """The result, for an event loop, which stays free meanwhile; a caller that is cancelled leaves at once."""
        ...


@dataclass(frozen=True, slots=True)
class Quick(Generic[A, R]):
    """Looks something up or computes it; there is no progress to tell of."""

    function: Callable[[Workbench, A], R]

    def run(self, bench: Workbench, asked: A, progress: Progress | None = None) -> R:
        """The result."""
        return self.function(bench, asked)

    async def call(self, bench: Workbench, asked: A, progress: Progress | None = None) -> R:
        """The result, from a thread that nobody waits for."""
        return await in_background(self.function, bench, asked)


@dataclass(frozen=True, slots=True)
class Stoppable(Generic[A, R]):
    """Works long in a thread; it stops where it next reports progress after its caller has left."""

    function: Callable[[Workbench, A, Progress | None], R]

    def run(self, bench: Workbench, asked: A, progress: Progress | None = None) -> R:
        """The result."""
        return self.function(bench, asked, progress)

    async def call(self, bench: Workbench, asked: A, progress: Progress | None = None) -> R:
        """The result, from a thread that is given a moment to stop."""
        gate = Gate(progress)
        work = asyncio.ensure_future(in_background(self.function, bench, asked, gate))
        try:
            return await asyncio.shield(work)
        finally:
            gate.closed = True
            if not work.done():  # let it come to its end: a process that leaves amid native code would crash
                work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
                await asyncio.wait({work}, timeout=_STOPPING)


@dataclass(frozen=True, slots=True)
class Asynchronous(Generic[A, R]):
    """Walks a graph, on the event loop that all clients of model servers belong to."""

    function: Callable[[Workbench, A, Progress | None], Coroutine[Any, Any, R]]

    def run(self, bench: Workbench, asked: A, progress: Progress | None = None) -> R:
        """The result; Ctrl-C while waiting stops the work. Not to be called from a running event loop."""
        return bench.worker.run(self.function(bench, asked, progress))

    async def call(self, bench: Workbench, asked: A, progress: Progress | None = None) -> R:
        """The result; who is cancelled while waiting cancels the work."""
        return await bench.worker.wait(self.function(bench, asked, progress))
