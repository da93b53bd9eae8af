"""docs/feedback.md names figures; these are what they are computed by."""

from __future__ import annotations

from pathlib import Path

from popcorn.study.feedback_types import FEWEST, HORIZON
from popcorn.tools.popularity.choice.fitting import FEWEST_PAIRS, FEWEST_STORIES
from popcorn.tools.popularity.feedback.agreement import FEWEST_DRIFT, FEWEST_ORDER
from popcorn.tools.popularity.feedback.growth import FEWEST as FEWEST_GROWTH
from popcorn.tools.popularity.feedback.growth import HALF, STEEPNESS, Growth, ready_at
from popcorn.tools.statistics.sample_size import impressions_per_arm
from popcorn.tools.statistics.win_rates import prompts_for

PAGE = " ".join((Path(__file__).parents[3] / "docs" / "feedback.md").read_text(encoding="utf-8").split())


def test_the_views_of_an_ab_test_are_those_that_the_plan_computes() -> None:
    for told, rate in (("0.2 %", 0.002), ("0.5 %", 0.005), ("1 %", 0.01), ("5 %", 0.05)):
        small, middle, large = (impressions_per_arm(rate, lift) for lift in (0.2, 0.5, 1.0))
        assert f"| {told} | {small:,} | {middle:,} | {large:,} |" in PAGE
    assert f"wins 60 % of pairs takes {prompts_for(0.6)} of them, 70 % takes {prompts_for(0.7)}" in PAGE


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"`--horizon` ({HORIZON:g} days)" in PAGE
    assert f"It takes {FEWEST} videos" in PAGE
    assert f"{FEWEST_ORDER} videos for an interval" in PAGE
    assert f"| {FEWEST_DRIFT}, made on several days |" in PAGE
    assert f"from {FEWEST_GROWTH} videos with counts at two ages on" in PAGE
    assert f"{FEWEST_PAIRS} pairs that say which side drew more, of {FEWEST_STORIES} stories" in PAGE


def test_the_growth_is_that_of_the_code() -> None:
    assert f"1 / (1 + (half / age) ^ {STEEPNESS:g})" in PAGE
    assert HALF == 0.5
    assert "half of the comments come in half a day" in PAGE
    errors = [2 ** (0.05 + 0.6 * Growth().log2_growth(age, 7)) for age in (3, 1)]
    assert [round(error, 1) for error in errors] == [1.1, 1.2]
    assert round(ready_at(7, Growth()), 2) == 0.25
