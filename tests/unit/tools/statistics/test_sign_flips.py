"""The test of sign flips against all patterns counted out, the sign test, and how often chance is taken for more."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.tools.statistics.sign_flips import sign_flip_test, sign_flip_tests
from popcorn.tools.statistics.win_rates import sign_test
from scipy import stats

MEANS = st.sampled_from([0, 1 / 7, 1 / 5, 1 / 3, 3 / 8, 1 / 2, 2 / 3, 1])


@given(st.lists(MEANS, min_size=1, max_size=9))
def test_it_is_the_share_of_all_patterns_of_signs(means: list[float]) -> None:
    gaps = np.array(means) - 0.5
    sums = [abs(sum(sign * abs(gap) for sign, gap in zip(signs, gaps, strict=True))) for signs in _patterns(len(gaps))]
    share = np.mean([one >= abs(gaps.sum()) - 1e-9 for one in sums])
    assert sign_flip_test(gaps) == pytest.approx(share)
    assert sign_flip_tests(gaps[None, :]) == pytest.approx([share])


def _patterns(prompts: int) -> list[tuple[int, ...]]:
    return list(product((-1, 1), repeat=prompts))


def test_it_is_scipys_permutation_test() -> None:
    gaps = np.array([0.5, 0.3, -0.1, 0.4, 0.1, -0.2, 0.5, 0.2])
    theirs = stats.permutation_test((gaps,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert sign_flip_test(gaps) == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize(("wins", "ties", "losses"), [(61, 0, 39), (5, 3, 0), (0, 4, 0), (400, 90, 310)])
def test_with_one_pair_a_prompt_it_is_the_sign_test(wins: int, ties: int, losses: int) -> None:
    gaps = np.repeat([0.5, 0.0, -0.5], [wins, ties, losses])
    assert sign_flip_test(gaps) == pytest.approx(sign_test(wins, losses))


def test_five_prompts_that_agree_are_no_difference_and_six_are() -> None:
    assert sign_flip_test(np.full(5, 0.4)) == pytest.approx(2 / 32)
    assert sign_flip_test(np.full(6, 0.4)) == pytest.approx(2 / 64)
    assert sign_flip_test(np.array([0.5, 0.5, 0.4])) == pytest.approx(2 / 8)
    assert sign_flip_test(np.array([])) == sign_flip_test(np.zeros(9)) == 1.0


def test_unlike_numbers_of_seeds_share_a_lattice_or_come_near_one() -> None:
    rng = np.random.default_rng(0)
    pairs = rng.integers(1, 40, 300)
    gaps = rng.integers(0, pairs + 1) / pairs - 0.5
    normal = 2 * stats.norm.sf(abs(gaps.sum()) / np.sqrt((gaps**2).sum()))
    assert sign_flip_test(gaps) == pytest.approx(normal, abs=0.01)


@pytest.mark.parametrize(("prompts", "seeds", "likeness"), [(3, 5, 0.8), (8, 3, 0.2), (20, 5, 0.9), (60, 3, 0.5)])
def test_equal_ones_are_called_different_in_5_of_100_studies_at_most(prompts: int, seeds: int, likeness: float) -> None:
    rng, strength = np.random.default_rng(1), 1 / likeness - 1
    own = rng.beta(strength / 2, strength / 2, (1_000, prompts))
    p_values = [sign_flip_test(row) for row in rng.binomial(seeds, own) / seeds - 0.5]
    assert np.mean(np.array(p_values) < 0.05) < 0.065
