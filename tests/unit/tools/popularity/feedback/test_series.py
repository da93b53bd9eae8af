"""The counts of one video: what each must be, and how they follow one another."""

from __future__ import annotations

import math

import pytest
from popcorn.errors import RequestError
from popcorn.tools.popularity.feedback.ages import age_of
from popcorn.tools.popularity.feedback.series import check_count, with_count
from popcorn.tools.popularity.feedback.types import Count


@pytest.mark.parametrize("age", [0, -1, math.nan, math.inf, 40_000])
def test_an_age_that_no_counted_video_has_is_refused(age: float) -> None:
    with pytest.raises(RequestError, match="days is none that a counted video has"):
        check_count(Count(age, 10))


@pytest.mark.parametrize("count", [Count(3, -1), Count(3, 2**63), Count(3, 1, views=-5), Count(3, 1, likes=-5)])
def test_a_number_that_no_video_has_is_refused(count: Count) -> None:
    with pytest.raises(RequestError, match="is no number of"):
        check_count(count)


def test_counts_stand_by_age_whatever_came_first() -> None:
    counts, replaced = with_count("r", [Count(7, 90)], Count(3, 40))
    assert counts == (Count(3, 40), Count(7, 90))
    assert replaced is None


def test_a_count_of_the_same_age_takes_the_place_of_the_one_before() -> None:
    counts, replaced = with_count("r", [Count(3, 40), Count(7, 90)], Count(3, 45, views=900))
    assert counts == (Count(3, 45, views=900), Count(7, 90))
    assert replaced == Count(3, 40)


@pytest.mark.parametrize("new", [Count(7, 39), Count(1, 41), Count(7, 50, views=99)])
def test_numbers_that_shrink_with_age_are_refused_either_way(new: Count) -> None:
    with pytest.raises(RequestError, match="counts hardly shrink with age") as raised:
        with_count("r", [Count(3, 40, views=100)], new)
    assert "--fewer" in raised.value.hint


def test_numbers_are_held_against_the_nearest_count_that_has_them() -> None:
    with pytest.raises(RequestError, match="100 views at 3 days and fewer, 99, at 9 days"):
        with_count("r", [Count(3, 40, views=100), Count(7, 50)], Count(9, 60, views=99))


def test_numbers_may_shrink_where_somebody_says_that_it_is_right_and_grow_from_there() -> None:
    counts, _ = with_count("r", [Count(3, 40)], Count(7, 38), fewer=True)
    counts, _ = with_count("r", counts, Count(9, 39))
    assert [one.comments for one in counts] == [40, 38, 39]


def test_an_age_is_read_as_people_write_it() -> None:
    assert age_of(" 0,5 ") == 0.5
    with pytest.raises(RequestError, match="'three' is no age in days"):
        age_of("three")
