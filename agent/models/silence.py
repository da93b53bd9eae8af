"""How long a model server may be silent: long before its first token, not so long between two of them.

A server of one's own has a model to load and a prompt to read, on hardware that may take minutes for it, and nothing
stands between it and us that could lose the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
ELSEWHERE, OWN = 5, 15
"""How many times longer than between two tokens it may take to the first one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that are waited."""

    first: float
    """For the first token, counted from when the call is sent, and for a reply that comes whole."""
    between: float
    """For each token after that."""

    @classmethod
    def of(cls, seconds: float, *, own: bool) -> Patience:
        """That of the setting llm_timeout; `own` is for a server on hardware of one's own."""
        return cls(seconds * (OWN if own else ELSEWHERE), seconds)


USUAL = Patience(600, 120)
"""With servers elsewhere, where nobody said anything else."""


class SilenceError(Exception):
    """No token came for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"silent for {seconds:g} s")
        self.seconds = seconds


async def patiently(pieces: AsyncIterator[T], patience: Patience, tells: Callable[[T], bool]) -> AsyncGenerator[T]:
    """The pieces as they come. Raises SilenceError when none that `tells` something came for too long.

    A server may keep its connection alive with pieces that tell nothing. What is done with a piece takes none of
    the time of the next one.
    """
    clock = asyncio.get_running_loop().time
    most = left = patience.first
    while True:
        began = clock()
        try:
            async with asyncio.timeout(left) as limit:
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError as exc:
            if not limit.expired():
                raise
            raise SilenceError(most) from exc
        if tells(piece):
            most = left = patience.between
        else:
            left = max(0.0, left - (clock() - began))
        yield piece
