"""On what terms a renderer buys clips from somebody else's server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from .purchases import Purchases
    from .types import RenderRequest

Check = Callable[[float | None], None]
"""Called with a price, None where nobody said one, before something is bought. Raises to refuse."""


def unlimited(_price: float | None) -> None:
    """Whatever it costs."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Who buys, what a person has agreed to, and what it may cost."""

    purchases: Purchases
    account: str = ""
    """As in Purchase."""
    again: bool = False
    """A person has said that a clip may be bought again whose job came to nothing, or of which nobody knows.

    That is about purchases of which they were told before.
    """
    anew: bool = False
    """A clip that was delivered and put away before is wanted once more, as a new one."""
    check: Check = unlimited


@runtime_checkable
class Buyer(Protocol):
    """A renderer that buys clips."""

    def buying(self, terms: Terms) -> Self:
        """The same renderer on these terms."""
        ...

    def digest(self, request: RenderRequest) -> str:
        """Names the clip among the purchases."""
        ...

    def put_away(self, request: RenderRequest) -> None:
        """The clip stands where it was wanted: what is kept in case it would not is thrown away."""
        ...

    def call_off(self, job: str, server: str) -> None:
        """Cancel a job at its server. Raises RequestError where that is not this renderer's, and what asking raises."""
        ...
