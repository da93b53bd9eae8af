from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from choice_models import Silent, labelled, small_encoder
from popcorn.errors import DataError
from popcorn.tools.embedding.bundled_encoder import BundledEncoder, bundled_folder
from popcorn.tools.popularity.choice.fitting import Origin, fit
from popcorn.tools.popularity.choice.pairs import PairSet, pair_set
from popcorn.tools.popularity.choice.recipe import Recipe
from popcorn.tools.popularity.choice.tuning import averaged, tune
from popcorn.tools.popularity.tuned_encoder import Change, TunedEncoder, changes_between, published_weights
from popcorn.tools.popularity.tuning_plan import Tuning

QUICK = Tuning(epochs=4, learning_rate=3e-3, dropout=0.0, decay=0.0)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def pairs() -> PairSet:
    return pair_set(labelled())


def right(said: np.ndarray, pairs: PairSet) -> float:
    return float(np.mean((said[pairs.first] > said[pairs.second]) == (pairs.z > 0)))


def test_an_encoder_learns_from_some_stories_to_choose_in_others(encoder: Path, pairs: PairSet) -> None:
    folds = pairs.folds(2)
    learned, apart = (pairs.take(np.flatnonzero(folds == number)) for number in (0, 1))
    _, said = tune(encoder, learned, QUICK, seed=0)
    assert right(said, apart) > 0.8


def test_the_same_seed_tunes_the_same_and_another_another(encoder: Path, pairs: PairSet) -> None:
    once, again, other = (tune(encoder, pairs, Tuning(epochs=1), seed)[1] for seed in (0, 0, 1))
    assert once.tolist() == again.tolist()
    assert once.tolist() != other.tolist()


def test_words_and_places_stay_as_they_were(encoder: Path, pairs: PairSet) -> None:
    tuned, _ = tune(encoder, pairs, Tuning(epochs=1), seed=0)
    assert tuned.changes
    assert not [name for name in tuned.changes if name.startswith("embeddings")]


def test_the_mean_of_the_weights_of_two_is_one_encoder() -> None:
    one, other = (
        TunedEncoder({"a": Change(np.full((2, 2), steps, np.int8), np.array([0.1, 0.2], np.float32))}, head)
        for steps, head in ((100, np.zeros(3, np.float32)), (20, np.ones(3, np.float32)))
    )
    found = averaged([one, other])
    after = found.changes["a"].of(np.zeros((2, 2), np.float32))
    np.testing.assert_allclose(after, [[6.0, 6.0], [12.0, 12.0]], rtol=0.01)
    assert found.head.tolist() == [0.5] * 3


def test_a_change_is_kept_to_within_half_a_step_of_its_row() -> None:
    random = np.random.default_rng(0)
    before = {"w": random.normal(size=(5, 7)).astype(np.float32), "b": np.zeros(7, np.float32)}
    after = {"w": before["w"] + random.normal(0, 0.01, (5, 7)).astype(np.float32), "b": before["b"]}
    changes = changes_between(before, after)
    assert list(changes) == ["w"]
    errors = np.abs(changes["w"].of(before["w"]) - after["w"])
    assert (errors.max(axis=1) <= changes["w"].scale * 0.51).all()


def test_what_is_scored_without_torch_is_what_was_tuned_with_it(pairs: PairSet) -> None:
    """The bundled encoder, one step: the utilities of NumPy's weights a byte each are those of PyTorch's."""
    few = pairs.take(np.arange(8))
    tuned, said = tune(bundled_folder(), few, Tuning(epochs=1, batch=8), seed=0)
    used = few.used()
    found = tuned.utilities([few.texts[place] for place in used.tolist()])
    np.testing.assert_allclose(found, said[used], atol=0.02)
    assert np.ptp(said[used]) > 0.1
    plain = BundledEncoder(bundled_folder()).encode([few.texts[0]])
    assert np.linalg.norm(plain) == pytest.approx(1)


def test_changes_that_fit_no_weights_are_damage() -> None:
    strange = TunedEncoder({"b": Change(np.zeros(3, np.int8), np.ones(1, np.float32))}, np.zeros(384, np.float32))
    with pytest.raises(DataError, match="the changes to 'b' fit no weights"):
        strange.weights(published_weights(bundled_folder()))


def test_a_training_that_was_cut_off_does_no_fold_twice(encoder: Path, pairs: PairSet, tmp_path: Path) -> None:
    recipe = Recipe(encoders=1, tuning=QUICK, folds=2, layers=(), words=(10.0,))
    stages: list[str] = []

    class Listening(Silent):
        def stage(self, name: str) -> None:
            stages.append(name)

    first = fit("mine", pairs, Origin("pairs"), recipe, Listening(), work=tmp_path, folder=encoder)
    assert sum(stage.startswith("tune without part") for stage in stages) == 2
    stages.clear()
    again = fit("mine", pairs, Origin("pairs"), recipe, Listening(), work=tmp_path, folder=encoder)
    assert not [stage for stage in stages if stage.startswith("tune without part")]
    assert again.facts.report == first.facts.report
    assert again.blend == first.blend


def test_the_report_is_on_stories_that_were_not_learned_from(encoder: Path, pairs: PairSet) -> None:
    made = fit(
        "mine",
        pairs,
        Origin("pairs"),
        Recipe(encoders=1, tuning=QUICK, folds=2, layers=(50.0,)),
        Silent(),
        folder=encoder,
    )
    figure = made.facts.report.figure
    assert (made.facts.pairs, made.facts.stories, figure.model.clusters) == (200, 100, figure.model.clusters)
    assert figure.model.mean > 0.8
    assert made.facts.report.lines[-1].model.count == 200
    assert dict(made.blend.weights).keys() == {"encoder", "layers", "words"}


@pytest.mark.parametrize(
    ("number", "stories", "said"),
    [(99, 99, "99 of the pairs say which side drew more"), (120, 12, "stories; at least 20 are needed")],
)
def test_too_little_to_learn_from_is_told(number: int, stories: int, said: str) -> None:
    pairs = [replace(pair, story=f"s{place % stories}", test="") for place, pair in enumerate(labelled(number))]
    with pytest.raises(DataError) as caught:
        fit("mine", pair_set(pairs), Origin("pairs"), Recipe(encoders=0), Silent())
    assert said in caught.value.message
    assert caught.value.hint
