"""What one session may use, and what it has used so far."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from ...errors import BudgetError, PopcornError
from ...settings_sources import SESSION_COST_USD
from ..models.meter import Limits, Price, Spent, reply_left

if TYPE_CHECKING:
    from ...tools.video.types import Estimate

RENDERS = 20
COST_USD = SESSION_COST_USD
MINUTES = 180.0


class TooManyRendersError(BudgetError):
    """A render that does not fit into what is left; something else still may."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that a session may use; 0 for as much as it wants."""

    renders: int = RENDERS
    cost_usd: float = COST_USD
    minutes: float = MINUTES
    """Of work; the time in which a person thinks does not count."""
    tokens: int = 0
    """Of chat models, both ways."""


class Ledger:
    """What a session has used, held against its caps: the allowance of every chat model that works for it."""

    def __init__(self, caps: Caps, more_money: str = "Start again with more --max-cost.", owed: float = 0.0) -> None:
        """`caps` may be changed at any time; `more_money` says how a person allows more.

        `owed` US dollars were begun before by others under the same home, and may still have to be paid.
        """
        self.caps, self.more_money, self.owed = caps, more_money, owed
        self.renders, self.tokens = 0, 0
        self.cost = owed
        """US dollars so far, as far as prices are known."""
        self.unpriced = 0
        """Tokens of models without a known price, which are not in the cost."""
        self._counting = Lock()
        self._worked = 0.0
        self._since: float | None = None

    def add(self, used: Spent, price: Price | None) -> None:
        """Count what a call of a chat model has used, from any thread."""
        with self._counting:
            self.tokens += used.tokens
            self.cost += used.cost(price) if price else 0.0
            self.unpriced += 0 if price else used.tokens

    def most(self, prompt: int, price: Price | None) -> int | None:
        """Tokens that the reply to a prompt of so many tokens may have; None for no end.

        Raises BudgetError when something is used up, or the prompt alone would use more than is left.
        """
        self.check()
        caps = self.caps
        left = reply_left(Limits(caps.cost_usd, caps.tokens), Spent(self.tokens), self.cost, prompt, price)
        if left.tokens is not None and left.tokens < 1:
            raise BudgetError(
                f"the session has used {self.tokens:,} of {caps.tokens:,} tokens, and the next call reads about "
                f"{prompt:,}",
                hint="Start again with more --max-tokens.",
            )
        if left.paid is not None and left.paid < 1:
            raise BudgetError(
                f"the session has cost ${self.cost:.4f} of ${caps.cost_usd:g}, and the next call costs more",
                hint=self.more_money,
            )
        return min((most for most in left if most is not None), default=None)

    def holds(self, more: Spent, price: Price | None) -> bool:
        """Whether tokens and money would be left after that much more."""
        caps, cost = self.caps, more.cost(price) if price else 0.0
        return not (caps.tokens and self.tokens + more.tokens >= caps.tokens) and not (
            caps.cost_usd and self.cost + cost >= caps.cost_usd
        )

    @property
    def seconds(self) -> float:
        """Seconds of work so far."""
        return self._worked + (time.monotonic() - self._since if self._since is not None else 0.0)

    @property
    def seconds_left(self) -> float | None:
        """Seconds of work that are left; None for no end."""
        return max(0.0, self.caps.minutes * 60 - self.seconds) if self.caps.minutes else None

    @property
    def cost_left(self) -> float | None:
        """US dollars that are left; None for no end."""
        return max(0.0, self.caps.cost_usd - self.cost) if self.caps.cost_usd else None

    @contextmanager
    def working(self) -> Iterator[None]:
        """The time of one turn."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._worked, self._since = self.seconds, None

    @asynccontextmanager
    async def limited(self) -> AsyncIterator[None]:
        """Stop what is done inside when the minutes are used up. Raises BudgetError then."""
        try:
            async with asyncio.timeout(self.seconds_left) as timer:
                yield
        except TimeoutError as exc:
            if not timer.expired():
                raise
            raise BudgetError(
                f"the session has worked {self.caps.minutes:g} minutes, which was its limit",
                hint="Start again with more --max-minutes.",
            ) from exc

    def check(self) -> None:
        """Raise BudgetError when money, tokens or time are used up."""
        if self.cost_left == 0:
            raise BudgetError(
                f"the session has cost ${self.cost:.4f} of ${self.caps.cost_usd:g}",
                hint=self.more_money,
            )
        if self.caps.tokens and self.tokens >= self.caps.tokens:
            raise BudgetError(
                f"the session has used {self.tokens:,} of {self.caps.tokens:,} tokens",
                hint="Start again with more --max-tokens.",
            )
        if self.seconds_left == 0:
            raise BudgetError(
                f"the session has worked {self.seconds / 60:.0f} of {self.caps.minutes:g} minutes",
                hint="Start again with more --max-minutes.",
            )

    def check_render(self, cost_usd: float | None, clips: int = 1) -> None:
        """Raise TooManyRendersError when so many more clips, at that cost for all, are too many."""
        if self.caps.renders and self.renders + clips > self.caps.renders:
            more = f", and this needs {clips}" if clips > 1 else ""
            raise TooManyRendersError(
                f"the session has rendered {self.renders} of {self.caps.renders} clips{more}",
                hint="Start again with more --max-renders.",
            )
        left = self.cost_left
        if left is not None and cost_usd is not None and cost_usd > left:
            raise TooManyRendersError(
                f"the render would cost ${cost_usd:g}, and ${left:.4f} of ${self.caps.cost_usd:g} are left",
                hint=self.more_money,
            )

    def add_render(self, cost_usd: float | None, clips: int = 1) -> None:
        """Count a render that was begun."""
        with self._counting:
            self.renders += clips
            self.cost += cost_usd or 0.0

    @contextmanager
    def rendering(self, estimate: Estimate | None) -> Iterator[None]:
        """The time of a render: counted before it begins, unless it turns out that nobody has to be paid.

        Raises TooManyRendersError when it is too many.
        """
        if estimate is None:
            yield
            return
        self.check_render(estimate.cost_usd, estimate.clips)
        self.add_render(estimate.cost_usd, estimate.clips)
        try:
            yield
        except PopcornError as exc:
            if exc.nothing_begun and estimate.clips == 1:  # it speaks of the last of several clips
                self.take_back(estimate.cost_usd, estimate.clips)
            raise

    def take_back(self, cost_usd: float | None, clips: int = 1) -> None:
        """Forget a render that was counted and for which nobody has to be paid."""
        self.add_render(-(cost_usd or 0.0), -clips)
