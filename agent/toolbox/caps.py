"""What one session may use, and what it has used so far."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from ...errors import BudgetError

RENDERS = 20
COST_USD = 5.0
MINUTES = 180.0


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that a session may use; 0 for as much as it wants."""

    renders: int = RENDERS
    cost_usd: float = COST_USD
    minutes: float = MINUTES
    """Of work; the time in which a person thinks does not count."""


class Ledger:
    """What a session has used, held against its caps."""

    def __init__(
        self,
        caps: Caps,
        model_cost: Callable[[], float | None] = lambda: 0.0,
        more_money: str = "Start again with more --max-cost.",
    ) -> None:
        """`model_cost` gives US dollars that chat models have cost in this session; None where no price is known.

        `more_money` says how a person allows more.
        """
        self.caps, self.more_money = caps, more_money
        self.renders = 0
        self.other_cost = 0.0
        """US dollars of renders and runs."""
        self._model_cost = model_cost
        self._worked = 0.0
        self._since: float | None = None

    @property
    def cost(self) -> float:
        """US dollars so far, as far as prices are known."""
        return self.other_cost + (self._model_cost() or 0.0)

    @property
    def cost_known(self) -> bool:
        """Whether the chat model has a price."""
        return self._model_cost() is not None

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
        """Raise BudgetError when money or time is used up."""
        if self.cost_left == 0:
            raise BudgetError(
                f"the session has cost ${self.cost:.4f} of ${self.caps.cost_usd:g}",
                hint=self.more_money,
            )
        if self.seconds_left == 0:
            raise BudgetError(
                f"the session has worked {self.seconds / 60:.0f} of {self.caps.minutes:g} minutes",
                hint="Start again with more --max-minutes.",
            )

    def check_render(self, cost_usd: float | None, clips: int = 1) -> None:
        """Raise BudgetError when so many more clips, at that cost for all, are too many."""
        if self.caps.renders and self.renders + clips > self.caps.renders:
            more = f", and this needs {clips}" if clips > 1 else ""
            raise BudgetError(
                f"the session has rendered {self.renders} of {self.caps.renders} clips{more}",
                hint="Start again with more --max-renders.",
            )
        left = self.cost_left
        if left is not None and cost_usd is not None and cost_usd > left:
            raise BudgetError(
                f"the render would cost ${cost_usd:g}, and ${left:.4f} of ${self.caps.cost_usd:g} are left",
                hint=self.more_money,
            )

    def add_render(self, cost_usd: float | None, clips: int = 1) -> None:
        """Count a render that was begun."""
        self.renders += clips
        self.other_cost += cost_usd or 0.0
