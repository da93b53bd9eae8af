from __future__ import annotations

import numpy as np
import pytest
from choice_models import labelled
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.popularity.choice.layers import LayersFit, states_of, unit_vectors
from popcorn.tools.popularity.choice.pairs import PairSet, pair_set
from sklearn.linear_model import Ridge


@pytest.fixture(scope="module")
def pairs() -> PairSet:
    return pair_set(labelled(120))


@pytest.fixture(scope="module")
def states(pairs: PairSet) -> np.ndarray:
    return states_of(pairs.texts)


def test_the_last_layer_is_what_the_encoder_gives(pairs: PairSet, states: np.ndarray) -> None:
    vectors = open_encoder().encode(pairs.texts)
    np.testing.assert_allclose(unit_vectors(states), vectors, atol=1e-5)
    assert states.shape == (len(pairs.texts), 7, 384)


def test_it_is_a_ridge_on_the_differences_of_the_layers_each_scaled_to_one_spread(
    pairs: PairSet, states: np.ndarray
) -> None:
    centred = states - states.mean(axis=0)
    rows = (centred / np.linalg.norm(centred, axis=2).mean(axis=0)[None, :, None]).reshape(len(states), -1)
    ridge = Ridge(alpha=50.0, fit_intercept=False)
    ridge.fit(rows[pairs.first] - rows[pairs.second], np.clip(pairs.z, -8, 8))
    expected = pairs.differences(rows @ ridge.coef_)
    fitted = LayersFit.of_pairs(states, pairs, np.zeros(len(pairs), np.int64)).fit(50.0)
    np.testing.assert_allclose(pairs.differences(fitted.utilities(states)), expected, atol=0.02)


def test_it_chooses_in_stories_that_it_has_not_learned_from(pairs: PairSet, states: np.ndarray) -> None:
    folds = pairs.folds(2)
    part = LayersFit.of_pairs(states, pairs, folds)
    for number in (0, 1):
        apart = folds == number
        said = pairs.differences(part.fit(50.0, without=number).utilities(states))
        assert np.mean((said > 0)[apart] == (pairs.z > 0)[apart]) > 0.8


def test_what_is_left_out_takes_no_part(pairs: PairSet, states: np.ndarray) -> None:
    folds = pairs.folds(2)
    others = pairs.take(np.flatnonzero(folds == 1))
    without = LayersFit.of_pairs(states, pairs, folds).fit(50.0, without=0)
    alone = LayersFit.of_pairs(states, others, np.ones(len(others), np.int64)).fit(50.0)
    np.testing.assert_allclose(without.weights, alone.weights, atol=1e-4)


def test_levels_are_learned_from_the_texts_whose_level_is_known_and_that_are_not_left_out(
    pairs: PairSet, states: np.ndarray
) -> None:
    folds = pairs.text_folds(pairs.folds(2))
    levels = np.arange(len(pairs.texts)) % 7.0
    levels[::5] = np.nan
    centred = states - states.mean(axis=0)
    rows = (centred / np.linalg.norm(centred, axis=2).mean(axis=0)[None, :, None]).reshape(len(states), -1)
    known, learned = ~np.isnan(levels), ~np.isnan(levels) & (folds == 1)
    ridge = Ridge(alpha=30.0, fit_intercept=False)
    ridge.fit(rows[learned], levels[learned] - levels[known].mean())
    fitted = LayersFit.of_levels(states, levels, folds).fit(30.0, without=0)
    said, expected = fitted.utilities(states), rows @ ridge.coef_
    np.testing.assert_allclose(said - said.mean(), expected - expected.mean(), atol=0.02)
