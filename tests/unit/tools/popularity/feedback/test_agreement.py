"""How what was predicted agrees with what happened."""

from __future__ import annotations

import numpy as np
import pytest
from popcorn.tools.popularity.feedback.agreement import counts_of, drift_of, order_of, ranks_of
from popcorn.tools.popularity.feedback.types import Prediction


def test_order_is_spearmans_with_the_interval_of_bonett_and_wright() -> None:
    rng = np.random.default_rng(0)
    predicted = rng.normal(size=40)
    order = order_of(predicted, predicted + rng.normal(size=40))
    assert order.value is not None
    assert order.low is not None
    assert order.high is not None
    centre = np.arctanh(order.value)
    reach = 1.96 * np.sqrt((1 + order.value**2 / 2) / 37)
    assert (order.low, order.high) == pytest.approx((np.tanh(centre - reach), np.tanh(centre + reach)))
    assert order.tells


def test_the_interval_of_the_order_holds_as_often_as_it_says() -> None:
    rng, held, true = np.random.default_rng(1), 0, 6 / np.pi * np.arcsin(0.5 / 2)
    for _ in range(400):
        both = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 30)
        order = order_of(both[:, 0], both[:, 1])
        held += order.low is not None and order.high is not None and order.low <= true <= order.high
    assert 0.92 < held / 400 < 0.98


@pytest.mark.parametrize("labels", [[1.0, 2.0, 3.0], [2.0] * 9])
def test_of_too_few_videos_or_equal_ones_no_order_is_told(labels: list[float]) -> None:
    order = order_of(np.arange(len(labels), dtype=np.float64), np.array(labels))
    assert (order.value, order.tells) == (None, False)


def test_a_single_video_has_a_bias_and_no_interval_of_it() -> None:
    counts = counts_of([Prediction("p", 5.0, "")], np.array([8.0]))
    assert (counts.bias, counts.bias_low, counts.error, counts.interval_holds) == (3.0, None, 3.0, None)


def test_ranks_are_compared_of_those_that_were_shown_one() -> None:
    shown = [Prediction("p", 5.0, "", rank=r, rank_low=1, rank_high=99, low=0, high=9, coverage=0.8) for r in (20, 80)]
    found = ranks_of([*shown, Prediction("p", 5.0, "")], np.array([1.0, 8.0, 4.0]))
    assert found is not None
    assert (found.videos, found.range_holds) == (2, 1.0)
    assert ranks_of([Prediction("p", 5.0, "")] * 3, np.zeros(3)) is None


def test_drift_is_found_where_the_later_half_draws_less_than_was_said() -> None:
    rng = np.random.default_rng(2)
    times = [f"2026-{1 + row // 28:02}-{1 + row % 28:02}T00:00:00+00:00" for row in range(60)]
    drift = drift_of(np.r_[np.zeros(30), np.full(30, -2.0)] + rng.normal(size=60) / 2, times)
    assert drift is not None
    assert drift.found
    assert drift.change == pytest.approx(-2, abs=0.5)
    steady = drift_of(rng.normal(size=60), times)
    assert steady is not None
    assert not steady.found


def test_no_drift_is_looked_for_in_few_videos_or_in_one_day() -> None:
    assert drift_of(np.zeros(10), [f"2026-01-{day:02}" for day in range(1, 11)]) is None
    assert drift_of(np.zeros(40), ["2026-01-01T10:00:00+00:00"] * 40) is None


def test_five_videos_in_perfect_order_have_an_interval_that_says_how_little_five_are() -> None:
    order = order_of(np.arange(5.0), np.arange(5.0))
    assert order.value == pytest.approx(1)
    assert order.low is not None
    assert order.high is not None
    assert 0 < order.low < 0.3
    assert order.high < 1


@pytest.mark.parametrize("videos", [2, 3, 5, 12, 35])
def test_the_interval_of_the_bias_holds_as_often_as_it_says_of_however_few_videos(videos: int) -> None:
    rng, held = np.random.default_rng(3), 0
    for _ in range(1000):
        found = counts_of([Prediction("p", 5.0, "")] * videos, 5 + rng.normal(size=videos))
        held += found.bias_low is not None and found.bias_high is not None and found.bias_low <= 0 <= found.bias_high
    assert 0.92 < held / 1000 < 0.98


def test_drift_is_seen_by_mistake_in_one_of_twenty_channels() -> None:
    rng = np.random.default_rng(4)
    times = [f"2026-11-{1 + row % 28:02}T00:00:00+00:00" for row in range(35)]
    found = [drift_of(2 * rng.standard_t(3, size=35), times) for _ in range(400)]
    assert 0.02 < sum(one is not None and one.found for one in found) / 400 < 0.08


def test_order_with_ties_is_that_of_middle_ranks() -> None:
    # ranks of the labels 1, 1, 2, 2, 9 are 1.5, 1.5, 3.5, 3.5, 5: Pearson of these with 1 to 5 is 9 / sqrt(90)
    order = order_of(np.arange(5.0), np.array([1.0, 1, 2, 2, 9]))
    assert order.value == pytest.approx(9 / np.sqrt(90))
