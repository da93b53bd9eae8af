"""The honest scale: expected ranks among real labels, their ranges, and intervals of counts."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.tools.popularity.calibration import (
    ENDS,
    FEWEST,
    Scale,
    correlation,
    fit_scale,
    judged,
    no_scale,
    normal_scores,
    ranks,
)
from popcorn.tools.popularity.reliability import cross_fitted, reliability
from popcorn.tools.popularity.types import Score
from pydantic import TypeAdapter

NORMAL = NormalDist()


def a_pair(count: int, correlated: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Predictions and labels whose normal scores have a correlation; on scales that have nothing to do with it."""
    chance = np.random.default_rng(seed)
    one, noise = chance.normal(size=count), chance.normal(size=count)
    other = correlated * one + math.sqrt(1 - correlated**2) * noise
    return np.exp(one / 3) + 7, np.maximum(0.0, other * 3 + 10 + np.expm1(np.maximum(other, 0)))


@pytest.fixture(scope="module")
def scale() -> Scale:
    return fit_scale(*a_pair(5000, 0.4))


# by hand


def test_equal_values_share_the_middle_of_their_ranks() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 9.0])).tolist() == [50, 12.5, 50, 87.5]
    assert normal_scores(np.array([2.0, 1.0])).tolist() == pytest.approx([NORMAL.inv_cdf(0.75), NORMAL.inv_cdf(0.25)])


def test_what_is_constant_goes_with_nothing() -> None:
    assert correlation(np.ones(5), np.arange(5.0)) == 0
    assert correlation(np.arange(5.0), np.arange(5.0)) == 0.99


def test_a_scale_by_hand() -> None:
    scale = Scale(3, (11.0, 13.0), (-1.0, 1.0), (10.0, 20.0, 30.0), 0.6, -0.5, 1.0, 0.8)
    middle, top, beyond = (scale.read(value) for value in (12.0, 13.0, 29.0))
    assert middle.rank == 50
    assert top.rank == pytest.approx(100 * NORMAL.cdf(0.6 / math.sqrt(2 - 0.36)))
    assert (top.low, top.high) == pytest.approx((100 * NORMAL.cdf(0.1), 100 * NORMAL.cdf(1.6)))
    assert (beyond.rank, beyond.low, beyond.high) == (top.rank, top.low, top.high)
    # labels stand in the middles of their thirds: 1/6, 1/2, 5/6
    assert beyond.interval.low == pytest.approx(10 + 10 * (NORMAL.cdf(0.1) - 1 / 6) * 3)
    assert middle.interval.high == pytest.approx(30, abs=0.3)
    assert middle.interval.coverage == 0.8
    # an interval never leaves its prediction out
    assert middle.interval.low == 12
    assert scale.read(40.0).interval.high == 40


# what it promises


def test_shown_ranks_are_those_that_new_videos_have(scale: Scale) -> None:
    predictions, labels = a_pair(20_000, 0.4, seed=1)
    found = reliability([scale.read(float(one)) for one in predictions], labels)
    assert found.slope == pytest.approx(1, abs=0.06)
    for one in found.bins:
        assert one.real == pytest.approx(one.shown, abs=2.5)
    assert found.range_holds == pytest.approx(0.8, abs=0.02)
    assert found.interval_holds == pytest.approx(0.8, abs=0.02)
    assert found.error < found.error_of_50 - 1.5


def test_predictions_on_another_scale_say_the_same(scale: Scale) -> None:
    predictions, labels = a_pair(5000, 0.4)
    other = fit_scale(np.log(predictions) * 5 - 3, labels)
    for value in (7.5, 8.0, 9.5):
        assert other.read(math.log(value) * 5 - 3).rank == pytest.approx(scale.read(value).rank, abs=0.1)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_better_prediction_never_ranks_lower_and_no_rank_is_0_or_100(one: float, other: float) -> None:
    scale = fit_scale(*a_pair(400, 0.97))
    low, high = (scale.read(value) for value in sorted((one, other)))
    assert low.rank <= high.rank
    for found in (low, high):
        assert ENDS[0] <= found.low <= found.rank <= found.high <= ENDS[1]
        assert found.interval.low <= found.interval.high


