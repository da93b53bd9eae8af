"""A queue: one slow thing at a time per device, each with its place; it goes on when the tab that began it is closed.

All work happens on the event loop of one `Worker`, where the clients of model servers belong.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..agent.toolbox.worker import Worker
from ..errors import PopcornError, RequestError, StoppedError, unforeseen

MOST_OF_ONE = 20
"""Tickets that one person may have waiting or at work."""
_KEPT = 200
"""Ended tickets that are remembered, for pages that ask how one ended."""
_LEAVING = 12.0
"""Seconds that cancelled work has to tidy up."""


class Stage(StrEnum):
    """How far a ticket is."""

    WAITING = "waiting"
    WORKING = "working"
    ASKING = "asking"
    """It waits for a person, and others work meanwhile."""
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(eq=False)
class Ticket:
    """A piece of work that was asked for. Its fields may be read from any thread."""

    owner: str
    """The name of the person who asked; empty in a shared space."""
    key: str
    """What its owner finds it by, such as the id of its run."""
    label: str
    """What it is, in words for the queue."""
    device: str
    """What it keeps busy, e.g. `this machine`."""
    stage: Stage = Stage.WAITING
    result: Any = None
    error: PopcornError | None = None
    """What it failed with, or that it was stopped."""
    news: int = 0
    """Grows with everything that changes, so that a page knows when to look again."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What its work wants to show while it is under way."""
    future: Future[None] | None = None
    turn: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.stage in {Stage.DONE, Stage.STOPPED, Stage.FAILED}

    def tell(self) -> None:
        """Say that something has changed."""
        self.news += 1

    def stop(self) -> None:
        """Cancel the work; what is done until then is kept by whoever does it."""
        if self.future is not None:
            self.future.cancel()


Work = Callable[[Ticket], Awaitable[Any]]


class WorkQueue:
    """Who works, and who waits for which device. Safe to use from any thread."""

    def __init__(self, worker: Worker) -> None:
        """Begins nothing; `worker` has the event loop of all work."""
        self._worker = worker
        self._lock = threading.Lock()
        self._lines: dict[str, list[Ticket]] = {}
        self._tickets: list[Ticket] = []

    def put(self, ticket: Ticket, work: Work) -> Ticket:
        """Take the work into the line of its device. Raises RequestError where its owner has too much in it."""
        with self._lock:
            mine = [one for one in self._tickets if one.owner == ticket.owner and not one.is_over]
            if len(mine) >= MOST_OF_ONE:
                raise RequestError(
                    f"{len(mine)} things of yours are in the queue, which is the most",
                    hint="Wait for one of them, or stop it.",
                )
            over = [one for one in self._tickets if one.is_over]
            for old in over[: max(0, len(over) - _KEPT)]:
                self._tickets.remove(old)
            self._tickets.append(ticket)
            self._join(ticket)
        ticket.future = self._worker.start(self._done(ticket, work))
        return ticket

    def find(self, owner: str, key: str) -> Ticket | None:
        """The latest ticket of that owner and key."""
        with self._lock:
            return next((one for one in reversed(self._tickets) if (one.owner, one.key) == (owner, key)), None)

    def of(self, owner: str) -> list[Ticket]:
        """The tickets of a person that are not over, the oldest first."""
        with self._lock:
            return [one for one in self._tickets if one.owner == owner and not one.is_over]

    def place(self, ticket: Ticket) -> int:
        """How many are before it; 0 for one that works or is over."""
        with self._lock:
            line = self._lines.get(ticket.device, [])
            return line.index(ticket) if ticket in line else 0

    def before(self, device: str) -> int:
        """How many would be before something new on that device."""
        with self._lock:
            return len(self._lines.get(device, []))

    def close(self) -> None:
        """Stop everything, and wait a little for it to be written down."""
        with self._lock:
            open_ones = [one for one in self._tickets if not one.is_over]
        for one in open_ones:
            one.stop()
        end = time.monotonic() + _LEAVING
        while time.monotonic() < end and not all(one.is_over for one in open_ones):
            time.sleep(0.05)

    @asynccontextmanager
    async def aside(self, ticket: Ticket) -> AsyncIterator[None]:
        """Leave the line while a person is asked, and go to its end with the answer."""
        self._leave(ticket)
        ticket.stage = Stage.ASKING
        ticket.tell()
        yield
        with self._lock:
            self._join(ticket)
        ticket.stage = Stage.WAITING
        ticket.tell()
        await self._turn(ticket)

    async def _done(self, ticket: Ticket, work: Work) -> None:
        try:
            await self._turn(ticket)
            ticket.result = await work(ticket)
            ticket.stage = Stage.DONE
        except asyncio.CancelledError:
            ticket.error, ticket.stage = StoppedError("stopped"), Stage.STOPPED
            raise
        except StoppedError as exc:
            ticket.error, ticket.stage = exc, Stage.STOPPED
        except PopcornError as exc:
            ticket.error, ticket.stage = exc, Stage.FAILED
        except Exception as exc:  # the page tells of every end, and the loop serves others
            ticket.error, ticket.stage = unforeseen(exc), Stage.FAILED
        finally:
            self._leave(ticket)
            ticket.tell()

    async def _turn(self, ticket: Ticket) -> None:
        await ticket.turn.wait()
        ticket.stage = Stage.WORKING
        ticket.tell()

    def _join(self, ticket: Ticket) -> None:
        line = self._lines.setdefault(ticket.device, [])
        ticket.turn = asyncio.Event()
        line.append(ticket)
        if line[0] is ticket:
            ticket.turn.set()

    def _leave(self, ticket: Ticket) -> None:
        with self._lock:
            line = self._lines.get(ticket.device, [])
            if ticket in line:
                line.remove(ticket)
            if line:
                line[0].turn.set()
            for one in line:
                one.tell()
