"""How far a model is to be trusted that compares drafts: its agreement with randomised tests, where it was measured."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ...tools.statistics.intervals import Estimate
from ..validation import Validation, validate

if TYPE_CHECKING:
    from ...tools.popularity.choice.pairs import LabelledPair
    from ...tools.popularity.choice.types import ChoiceModel

MEASURED_ON = 2_000
"""Pairs on which agreement is measured, drawn from all of a file."""
FEWEST_TESTS = 20
"""Independent tests below which an interval says too little to call a model better than a coin, or worse."""
_SEED = 11


class Verdict(StrEnum):
    """What the measurement says of a model as a reward."""

    AGREES = "agrees"
    """The whole interval of its agreement lies above one half."""
    UNSHOWN = "not shown"
    """The interval holds one half: no better than a coin as far as these tests can tell."""
    DISAGREES = "disagrees"
    """The whole interval lies below one half: what it rewards loses."""
    UNMEASURED = "not measured"
    """No randomised tests were given, or it has evidence for none of their pairs."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of a model that compares drafts."""

    model: str
    learned_from: str
    agreement: Estimate | None = None
    """The share of pairs with evidence in which it names the side that drew more; a tie counts half."""
    over_length: Estimate | None = None
    """The same less the share of `the longer title draws more`, on all significant pairs."""
    tests: int = 0
    drawn: int = 0
    """Pairs that it was asked about."""
    pairs: int = 0
    """Pairs of the file that they were drawn from."""

    @property
    def verdict(self) -> Verdict:
        """What the agreement says."""
        found = self.agreement
        if found is None:
            return Verdict.UNMEASURED
        if found.clusters < FEWEST_TESTS or found.low is None or found.high is None or found.low <= 0.5 <= found.high:
            return Verdict.UNSHOWN
        return Verdict.AGREES if found.low > 0.5 else Verdict.DISAGREES

    @property
    def warning(self) -> str:
        """What has to be said of it as a reward; empty where it agrees with the tests and knows more than length."""
        found, name = self.agreement, self.model
        if found is None and self.drawn:
            return f"nothing was measured: {name} has no evidence for any of the {self.drawn:,} pairs of the tests"
        if found is None:
            return f"nothing was measured: no randomised tests were given, so nobody knows whether {name} is right"
        share = f"it names the draft that drew more in {found} of {found.count:,} pairs"
        if self.verdict is Verdict.DISAGREES:
            return f"{name} disagrees with the randomised tests: {share}, so what it rewards loses"
        if self.verdict is Verdict.UNSHOWN:
            few = f" of {found.clusters:,} tests, which are too few to tell" if found.clusters < FEWEST_TESTS else ""
            return f"{name} was not shown to be better than a coin: {share}{few}"
        if self.over_length and (self.over_length.low is None or self.over_length.low <= 0):
            return (
                f"{name} was not shown to know more than which title is longer: its share less that of the longer "
                f"title is {self.over_length}"
            )
        return ""

    def data(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {"verdict": self.verdict.value, "warning": self.warning}


def unmeasured(model: ChoiceModel) -> Trust:
    """Of a model that nobody held against tests."""
    return Trust(model.name, model.learned_from)


def measured(
    model: ChoiceModel,
    pairs: Iterable[LabelledPair],
    progress: Callable[[int, int], None],
    *,
    without_evidence: bool = False,
) -> Trust:
    """Its agreement with randomised tests, on at most MEASURED_ON of the pairs that one side won.

    `without_evidence` counts pairs that it has no evidence for too, where it has some for none.
    """
    drawn, count = _drawn(pair for pair in pairs if pair.z and pair.sound)
    if not drawn:
        return unmeasured(model)
    found = validate(model, drawn, progress)
    return _trust(found, len(drawn), count, without_evidence=without_evidence)


def _trust(found: Validation, drawn: int, pairs: int, *, without_evidence: bool) -> Trust:
    significant = found.agreements[min(1, len(found.agreements) - 1)]
    return Trust(
        found.model,
        found.learned_from,
        found.with_evidence or (significant.model if without_evidence else None),
        significant.over_length,
        found.tests,
        drawn,
        pairs,
    )


def _drawn(pairs: Iterable[LabelledPair]) -> tuple[list[LabelledPair], int]:
    """At most so many, each with the same chance, in their order, and of how many; no more are held in memory."""
    chance, count = random.Random(_SEED), 0  # noqa: S311 - nothing secret
    kept: list[tuple[float, int, LabelledPair]] = []
    for count, pair in enumerate(pairs, 1):
        entry = (chance.random(), count, pair)
        if len(kept) < MEASURED_ON:
            heapq.heappush(kept, entry)
        else:
            heapq.heappushpop(kept, entry)
    return [pair for _, _, pair in sorted(kept, key=lambda one: one[1])], count
