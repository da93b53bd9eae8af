from __future__ import annotations

import numpy as np
import pytest
from popcorn.tools.statistics.agreement import rank_correlation, weighted_kappa
from popcorn.tools.statistics.intervals import clustered_mean, clustered_means
from scipy import stats


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        ([0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 2], 1.0),
        ([0, 0, 2, 2], [2, 2, 0, 0], -1.0),
        ([0, 2, 0, 2], [0, 0, 2, 2], 0.0),
        ([0, 1, 2, 2], [0, 1, 2, 1], 1 - (1 / 4) / (20 / 16)),  # the mean square of a pair over that of all pairs
    ],
)
def test_kappa_by_hand(first: list[int], second: list[int], kappa: float) -> None:
    assert weighted_kappa(first, second) == pytest.approx(kappa)


def test_kappa_of_one_level_or_of_nothing_is_none() -> None:
    assert weighted_kappa([2, 2], [2, 2]) is None
    assert weighted_kappa([], []) is None


def test_rank_correlation_is_spearmans() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=60)
    b = a + rng.normal(size=60)
    found = rank_correlation(a, b, np.repeat(np.arange(20), 3))
    assert found is not None
    assert found.mean == pytest.approx(stats.spearmanr(a, b).statistic)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.mean < found.high
    assert (found.count, found.clusters) == (60, 20)


def test_what_differs_between_groups_alone_does_not_correlate_within_them() -> None:
    groups = np.repeat(np.arange(10), 4)
    within = np.tile([0.0, 1.0, 0.0, 1.0], 10), np.tile([0.0, 0.0, 1.0, 1.0], 10)
    a, b = 10.0 * groups + within[0], 10.0 * groups + within[1]
    assert rank_correlation(a, b, groups).mean > 0.9  # type: ignore[union-attr]
    assert rank_correlation(a, b, groups, within=groups).mean == pytest.approx(0)  # type: ignore[union-attr]


def test_what_does_not_vary_correlates_with_nothing() -> None:
    assert rank_correlation(np.ones(5), np.arange(5.0), np.arange(5)) is None
    assert rank_correlation(np.arange(2.0), np.arange(2.0), np.arange(2)) is None


def test_many_means_at_once_are_those_of_each() -> None:
    rng = np.random.default_rng(1)
    clusters = rng.integers(0, 12, 50)
    values = rng.normal(size=(50, 3))
    values[:20, 1] = np.nan
    values[:, 2] = np.nan
    first, second, third = clustered_means(values, clusters)
    alone = clustered_mean(values[:, 0], clusters)
    assert third is None
    assert first is not None
    assert second is not None
    assert (first.mean, first.count, first.clusters) == (pytest.approx(alone.mean), 50, alone.clusters)
    assert (first.low, first.high) == (pytest.approx(alone.low, abs=0.05), pytest.approx(alone.high, abs=0.05))
    assert (second.mean, second.count) == (pytest.approx(float(values[20:, 1].mean())), 30)


def test_one_cluster_has_a_mean_and_no_interval() -> None:
    (found,) = clustered_means(np.array([[1.0], [3.0]]), np.zeros(2, np.int64))
    assert found is not None
    assert (found.mean, found.low, found.high) == (2.0, None, None)
