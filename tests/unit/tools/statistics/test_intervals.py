from __future__ import annotations

import numpy as np
import pytest
from popcorn.tools.statistics.intervals import clustered_mean, share_interval


def test_the_mean_is_that_of_the_observations_and_not_of_the_clusters() -> None:
    found = clustered_mean(np.array([1.0, 1.0, 1.0, 0.0]), np.array([7, 7, 7, 9]))
    assert (found.mean, found.count, found.clusters) == (0.75, 4, 2)


def test_observations_of_one_cluster_are_one_witness() -> None:
    """A hundred copies of ten observations say no more than the ten."""
    ten = np.array([1.0, 0, 1, 1, 0, 1, 0, 1, 1, 1])
    alone = clustered_mean(ten, np.arange(10))
    copied = clustered_mean(np.repeat(ten, 100), np.repeat(np.arange(10), 100))
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))
    apart = clustered_mean(np.repeat(ten, 100), np.arange(1000))
    assert apart.high is not None
    assert apart.low is not None
    assert copied.high is not None
    assert copied.low is not None
    assert apart.high - apart.low < (copied.high - copied.low) / 5


def test_the_interval_of_independent_observations_is_that_of_the_normal_distribution() -> None:
    values = (np.arange(4000) % 10 < 3).astype(float)
    found = clustered_mean(values, np.arange(4000))
    error = 1.96 * np.sqrt(0.3 * 0.7 / 4000)
    assert (found.low, found.high) == pytest.approx((0.3 - error, 0.3 + error), abs=0.002)


def test_of_a_single_cluster_only_the_mean_is_known() -> None:
    found = clustered_mean(np.array([1.0, 0.0]), np.array([3, 3]))
    assert (found.mean, found.low, found.high) == (0.5, None, None)
    assert str(found) == "0.500"


def test_an_interval_is_the_same_each_time() -> None:
    values, clusters = np.arange(50) % 2 * 1.0, np.arange(50) // 3
    assert clustered_mean(values, clusters) == clustered_mean(values, clusters)


def test_the_interval_of_a_share_is_wilsons() -> None:
    """Wilson 1927, by hand for 8 of 10: centre (p + z2/2n) / (1 + z2/n)."""
    assert share_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
