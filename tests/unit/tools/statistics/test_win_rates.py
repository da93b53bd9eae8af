"""Rates, intervals and tests of wins against hand-made and published cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.tools.statistics.corrections import holm, shown_p
from popcorn.tools.statistics.design_power import Design, power_of, prompts_needed, smallest_rate_of
from popcorn.tools.statistics.win_rates import WinRate, clustered_wilson, prompts_for, sign_test, smallest_rate, wilson


def test_a_tie_is_half_a_win_in_the_rate_and_nothing_in_the_test() -> None:
    counted = WinRate(6, 4, 0)
    assert counted.rate == 0.8
    assert counted.p_value == pytest.approx(2 / 2**6)


def test_without_a_pair_nothing_is_known() -> None:
    counted = WinRate(0, 0, 0)
    assert (counted.rate, counted.interval(), counted.p_value) == (0.5, (0.0, 1.0), 1.0)


def test_ties_alone_are_no_difference() -> None:
    assert (WinRate(0, 9, 0).rate, WinRate(0, 9, 0).p_value) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("wins", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_wilsons_interval_is_that_of_newcombes_table(wins: int, trials: int, low: float, high: float) -> None:
    """Newcombe 1998, Table I, method 3 (score without continuity correction)."""
    assert wilson(wins / trials, trials) == pytest.approx((low, high), abs=2e-4)


@pytest.mark.parametrize(("wins", "losses", "p_value"), [(61, 39, 0.0352), (5, 0, 0.0625), (5, 5, 1.0), (0, 0, 1.0)])
def test_the_sign_test_is_exact(wins: int, losses: int, p_value: float) -> None:
    assert sign_test(wins, losses) == sign_test(losses, wins) == pytest.approx(p_value, abs=1e-4)


@pytest.mark.parametrize("rate", [0.5, 0.6, 0.85])
def test_wilsons_interval_covers_the_true_rate_in_95_of_100_studies(rate: float) -> None:
    wins = np.random.default_rng(1).binomial(100, rate, 4_000)
    ends = {count: wilson(count / 100, 100) for count in set(wins.tolist())}
    covered = np.mean([ends[count][0] <= rate <= ends[count][1] for count in wins.tolist()])
    assert 0.93 < covered < 0.97


def test_the_prompts_that_it_takes_are_the_textbooks() -> None:
    assert (prompts_for(0.55), prompts_for(0.60), prompts_for(0.45)) == (783, 194, 783)
    with pytest.raises(ValueError, match="a half is no difference"):
        prompts_for(0.5)


def test_the_smallest_rate_is_the_one_that_so_many_prompts_are_enough_for() -> None:
    assert smallest_rate(783) == 0.55
    assert smallest_rate(1) is None


def test_holms_correction_is_that_of_a_worked_example() -> None:
    """Four p values by hand: .005 * 4, .01 * 3, .03 * 2, .04 * 1, none below the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_corrected_p_value_is_never_smaller_and_keeps_the_order(values: list[float]) -> None:
    corrected = holm(values)
    assert all(0 <= one <= two <= 1 for one, two in zip(values, corrected, strict=True))
    order = np.argsort(values, kind="stable")
    assert all(np.diff(np.array(corrected)[order]) >= 0)


def test_holm_keeps_the_error_of_a_whole_family() -> None:
    p_values = np.random.default_rng(2).random((2_000, 20))
    assert np.mean([min(holm(row)) < 0.05 for row in p_values.tolist()]) < 0.06


def test_a_cluster_of_one_pair_each_has_wilsons_own_interval_but_for_students_quantile() -> None:
    rates = np.repeat([1.0, 0.0], [610, 390])
    assert clustered_wilson(rates, 1_000) == pytest.approx(wilson(0.61, 1_000), abs=1e-3)


def test_seeds_that_repeat_each_other_narrow_no_interval() -> None:
    rates = np.repeat([1.0, 0.0], [12, 8])
    assert clustered_wilson(rates, 100) == clustered_wilson(rates, 20)
    assert clustered_wilson(np.array([1.0]), 5) == (0.0, 1.0)


def test_prompts_that_all_agree_are_one_observation_each() -> None:
    low, high = clustered_wilson(np.ones(8), 40)
    assert high == pytest.approx(1)
    assert low == pytest.approx(0.589, abs=1e-3)  # 8 of 8 as 5.5: 8 * (1.960 / 2.365) ** 2


@pytest.mark.parametrize("rate", [0.5, 0.9])
@pytest.mark.parametrize(("prompts", "seeds", "likeness"), [(3, 5, 0.8), (8, 3, 0.2), (30, 5, 0.8), (100, 3, 0.2)])
def test_the_interval_of_clusters_covers_the_true_rate(prompts: int, seeds: int, likeness: float, rate: float) -> None:
    rng, strength = np.random.default_rng(3), 1 / likeness - 1
    own = rng.beta(rate * strength, (1 - rate) * strength, (500, prompts))
    ends = [clustered_wilson(row, prompts * seeds) for row in rng.binomial(seeds, own) / seeds]
    assert np.mean([low <= rate <= high for low, high in ends]) > 0.915


@pytest.mark.parametrize("design", [Design(20), Design(100, 5, 0.5), Design(30, 3, 0.0), Design(50, 3, 1.0)])
def test_a_true_half_is_called_a_difference_in_about_5_of_100_studies(design: Design) -> None:
    assert 0.03 < power_of(design, 0.5) < 0.07


def test_a_few_prompts_are_judged_by_the_exact_test() -> None:
    assert power_of(Design(5), 0.99) == 0  # five that agree are p = 2 / 32
    assert power_of(Design(8, 3, 0.5), 0.5) < 0.05


def test_power_is_that_of_the_formula_without_seeds() -> None:
    assert power_of(Design(783), 0.55) == pytest.approx(0.8, abs=0.03)
    assert power_of(Design(194), 0.60) == pytest.approx(0.8, abs=0.03)


def test_seeds_help_the_less_the_more_alike_they_are() -> None:
    alone, unlike, alike = (power_of(design, 0.6) for design in (Design(60), Design(60, 5, 0.0), Design(60, 5, 1.0)))
    assert unlike > alone + 0.2
    assert alike == pytest.approx(alone, abs=0.05)


def test_the_smallest_rate_of_a_design_grows_as_prompts_get_fewer() -> None:
    rates = [smallest_rate_of(Design(prompts)) for prompts in (800, 100, 20)]
    assert rates == sorted(rates, key=lambda rate: rate or 1)
    assert rates[0] == pytest.approx(0.55, abs=0.011)
    assert smallest_rate_of(Design(3)) is None


def test_seeds_save_prompts_as_far_as_they_differ() -> None:
    assert prompts_needed(0.55) == 783
    assert prompts_needed(0.55, seeds=5, likeness=1.0) == 783
    assert prompts_needed(0.55, seeds=5, likeness=0.0) == 157


def test_a_p_value_is_never_shown_as_zero() -> None:
    assert [shown_p(value) for value in (0.0, 0.0004, 0.0006, 0.04999, 1.0)] == [
        "<.001", "<.001", "0.001", "0.050", "1.000",
    ]  # fmt: skip
