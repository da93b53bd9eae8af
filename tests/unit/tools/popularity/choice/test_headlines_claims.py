"""Every sentence about the shipped choice model holds the number that was measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.tools.popularity.choice.card import CARD, card
from popcorn.tools.popularity.choice.fitted import FittedChoice
from popcorn.tools.popularity.choice.headlines import headlines_folder
from popcorn.tools.popularity.choice.store import open_choice

README = Path(__file__).parents[5] / "README.md"
MOST_BYTES = 30_000_000


@pytest.fixture(scope="module")
def fitted() -> FittedChoice:
    return open_choice(headlines_folder())


def test_its_card_is_the_one_that_its_facts_make(fitted: FittedChoice) -> None:
    assert (headlines_folder() / CARD).read_text(encoding="utf-8") == card(fitted)


def test_it_is_small_and_better_than_length_and_chance_beyond_doubt(fitted: FittedChoice) -> None:
    assert sum(file.stat().st_size for file in headlines_folder().glob("*.safetensors")) < MOST_BYTES
    figure = fitted.facts.report.figure
    assert figure.model.low is not None
    assert figure.length.high is not None
    assert figure.model.low > max(0.5, figure.length.high)


def test_what_it_is_sure_of_comes_as_often_as_it_says(fitted: FittedChoice) -> None:
    for one in fitted.facts.report.bins:
        assert one.came == pytest.approx(one.said, abs=0.05), one
    assert right_when_sure(fitted) >= 0.7


def right_when_sure(fitted: FittedChoice) -> float:
    """The share that was right of all pairs kept apart that were said at 70 % and more."""
    sure = [one for one in fitted.facts.report.bins if one.low >= 0.7]
    return sum(one.count * one.came for one in sure) / sum(one.count for one in sure)


def test_the_readme_says_what_was_measured(fitted: FittedChoice) -> None:
    text, figure = " ".join(README.read_text(encoding="utf-8").split()), fitted.facts.report.figure
    model, length = figure.model, figure.length
    assert f"{fitted.facts.pairs:,} pairs of randomised web headlines" in text
    assert f"in {model.mean:.2f} [{model.low:.2f}, {model.high:.2f}]" in text
    assert f"the longer one is it in {length.mean:.2f}" in text
    assert f"at 70 % and more it is right in {100 * right_when_sure(fitted):.0f} %" in text
