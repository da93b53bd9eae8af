"""The ratio of two rates, as a relative difference with an interval that knows which observations belong together.

The logarithm of the ratio has the variance of its first-order expansion (delta method); the observations of one cluster
are one witness, and the quantiles are those of Student's distribution with one degree of freedom fewer than there are
clusters (Cochran 1977, Sampling Techniques, section 6; Liang and Zeger 1986). With clusters of one observation each it
is the interval of Katz et al. (1978), times clusters / (clusters - 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .intervals import COVERAGE
from .sample_size import POWER

METHOD = "delta method on the log ratio, clustered, Student's t"


@dataclass(frozen=True, slots=True)
class Tally:
    """What one cluster holds."""

    taken: int
    shown: int
    """Of the first arm."""
    other_taken: int
    other_shown: int
    """Of the second."""


@dataclass(frozen=True, slots=True)
class RelativeDifference:
    """By how much the first rate is above the second, as a share of the second."""

    rate: float
    other_rate: float
    difference: float | None
    """0.5 for half as much again; None where the second rate is 0."""
    low: float | None
    """None with fewer than two clusters, or a rate of 0: nothing is known of the spread then."""
    high: float | None
    clusters: int
    needed: int | None
    """How many clusters in all it takes to find this difference, were it the true one, in POWER of all cases; None
    where there is no difference, or no interval."""

    @property
    def sure(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def relative_difference(tallies: Sequence[Tally], coverage: float = COVERAGE) -> RelativeDifference:
    """The relative difference over clusters. Raises ValueError where one of the arms was never shown."""
    table = np.array([(one.taken, one.shown, one.other_taken, one.other_shown) for one in tallies], dtype=np.float64)
    taken, shown, other_taken, other_shown = table.reshape(-1, 4).sum(axis=0)
    if not shown or not other_shown:
        raise ValueError("a relative difference needs observations of both arms")
    rate, other, clusters = float(taken / shown), float(other_taken / other_shown), len(tallies)
    if not rate or not other:
        return RelativeDifference(rate, other, rate / other - 1 if other else None, None, None, clusters, None)
    pulls = (table[:, 0] - rate * table[:, 1]) / taken - (table[:, 2] - other * table[:, 3]) / other_taken
    log = math.log(rate / other)
    if clusters < 2:
        return RelativeDifference(rate, other, rate / other - 1, None, None, clusters, None)
    variance = float((pulls**2).sum()) * clusters / (clusters - 1)
    reach = _student(coverage, clusters - 1) * math.sqrt(variance)
    needed = _needed(log, variance * clusters, coverage)
    low, high = math.expm1(log - reach), math.expm1(log + reach)
    return RelativeDifference(rate, other, rate / other - 1, low, high, clusters, needed)


def _needed(log: float, variance: float, coverage: float) -> int | None:
    """Clusters until a log ratio is found, for the variance that one cluster brings."""
    from scipy import stats

    if abs(log) < 1e-9 or not variance:  # as good as none; no number of clusters finds it
        return None
    quantiles = float(stats.norm.ppf((1 + coverage) / 2) + stats.norm.ppf(POWER))
    return max(2, math.ceil(variance * (quantiles / log) ** 2))


def _student(coverage: float, freedom: int) -> float:
    from scipy import stats

    return float(stats.t.ppf((1 + coverage) / 2, freedom))
