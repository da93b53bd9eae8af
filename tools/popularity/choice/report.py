"""How good a choice model is on stories that it has not learned from, beside length and chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...statistics.intervals import Estimate, clustered_mean
from ...statistics.reliability import Bin, reliability
from .blending import probabilities
from .pairs import SIGNIFICANT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .pairs import PairSet

EDGES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 1.0)
SURE = 0.7
_SIZES = ((SIGNIFICANT, 3.0), (3.0, np.inf))
_SMALLER = (0.0, SIGNIFICANT)


@dataclass(frozen=True, slots=True)
class Line:
    """How often the better one of a pair was found, among some pairs."""

    pairs: str
    """Which pairs, for people."""
    model: Estimate
    length: Estimate
    """Of saying that the longer title wins."""


@dataclass(frozen=True, slots=True)
class Report:
    """What pairs kept apart say of a choice model."""

    lines: tuple[Line, ...]
    """The first is the figure: significant pairs, or all where only winners are known."""
    bins: tuple[Bin, ...]
    """All pairs, the side that was said to win: what was said, and how often it won."""
    sure: tuple[int, float | None]
    """Of the pairs of the figure: how many were said at SURE and more, and how many of these were right."""
    told_apart: tuple[float, float | None]
    """Of the pairs of the figure: the share that is no tie, and how many of these were right."""

    @property
    def figure(self) -> Line:
        """The figure that the model is known by."""
        return self.lines[0]


def report(pairs: PairSet, log_odds: NDArray[np.float64], margin: float) -> Report:
    """The report on pairs with what was said of each (P,) by a model that had not seen its story."""
    told = pairs.z != 0
    size, said = np.abs(pairs.z), probabilities(log_odds)
    right = np.where(log_odds == 0, 0.5, (log_odds > 0) == (pairs.z > 0)).astype(np.float64)
    longer = _longer(pairs)
    main = pairs.decided
    some = not np.array_equal(main, told)
    lines = [_line("significant pairs" if some else "all pairs", main, right, longer, pairs.stories)]
    if some:
        for low, high in (*_SIZES, _SMALLER):
            rows = told & (size > low) & (size <= high)
            if rows.any():
                lines.append(_line(_between(low, high), rows, right, longer, pairs.stories))
        lines.append(_line("all pairs", told, right, longer, pairs.stories))
    surer, apart = np.maximum(said, 1 - said), np.abs(said - 0.5) >= max(margin, 1e-12)
    sure, apart = main & (surer >= SURE), main & apart
    return Report(
        lines=tuple(lines),
        bins=tuple(reliability(surer[told], right[told] > 0.5, EDGES)),
        sure=(int(sure.sum()), _mean(right[sure])),
        told_apart=(float(apart.sum() / main.sum()), _mean(right[apart])),
    )


def _longer(pairs: PairSet) -> NDArray[np.float64]:
    """(P,), 1 where the longer title won, 0.5 where both are as long."""
    lengths = np.array([len(text) for text in pairs.texts])
    by = lengths[pairs.first] - lengths[pairs.second]
    return np.where(by == 0, 0.5, (by > 0) == (pairs.z > 0)).astype(np.float64)


def _line(
    name: str,
    rows: NDArray[np.bool_],
    right: NDArray[np.float64],
    longer: NDArray[np.float64],
    stories: NDArray[np.int64],
) -> Line:
    return Line(name, clustered_mean(right[rows], stories[rows]), clustered_mean(longer[rows], stories[rows]))


def _between(low: float, high: float) -> str:
    if high == np.inf:
        return f"|z| > {low:g}"
    return f"|z| up to {high:g}" if low == 0 else f"|z| {low:g} to {high:g}"


def _mean(values: NDArray[np.float64]) -> float | None:
    return float(values.mean()) if len(values) else None
