from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import DataError, NewerFormatError
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.choice.part import FittedPart, PartChoice, members
from popcorn.tools.popularity.choice.part_fitting import best_of, clusters_of, fit_part, neighbours
from popcorn.tools.popularity.choice.part_store import PART, read_part, save_part
from popcorn.tools.popularity.choice.types import Pair
from popcorn.tools.popularity.trained.fitted import FittedPredictor
from popcorn.tools.popularity.trained.fitting import fit
from popcorn.tools.popularity.trained.manifest import Origin
from popcorn.tools.popularity.trained.material import Material
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.trained.recipe import Recipe, Silent
from popcorn.tools.popularity.types import Subject

TOPICS = ("tea", "chess", "otters", "bread", "skating", "origami", "volcano", "violin")
LIVELY, DULL = "watch this now", "a short report"


def material(videos: int = 1_000) -> Material:
    """Videos of eight topics; within each the lively ones have more comments."""
    random = np.random.default_rng(0)
    topics, lively = random.integers(0, 8, videos), random.integers(0, 2, videos)
    titles = [
        f"{TOPICS[topic]} {LIVELY if good else DULL} {n}"
        for n, (topic, good) in enumerate(zip(topics, lively, strict=True))
    ]
    vectors = HashingEncoder().encode([f"{TOPICS[topic]} {n}" for n, topic in enumerate(topics)])
    return Material(
        Origin("shelf", "", "shelf", "hashing"),
        ids=tuple(str(place) for place in range(videos)),
        titles=tuple(titles),
        tags=("",) * videos,
        labels=4 + 0.3 * topics + 2.0 * lively + random.normal(0, 1, videos),
        text=vectors,
        retrieval=vectors,
        splits=tuple("valid" if place % 4 == 0 else "train" for place in range(videos)),
    )


@pytest.fixture(scope="module")
def fitted() -> FittedPredictor:
    return fit("mine", material(), Recipe.quick("popcorn"), None, Silent()).fitted


@pytest.fixture(scope="module")
def part(fitted: FittedPredictor) -> FittedPart:
    found = fit_part(fitted, material())
    assert found is not None
    return found


def test_the_best_of_a_group_is_measured_by_the_others_that_it_beats() -> None:
    """Of labels 3, 1, 1, 2, 1 the first beats all; by the other order the second beats none and equals two."""
    groups, labels = np.array([[0, 1, 2, 3, 4]]), np.array([3.0, 1.0, 1.0, 2.0, 1.0])
    clusters = np.zeros(1, np.int64)
    assert best_of(labels[groups], labels, groups, clusters).mean == 1.0
    assert best_of(np.array([[0.0, 9, 0, 0, 0]]), labels, groups, clusters).mean == 0.25


def test_a_group_is_a_video_and_those_nearest_to_it() -> None:
    angles = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 3.0])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    assert neighbours(vectors)[0].tolist() == [0, 1, 2, 3, 4]


def test_it_finds_the_better_of_two_neighbours_in_topic(part: FittedPart) -> None:
    figure = part.facts.report.figure.model
    assert figure.low is not None
    assert figure.low > 0.55
    assert part.facts.best_of_five.mean > 0.6
    assert part.facts.learned_from.endswith("pairs of neighbours in topic among 250 shelf videos")


def test_its_choice_follows_what_drew_more_within_a_topic(fitted: FittedPredictor, part: FittedPart) -> None:
    model = PartChoice(TrainedPredictor(fitted, HashingEncoder()), part)
    lively, dull = Subject(f"otters {LIVELY} 7"), Subject(f"otters {DULL} 7")
    one, other, same = model.compare([Pair(lively, dull), Pair(dull, lively), Pair(dull, dull)])
    assert one.probability_a > 0.6
    assert one.probability_a + other.probability_a == pytest.approx(1, abs=1e-9)
    assert (same.probability_a, same.tied) == (0.5, True)
    assert model.compare([]) == []


def test_a_part_is_read_as_it_was_saved_and_not_beside_another_training(part: FittedPart, tmp_path: Path) -> None:
    assert read_part(tmp_path, "digest") is None
    save_part(tmp_path, "digest", part)
    found = read_part(tmp_path, "digest")
    assert found is not None
    assert found.facts == part.facts
    np.testing.assert_allclose(found.turns.weights, part.turns.weights, atol=1e-3)
    assert read_part(tmp_path, "another digest") is None
    save_part(tmp_path, "digest", None)
    assert read_part(tmp_path, "digest") is None
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_part_and_one_of_a_newer_popcorn_are_told(part: FittedPart, tmp_path: Path) -> None:
    save_part(tmp_path, "digest", part)
    whole = (tmp_path / PART).read_text()
    (tmp_path / PART).write_text(whole.replace('"format": 1', '"format": 9'))
    with pytest.raises(NewerFormatError, match="format 9"):
        read_part(tmp_path, "digest")
    (tmp_path / PART).write_text(whole[:100])
    with pytest.raises(DataError, match="is damaged"):
        read_part(tmp_path, "digest")


def test_there_is_no_part_where_few_videos_were_kept_apart_or_members_have_seen_them(fitted: FittedPredictor) -> None:
    assert fit_part(fitted, material(700)) is None
    known = material()
    seen = replace(fitted, bank=replace(fitted.bank, ids=known.ids[: len(fitted.bank)]))
    assert fit_part(seen, known) is None


def test_what_is_measured_on_folds_is_near_to_what_the_whole_part_finds(fitted: FittedPredictor) -> None:
    """Weights from four fifths of the videos are nearly those from all, where no two folds' utilities are mixed."""
    given = material()
    tagged = replace(given, labels=given.labels + 30)  # far from 0, each fold's zero lies elsewhere
    part = fit_part(replace(fitted, blend=replace(fitted.blend, centre=fitted.blend.centre + 30)), tagged)
    assert part is not None
    rows = given.split.valid
    vectors, labels = np.asarray(given.retrieval[rows], np.float32), tagged.labels[rows]
    utilities = part.facts.blend(members(fitted, part.turns, given.like_drafts(rows)))
    whole = best_of(utilities[neighbours(vectors)], labels, neighbours(vectors), clusters_of(vectors))
    assert part.facts.best_of_five.mean == pytest.approx(whole.mean, abs=0.02)


def test_a_predictor_that_was_refitted_keeps_the_part_of_what_it_was_before() -> None:
    """The validation videos that its members have seen by then measure nothing any more."""
    trained = fit("mine", material(), replace(Recipe.quick("popcorn"), refit=True), None, Silent())
    assert fit_part(trained.fitted, material()) is None
    part = fit_part(trained.unseeing, material())
    assert part is not None
    assert len(trained.fitted.bank) > len(trained.unseeing.bank)
    model = PartChoice(TrainedPredictor(trained.fitted, HashingEncoder()), part)
    (one,) = model.compare([Pair(Subject(f"otters {LIVELY} 7"), Subject(f"otters {DULL} 7"))])
    assert one.probability_a > 0.6
