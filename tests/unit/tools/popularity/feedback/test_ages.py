"""Ages and dates as people and platforms write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from popcorn.errors import RequestError
from popcorn.tools.popularity.feedback.ages import age_of, days_between, moment

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3", 3), (" 0,5 ", 0.5), ("-3", -3), ("1e9", 1e9), ("3 days", 3), ("3d", 3), ("12h", 0.5), ("36 hours", 1.5),
        ("2 weeks", 14), ("1w", 7), ("1 month", 30), ("3 días", 3), ("2 semanas", 14), ("3天", 3), ("12小时", 0.5),
        ("1个月", 30),
    ],
)  # fmt: skip
def test_an_age_is_read_with_its_unit(text: str, days: float) -> None:
    assert age_of(text) == days


@pytest.mark.parametrize("text", ["", "soon", "3 apples", "3 3", "0x3", "2026-11-20", "three", "d"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="is no age in days"):
        age_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20", "Nov 20, 2026", "November 20, 2026", "20 Nov 2026", "20.11.2026", "20/11/2026", "11/20/2026",
        "2026/11/20", "2026年11月20日", "November 20", "Nov 20", "2026-11-20T12:00:00Z", "2026-11-20 13:00:00+01:00",
    ],
)  # fmt: skip
def test_a_date_is_read_as_platforms_write_it(text: str) -> None:
    assert moment(text, NOW) == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_date_without_a_year_is_the_last_such_day() -> None:
    assert moment("December 1", NOW).year == 2025
    with pytest.raises(RequestError, match="is no date that can be read"):
        moment("December 1")


@pytest.mark.parametrize(
    ("text", "said"), [("03/04/2026", "either of two days"), ("31/31/2026", "no date"), ("x", "no")]
)
def test_a_date_that_nobody_can_tell_is_refused(text: str, said: str) -> None:
    with pytest.raises(RequestError, match=said) as raised:
        moment(text, NOW)
    assert raised.value.hint == "Write it as 2026-11-30."


def test_the_age_lies_between_two_dates() -> None:
    assert days_between(moment("2026-11-20"), moment("2026-11-30")) == 10
