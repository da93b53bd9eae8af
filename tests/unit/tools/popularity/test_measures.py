"""nMSE, SRC and MAE on cases worked out by hand, their intervals, and the published code's averages."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.tools.popularity.measures import Measures, intervals, measure, measure_by_batches


def of(predictions: list[float], labels: list[float]) -> Measures:
    return measure(np.array(predictions, dtype=float), np.array(labels, dtype=float))


def test_a_case_by_hand() -> None:
    # errors 1, 0, -1, 2: squares sum to 6; the labels' mean is 2.5, their squared distances sum to 5
    found = of([2, 2, 2, 6], [1, 2, 3, 4])
    assert found.nmse == pytest.approx((6 / 4) / (5 / 4))
    assert found.mae == pytest.approx((1 + 0 + 1 + 2) / 4)
    # ranks of the predictions are 2, 2, 2, 4 and of the labels 1, 2, 3, 4: covariance 3, spreads sqrt(3) and sqrt(5)
    assert found.src == pytest.approx(3 / math.sqrt(3 * 5))


def test_ties_share_the_mean_of_their_ranks() -> None:
    # ranks 1.5, 1.5, 3, 4 against 1, 2, 3.5, 3.5: products of the distances from 2.5 sum to 4, squares to 4.5 each
    assert of([5, 5, 6, 9], [0, 1, 2, 2]).src == pytest.approx(4 / 4.5)


def test_perfect_and_reversed_predictions() -> None:
    assert of([1, 5, 9], [1, 5, 9]) == Measures(0.0, 1.0, 0.0)
    assert of([9, 5, 1], [1, 5, 9]).src == pytest.approx(-1)


def test_predicting_the_mean_has_an_nmse_of_one_and_tells_no_order() -> None:
    labels = [0.0, 3.0, 4.0, 9.0]
    found = of([4.0] * 4, labels)
    assert found.nmse == pytest.approx(1)
    assert found.src == 0
    assert found.mae == pytest.approx((4 + 1 + 0 + 5) / 4)


def test_nmse_divides_by_the_variance_of_the_labels_and_not_by_that_of_a_sample() -> None:
    assert of([0, 0], [1, 3]).nmse == pytest.approx(((1 + 9) / 2) / 1)


def test_equal_labels_have_no_nmse_and_no_order() -> None:
    found = of([1, 2, 3], [2, 2, 2])
    assert math.isnan(found.nmse)
    assert found.src == 0
    assert found.mae == pytest.approx(2 / 3)


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 50)), min_size=3, max_size=40),
    st.integers(1, 9),
    st.integers(-9, 9),
)
def test_only_the_order_counts_for_src_and_only_the_distances_for_the_others(
    pairs: list[tuple[int, int]], stretch: int, shift: int
) -> None:
    predictions, labels = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    whole = measure(predictions, labels)
    assert measure(predictions * stretch + shift, labels).src == pytest.approx(whole.src)
    both = measure(predictions * stretch + shift, labels * stretch + shift)
    assert both.mae == pytest.approx(whole.mae * stretch)
    assert both.nmse == pytest.approx(whole.nmse, nan_ok=True)
    assert -1 <= whole.src <= 1


# intervals


def noisy(videos: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    labels = chance.normal(5, 2, videos)
    return labels * 0.5 + 2.5 + chance.normal(0, 1, videos), labels


def test_intervals_hold_the_measures_and_narrow_with_more_videos() -> None:
    few, many = (intervals(*noisy(videos)) for videos in (60, 960))
    whole = measure(*noisy(960))
    for name in ("nmse", "src", "mae"):
        low, high = many[name]
        assert low < getattr(whole, name) < high
        narrowing = (few[name][1] - few[name][0]) / (high - low)
        assert narrowing == pytest.approx(4, rel=0.5), name


def test_the_interval_of_a_mean_is_about_four_standard_errors_wide() -> None:
    predictions, labels = noisy(500)
    errors = np.abs(predictions - labels)
    low, high = intervals(predictions, labels)["mae"]
    assert high - low == pytest.approx(2 * 1.96 * errors.std() / math.sqrt(500), rel=0.1)


def test_the_same_seed_gives_the_same_intervals() -> None:
    assert intervals(*noisy(50), seed=3) == intervals(*noisy(50), seed=3) != intervals(*noisy(50), seed=4)


def test_two_videos_have_intervals_although_some_resamples_have_no_variance() -> None:
    found = intervals(np.array([1.0, 2.0]), np.array([0.0, 4.0]))
    assert all(math.isfinite(end) for ends in found.values() for end in ends)


# the published code's averages


def test_the_published_averages_are_means_over_batches() -> None:
    predictions, labels = noisy(130)
    parts = [measure(predictions[part], labels[part]) for part in (slice(0, 64), slice(64, 128), slice(128, 130))]
    found = measure_by_batches(predictions, labels)
    for name in ("nmse", "src", "mae"):
        assert getattr(found, name) == pytest.approx(np.mean([getattr(part, name) for part in parts])), name


def test_within_one_batch_both_ways_agree_and_beyond_it_they_do_not() -> None:
    one, two = noisy(64), noisy(640)
    assert measure_by_batches(*one) == measure(*one)
    assert measure_by_batches(*two).nmse != pytest.approx(measure(*two).nmse, rel=1e-4)


def test_averaging_over_batches_flatters_or_hurts_where_the_batches_differ() -> None:
    """Each batch has labels of its own level: inside a batch nothing is explained, over the whole nearly all."""
    labels = np.concatenate([np.tile([0.0, 2.0], 32), np.tile([100.0, 102.0], 32)])
    predictions = np.repeat([1.0, 101.0], 64)
    assert measure(predictions, labels).nmse < 0.001
    assert measure_by_batches(predictions, labels).nmse == pytest.approx(1)


def test_a_last_batch_of_one_video_does_not_spoil_the_averages() -> None:
    found = measure_by_batches(*noisy(65))
    assert all(math.isfinite(value) for value in (found.nmse, found.src, found.mae))
