"""The seam of the judges (VC-LLM: VSC, Fact, Coh and Logic, each 0, 1 or 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

LEVELS = (0, 1, 2)
Shots = Sequence[tuple[str, Sequence[bytes]]]
"""Clips with their frames as JPEG, one a second, in the ad's order."""
Progress = Callable[[int, int], None]


class Measure(StrEnum):
    """What is judged."""

    VSC = "vsc"
    """Whether the pictures show what is said over them."""
    FACT = "fact"
    """Whether what is said of the product is known of it."""
    COH = "coh"
    """Whether the lines hang together as one text."""
    LOGIC = "logic"
    """Whether the ad is in an order that makes sense to somebody who knows nothing of the product."""


@dataclass(frozen=True, slots=True)
class Item:
    """One ad to be judged in one measure."""

    ad: str
    model: str
    product: str
    measure: Measure
    lines: tuple[str, ...]
    facts: tuple[str, ...] = ()
    brand: str = ""
    language: str = ""
    shots: Callable[[], Shots] | None = None
    """Looks at the clips: one frame a second, however many there are; None where nobody has them."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of one item: as often as it was asked, None for a reply of no use."""

    levels: tuple[int | None, ...]

    @property
    def value(self) -> float | None:
        """The mean of what was said; None where nothing was."""
        said = [level for level in self.levels if level is not None]
        return sum(said) / len(said) if said else None


class Judge(Protocol):
    """Gives levels. Implementations: by_rule.py, by_model.py."""

    @property
    def name(self) -> str:
        """As reports show it: a rule calls itself one."""
        ...

    def can(self, item: Item) -> bool:
        """Whether it can judge this: there are lines, facts or pictures as the measure needs them."""
        ...

    def judge(self, items: Sequence[Item], progress: Progress) -> list[Judgement]:
        """A judgement for each item that it can judge, in order."""
        ...
