"""What every predictor promises, whichever it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import PredictionError, RequestError
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.memory_bank import BankSource, MemoryBank
from popcorn.tools.popularity.registry import NEIGHBOURS, check_predictor, learned, names, open_fitted, open_trained
from popcorn.tools.popularity.trained.fitting import fit
from popcorn.tools.popularity.trained.manifest import Origin
from popcorn.tools.popularity.trained.material import Material
from popcorn.tools.popularity.trained.recipe import Recipe, Silent
from popcorn.tools.popularity.trained.store import save_predictor
from popcorn.tools.popularity.types import Learned, Predictor, Score, Subject

DRAFTS = [
    Subject("Grandma's secret dumplings", "Close-up of hands folding dumplings, slow push-in, warm light.", "Food"),
    Subject("Grandma's secret dumplings", "Drone shot over a rainy harbour at night.", "Food"),
    Subject("Five chess traps in one minute", "", "Game"),
    Subject("你好 🍜", "一碗面", ""),
    Subject("title " * 2000, "text " * 2000, "Food"),
    Subject("dumplings and noodles number 7"),
]


TRAINED = "mine"
KINDS = (NEIGHBOURS, TRAINED)


def titles() -> list[str]:
    subjects = ["dumplings and noodles", "chess openings", "harbour at night", "grandma cooking", "rainy street"]
    return [f"{subjects[n % 5]} number {n}" for n in range(250)]


def shelf() -> MemoryBank:
    random = np.random.default_rng(0)
    return MemoryBank(
        ids=tuple(str(n) for n in range(200)),
        vectors=HashingEncoder().encode(titles()[:200]),
        labels=np.arange(200) % 5 + random.normal(0, 0.5, size=200),
        tags=tuple("Game" if n % 5 == 1 else "Food" for n in range(200)),
        catalogue="shelf",
        catalogue_digest="",
        source="shelf",
        encoder="hashing",
    )


def train_one(folder: Path) -> None:
    """A small trained predictor, saved below `folder`; it learns from the same 200 videos."""
    vectors = HashingEncoder().encode(titles())
    material = Material(
        Origin("shelf", "", "shelf", "hashing"),
        ids=tuple(str(n) for n in range(250)),
        titles=tuple(titles()),
        tags=tuple("Game" if n % 5 == 1 else "Food" for n in range(250)),
        labels=np.arange(250) % 5 + np.random.default_rng(0).normal(0, 0.5, size=250),
        text=vectors,
        retrieval=vectors,
        splits=("train",) * 200 + ("valid",) * 50,
    )
    save_predictor(folder / TRAINED, fit(TRAINED, material, Recipe.quick("popcorn"), None, Silent()).fitted)


def opened(name: str, folder: Path, make: Callable[[], MemoryBank] = shelf) -> Predictor:
    if name == NEIGHBOURS:
        return open_fitted(name, folder, BankSource("shelf", "", make), HashingEncoder())
    return open_trained(name, folder, {"hashing": HashingEncoder()}.__getitem__)


@pytest.fixture(scope="module", params=KINDS)
def predictor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    folder = tmp_path_factory.mktemp("predictors")
    if request.param == TRAINED:
        train_one(folder)
    return opened(request.param, folder)


@pytest.fixture(scope="module")
def scores(predictor: Predictor) -> list[Score]:
    return predictor.score(DRAFTS)


def test_every_subject_gets_a_score_in_order_and_alone_the_same(predictor: Predictor, scores: list[Score]) -> None:
    assert len(scores) == len(DRAFTS)
    for draft, score in zip(DRAFTS, scores, strict=True):
        (alone,) = predictor.score([draft])
        assert alone.log2_comments == pytest.approx(score.log2_comments, abs=1e-6)
    mirrored = predictor.score(DRAFTS[::-1])[::-1]
    assert [one.log2_comments for one in mirrored] == pytest.approx([one.log2_comments for one in scores], abs=1e-6)


def test_no_subject_gives_no_score(predictor: Predictor) -> None:
    assert predictor.score([]) == []


def test_the_same_draft_always_gets_the_same_score(predictor: Predictor) -> None:
    assert predictor.score(DRAFTS[:2]) == predictor.score(DRAFTS[:2])


def test_a_video_prompt_changes_the_score_or_is_not_in_its_basis(scores: list[Score]) -> None:
    for score in scores[:2]:
        assert ("text" in score.basis) == (scores[0].log2_comments != scores[1].log2_comments)


def test_a_score_can_be_read_by_itself(predictor: Predictor, scores: list[Score]) -> None:
    for score in scores:
        assert score.comments == pytest.approx(2**score.log2_comments)
        assert score.predictor == predictor.name
        assert any(sign.isdigit() for sign in score.against)
        assert set(score.basis) <= {"title", "text", "tag", "frames"}
        assert score.basis


def test_a_score_shows_a_rank_with_its_range_or_says_why_it_shows_none(scores: list[Score]) -> None:
    assert {score.evidence for score in scores} == {True, False}
    for score in scores:
        if score.evidence:
            assert 1 <= score.percentile_low < score.percentile < score.percentile_high <= 99
            assert score.interval.low <= score.interval.high
            assert 0 < score.interval.coverage < 1
            assert score.no_evidence == ()
        else:
            assert (score.percentile, score.percentile_low, score.percentile_high, score.interval) == (None,) * 4
            assert all(score.no_evidence)
            assert score.no_evidence


def test_every_draft_of_a_predictor_is_measured_by_one_yardstick(predictor: Predictor) -> None:
    drafts = [Subject(title, tag=tag) for title in titles()[:30] for tag in ("", "Food", "Game", "Nobody's")]
    shown = sorted((one.log2_comments, one.percentile, one.against) for one in predictor.score(drafts))
    assert len({against for *_, against in shown}) == 1
    assert len({predicted for predicted, *_ in shown}) > 5
    ranks = [rank for _, rank, _ in shown]
    assert ranks == sorted(ranks)


def test_a_score_is_made_of_plain_values_that_a_checkpoint_can_hold(scores: list[Score]) -> None:
    for score in scores:
        plain = asdict(score)
        assert json.loads(json.dumps(plain)) == plain | {
            "basis": list(plain["basis"]),
            "notices": list(plain["notices"]),
            "no_evidence": list(plain["no_evidence"]),
        }
        ranks = (score.percentile, score.percentile_low, score.percentile_high, *(plain["interval"] or {}).values())
        numbers = (score.log2_comments, score.comments, *(ranks if score.evidence else ()))
        assert {type(number) for number in numbers} == {float}


def test_frames_are_in_the_basis_only_of_predictors_that_need_them(predictor: Predictor, scores: list[Score]) -> None:
    if not predictor.needs_frames:
        assert not any("frames" in score.basis for score in scores)


@pytest.mark.parametrize("empty", [Subject(""), Subject("  \n", " \t"), Subject("", tag="a tag nobody knows")])
def test_nothing_to_score_is_an_error_and_not_a_low_score(predictor: Predictor, empty: Subject) -> None:
    with pytest.raises(PredictionError) as raised:
        predictor.score([DRAFTS[0], empty])
    assert raised.value.hint


def test_it_knows_what_it_was_trained_on_and_of_other_catalogues_nothing(predictor: Predictor) -> None:
    assert len(predictor.trained_ids("shelf")) == 200
    assert predictor.trained_ids("a catalogue it never saw") == frozenset()
    assert predictor.bank_catalogue == "shelf"


def test_what_a_trained_one_has_seen_is_known_without_opening_it(tmp_path: Path) -> None:
    train_one(tmp_path)
    predictor, seen = opened(TRAINED, tmp_path), learned(TRAINED, tmp_path)
    assert seen == Learned("shelf", predictor.trained_ids("shelf"))
    assert predictor.trained_ids("other") == seen.seen_in("other")


def test_a_bare_number_means_nothing_outside_its_catalogue_and_another_id_the_same_everywhere() -> None:
    seen = Learned("shelf", frozenset({"7", "dQw4w9WgXcQ"}))
    assert (seen.seen_in("shelf"), seen.seen_in("other")) == (seen.ids, {"dQw4w9WgXcQ"})


def test_an_explanation_is_of_the_score_that_is_given(predictor: Predictor, scores: list[Score]) -> None:
    for draft, score in zip(DRAFTS[:3], scores, strict=False):
        found = predictor.explain(draft)
        assert found.score.log2_comments == pytest.approx(score.log2_comments, abs=1e-6)
        assert all(0 < one.share <= 1 + 1e-9 for one in found.neighbours)
        assert {one.id for one in found.neighbours} <= predictor.trained_ids("shelf")
        for one in (*found.without, *found.words):
            assert one.change == pytest.approx(score.log2_comments - one.log2_comments, abs=1e-6)
        assert [one.without for one in found.words] == draft.title.split()


def test_nothing_to_explain_is_an_error(predictor: Predictor) -> None:
    with pytest.raises(PredictionError):
        predictor.explain(Subject(" "))


def test_an_explanation_is_made_of_plain_values(predictor: Predictor) -> None:
    whole = json.loads(json.dumps(asdict(predictor.explain(DRAFTS[0]))))
    assert {"score", "neighbours", "without", "words"} <= set(whole)


@pytest.mark.parametrize("name", KINDS)
def test_it_goes_by_its_name_and_its_fit_is_kept_for_the_next_time(name: str, tmp_path: Path) -> None:
    def never() -> MemoryBank:
        raise AssertionError("the bank was made again")

    if name == TRAINED:
        train_one(tmp_path)
    first = opened(name, tmp_path)
    again = opened(name, tmp_path, never)
    assert first.name == again.name == name
    assert first.score(DRAFTS) == again.score(DRAFTS)
    assert first.bank_digest == again.bank_digest
    assert name in names(tmp_path)


@pytest.mark.parametrize("name", ["neighbour", "Neighbours"])
def test_a_name_that_is_nearly_a_predictors_is_refused_with_what_was_meant(name: str, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=f"there is no predictor '{name}'") as refused:
        check_predictor(tmp_path, name)
    assert refused.value.hint == "did you mean 'neighbours'?"
    assert list(tmp_path.iterdir()) == []


def test_a_name_like_no_predictors_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    train_one(tmp_path)
    with pytest.raises(RequestError) as refused:
        check_predictor(tmp_path, "zzz")
    assert refused.value.hint == "there are: youtube-trending, neighbours, mine"
    for known in ("default", *names(tmp_path)):
        check_predictor(tmp_path, known)