def test_few_videos_show_ranks_nearer_to_50_and_hold_no_more_than_they_can() -> None:
    many, few = (fit_scale(*a_pair(count, 0.5, seed=3)) for count in (4000, 60))
    predictions, labels = a_pair(60, 0.5, seed=3)
    measured = correlation(normal_scores(predictions), normal_scores(labels))
    assert few.association < 0.97 * measured
    assert many.association == pytest.approx(0.5, abs=0.03)
    assert few.coverage <= 0.8
    assert fit_scale(predictions[:50], labels[:50], coverage=0.99).coverage == pytest.approx(49 / 51)


def test_what_is_kept_for_another_time_makes_ranks_flatter_and_ranges_still_hold(scale: Scale) -> None:
    predictions, labels = a_pair(5000, 0.4)
    flatter = fit_scale(predictions, labels, kept=0.8)
    assert flatter.association == pytest.approx(0.8 * scale.association)
    found = reliability([flatter.read(float(one)) for one in predictions], labels)
    assert found.slope == pytest.approx(1.25, abs=0.05)
    assert found.range_holds == pytest.approx(0.8, abs=0.02)


# where it says nothing


def test_too_few_videos_and_predictions_that_order_nothing_make_no_scale() -> None:
    predictions, labels = a_pair(FEWEST - 1, 0.9)
    few = fit_scale(predictions, labels)
    assert few.reason == "only 49 videos were kept apart to check it on, and 50 are needed"
    with pytest.raises(ValueError, match="only 49 videos"):
        few.read(8.0)
    predictions, labels = a_pair(2000, 0.0)
    assert fit_scale(predictions, labels).reason == "its predictions do not order the 2,000 videos that were kept apart"
    assert fit_scale(-labels, labels).reason
    assert fit_scale(np.ones(200), np.arange(200.0)).reason


def test_a_score_has_a_rank_or_reasons_and_never_both(scale: Scale) -> None:
    plain = Score(8.0, 256.0, "5,000 videos", "fake")
    shown = judged(plain, scale, ())
    assert shown.evidence
    assert shown.percentile == scale.read(8.0).rank
    assert shown.interval == scale.read(8.0).interval
    doubted = judged(plain, scale, ("it is a single word",))
    assert (doubted.evidence, doubted.percentile, doubted.interval) == (False, None, None)
    assert doubted.no_evidence == ("it is a single word",)
    assert judged(plain, no_scale("nobody checked"), ("it is a single word",)).no_evidence == (
        "it is a single word",
        "nobody checked",
    )
    assert doubted == replace(plain, no_evidence=("it is a single word",))


# reliability


def test_reliability_by_hand(scale: Scale) -> None:
    middle = scale.read(8.0)
    readings = [replace(middle, rank=rank, low=20.0, high=60.0) for rank in (40.0, 60.0, 40.0, 60.0)]
    found = reliability(readings, np.array([1.0, 2.0, 3.0, 4.0]))
    # real ranks 12.5, 37.5, 62.5, 87.5: the mean of those shown 40 is 37.5 and of those shown 60 it is 62.5
    assert found.slope == pytest.approx(25 / 20)
    assert found.error == pytest.approx((27.5 + 22.5 + 22.5 + 27.5) / 4)
    assert found.error_of_50 == pytest.approx(25)
    assert found.range_holds == 0.25
    assert [one.videos for one in found.bins] == [4]
    # what the line leaves over are 25, 25, -25, -25 points, and shown ranks have a variance of 100
    assert found.slope_error == pytest.approx(math.sqrt(625 / (4 * 100)))
    assert found.holds, "four videos say little"
    assert not replace(found, slope_error=0.05).holds
    assert replace(found, slope=0.86, slope_error=0.0).holds


def test_nobody_is_read_by_a_scale_that_knows_a_video_of_the_same_channel() -> None:
    predictions, labels = a_pair(600, 0.0)
    channels = np.arange(600) // 2
    told = labels + np.random.default_rng(0).normal(0, 0.01, 600)
    assert cross_fitted(predictions, labels, channels) is None, "what orders nothing is not shown"
    found = cross_fitted(told, labels, channels)
    assert found is not None
    assert found.slope == pytest.approx(1, abs=0.05)
    assert found.videos == 600


def test_a_scale_and_its_reliability_come_back_from_json_as_they_were(scale: Scale) -> None:
    kept = json.dumps(asdict(scale))
    assert TypeAdapter(Scale).validate_json(kept, strict=True) == scale
