"""A quick training on an eighth of MicroLens: what it learns, what its intervals hold, what is out of its domain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from popcorn.tools.popularity.evaluation.baselines import BASELINES
from popcorn.tools.popularity.evaluation.report import evaluate, held_out
from popcorn.tools.popularity.measures import measure
from popcorn.tools.popularity.memory_bank import popularity
from popcorn.tools.popularity.trained.fitting import Trained, fit
from popcorn.tools.popularity.trained.manifest import Origin
from popcorn.tools.popularity.trained.material import Material
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.trained.recipe import Recipe, Silent
from popcorn.tools.popularity.types import Subject


@pytest.fixture(scope="module")
def material(embedded: Any, default_encoder: Any) -> Material:
    references = embedded.references
    comments = np.array([np.nan if one.comments is None else one.comments for one in references], dtype=float)
    return Material(
        Origin("microlens", "", "microlens", default_encoder.name),
        ids=tuple(one.id for one in references),
        titles=tuple(one.title for one in references),
        tags=tuple(one.tag for one in references),
        labels=popularity(comments),
        text=embedded.vectors,
        retrieval=embedded.vectors,
        splits=tuple(one.split for one in references),
    )


@pytest.fixture(scope="module")
def made(material: Material) -> Trained:
    return fit("quick", material, Recipe.quick("popcorn"), None, Silent())


def test_the_test_videos_have_no_counts_to_learn_from(material: Material) -> None:
    assert material.split.given
    assert (len(material.split.train), len(material.split.test)) > (1800, 0)
    assert len(material.split.test) == 0
    assert len(material.split.valid) > 200


def test_it_learns_from_real_videos_and_beats_what_needs_no_training(made: Trained, material: Material) -> None:
    chosen = held_out(made.fitted, material)
    split, rows = chosen.split, chosen.rows
    assert split == "valid"
    drafts, labels = material.drafts(rows), material.labels[rows]
    found = measure(made.fitted.predict(drafts), labels)
    # the whole training split and more networks reach 0.72; an eighth has fewer videos to learn from
    assert found.nmse < 0.83
    assert found.src > 0.42
    for name in ("mean", "tag mean", "50 nearest"):
        assert found.nmse < measure(BASELINES[name](made.fitted.bank, drafts), labels).nmse, name


def test_text_that_belongs_to_another_video_scores_worse(made: Trained, material: Material) -> None:
    rows = held_out(made.fitted, material).rows
    found = evaluate(made.fitted, material.drafts(rows), material.labels[rows], "valid", baselines=False)
    own, shuffled = found.lines
    assert shuffled.measures.nmse > own.measures.nmse + 0.1
    assert shuffled.measures.src < own.measures.src - 0.1


def test_the_ranks_it_shows_are_those_that_real_videos_have(made: Trained, material: Material) -> None:
    """Read as drafts are, without a tag; each tenth of the valid videos by the scale that the other nine made."""
    found = made.fitted.facts.reliability
    assert found is not None
    assert found.videos == len(material.split.valid)
    assert found.slope == pytest.approx(1, abs=0.25)
    assert found.error < found.error_of_50 - 1.5
    assert found.range_holds == pytest.approx(0.8, abs=0.06)
    assert found.interval_holds == pytest.approx(0.8, abs=0.06)


def test_its_scale_holds_with_tags_too(made: Trained, material: Material) -> None:
    rows = held_out(made.fitted, material).rows
    found = evaluate(made.fitted, material.drafts(rows), material.labels[rows], "valid", baselines=False)
    assert found.coverage == pytest.approx(0.8, abs=0.06)
    assert found.reliability is not None
    assert found.reliability.slope == pytest.approx(1, abs=0.25)
    assert found.reliability.error < found.reliability.error_of_50 - 1.5


def test_an_untrained_network_of_popcorns_is_near_a_neighbours_predictor(material: Material) -> None:
    """A rate of nothing but one epoch barely moves it; already it tells more than the tag does."""
    recipe = replace(Recipe.quick("popcorn"), members=("network",), epochs=1)
    fitted = fit("first", material, recipe, None, Silent()).fitted
    rows = held_out(fitted, material).rows
    drafts, labels = material.drafts(rows), material.labels[rows]
    nearest = measure(BASELINES["50 nearest"](fitted.bank, drafts), labels)
    assert measure(fitted.predict(drafts), labels).nmse < nearest.nmse + 0.02


def test_a_draft_of_another_world_is_not_judged(made: Trained, default_encoder: Any) -> None:
    predictor = TrainedPredictor(made.fitted, default_encoder)
    usual, strange = predictor.score(
        [Subject("Grandma cooks dumplings"), Subject("0x7f3a9c 0x11d2 segfault at rip 0045 kernel oops")]
    )
    assert usual.evidence
    assert not strange.evidence
    assert strange.no_evidence


def test_two_trainings_on_real_videos_agree_to_the_bit(made: Trained, material: Material) -> None:
    again = fit("quick", material, Recipe.quick("popcorn"), None, Silent())
    for one, other in zip(made.fitted.networks, again.fitted.networks, strict=True):
        first, second = one.state_dict(), other.state_dict()
        assert [name for name in first if not (first[name] == second[name]).all()] == []
