"""Whether a mode's win carries over from renderer to renderer, and whether it holds over seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from popcorn.study.interactions import interactions
from popcorn.study.stability import cochran, likeness, stabilities
from popcorn.study.types import Row

Make = Callable[..., Row]
BASIC: dict[str, Any] = {"mode": "basic", "references": 0, "tags": 0, "given": ""}


def under(row: Make, renderer: str, wins: Sequence[float]) -> list[Row]:
    """Basic against enhanced mode under a renderer: 1 where basic wins, prompt by prompt."""
    return [
        one for at, win in enumerate(wins)
        for one in (row(f"p{at}", win, renderer=renderer, **BASIC), row(f"p{at}", 0.5, renderer=renderer))
    ]  # fmt: skip


def test_the_difference_is_that_of_the_two_rates(row: Make) -> None:
    (one,) = interactions(under(row, "r1", [1, 1, 1, 0]) + under(row, "r2", [1, 0, 0, 0]))
    assert (one.dimension, one.a, one.b, one.first, one.second, one.prompts) == (
        "renderer", "basic", "enhanced", "r1", "r2", 4,
    )  # fmt: skip
    assert (one.rate_first, one.rate_second, one.difference) == (0.75, 0.25, 0.5)
    assert one.low <= 0.5 <= one.high


def test_prompts_that_only_one_renderer_has_count_nothing(row: Make) -> None:
    (one,) = interactions(under(row, "r1", [1, 0, 1, 1, 1]) + under(row, "r2", [1, 0]))
    assert (one.prompts, one.difference, one.p_value) == (2, 0.0, 1.0)


def test_without_two_renderers_or_models_there_is_no_interaction(row: Make) -> None:
    assert interactions(under(row, "r1", [1, 0, 1])) == interactions([]) == []


def test_a_win_that_turns_round_is_found_and_an_equal_one_is_not(row: Make) -> None:
    rng = np.random.default_rng(5)
    many = {name: (rng.random(200) < rate).astype(float) for name, rate in (("r1", 0.7), ("r2", 0.3), ("r3", 0.7))}
    rows = [one for name, wins in many.items() for one in under(row, name, list(wins))]
    found = {(one.first, one.second): one.told_apart for one in interactions(rows)}
    assert found == {("r1", "r2"): True, ("r1", "r3"): False, ("r2", "r3"): True}


def test_equal_rates_are_called_different_in_about_one_study_of_twenty(row: Make) -> None:
    rng = np.random.default_rng(3)
    called = sum(
        interactions(under(row, "r1", list(rng.integers(0, 2, 30))) + under(row, "r2", list(rng.integers(0, 2, 30))))[
            0
        ].told_apart
        for _ in range(150)
    )
    assert called / 150 < 0.09


def test_models_are_crossed_with_modes_too(row: Make) -> None:
    rows = [row(f"p{at}", at % 2, model=model, **BASIC) for at in range(4) for model in ("m1", "m2")]
    rows += [row(f"p{at}", 0.5, model=model) for at in range(4) for model in ("m1", "m2")]
    assert [(one.dimension, one.difference) for one in interactions(rows)] == [("model", 0.0)]


def test_seeds_are_shown_one_by_one(row: Make) -> None:
    wins = {0: [1, 1, 0, 1], 1: [1, 0, 0, 1], 2: [0, 0, 0, 1]}
    rows = [
        row(f"p{at}", score, seed, model=model)
        for seed, own in wins.items() for at, win in enumerate(own) for model, score in (("a", win), ("b", 0.5))
    ]  # fmt: skip
    (one,) = stabilities(rows)
    assert (one.seeds, one.rates, one.prompts, one.agree) == ((0, 1, 2), (0.75, 0.5, 0.25), 4, 1)


def test_a_prompt_that_lacks_a_seed_is_left_out_of_them(row: Make) -> None:
    rows = [row(f"p{at}", 1, seed, model="a") for at in range(3) for seed in range(2)]
    rows += [row(f"p{at}", 0, seed, model="b") for at in range(3) for seed in range(2) if (at, seed) != (2, 1)]
    assert [one.prompts for one in stabilities(rows)] == [2]


def test_a_single_seed_says_nothing_of_stability(row: Make) -> None:
    assert stabilities([row("x", 1, model="a"), row("x", 0, model="b")]) == []


def test_likeness_is_one_for_prompts_that_always_win_or_lose_and_none_without_a_difference() -> None:
    assert likeness(np.array([[1.0, 1.0], [0.0, 0.0]])) == pytest.approx(1)
    assert likeness(np.array([[1.0, 0.0], [0.0, 1.0]])) == pytest.approx(-1)
    assert likeness(np.ones((3, 2))) is None


def test_likeness_is_the_textbooks_on_its_six_judged_targets() -> None:
    """Shrout and Fleiss 1979, Table 2: ICC(1,1) = .17."""
    table = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    assert likeness(table) == pytest.approx(0.17, abs=0.005)


def test_cochrans_test_is_mcnemars_chi_squared_for_two_seeds() -> None:
    from scipy import stats

    table = np.array([[1, 0]] * 9 + [[0, 1]] * 3 + [[1, 1]] * 5 + [[0, 0]] * 4, float)
    assert cochran(table) == pytest.approx(stats.chi2.sf((9 - 3) ** 2 / 12, 1))
    assert cochran(np.ones((4, 3))) == 1.0


def test_cochrans_test_calls_equal_seeds_different_in_about_one_of_twenty() -> None:
    rng = np.random.default_rng(1)
    own = rng.random((400, 60, 1))
    called = np.mean([cochran((rng.random((60, 4)) < one).astype(float)) < 0.05 for one in own])
    assert 0.02 < called < 0.08
