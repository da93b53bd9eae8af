"""Relative differences of rates: made cases by hand, and how often their intervals hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from popcorn.tools.statistics.ratios import Tally, relative_difference


def test_single_observations_give_the_interval_of_katz() -> None:
    """30 of 50 beside 20 of 50: a half more, with the standard error of the log sqrt(1/30 - 1/50 + 1/20 - 1/50)."""
    rows = [(1, 1, 0, 0)] * 30 + [(0, 1, 0, 0)] * 20 + [(0, 0, 1, 1)] * 20 + [(0, 0, 0, 1)] * 30
    found = relative_difference([Tally(*row) for row in rows])
    error = math.sqrt(1 / 30 - 1 / 50 + 1 / 20 - 1 / 50) * math.sqrt(100 / 99)
    reach = 1.98422 * error  # Student's quantile for 99 degrees of freedom
    assert (found.rate, found.other_rate, found.difference) == (0.6, 0.4, pytest.approx(0.5))
    assert (found.low, found.high) == pytest.approx((1.5 * math.exp(-reach) - 1, 1.5 * math.exp(reach) - 1), rel=1e-4)
    assert found.needed == math.ceil(100 * error**2 * ((1.959964 + 0.841621) / math.log(1.5)) ** 2)


def test_copies_of_a_cluster_say_no_more_than_it() -> None:
    tallies = [Tally(3, 4, 1, 4), Tally(2, 4, 2, 4), Tally(4, 4, 1, 4), Tally(1, 4, 2, 4)]
    tenfold = [
        Tally(*(10 * getattr(one, name) for name in ("taken", "shown", "other_taken", "other_shown")))
        for one in tallies
    ]
    once, more = relative_difference(tallies), relative_difference(tenfold)
    assert (more.low, more.high) == pytest.approx((once.low, once.high))


def test_where_one_was_never_taken_there_is_no_interval() -> None:
    none = relative_difference([Tally(1, 2, 0, 2), Tally(2, 2, 0, 2)])
    assert (none.difference, none.low, none.high, none.needed) == (None, None, None, None)
    worse = relative_difference([Tally(0, 2, 1, 2), Tally(0, 2, 2, 2)])
    assert (worse.difference, worse.low, worse.sure) == (-1.0, None, False)


def test_of_one_cluster_only_the_difference_is_known() -> None:
    found = relative_difference([Tally(3, 4, 2, 4)])
    assert (found.difference, found.low, found.high) == (0.5, None, None)


def test_equal_rates_are_found_by_no_number_of_clusters() -> None:
    found = relative_difference([Tally(1, 2, 1, 2), Tally(2, 2, 0, 2), Tally(0, 2, 2, 2)])
    assert (found.difference, found.needed, found.sure) == (0.0, None, False)


def test_both_arms_have_to_be_there() -> None:
    with pytest.raises(ValueError, match="observations of both arms"):
        relative_difference([Tally(1, 2, 0, 0)])


@pytest.mark.parametrize(("clusters", "spread"), [(12, 0.0), (12, 0.15), (40, 0.15)])
def test_the_interval_holds_the_truth_as_often_as_it_says(clusters: int, spread: float) -> None:
    """Products differ in how often anything of theirs is taken: 0.6 and 0.4 on the mean, three showings a product."""
    random, trials, held = np.random.default_rng(3), 2000, 0
    for _ in range(trials):
        base = random.uniform(-spread, spread, clusters)
        first, second = random.binomial(6, 0.6 + base), random.binomial(6, 0.4 + base)
        found = relative_difference([Tally(int(a), 6, int(b), 6) for a, b in zip(first, second, strict=True)])
        held += found.low is not None and found.high is not None and found.low <= 0.5 <= found.high
    assert held / trials == pytest.approx(0.95, abs=0.015)


def test_as_many_clusters_as_are_said_to_be_needed_find_the_difference_in_four_of_five_cases() -> None:
    random, trials = np.random.default_rng(4), 1500
    pilot = relative_difference(
        [
            Tally(int(a), 6, int(b), 6)
            for a, b in zip(random.binomial(6, 0.6, 4000), random.binomial(6, 0.4, 4000), strict=True)
        ]
    )
    assert pilot.needed is not None
    sure = 0
    for _ in range(trials):
        first, second = random.binomial(6, 0.6, pilot.needed), random.binomial(6, 0.4, pilot.needed)
        sure += relative_difference([Tally(int(a), 6, int(b), 6) for a, b in zip(first, second, strict=True)]).sure
    assert sure / trials == pytest.approx(0.8, abs=0.08)
