"""What the calls of one run cost: counted as they are made, kept in the run's folder, stopped at a limit.

A server that does not say how many tokens a reply took would never reach a limit: there an estimate is counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ... import files
from ...errors import BudgetError, StoreError
from ...trust import foreign_files

if TYPE_CHECKING:
    from langchain_core.messages.ai import UsageMetadata

_FILE = "usage.json"


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may spend; 0 for as much as it wants."""

    cost_usd: float = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens as servers count them. Replies out of the cache are not among them."""

    input_tokens: int = 0
    output_tokens: int = 0

    @classmethod
    def of(cls, usage: Mapping[str, Any]) -> Spent:
        """What a call took, as LangChain tells it."""
        return cls(int(usage.get("input_tokens") or 0), int(usage.get("output_tokens") or 0))

    @property
    def tokens(self) -> int:
        """Both kinds."""
        return self.input_tokens + self.output_tokens

    def plus(self, other: Spent) -> Spent:
        """The sum."""
        return Spent(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)

    def cost(self, price: Price) -> float:
        """In US dollars, to a millionth of one."""
        return round(self.exact_cost(price), 6)

    def exact_cost(self, price: Price) -> float:
        """In US dollars; many small calls add up."""
        return (self.input_tokens * price.input + self.output_tokens * price.output) / 1e6


@dataclass(frozen=True, slots=True)
class Paid:
    """What calls cost when they were made: a run that is gone on with may ask another model, with another price."""

    cost_usd: float = 0.0
    unpriced_tokens: int = 0
    """Tokens of calls whose price nobody knew."""

    def plus(self, used: Spent, price: Price | None) -> Paid:
        """With another call."""
        if price is None:
            return Paid(self.cost_usd, self.unpriced_tokens + used.tokens)
        return Paid(self.cost_usd + used.exact_cost(price), self.unpriced_tokens)


class Left(NamedTuple):
    """Tokens that a reply may have, None for no limit; less than one where the prompt alone is too much."""

    tokens: int | None
    """By the limit of tokens."""
    paid: int | None
    """By the limit of money."""


def reply_left(limits: Limits, spent: Spent, cost_usd: float, prompt: int, price: Price | None) -> Left:
    """What is left for the reply to a prompt of so many tokens, where so much was spent already."""
    tokens = limits.tokens - spent.tokens - prompt if limits.tokens else None
    if not (limits.cost_usd and price):
        return Left(tokens, None)
    money = limits.cost_usd - cost_usd - Spent(prompt).exact_cost(price)
    if money <= 0:
        return Left(tokens, 0)
    return Left(tokens, max(1, int(money * 1e6 / price.output)) if price.output else None)


_ENDLESS = Spent(10**12, 10**12)
"""What the first call is taken to use: nobody knows yet."""


class Allowance(Protocol):
    """What several meters may use together, such as those of one session."""

    def check(self) -> None:
        """Raise BudgetError when nothing more may be used."""
        ...

    def add(self, used: Spent, price: Price | None) -> None:
        """Count what a call has used, from any thread."""
        ...

    def most(self, prompt: int, price: Price | None) -> int | None:
        """Tokens that the reply to a prompt of so many tokens may have; None for no limit.

        Raises BudgetError when nothing more may be used, or the prompt alone would use more than is left.
        """
        ...

    def holds(self, more: Spent, price: Price | None) -> bool:
        """Whether something would still be left after that much more; always, where nothing is limited."""
        ...


class Meter:
    """Counts, and stops before the next call when a limit is reached."""

    def __init__(
        self,
        price: Price | None = None,
        limits: Limits | None = None,
        folder: Path | None = None,
        allowance: Allowance | None = None,
        command: str = "ask",
    ) -> None:
        """`price` is None where none is known; without a `folder` nothing is kept.

        `command` is the one that goes on with the run of the folder.
        """
        self._resume = f"popcorn {command} --resume"
        self._price, self._limits, self._folder = price, limits or Limits(), folder
        self._allowance = allowance
        self.spent, self._paid = _account(folder, price) if folder else (Spent(), Paid())
        self._under_way, self._largest = 0, Spent()
        self._waiting: list[asyncio.Future[None]] = []
        self._counting = Lock()

    @property
    def cost(self) -> float | None:
        """US dollars so far, each call at the price of its model; None where one of them has none."""
        return None if self._price is None or self._paid.unpriced_tokens else round(self._paid.cost_usd, 6)

    def most(self, prompt: int) -> int | None:
        """Tokens that the reply to a prompt of so many tokens may have; None for no limit.

        Raises BudgetError when nothing more may be spent, or the prompt alone would spend more than is left.
        """
        self.check()
        tokens, cost, limits = self.spent.tokens, self._paid.cost_usd, self._limits
        left = reply_left(limits, Spent(tokens), cost, prompt, self._price)
        if left.tokens is not None and left.tokens < 1:
            what = f"the run has used {tokens:,} of {limits.tokens:,} tokens, and the next call reads about {prompt:,}"
            raise self._stop(what, f"tokens {max(2 * limits.tokens, tokens + 4 * prompt)}")
        if left.paid is not None and left.paid < 1 and self._price:
            what = f"the run has cost ${cost:.4f} of ${limits.cost_usd:g}, and the next call costs more"
            needed = max(2 * limits.cost_usd, cost + Spent(prompt, prompt).cost(self._price))
            raise self._stop(what, f"cost {needed:g}")
        allowed = self._allowance.most(prompt, self._price) if self._allowance else None
        return min((most for most in (left.tokens, left.paid, allowed) if most is not None), default=None)

    def check(self) -> None:
        """Raise BudgetError when nothing more may be spent."""
        if self._allowance:
            self._allowance.check()
        tokens, limits = self.spent.tokens, self._limits
        if limits.tokens and tokens >= limits.tokens:
            raise self._stop(f"the run has used {tokens:,} of {limits.tokens:,} tokens", f"tokens {limits.tokens * 2}")
        if limits.cost_usd and self._price is not None and self._paid.cost_usd >= limits.cost_usd:
            more = f"cost {limits.cost_usd * 2:g}"
            raise self._stop(f"the run has cost ${self._paid.cost_usd:.4f} of ${limits.cost_usd:g}", more)

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """The time of one call among others. Raises BudgetError when nothing more may be spent.

        Near a limit it waits for the calls under way, so that calls at the same time spend what calls one after
        another would have: each is taken to use as much as the largest so far.
        """
        while self._under_way and not self._room():
            ended = asyncio.get_running_loop().create_future()
            self._waiting.append(ended)
            await ended
        self.check()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._wake()

    def add(self, usage: UsageMetadata | Mapping[str, int] | None) -> None:
        """Count a call, from any thread."""
        if not usage:
            return
        used = Spent.of(usage)
        with self._counting:
            self.spent, self._paid = self.spent.plus(used), self._paid.plus(used, self._price)
            self._largest = max(self._largest, used, key=lambda one: one.tokens)
            if self._folder:
                with files.writing(self._folder):
                    files.write_json(self._folder / _FILE, asdict(self.spent) | asdict(self._paid))
        if self._allowance:
            self._allowance.add(used, self._price)

    def _room(self) -> bool:
        """Whether the limits would hold if all calls under way were as large as the largest so far."""
        limits, largest = self._limits, self._largest if self._largest.tokens else _ENDLESS
        more = Spent(largest.input_tokens * self._under_way, largest.output_tokens * self._under_way)
        if self._allowance and not self._allowance.holds(more, self._price):
            return False
        expected = self.spent.plus(more)
        cost = self._paid.plus(more, self._price).cost_usd if self._price else 0
        return not (limits.tokens and expected.tokens >= limits.tokens) and not (
            limits.cost_usd and cost >= limits.cost_usd
        )

    def _wake(self) -> None:
        """Let all who wait look again."""
        for ended in self._waiting:
            if not ended.done():
                ended.set_result(None)
        self._waiting.clear()

    def _stop(self, message: str, more: str) -> BudgetError:
        run = self._folder.name if self._folder else ""
        hint = f"Go on with: {self._resume} {run} --max-{more}" if run else f"Allow more with --max-{more}"
        return BudgetError(message, hint=hint)


def _account(folder: Path, price: Price | None) -> tuple[Spent, Paid]:
    """What the run of `folder` has used and paid so far; what an older Popcorn counted was all of one price.

    Raises StoreError when the file is damaged.
    """
    try:
        data = foreign_files.parse_json(foreign_files.read_text(folder / _FILE))
        spent = Spent.of(data)
        if "cost_usd" not in data:
            return spent, Paid().plus(spent, price)
        return spent, Paid(float(data["cost_usd"]), int(data["unpriced_tokens"]))
    except FileNotFoundError:
        return Spent(), Paid()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise StoreError(f"{str(folder / _FILE)!r} cannot be read: {exc}", hint="Delete that file.") from exc
