"""One order out of pairs: known strengths, one who never wins, a graph that falls apart."""

from __future__ import annotations

import numpy as np
import pytest
from popcorn.tools.statistics.bradley_terry import strengths


def of_rates(rates: dict[tuple[int, int], float], many: int, contestants: int) -> np.ndarray:
    """Wins (prompts, N, N): i beats j in `rates[i, j]` of the prompts."""
    wins = np.zeros((many, contestants, contestants))
    for (i, j), rate in rates.items():
        won = np.arange(many) < round(rate * many)
        wins[won, i, j], wins[~won, j, i] = 1, 1
    return wins


def test_two_contestants_are_apart_by_the_log_odds_of_their_rate() -> None:
    first, second = strengths(["a", "b"], of_rates({(0, 1): 0.8}, 500, 2))
    assert (first.name, second.name) == ("a", "b")
    assert first.strength - second.strength == pytest.approx(np.log(4), abs=0.02)
    assert first.tied_with == ()


def test_equal_ones_are_a_tie_set() -> None:
    wins = np.full((50, 3, 3), 0.5)
    found = strengths(["a", "b", "c"], wins)
    assert [one.strength for one in found] == pytest.approx([0, 0, 0])
    assert {one.name: set(one.tied_with) for one in found} == {"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}}


def test_one_who_never_wins_is_last_with_a_finite_strength() -> None:
    found = strengths(["never", "a", "b"], of_rates({(0, 1): 0.0, (0, 2): 0.0, (1, 2): 0.5}, 40, 3))
    last = found[-1]
    assert last.name == "never"
    assert np.isfinite([last.strength, last.low, last.high]).all()
    assert last.tied_with == ()
    assert last.high - last.low > 1  # forty losses are no certainty: 3.5 wins of 40 would be no surprise
    assert {one.tied_with for one in found[:2]} == {("a",), ("b",)}


def test_the_interval_of_one_who_never_lost_reaches_down_as_that_of_the_other_reaches_up() -> None:
    first, second = strengths(["a", "b"], of_rates({(0, 1): 1.0}, 20, 2))
    assert (first.high, first.low) == pytest.approx((-second.low, -second.high))
    share = 1.96**2 / (20 + 1.96**2)  # Wilson's upper end for 0 of 20
    assert second.high - first.low == pytest.approx(np.log(share / (1 - share)), abs=0.05)


def test_parts_that_never_met_are_not_told_apart() -> None:
    found = strengths(["a", "b", "c", "d"], of_rates({(0, 1): 1.0, (2, 3): 1.0}, 40, 4))
    ties = {one.name: set(one.tied_with) for one in found}
    assert ties == {"a": {"c", "d"}, "b": {"c", "d"}, "c": {"a", "b"}, "d": {"a", "b"}}


def test_one_who_met_nobody_is_tied_with_all() -> None:
    found = strengths(["a", "b", "alone"], of_rates({(0, 1): 0.9}, 40, 3))
    alone = next(one for one in found if one.name == "alone")
    assert set(alone.tied_with) == {"a", "b"}
    assert np.isfinite([alone.strength, alone.low, alone.high]).all()


@pytest.mark.parametrize(("prompts", "apart"), [(1, False), (5, False), (6, True)])
def test_a_few_prompts_that_agree_tell_nobody_apart(prompts: int, apart: bool) -> None:
    found = strengths(["a", "b"], of_rates({(0, 1): 1.0}, prompts, 2))
    assert np.isfinite([one.strength for one in found]).all()
    assert all((one.tied_with == ()) is apart for one in found)


def test_the_interval_covers_the_true_difference() -> None:
    rng = np.random.default_rng(0)
    truth = np.log(0.65 / 0.35)
    covered = 0
    for study in range(60):
        won = rng.random(60) < 0.65
        wins = np.zeros((60, 2, 2))
        wins[won, 0, 1], wins[~won, 1, 0] = 1, 1
        a = next(one for one in strengths(["a", "b"], wins, seed=study) if one.name == "a")
        covered += a.low <= truth / 2 <= a.high
    assert covered >= 52
