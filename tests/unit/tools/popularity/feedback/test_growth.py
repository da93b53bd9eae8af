"""Counts at different ages, brought to one."""

from __future__ import annotations

import math

import pytest
from popcorn.tools.popularity.feedback.growth import (
    FEWEST,
    HALF,
    STEEPNESS,
    Growth,
    label_at,
    learned_growth,
    ready_at,
)
from popcorn.tools.popularity.feedback.types import Count


def test_half_of_the_comments_are_there_after_the_half() -> None:
    assert Growth(2.0).log2_growth(2.0, 1e12) == pytest.approx(1.0, abs=1e-6)


def test_a_count_at_the_horizon_is_taken_as_it_is() -> None:
    label = label_at([Count(3, 100), Count(7, 256)], 7, Growth())
    assert label is not None
    assert (label.log2_comments, label.error, label.age_days) == (8.0, 0.0, 7)


def test_a_younger_count_grows_and_an_older_one_shrinks_to_the_horizon() -> None:
    younger, older = label_at([Count(3, 256)], 7, Growth()), label_at([Count(30, 256)], 7, Growth())
    assert younger is not None
    assert older is not None
    grown = math.log2((1 + (HALF / 3) ** STEEPNESS) / (1 + (HALF / 7) ** STEEPNESS))
    assert younger.log2_comments == pytest.approx(8 + grown)
    assert older.log2_comments < 8 < younger.log2_comments
    assert 0 < younger.error < 0.3


def test_between_two_counts_the_label_lies_between_them() -> None:
    label = label_at([Count(3, 100), Count(14, 200)], 7, Growth())
    assert label is not None
    assert math.log2(100) < label.log2_comments < math.log2(200)


def test_a_count_that_would_have_to_more_than_double_says_too_little() -> None:
    assert label_at([Count(0.1, 50)], 7, Growth()) is None
    ready = ready_at(7, Growth())
    assert label_at([Count(ready * 1.01, 50)], 7, Growth()) is not None
    assert label_at([Count(ready * 0.9, 50)], 7, Growth()) is None


def test_no_comments_stay_none() -> None:
    label = label_at([Count(3, 0)], 7, Growth())
    assert label is not None
    assert label.log2_comments == 0


def _counted_twice(half: float, videos: int) -> list[list[Count]]:
    series = []
    for number in range(videos):
        whole = 1_000 * (number + 1)
        series.append([Count(age, round(whole / (1 + (half / age) ** STEEPNESS))) for age in (1.0, 7.0)])
    return series


def test_growth_is_learned_from_videos_that_were_counted_at_two_ages() -> None:
    growth = learned_growth(_counted_twice(4.0, FEWEST))
    assert growth.videos == FEWEST
    assert growth.half == pytest.approx(4.0, rel=0.05)
    assert growth.low is not None
    assert growth.high is not None
    assert growth.low <= growth.half <= growth.high
    assert f"the growth of {FEWEST} of your videos" in growth.told()


def test_of_fewer_videos_or_of_single_counts_growth_is_the_published_one() -> None:
    assert learned_growth(_counted_twice(4.0, FEWEST - 1)) == Growth()
    assert learned_growth([[Count(3, 100)]] * 50) == Growth()
    assert "are not your videos" in Growth().told()


def test_two_ages_that_hardly_differ_are_no_error() -> None:
    label = label_at([Count(7 - 1e-15, 100), Count(7 + 1e-15, 400)], 7, Growth())
    assert label is not None
    assert math.log2(100) <= label.log2_comments <= math.log2(400)


def test_growth_that_is_slower_than_is_looked_for_is_said_to_be_no_more_than_that() -> None:
    growth = learned_growth([(Count(7, 100), Count(21, 320)) for _ in range(12)])
    assert growth.told().endswith("half of the comments after 60 days or more, as far as these counts can tell")
