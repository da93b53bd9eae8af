"""Drafts without a tag are read with those of their nearest past videos, where that predicts better."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.trained.card import card
from popcorn.tools.popularity.trained.fitted import FittedPredictor
from popcorn.tools.popularity.trained.fitting import fit
from popcorn.tools.popularity.trained.guessed_tags import MOST
from popcorn.tools.popularity.trained.manifest import GUESSED, Origin
from popcorn.tools.popularity.trained.material import Material
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.trained.recipe import Recipe, Silent
from popcorn.tools.popularity.trained.store import open_trained, save_predictor
from popcorn.tools.popularity.types import Subject

SUBJECTS = {"Food": ("soup", "bread", "noodles"), "Sports": ("goal", "sprint", "dive"), "Pets": ("puppy", "kitten")}
LEVELS = {"Food": 3.0, "Sports": 6.0, "Pets": 9.0}


def material(videos: int = 360, *, tags_tell: bool = True) -> Material:
    """Videos of three tags, which decide how many comments they have; or of tags dealt at random, which decide none."""
    random = np.random.default_rng(1)
    tags = [list(SUBJECTS)[place] for place in random.integers(0, 3, videos)]
    titles = [f"{random.choice(SUBJECTS[tag])} {random.integers(1000)}" for tag in tags]
    vectors = HashingEncoder().encode([title.split()[0] for title in titles])
    shown = tags if tags_tell else [list(SUBJECTS)[place] for place in random.integers(0, 3, videos)]
    return Material(
        Origin("shelf", "", "shelf", "hashing"),
        ids=tuple(str(place) for place in range(videos)),
        titles=tuple(titles),
        tags=tuple(shown),
        labels=np.array([LEVELS[tag] for tag in tags]) + random.normal(0, 0.3, videos),
        text=vectors,
        retrieval=vectors,
    )


def trained(given: Material) -> FittedPredictor:
    return fit("mine", given, Recipe.quick("popcorn"), None, Silent()).fitted


@pytest.fixture(scope="module")
def fitted() -> FittedPredictor:
    return trained(material())


def test_a_draft_without_a_tag_is_predicted_nearer_to_what_it_gets_than_one_that_nothing_is_guessed_of(
    fitted: FittedPredictor,
) -> None:
    assert fitted.facts.guesses_tags
    given = material()
    rows = given.split.valid
    drafts, silent = given.like_drafts(rows), replace(fitted, facts=replace(fitted.facts, guesses_tags=False))
    off, off_silent = (np.mean((one.predict(drafts) - given.labels[rows]) ** 2) for one in (fitted, silent))
    assert off < off_silent


def test_what_is_guessed_is_the_tag_of_the_nearest_videos(fitted: FittedPredictor) -> None:
    given = material()
    drafts = given.like_drafts(given.split.valid)
    likeliest = max(fitted.readings(drafts), key=lambda one: float(one.shares.mean()))
    own = [given.tags[given.split.valid[row]] for row in likeliest.rows]
    assert np.mean([guess == tag for guess, tag in zip(likeliest.drafts.tags, own, strict=True)]) > 0.95


def test_the_shares_of_each_draft_make_one_and_a_tag_of_its_own_is_kept(fitted: FittedPredictor) -> None:
    given = material()
    drafts = replace(
        given.like_drafts(given.split.valid[:3]), tags=("", "Food", "Opera"), titles=("soup 1", "goal 2", "")
    )
    readings = fitted.readings(drafts)
    total = np.zeros(3)
    for reading in readings:
        total[reading.rows] += reading.shares
    assert total == pytest.approx([1, 1, 1])
    assert len(readings) <= 1 + MOST
    tags = {int(row): tag for one in readings for row, tag in zip(one.rows, one.drafts.tags, strict=True) if row}
    assert tags == {1: "Food", 2: "Opera"}  # a draft without words has no neighbours that could tell


def test_a_video_without_a_tag_votes_for_none(fitted: FittedPredictor) -> None:
    bank = replace(fitted.bank, tags=("",) * len(fitted.bank))
    drafts = material().like_drafts(np.arange(4))
    for reading in replace(fitted, bank=bank).readings(drafts):
        assert set(reading.drafts.tags) == {""}


def test_where_tags_tell_nothing_none_is_guessed() -> None:
    assert not trained(material(tags_tell=False)).facts.guesses_tags


def test_a_predictor_keeps_that_it_guesses_and_one_of_before_goes_on_without(
    fitted: FittedPredictor, tmp_path: Path
) -> None:
    assert save_predictor(tmp_path / "mine", fitted).format == GUESSED
    assert "where there is no tag, those of the nearest videos" in card(fitted)
    again, drafts = open_trained(tmp_path / "mine"), material().like_drafts(np.arange(5))
    assert again.predict(drafts) == pytest.approx(fitted.predict(drafts), abs=1e-3)
    manifest = tmp_path / "mine" / "manifest.json"
    facts = json.loads(manifest.read_text())
    del facts["facts"]["guesses_tags"]
    manifest.write_text(json.dumps(facts | {"format": 2}))
    older = open_trained(tmp_path / "mine")
    assert not older.facts.guesses_tags
    assert not np.allclose(older.predict(drafts), fitted.predict(drafts), atol=1e-3)


def test_an_explanation_adds_up_to_what_is_scored(fitted: FittedPredictor) -> None:
    predictor = TrainedPredictor(fitted, HashingEncoder())
    explanation = predictor.explain(Subject("soup 12"))
    assert explanation.score.log2_comments == pytest.approx(predictor.score([Subject("soup 12")])[0].log2_comments)
    assert sum(one.share for one in explanation.neighbours) <= 1 + 1e-9
    assert {one.tag for one in explanation.neighbours} == {"Food"}
    assert "tag" not in {one.without for one in explanation.without}
