"""Preferences out of what published videos drew: which are pairs, and how far they are trusted."""

from __future__ import annotations

from collections import Counter

import pytest
from popcorn.study.preferences.likeness import MOST_LATER, alike_requests
from popcorn.study.preferences.published import PublishedDraft
from popcorn.study.preferences.real import drew_more, sign_right
from popcorn.study.preferences.sieve import OUTDONE, TWICE, Sieve
from popcorn.study.preferences.tested import SAME, TIES
from popcorn.study.preferences.types import Draft, Preference, Source
from popcorn.tools.popularity.feedback.growth import Label


def published(request: str, title: str, log2: float, platform: str = "tiktok") -> PublishedDraft:
    return PublishedDraft(request, Draft(title, f"a shot of {title}", "a cover"), platform, "", Label(log2, 0.1, 7))


def pairs(*drafts: PublishedDraft) -> tuple[list[tuple[str, str, str]], Counter[str]]:
    left_out: Counter[str] = Counter()
    found = [(one.chosen.title, one.rejected.title, one.request) for one in drew_more(drafts, left_out)]
    return found, left_out


def test_of_two_runs_of_one_request_the_one_that_drew_more_is_chosen() -> None:
    found, left_out = pairs(published("Street tacos", "A", 5), published("street  tacos!", "B", 8))
    assert found == [("B", "A", "street  tacos!")]
    assert not left_out


def test_like_requests_are_asked_for_by_the_words_that_both_share_and_others_are_no_pair() -> None:
    dawn, night = published("street tacos at dawn", "A", 5), published("street tacos at night", "B", 8)
    found, left_out = pairs(dawn, night, published("otters at play", "C", 9))
    assert found == [("B", "A", "street tacos at")]
    assert left_out == {"published videos of a request that no other published video is like": 1}


def test_platforms_are_never_compared_and_equal_counts_and_equal_drafts_are_left_out() -> None:
    here, there = published("tacos", "A", 5), published("tacos", "B", 8, "instagram")
    assert pairs(here, there)[0] == []
    assert pairs(here, published("tacos", "B", 5)) == ([], {TIES: 1})
    assert pairs(here, published("tacos", "A", 8)) == ([], {SAME: 1})


def test_a_pair_of_posts_is_trusted_a_little_and_more_where_they_are_further_apart() -> None:
    # share = 0.58² / 2.2² = 0.0695; P = Phi(2 * 0.0695 / (0.58 * sqrt(1 - 0.0695))) = Phi(0.2484)
    assert sign_right(2, 0) == pytest.approx(0.5981, abs=1e-3)
    assert sign_right(0.01, 0) == pytest.approx(0.5, abs=0.01)
    assert sign_right(2, 0) < sign_right(6, 0) < 0.8
    assert sign_right(2, 9) < sign_right(2, 0)


def test_where_all_of_ones_own_videos_are_alike_half_of_a_difference_is_taken_for_the_drafts_own_at_most() -> None:
    assert sign_right(1, 0, 0.01) == sign_right(1, 0, 0.5) == pytest.approx(0.888, abs=1e-3)


def test_chinese_requests_are_compared_by_their_words() -> None:
    assert alike_requests(["深夜街头的塔可", "街头的塔可，深夜", "水獭在玩"]).later == ((1,), (), ())


def test_requests_that_are_alike_along_a_chain_are_one_story() -> None:
    found = alike_requests(["a b c d", "b c d e", "c d e f", "x y"])
    assert found.later == ((1,), (2,), (), ())
    assert found.stories == ("published: a b c d",) * 3 + ("published: x y",)


def test_no_request_is_like_none() -> None:
    assert alike_requests([]).places == ()


def test_ten_thousand_requests_are_compared_some_hundreds_at_a_time() -> None:
    found = alike_requests([f"street tacos number {number % 5_000}" for number in range(10_000)])
    assert len(found.places) == 5_000
    assert len(found.later[0]) == MOST_LATER
    assert len({*found.stories}) == 1


@pytest.mark.parametrize(
    ("better", "worse"),
    [(Source.TEST, Source.FEEDBACK), (Source.FEEDBACK, Source.RUN), (Source.FEEDBACK, Source.STUDY)],
)
def test_a_better_source_decides_whatever_a_lower_one_says(better: Source, worse: Source) -> None:
    a, b = Draft("A"), Draft("B")
    sieve, left_out = Sieve(), Counter[str]()
    sieve.add(Preference(b, a, worse, 0.99, request="tacos"), "tacos")
    sieve.add(Preference(a, b, better, 0.55, request="tacos"), "tacos")
    assert sieve.sifted(0, 0, left_out).kept.tolist() == [False, True]
    assert (left_out[OUTDONE], left_out[TWICE]) == (1, 0)
