from __future__ import annotations

import numpy as np
import pytest
from popcorn.errors import DataError
from popcorn.tools.popularity.choice.blending import fit_blend, out_of_fold, probabilities, tie_margin


def drawn(log_odds: np.ndarray, seed: int = 0) -> np.ndarray:
    """Winners, as +1 and -1, of pairs with these log-odds."""
    return np.where(np.random.default_rng(seed).random(len(log_odds)) < 1 / (1 + np.exp(-log_odds)), 1.0, -1.0)


def test_the_weights_are_those_that_the_winners_were_drawn_by() -> None:
    random = np.random.default_rng(1)
    good, noise = random.normal(0, 3, 20_000), random.normal(0, 1, 20_000)
    blend = dict(fit_blend({"good": good, "noise": noise}, drawn(0.7 * good)).weights)
    assert blend["good"] == pytest.approx(0.7, abs=0.03)
    assert blend["noise"] == pytest.approx(0, abs=0.03)


def test_a_part_that_is_wrong_counts_nothing_and_is_not_turned_round() -> None:
    wrong = np.random.default_rng(1).normal(0, 1, 2_000)
    assert dict(fit_blend({"wrong": wrong}, drawn(-wrong)).weights) == {"wrong": 0.0}


def test_calibrated_probabilities_come_as_often_as_they_say() -> None:
    part = np.random.default_rng(2).normal(0, 10, 20_000)
    z = drawn(part / 10)
    said = probabilities(out_of_fold({"part": part}, z, np.arange(20_000) % 5))
    sure = said > 0.7
    assert np.mean(z[sure] > 0) == pytest.approx(said[sure].mean(), abs=0.02)


def test_probabilities_of_swapped_pairs_are_the_rest_and_never_0_or_1() -> None:
    log_odds = np.array([0.0, 0.3, 5.0, 1000.0])
    one, other = probabilities(log_odds), probabilities(-log_odds)
    assert (one + other).tolist() == [1.0] * 4
    assert one[0] == 0.5
    assert 0 < other.min() < one.max() < 1


def test_what_is_nearer_than_the_margin_is_found_little_more_often_than_by_chance() -> None:
    """Half of the pairs up to 0.1 from the middle are right, and all beyond."""
    distance = np.linspace(0.001, 0.3, 300)
    right = np.where(distance < 0.1, np.arange(300) % 2 == 0, True)
    z = np.where(right, 1.0, -1.0)
    assert tie_margin(0.5 + distance, z) == pytest.approx(0.11, abs=0.01)


def test_where_nothing_can_be_told_all_are_ties_and_where_all_can_none_is() -> None:
    distance = np.linspace(0.001, 0.3, 300)
    assert tie_margin(0.5 + distance, np.where(np.arange(300) % 2, 1.0, -1.0)) == 0.5
    assert tie_margin(0.5 + distance, np.ones(300)) == 0.0


def test_weights_never_come_from_the_pairs_that_they_are_reported_by() -> None:
    z = np.array([2.0, -2.0, 3.0, -3.0])
    with pytest.raises(DataError, match="4 pairs were kept apart in one part"):
        out_of_fold({"words": z}, z, np.zeros(4, np.int64))
    assert np.isfinite(out_of_fold({"words": z}, z, np.array([0, 0, 1, 1]))).all()
