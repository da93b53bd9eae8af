"""Every sentence about the shipped predictor's scale holds the number that was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from popcorn.tools.popularity.reliability import Reliability
from popcorn.tools.popularity.shipped import shipped_folder
from popcorn.tools.popularity.trained.card import card, most_gained
from popcorn.tools.popularity.trained.fitted import FittedPredictor
from popcorn.tools.popularity.trained.store import open_trained
from popcorn.tools.popularity.types import counted

README = Path(__file__).parents[4] / "README.md"


@pytest.fixture(scope="module")
def fitted() -> FittedPredictor:
    return open_trained(shipped_folder())


@pytest.fixture(scope="module")
def measured(fitted: FittedPredictor) -> Reliability:
    assert fitted.facts.reliability is not None
    return fitted.facts.reliability


def test_its_card_is_the_one_that_its_facts_make(fitted: FittedPredictor) -> None:
    assert (shipped_folder() / "card.md").read_text(encoding="utf-8") == card(fitted)
    assert (shipped_folder() / "reliability.svg").is_file()


def test_its_scale_keeps_what_was_asked_of_it(fitted: FittedPredictor, measured: Reliability) -> None:
    assert 0.85 <= measured.slope <= 1.15
    assert measured.error <= measured.error_of_50 - 1.5
    assert measured.range_holds == pytest.approx(0.8, abs=0.04)
    assert measured.interval_holds == pytest.approx(0.8, abs=0.04)
    assert most_gained(fitted) < 5


def test_the_readme_says_what_was_measured(fitted: FittedPredictor, measured: Reliability) -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    origin, tested = fitted.facts.origin, {name: (low, high) for name, low, high in fitted.facts.tested}
    assert counted(fitted.scale.videos, origin.source) in text
    assert counted(fitted.facts.rows[0], origin.source) in text
    assert (
        f"{measured.error:.1f} points off on average, and always saying 50 would be {measured.error_of_50:.1f} off"
        in text
    )
    assert f"holds {measured.range_holds:.0%} of the real ranks".replace("%", " %") in text
    assert f"gain no more than {most_gained(fitted):.1f} points" in text
    _, _, src, _ = fitted.facts.measures[-1]
    low, high = tested["src"]
    assert f"SRC {src:.2f} [{low:.2f}, {high:.2f}]" in text


def test_the_readme_shows_a_score_that_it_can_give(fitted: FittedPredictor) -> None:
    scale = fitted.scale
    steps = np.linspace(scale.predictions[0], scale.predictions[-1], 2000)
    shown = min((scale.read(float(at)) for at in steps), key=lambda one: abs(one.rank - 60))
    example = f"the 60th of 100 such videos, likely between the {shown.low:.0f}th and the {shown.high:.0f}th"
    assert example in README.read_text(encoding="utf-8")
