"""The seam behind which choice models stand: P(A draws more than B | same idea)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..types import Subject


class Pair(NamedTuple):
    """Two drafts of one idea."""

    a: Subject
    b: Subject


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a choice model says of two drafts of one idea."""

    probability_a: float
    """P(A draws more than B), above 0 and below 1, calibrated on pairs kept apart; near 0.5 where it cannot tell."""
    tied: bool
    """True where the model cannot separate the two, which is always so without evidence."""
    evidence: bool
    """Whether the model was measured on such drafts: language, length, platform."""
    no_evidence: tuple[str, ...] = ()
    """Why it was not, in clauses for people; empty where it was."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "no_evidence", tuple(self.no_evidence))


class ChoiceModel(Protocol):
    """Judges pairs of drafts in which the idea is held fixed."""

    @property
    def name(self) -> str:
        """The model's name, as a choice carries it."""
        ...

    @property
    def learned_from(self) -> str:
        """What it learned from, e.g. `26,000 pairs of randomised web headlines`."""
        ...

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        """One comparison a pair, in order; swapping A and B gives 1 - probability_a.

        Raises PredictionError for a draft without words.
        """
        ...
