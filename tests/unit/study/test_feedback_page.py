"""docs/feedback.md names figures; these are what they are computed by."""

from __future__ import annotations

from pathlib import Path

from popcorn.study.feedback_types import FEWEST, HORIZON
from popcorn.study.preferences.likeness import ENOUGH
from popcorn.study.preferences.real import FEWEST_OWN, SPREAD_OF_DRAFTS, SPREAD_OF_VIDEOS, sign_right
from popcorn.tools.popularity.choice.fitting import FEWEST_PAIRS, FEWEST_STORIES
from popcorn.tools.popularity.feedback.agreement import FEWEST_DRIFT, FEWEST_ORDER
from popcorn.tools.popularity.feedback.growth import FEWEST as FEWEST_GROWTH
from popcorn.tools.popularity.feedback.growth import HALF, STEEPNESS, Growth, ready_at
from popcorn.tools.statistics.sample_size import impressions_per_arm
from popcorn.tools.statistics.win_rates import prompts_for
from scipy.stats import binom

PAGE = " ".join((Path(__file__).parents[3] / "docs" / "feedback.md").read_text(encoding="utf-8").split())


def test_the_views_of_an_ab_test_are_those_that_the_plan_computes() -> None:
    for told, rate in (("0.2 %", 0.002), ("0.5 %", 0.005), ("1 %", 0.01), ("5 %", 0.05)):
        small, middle, large = (impressions_per_arm(rate, lift) for lift in (0.2, 0.5, 1.0))
        assert f"| {told} | {small:,} | {middle:,} | {large:,} |" in PAGE
    assert f"wins 60 % of pairs takes {prompts_for(0.6)} of them, 70 % takes {prompts_for(0.7)}" in PAGE
    assert f"({_by_sign_test(0.6)} and {_by_sign_test(0.7)} by the exact sign test)" in PAGE


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


def test_the_trust_in_two_posts_is_that_of_the_code() -> None:
    page = " ".join((Path(__file__).parents[3] / "docs" / "preferences.md").read_text(encoding="utf-8").split())
    assert f"a standard deviation of {SPREAD_OF_DRAFTS:g} in log2" in page
    assert f"two videos of one channel by {SPREAD_OF_VIDEOS:g}" in page
    assert f"from {FEWEST_OWN} videos on it is your own spread" in page
    assert f"{SPREAD_OF_DRAFTS**2 / SPREAD_OF_VIDEOS**2:.0%}".replace("%", " %") + " of a difference" in page
    assert f"a probability of {sign_right(2, 0):.2f}, sixteen times {sign_right(4, 0):.2f}" in page
    assert f"they share {ENOUGH:.0%}".replace("%", " %") + " of their words" in page


def _by_sign_test(rate: float) -> int:
    """The fewest pairs of which a two-sided sign test at 5 % finds this rate in 80 % of cases."""
    for pairs in range(10, 400):
        wins = int(binom.isf(0.025, pairs, 0.5)) + 1
        if binom.sf(wins - 1, pairs, rate) >= 0.8:
            return pairs
    raise AssertionError
