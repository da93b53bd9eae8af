"""How many calls a model server is sent at the same time: the others wait here, where no clock runs for them.

A server with one slot would let them wait as well, and nobody could tell that from a model that says nothing.
"""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

ELSEWHERE, OWN = 8, 1
"""Calls at the same time where nobody said how many: of a server of others, and of one's own."""
_MANY = {"vllm"}
"""Servers of one's own that are made for many at once."""


def slots_of(provider: str, wished: int, told: int = 0, *, own: bool) -> int:
    """Calls that a provider is sent at the same time: what the setting wishes, else what the server told; 0 for none.

    Where neither says, a server on hardware of one's `own` answers one after another, but for those made for many.
    """
    return wished or told or (OWN if own and provider not in _MANY else ELSEWHERE)


class Queue:
    """The calls of one server, in the order in which they came."""

    def __init__(self, slots: int) -> None:
        """`slots` of them are with the server at the same time."""
        self.slots = slots
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    def turn(self) -> asyncio.Semaphore:
        """Entered when it is a call's turn; a semaphore belongs to the event loop that it was first used in."""
        return self._by_loop.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self.slots))


class Queues:
    """One queue a server, for all models that are opened with the same queues."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._by_place: dict[tuple[str, int], Queue] = {}

    def of(self, url: str, slots: int) -> Queue:
        """That of the server at `url`, the same at every call."""
        return self._by_place.setdefault((url, slots), Queue(slots))
