"""How far chat models are with what they write, told while they write: tokens, tokens a second, time.

A node opens a `writing`; every call of a model in it is a `calling`; the model says on the way that the call was sent,
and each piece that comes. A model that says nothing is seen to be at work all the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

EVERY = 0.5
"""Seconds between two reports at least."""
QUIET = 2.0
"""Seconds after which it is told that nothing has changed."""
_BYTES = 6
"""Of a text per token, rather too many: servers that send several tokens in a piece are not counted too low by much."""

Report = Mapping[str, str | int | float]
"""`node`, `done` (the tokens), `total` (0: nobody knows), `note` for people, and the figures in it: `tokens`,
`tokens_per_second` of the calls that are written now, `seconds`, `calls` under way, `waiting` for their turn."""
Tell = Callable[[Report], None]
Clock = Callable[[], float]


@dataclass(slots=True)
class Call:
    """One call of a model, as it goes."""

    clock: Clock = time.monotonic
    begun: float = 0.0
    waiting: bool = False
    """For its turn at the server."""
    first_at: float | None = None
    """When its first piece came."""
    ended: bool = False
    _pieces: int = 0
    _bytes: int = 0

    def queued(self) -> None:
        """It waits for its turn."""
        self.waiting = True

    def sent(self) -> None:
        """It left for the server; what an earlier try had written is void."""
        self.waiting, self.first_at, self._pieces, self._bytes = False, None, 0, 0

    def wrote(self, text: str) -> None:
        """A piece has come, of what is thought too."""
        if self.first_at is None:
            self.first_at = self.clock()
        self._pieces += 1
        self._bytes += len(text.encode("utf-8", "replace"))

    @property
    def tokens(self) -> int:
        """About how many have come."""
        return max(self._pieces, self._bytes // _BYTES)


@dataclass
class Writing:
    """All calls of one node, and who is told of them."""

    node: str
    tell: Tell
    clock: Clock = time.monotonic
    calls: list[Call] = field(default_factory=list)
    told: bool = False
    """Whether anything was: a reply out of a cache is there before there is anything to tell."""
    _last: tuple[int, ...] = ()
    _told_at: float = 0.0

    def call(self) -> Call:
        """One more."""
        self.calls.append(Call(self.clock, self.clock()))
        return self.calls[-1]

    def report(self) -> None:
        """Tell how it stands, if that is news or nothing was told for long."""
        going = [call for call in self.calls if not call.ended]
        standing = (sum(call.tokens for call in self.calls), len(going), sum(call.waiting for call in going))
        if not self.calls or (standing == self._last and self.clock() - self._told_at < QUIET):
            return
        self._last, self._told_at, self.told = standing, self.clock(), True
        tokens, under_way, waiting = standing
        seconds = self.clock() - self.calls[0].begun
        rate = sum(_rate(call) for call in going)
        self.tell(
            {
                "node": self.node,
                "done": tokens,
                "total": 0,
                "note": _note(tokens, rate, seconds, under_way, waiting),
                "tokens": tokens,
                "tokens_per_second": round(rate, 1),
                "seconds": round(seconds, 1),
                "calls": under_way,
                "waiting": waiting,
            }
        )

    async def watch(self) -> None:
        """Report as long as it goes on."""
        while True:
            await asyncio.sleep(EVERY)
            self.report()


_here: ContextVar[Writing | None] = ContextVar("writing", default=None)
_call: ContextVar[Call | None] = ContextVar("call", default=None)


@asynccontextmanager
async def writing(node: str, tell: Tell) -> AsyncIterator[Writing]:
    """Tell of every call of a model that is made inside, from this task or those that it starts."""
    made = Writing(node, tell)
    token = _here.set(made)
    watcher = asyncio.create_task(made.watch())
    try:
        yield made
    finally:
        watcher.cancel()
        _here.reset(token)
        if made.told:
            made.report()


@contextmanager
def calling() -> Iterator[None]:
    """One call of a model, where the node that makes it has opened a `writing`."""
    around = _here.get()
    call = around.call() if around else None
    token = _call.set(call)
    try:
        yield
    finally:
        _call.reset(token)
        if call is not None:
            call.ended = True


def call_here() -> Call:
    """The call that is made here, for the model to tell of; one that nobody looks at where none is told of."""
    return _call.get() or Call()


def span(seconds: float) -> str:
    """A time for people."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def elapsed(seconds: float) -> str:
    """A time that goes on, for people."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def _rate(call: Call) -> float:
    """Tokens a second since its first."""
    if call.first_at is None or call.tokens < 2:
        return 0.0
    return (call.tokens - 1) / max(call.clock() - call.first_at, 0.001)


def _note(tokens: int, rate: float, seconds: float, under_way: int, waiting: int) -> str:
    if not tokens:
        what = "waiting for its turn at the server" if waiting == under_way and waiting else "waiting for the model"
        return f"{what}, {elapsed(seconds)}"
    pace = f", {rate:.3g} a second" if rate else ""
    return f"{tokens:,} {'token' if tokens == 1 else 'tokens'}{pace}, {elapsed(seconds)}"
