"""The encoder tuned end to end on titles and their counts, as a member of a trained predictor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from choice_models import small_encoder, tuned_by_chance
from popcorn.errors import DataError
from popcorn.tools.embedding.bundled_encoder import NAME, BundledEncoder, bundled_folder
from popcorn.tools.popularity.trained import recipe as recipes
from popcorn.tools.popularity.trained import title_tuning
from popcorn.tools.popularity.trained.card import card
from popcorn.tools.popularity.trained.fitting import fit
from popcorn.tools.popularity.trained.manifest import FORMAT, TUNED, Origin
from popcorn.tools.popularity.trained.material import Material
from popcorn.tools.popularity.trained.recipe import FEWEST_TITLES, Recipe, Silent
from popcorn.tools.popularity.trained.store import open_trained, save_predictor
from popcorn.tools.popularity.trained.title_tuning import tune_titles
from popcorn.tools.popularity.trained.tuned_titles import TunedTitles, titles_arrays, titles_of
from popcorn.tools.popularity.tuned_encoder import TunedEncoder
from popcorn.tools.popularity.tuning_plan import Tuning

LOUD, QUIET = ("crashes", "explodes", "screams"), ("sleeps", "rests", "sits")
SMALL = Tuning(epochs=6, learning_rate=3e-3, dropout=0.0, decay=0.0)


def material(rows: int, *, seed: int = 0, **changes: Any) -> Material:
    """Titles whose verb is worth four doublings; every other one has a tag."""
    chance = np.random.default_rng(seed)
    loud = chance.random(rows) < 0.5
    verbs = [chance.choice(LOUD if one else QUIET) for one in loud]
    titles = tuple(f"the thing number {place} {verb}" for place, verb in enumerate(verbs))
    vectors = np.eye(8, dtype=np.float32)[chance.integers(0, 8, rows)]  # they say nothing: the titles alone do
    facts: dict[str, Any] = {
        "ids": tuple(f"v{place}" for place in range(rows)),
        "titles": titles,
        "tags": tuple("Life" if place % 2 else "" for place in range(rows)),
        "labels": 4.0 * loud + chance.normal(0, 0.3, rows) + 3.0,
        "text": vectors,
        "retrieval": vectors,
    }
    return Material(Origin("shelf", "digest", "shelf", NAME), **facts | changes)


def nobody(done: int, total: int) -> None:
    """Watches nothing."""


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_encoder(tmp_path_factory.mktemp("encoder"))


def changed(one: TunedTitles) -> list[bytes]:
    return [change.steps.tobytes() for change in one.encoder.changes.values()]


def test_the_same_seed_tunes_the_same_and_another_another(encoder: Path) -> None:
    given = material(120)
    rows = np.arange(100)
    once, again, other = (tune_titles(given, rows, SMALL, seed, nobody, folder=encoder) for seed in (0, 0, 1))
    assert changed(once) == changed(again)
    assert changed(once) != changed(other)
    assert once.shifts.tolist() == again.shifts.tolist()


class KilledError(Exception):
    """What ends a tuning half way in these tests."""


@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_a_tuning_that_was_cut_off_goes_on_and_ends_with_the_same_weights(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dropout: float
) -> None:
    monkeypatch.setattr(title_tuning, "EVERY", 2)
    given, rows, how = material(120), np.arange(100), replace(SMALL, dropout=dropout)
    whole, steps = tune_titles(given, rows, how, 0, nobody, folder=encoder), list[int]()

    def watching(done: int, total: int) -> None:
        steps.append(done)
        if done in (5, 11) and steps.count(done) == 1:
            raise KilledError

    for _ in range(2):
        with pytest.raises(KilledError):
            tune_titles(given, rows, how, 0, watching, tmp_path, encoder)
    again = tune_titles(given, rows, how, 0, watching, tmp_path, encoder)
    assert steps[:8] == [1, 2, 3, 4, 5, 5, 6, 7]
    assert steps[11:13] == [11, 11]
    assert changed(again) == changed(whole)
    assert again.encoder.head.tolist() == whole.encoder.head.tolist()
    assert again.shifts.tolist() == whole.shifts.tolist()
    assert [one.suffix for one in tmp_path.iterdir()] == [".safetensors"]


def test_a_damaged_checkpoint_of_a_tuning_begins_it_anew(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(title_tuning, "EVERY", 2)
    given, rows = material(120), np.arange(100)

    def ends(done: int, total: int) -> None:
        if done == 3:
            raise KilledError

    with pytest.raises(KilledError):
        tune_titles(given, rows, SMALL, 0, ends, tmp_path, encoder)
    (half,) = tmp_path.iterdir()
    half.write_bytes(half.read_bytes()[:1000])
    again = tune_titles(given, rows, SMALL, 0, nobody, tmp_path, encoder)
    assert "the tuning starts anew" in caplog.text
    assert changed(again) == changed(tune_titles(given, rows, SMALL, 0, nobody, folder=encoder))


def test_what_was_tuned_is_read_again_and_another_training_is_not_taken_for_it(encoder: Path, tmp_path: Path) -> None:
    given, steps = material(120), list[int]()

    def watching(done: int, total: int) -> None:
        steps.append(done)

    first = tune_titles(given, np.arange(100), SMALL, 0, watching, tmp_path, encoder)
    learned, kept = len(steps), list(tmp_path.iterdir())
    again = tune_titles(given, np.arange(100), SMALL, 0, watching, tmp_path, encoder)
    assert (len(steps), changed(again)) == (learned, changed(first))
    tune_titles(given, np.arange(90), SMALL, 0, watching, tmp_path, encoder)
    assert len(steps) > learned
    kept[0].write_bytes(b"cut off")
    assert changed(tune_titles(given, np.arange(100), SMALL, 0, nobody, tmp_path, encoder)) == changed(first)


def test_a_video_without_a_tag_has_the_shift_of_all_where_every_one_learned_from_has_one(encoder: Path) -> None:
    tags = tuple("Life" if place % 4 else "Art" for place in range(120))
    found = tune_titles(material(120, tags=tags), np.arange(100), SMALL, 0, nobody, folder=encoder)
    art, life, untagged = found.shifts.tolist()
    assert untagged == pytest.approx((art + 3 * life) / 4, abs=1e-4)


def test_a_trained_predictor_has_it_where_the_bundled_encoder_reads_enough_titles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(recipes, "FEWEST_TITLES", 100)
    given = material(240)
    tuning = Tuning(epochs=2, learning_rate=3e-4)
    recipe = replace(Recipe.quick("popcorn"), tuning=tuning, refit=True, members=("network",))
    made = fit("mine", given, recipe, None, Silent()).fitted
    weights = dict(made.blend.weights)
    assert weights["tuned"] > 0.5, "nothing else knows what the verbs are worth"
    drafts = given.drafts(given.split.test)
    said = made.said(drafts)["tuned"]
    assert np.corrcoef(said, given.labels[given.split.test])[0, 1] > 0.8
    assert "tuned end to end on the titles" in card(made)

    manifest = save_predictor(tmp_path / "mine", made)
    assert manifest.format == TUNED
    again = open_trained(tmp_path / "mine")
    assert again.predict(drafts).tolist() == made.predict(drafts).tolist()

    wordless = replace(drafts, titles=("",) * len(drafts))
    found = made.said(wordless)
    assert found["tuned"].tolist() == found["network"].tolist()


@pytest.mark.parametrize(
    ("origin", "rows", "expected"),
    [(NAME, FEWEST_TITLES + 600, True), (NAME, 600, False), ("another-encoder", FEWEST_TITLES + 600, False)],
)
def test_few_titles_or_those_of_another_encoder_tune_none(origin: str, rows: int, *, expected: bool) -> None:
    given = material(rows)
    given = replace(given, origin=replace(given.origin, encoder=origin))
    assert Recipe.of("popcorn").tunes(given) is expected
    assert not Recipe.quick("popcorn").tunes(given)
    assert not Recipe.of("reference").tunes(given)


def test_a_predictor_without_it_stays_readable_for_an_older_popcorn(tmp_path: Path) -> None:
    made = fit("mine", material(120), replace(Recipe.quick("popcorn"), members=("network",)), None, Silent()).fitted
    assert save_predictor(tmp_path / "mine", made).format == FORMAT
    assert open_trained(tmp_path / "mine").tuned is None


def test_arrays_are_read_back_and_those_of_other_tags_are_refused() -> None:
    one = TunedTitles(tuned_by_chance(), np.array([1.0, 2.0, 3.0], np.float32))
    again = titles_of(titles_arrays(one), 2)
    assert again is not None
    titles, tags = ["a cat jumps", "a cat jumps"], np.array([0, -1])
    assert again.predict(titles, tags).tolist() == one.predict(titles, tags).tolist()
    assert np.diff(one.predict(titles, tags)).tolist() == [2.0]
    with pytest.raises(ValueError, match="know 2 tags, not 3"):
        titles_of(titles_arrays(one), 3)
    with pytest.raises(KeyError):
        titles_of({"tuned.shifts": one.shifts}, 2)


def test_changes_that_fit_no_encoder_are_told_of() -> None:
    odd = TunedEncoder(tuned_by_chance().changes, np.zeros(384, np.float32))
    broken = replace(odd, changes={"no.such.weights": next(iter(odd.changes.values()))})
    with pytest.raises(DataError, match=r"no\.such\.weights"):
        BundledEncoder(bundled_folder(), broken.weights).encode(["a"])
