"""The arithmetic of the ad graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ads import MUG, clip
from popcorn.errors import DataError, RequestError
from popcorn.graphs.ad.claim_levels import read_levels
from popcorn.graphs.ad.mending import clips_at_fault, others
from popcorn.graphs.ad.messages import words_for
from popcorn.graphs.ad.outcomes import short
from popcorn.graphs.ad.policy import is_long, is_short, least_of, length_of, lines_of, spread
from popcorn.graphs.ad.state import AdPlan, ClaimLevel
from popcorn.tools.editing.check_results import Check, Fault
from popcorn.tools.editing.timeline_parts import Cut, Timeline
from popcorn.tools.editing.types import ClaimKind, Level
from popcorn.tools.media.area import Area


def plan(**others: Any) -> AdPlan:
    return AdPlan(product=MUG, footage=Path("/f"), **others)


def clips(count: int, seconds: float = 4.0) -> list[Any]:
    return [clip(number, seconds) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "wanted", "seconds", "lines"),
    [
        (7, {}, 20.0, 7),  # 28 s of footage: the usual length, a line for every 3 s
        (3, {}, 12.0, 3),  # what the footage carries, and no clip twice
        (7, {"seconds": 9.0}, 9.0, 3),
        (7, {"clips": 5}, 20.0, 5),
        (2, {"repeats": True}, 20.0, 7),
        (7, {"script": ("a", "b")}, 20.0, 2),
    ],
)
def test_how_long_an_ad_is_and_how_many_lines_it_has(
    count: int, wanted: dict[str, Any], seconds: float, lines: int
) -> None:
    found = length_of(plan(**wanted), clips(count))
    assert (found, lines_of(plan(**wanted), clips(count), found)) == (seconds, lines)


def test_a_tenth_more_than_was_asked_for_is_not_long() -> None:
    assert not is_long(21.9, 20.0)
    assert is_long(22.1, 20.0)


def test_the_words_of_a_clip_are_what_the_voice_says_in_its_share() -> None:
    assert words_for(clip(1, 8.0), rate=2.9, share=2.85) == 7  # (2.85 - 0.35) * 2.9
    assert words_for(clip(1, 2.0), rate=2.9, share=8.0) == 4  # (2.0 - 0.35) * 2.9
    assert words_for(clip(1, 0.4), rate=1.0, share=8.0) == 1


def test_clips_are_spread_over_the_footage() -> None:
    assert [one.number for one in spread(clips(10), 4)] == [1, 3, 6, 8]
    assert len(spread(clips(3), 4)) == 3


def test_a_still_picture_is_the_fault_of_the_clip_that_is_seen_then() -> None:
    whole = Area(0, 0, 1, 1)
    cuts = (Cut(0, 4, Path("a"), 0, 3, 0.0, whole), Cut(1, 9, Path("b"), 1, 4, 3.0, whole))
    timeline = Timeline("ad", 1080, 1920, 30, cuts, ())
    checks = [
        Check("frozen", False, "0.80 s", "0.5 s", faults=(Fault(3.2, 0.3),)),
        Check("loudness", False, "-18 LUFS", "-14 LUFS", faults=(Fault(0.0, -4.0),)),
    ]
    assert clips_at_fault(checks, timeline) == {9: "clip 9 is frozen at 3.2 s of the ad"}
    assert [one.number for one in others(clips(4), {2: ""}, plan())] == [1, 3, 4]
    assert others(clips(2), {2: ""}, plan(clips=2)) == [], "what is left carries no such ad"


def test_levels_of_claims_are_read_for_all_or_for_some() -> None:
    assert read_levels("") == ()
    assert {one.level for one in read_levels("warn")} == {Level.WARN}
    assert len(read_levels("warn")) == len(ClaimKind)
    assert read_levels(" number=warn, banned = mark ") == (
        ClaimLevel(ClaimKind.NUMBER, Level.WARN),
        ClaimLevel(ClaimKind.BANNED, Level.MARK),
    )
    with pytest.raises(RequestError, match="'loud' is no level"):
        read_levels("number=loud")
    with pytest.raises(RequestError, match="no claims of the kind 'numbers'"):
        read_levels("numbers=warn")


def test_footage_that_is_too_short_is_an_error() -> None:
    with pytest.raises(DataError, match="an ad has 5 s at least"):
        length_of(plan(), clips(1, 3.0))


def test_pauses_make_an_ad_as_long_as_was_asked_for_and_of_ones_own_lines_only_where_it_was() -> None:
    carried = clips(10)
    assert least_of(plan(), carried) == 15.0
    assert least_of(plan(seconds=24.0), carried) == 24.0
    assert least_of(plan(), clips(2)) == length_of(plan(), clips(2))
    own = plan(script=("one line", "another"))
    assert (least_of(own, carried), least_of(replace(own, seconds=9.0), carried)) == (0.0, 9.0)


def test_an_ad_much_shorter_than_wanted_is_said_to_be() -> None:
    assert [is_short(seconds, plan(), clips(10)) for seconds in (13.4, 13.6)] == [True, False]
    (told,) = short(10.0, plan(), clips(10))
    assert told.startswith("the ad lasts 10.0 s, and the footage carries 20.0 s: ")
    assert "24 s were asked for" in short(12.0, plan(seconds=24.0), clips(10))[0]
    assert short(3.0, plan(script=("one line", "another")), clips(10)) == []
