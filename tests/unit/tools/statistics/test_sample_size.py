"""Impressions that a test takes: cases of the textbook, and tests that were simulated."""

from __future__ import annotations

import numpy as np
import pytest
from popcorn.tools.statistics.sample_size import impressions_per_arm, power_with


@pytest.mark.parametrize(
    ("base", "lift", "power", "expected"),
    [(0.10, 0.5, 0.8, 686), (0.5, 0.2, 0.8, 388), (0.02, 0.2, 0.8, 21_109), (0.02, 0.2, 0.9, 28_258)],
)
def test_the_numbers_are_those_of_the_formula(base: float, lift: float, power: float, expected: int) -> None:
    assert impressions_per_arm(base, lift, power=power) == expected


def test_more_arms_need_more_since_every_pair_is_compared() -> None:
    two, three, five = (impressions_per_arm(0.05, 0.2, arms=arms) for arms in (2, 3, 5))
    assert two < three < five
    assert power_with(three, 0.05, 0.2, arms=3) == pytest.approx(0.8, abs=1e-4)


def test_so_many_impressions_give_the_power_that_was_asked_for() -> None:
    for power in (0.5, 0.8, 0.95):
        assert power_with(impressions_per_arm(0.03, 0.3, power=power), 0.03, 0.3) == pytest.approx(power, abs=1e-3)


@pytest.mark.parametrize(("base", "lift"), [(0.02, 0.2), (0.10, 0.5), (0.3, -0.2)])
def test_simulated_tests_find_the_lift_as_often_as_was_said_and_none_where_there_is_none(
    base: float, lift: float
) -> None:
    trials = 20_000
    number = impressions_per_arm(base, lift)
    random = np.random.default_rng(5)
    found = _found(random.binomial(number, [base, base * (1 + lift)], (trials, 2)), number)
    assert found == pytest.approx(0.8, abs=0.015)
    assert _found(random.binomial(number, [base, base], (trials, 2)), number) == pytest.approx(0.05, abs=0.006)


@pytest.mark.parametrize(("base", "lift"), [(0.0, 0.2), (1.0, 0.2), (0.6, 0.9), (0.1, 0.0), (0.1, -1.0)])
def test_what_is_no_rate_or_no_lift_is_refused(base: float, lift: float) -> None:
    with pytest.raises(ValueError, match="both lie between 0 and 1, and differ"):
        impressions_per_arm(base, lift)


@pytest.mark.parametrize(("arms", "power"), [(1, 0.8), (2, 1.0)])
def test_one_arm_and_certainty_are_refused(arms: int, power: float) -> None:
    with pytest.raises(ValueError, match="lie between 0 and 1"):
        impressions_per_arm(0.1, 0.2, arms=arms, power=power)


def _found(clicks: np.ndarray, number: int) -> float:
    """How many of the tests see a difference: |z| of the pooled rates above 1.96."""
    rates = clicks / number
    pooled = rates.mean(axis=1)
    spread = np.sqrt(2 * pooled * (1 - pooled) / number)
    return float((np.abs(rates[:, 1] - rates[:, 0]) > 1.959964 * spread).mean())
