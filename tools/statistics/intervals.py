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
_BATCH = 50
"""Draws that are in memory at once."""


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


def clustered_means(
    values: NDArray[np.float64], clusters: NDArray[np.int64], *, coverage: float = COVERAGE, seed: int = 0
) -> list[Estimate | None]:
    """The mean of each column of `values` (N, K), NaN where there is no observation; None for a column without any.

    The same clusters are drawn for all columns, so that hundreds of them take hardly longer than one. A draw in which a
    column has no observation says nothing of it and is left out.
    """
    _, codes = np.unique(clusters, return_inverse=True)
    known = ~np.isnan(values)
    shape = (int(codes.max()) + 1 if len(codes) else 0, values.shape[1])
    sums, sizes = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, codes, np.where(known, values, 0.0))
    np.add.at(sizes, codes, known.astype(np.float64))
    low, high = _edges(sums, sizes, coverage, np.random.default_rng(seed))
    found: list[Estimate | None] = []
    for column in range(shape[1]):
        count, groups = int(sizes[:, column].sum()), int((sizes[:, column] > 0).sum())
        mean = float(sums[:, column].sum() / count) if count else 0.0
        first, last = (float(low[column]), float(high[column])) if groups > 1 else (None, None)
        found.append(Estimate(mean, first, last, count, groups) if count else None)
    return found


def _edges(
    sums: NDArray[np.float64], sizes: NDArray[np.float64], coverage: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The percentiles of the means of each column over clusters that are drawn anew; clusters (C, K)."""
    count = len(sums)
    draws = []
    for _ in range(0, RESAMPLES, _BATCH):
        drawn = np.stack([np.bincount(row, minlength=count) for row in rng.integers(0, count, (_BATCH, count))])
        drawn = drawn.astype(np.float64)
        weights = drawn @ sizes
        draws.append(np.divide(drawn @ sums, weights, out=np.full_like(weights, np.nan), where=weights > 0))
    ends = np.array([(1 - coverage) / 2, (1 + coverage) / 2])
    table = np.concatenate(draws)
    if np.isnan(table).any():
        return tuple(np.array([_quantile(column, end) for column in table.T]) for end in ends)  # type: ignore[return-value]
    low, high = np.quantile(table, ends, axis=0)
    return low, high


def _quantile(draws: NDArray[np.float64], end: float) -> float:
    """Of the draws that have a mean; NaN where none has."""
    there = draws[~np.isnan(draws)]
    return float(np.quantile(there, end)) if len(there) else float("nan")


def share_interval(successes: int, trials: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """The interval of a share of independent trials, at least one (Wilson 1927)."""
    from scipy import stats

    found = stats.binomtest(successes, trials).proportion_ci(coverage, method="wilson")
    return float(found.low), float(found.high)
