from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.study.ads.order_measures import (
    alike,
    is_permutation,
    kendall_tau,
    positions_right,
    selection_f1,
    selection_right,
    sequence_right,
)
from scipy import stats

ABCD = list("abcd")


@pytest.mark.parametrize(
    ("order", "sra", "positions", "tau"),
    [
        ("abcd", 1, 1, 1),
        ("dcba", 0, 0, -1),
        ("abdc", 0, 0.5, 4 / 6),
        ("bacd", 0, 0.5, 4 / 6),
        ("abcde", 0, 1, 1),  # one too many: not the reference, and all of its positions right
        ("abc", 0, 0.75, 3 / 6),  # the pairs with d are neither right nor wrong
        ("aabc", 0, 0.25, 3 / 6),  # a comes once in the reference: the second is surplus
        ("xbcd", 0, 0.75, 3 / 6),
        ("", 0, 0, 0),
    ],
)
def test_orders_by_hand(order: str, sra: float, positions: float, tau: float) -> None:
    assert sequence_right(list(order), ABCD) == sra
    assert positions_right(list(order), ABCD) == positions
    assert kendall_tau(list(order), ABCD) == pytest.approx(tau)


def test_a_clip_that_the_reference_has_twice_is_matched_in_turn() -> None:
    assert kendall_tau(list("aba"), list("aba")) == 1
    assert positions_right(list("aab"), list("aba")) == pytest.approx(1 / 3)
    assert kendall_tau(list("baa"), list("aba")) == pytest.approx(1 / 3)


def test_an_order_of_one_clip_has_no_tau() -> None:
    assert kendall_tau(["a"], ["a"]) is None
    assert sequence_right(["a"], ["a"]) == 1


@given(st.permutations(range(9)))
def test_tau_of_a_permutation_is_that_of_scipy(order: list[int]) -> None:
    names = [str(clip) for clip in order]
    ours = kendall_tau(names, [str(clip) for clip in range(9)])
    assert ours == pytest.approx(stats.kendalltau(range(9), order).statistic)


@pytest.mark.parametrize(
    ("chosen", "exact", "f1"),
    [("abc", 1, 1), ("cab", 1, 1), ("aabc", 1, 1), ("ab", 0, 0.8), ("abcd", 0, 6 / 7), ("xyz", 0, 0), ("", 0, 0)],
)
def test_selections_by_hand(chosen: str, exact: float, f1: float) -> None:
    assert selection_right(list(chosen), list("abc")) == exact
    assert selection_f1(list(chosen), list("abc")) == pytest.approx(f1)


def test_two_clips_of_one_frame_can_be_counted_as_one() -> None:
    shown = {"1": "tree", "2": "house", "3": "tree"}
    assert sequence_right(["3", "2", "1"], ["1", "2", "3"]) == 0
    assert sequence_right(alike(["3", "2", "1"], shown), alike(["1", "2", "3"], shown)) == 1


def test_a_permutation_has_every_clip_as_often_as_the_reference() -> None:
    assert is_permutation(list("bab"), list("abb"))
    assert not is_permutation(list("aab"), list("abb"))
