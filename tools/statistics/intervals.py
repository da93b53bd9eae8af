"""Means with intervals that know which observations belong together.

Pairs of one story, or videos of one neighbourhood, are no independent witnesses: whole clusters are drawn anew, with
replacement, and the interval is that of the percentiles (Efron and Tibshirani 1993, chapters 8 and 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COVERAGE = 0.95
RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval."""

    mean: float
    low: float | None
    """None of a single cluster, of which nothing but the mean is known."""
    high: float | None
    count: int
    """The observations it is made of."""
    clusters: int
    """The independent groups that they came in."""

    def __str__(self) -> str:
        """As tables show it: `0.733 [0.711, 0.755]`."""
        if self.low is None or self.high is None:
            return f"{self.mean:.3f}"
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def clustered_mean(
    values: NDArray[np.float64], clusters: NDArray[np.int64], *, coverage: float = COVERAGE, seed: int = 0
) -> Estimate:
    """The mean of `values` (N,), N at least 1, whose observations come in `clusters` (N,)."""
    from scipy import stats

    names, codes = np.unique(clusters, return_inverse=True)
    sums, sizes = np.bincount(codes, values), np.bincount(codes).astype(np.float64)
    mean = float(sums.sum() / sizes.sum())
    if len(names) < 2:
        return Estimate(mean, None, None, len(values), len(names))
    found = stats.bootstrap(
        (sums, sizes),
        lambda total, size, axis: total.sum(axis=axis) / size.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=100,
        confidence_level=coverage,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Estimate(mean, float(found.low), float(found.high), len(values), len(names))


def share_interval(successes: int, trials: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """The interval of a share of independent trials, at least one (Wilson 1927)."""
    from scipy import stats

    found = stats.binomtest(successes, trials).proportion_ci(coverage, method="wilson")
    return float(found.low), float(found.high)
