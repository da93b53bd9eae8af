"""How far judgements agree: two of one judge, and one judge's with another's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .intervals import COVERAGE, RESAMPLES, Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray


def weighted_kappa(first: Sequence[int], second: Sequence[int], levels: Sequence[int] = (0, 1, 2)) -> float | None:
    """Cohen's kappa with quadratic weights (Cohen 1968): 1 for agreement, 0 for what chance gives.

    None where there is nothing to compare, or where both always said the same one level: chance agrees fully then.
    """
    from sklearn.metrics import cohen_kappa_score

    if not first or len({*first, *second}) < 2:
        return None
    return float(cohen_kappa_score(first, second, labels=list(levels), weights="quadratic"))


def rank_correlation(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    clusters: NDArray[np.int64],
    *,
    within: NDArray[np.int64] | None = None,
    seed: int = 0,
) -> Estimate | None:
    """Spearman's rho of `a` and `b` (N,), with an interval whose draws are whole `clusters` (N,).

    It is the correlation of the ranks, which are kept in the draws. With `within` (N,) each group's mean is taken off
    the ranks: what is left is the agreement inside groups. None where one of them does not vary.
    """
    from scipy import stats

    if len(a) < 3:
        return None
    x, y = (_centred(stats.rankdata(values), within) for values in (a, b))
    names, codes = np.unique(clusters, return_inverse=True)
    sums = np.stack([np.bincount(codes, part) for part in (np.ones(len(x)), x, y, x * x, y * y, x * y)], axis=1)
    rho = float(_correlation(sums.sum(axis=0)[None])[0])
    if np.isnan(rho):
        return None
    if len(names) < 2:
        return Estimate(rho, None, None, len(a), 1)
    rng = np.random.default_rng(seed)
    draws = np.concatenate(
        [_correlation(sums[rng.integers(0, len(names), len(names))].sum(axis=0)[None]) for _ in range(RESAMPLES)]
    )
    low, high = np.nanquantile(draws, ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2))
    return Estimate(rho, float(low), float(high), len(a), len(names))


def _centred(ranks: NDArray[np.float64], within: NDArray[np.int64] | None) -> NDArray[np.float64]:
    groups = np.zeros(len(ranks), np.int64) if within is None else within
    _, codes = np.unique(groups, return_inverse=True)
    centred: NDArray[np.float64] = ranks - (np.bincount(codes, ranks) / np.bincount(codes))[codes]
    return centred


def _correlation(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson's r of draws (D, 6): count and the sums of x, y, xx, yy, xy; NaN where one does not vary."""
    count, x, y, xx, yy, xy = sums.T
    spread = (count * xx - x * x) * (count * yy - y * y)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = np.where(spread > 1e-9, (count * xy - x * y) / np.sqrt(spread), np.nan)
    return found
