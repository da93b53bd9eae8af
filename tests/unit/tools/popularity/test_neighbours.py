"""The neighbours predictor: its bank, its arithmetic, its calibration and its files."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import DataError, MissingError, NewerFormatError, PredictionError, StoreError
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.calibration import fit_scale
from popcorn.tools.popularity.memory_bank import BankSource, MemoryBank, bank_rows, popularity
from popcorn.tools.popularity.neighbourhood import (
    NO_TAG,
    SHORTLIST,
    Settings,
    choose_settings,
    held_out,
    predict,
    shortlist,
)
from popcorn.tools.popularity.neighbours import FittedNeighbours, NeighboursPredictor, fit_neighbours
from popcorn.tools.popularity.neighbours_opening import open_neighbours_predictor
from popcorn.tools.popularity.neighbours_store import MANIFEST, open_neighbours, read_manifest, save_neighbours
from popcorn.tools.popularity.types import Subject, read

SUBJECTS = ("tea", "chess", "otters", "bread", "skating", "origami", "volcano", "violin")


def a_bank(rows: int = 120, seed: int = 0, **changes: object) -> MemoryBank:
    """Titles about eight subjects, whose popularity is the subject's number plus noise."""
    random = np.random.default_rng(seed)
    subjects = random.integers(0, len(SUBJECTS), size=rows)
    titles = [f"{SUBJECTS[subject]} {SUBJECTS[subject]} clip {n}" for n, subject in enumerate(subjects)]
    bank = MemoryBank(
        ids=tuple(f"v{n}" for n in range(rows)),
        vectors=HashingEncoder().encode(titles),
        labels=subjects + random.normal(0, 0.3, size=rows),
        tags=tuple("Life" if subject < 4 else "Art" for subject in subjects),
        catalogue="test",
        catalogue_digest="digest of the catalogue",
        source="test",
        encoder="hashing",
    )
    return replace(bank, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def fitted() -> FittedNeighbours:
    return fit_neighbours(a_bank())


# the bank


def test_popularity_is_log2_of_comments_and_nobody_commenting_counts_as_one() -> None:
    found = popularity(np.array([0, 1, 2, 1024, np.nan]))
    assert found[:4].tolist() == [0, 0, 1, 10]
    assert math.isnan(found[4])


def test_the_bank_is_the_counted_part_of_the_training_split() -> None:
    splits = ["train"] * 30 + ["valid"] * 30
    comments = np.array([1.0] * 25 + [np.nan] * 5 + [1.0] * 30)
    chosen = bank_rows([str(n) for n in range(60)], splits, comments)
    assert chosen.rows.tolist() == list(range(25))
    assert chosen.notice == ""


def test_without_splits_about_sixty_in_a_hundred_are_drawn_by_their_id_whatever_their_order() -> None:
    ids = [f"id {n}" for n in range(2000)]
    comments = np.ones(2000)
    chosen = {ids[row] for row in bank_rows(ids, [""] * 2000, comments).rows}
    assert 1120 <= len(chosen) <= 1280
    mirrored = ids[::-1]
    assert {mirrored[row] for row in bank_rows(mirrored, [""] * 2000, comments).rows} == chosen


@pytest.mark.parametrize(
    ("train", "valid"),
    [(100, 0), (100, 5), (5, 100)],
)
def test_a_training_split_that_leaves_too_little_on_a_side_is_set_aside_and_it_is_said(train: int, valid: int) -> None:
    size = train + valid
    chosen = bank_rows([str(n) for n in range(size)], ["train"] * train + ["valid"] * valid, np.ones(size))
    assert chosen.notice == (
        f"the training split has {train} references with a comment count and leaves {valid}: "
        "the bank was drawn by id instead"
    )
    assert 0.4 * size < len(chosen.rows) < 0.8 * size


def test_rows_without_a_count_are_never_in_the_bank() -> None:
    comments = np.where(np.arange(400) % 2, np.nan, 3.0)
    rows = bank_rows([str(n) for n in range(400)], [""] * 400, comments).rows
    assert len(rows) > 0
    assert (rows % 2 == 0).all()


def test_a_bank_of_three_is_refused_with_the_number_that_is_needed() -> None:
    with pytest.raises(
        PredictionError, match=r"^3 references of 'test' have a comment count to learn from, and 20 are"
    ):
        a_bank(3)


def test_a_bank_with_a_label_that_is_no_number_names_the_video() -> None:
    labels = a_bank().labels.copy()
    labels[7] = np.nan
    with pytest.raises(
        PredictionError, match=r"1 references of 'test' have no usable label or vector, the first is 'v7'"
    ):
        a_bank(labels=labels)


def test_parts_of_a_bank_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(PredictionError, match="a bank of 120 ids has vectors of shape"):
        a_bank(tags=("Life",))


def test_the_digest_changes_with_anything_that_a_prediction_depends_on() -> None:
    bank = a_bank()
    others = [
        a_bank(labels=bank.labels + 1),
        a_bank(vectors=-bank.vectors),
        a_bank(tags=("",) * 120),
        a_bank(encoder="other"),
        a_bank(ids=tuple(f"w{n}" for n in range(120))),
    ]
    assert bank.digest == a_bank().digest
    assert len({bank.digest, *(other.digest for other in others)}) == 6


# the arithmetic


def test_a_prediction_is_the_weighted_mean_of_the_nearest_labels() -> None:
    bank, query = a_bank(40), HashingEncoder().encode(["otters tea"])
    similarities = bank.vectors @ query[0]
    same = np.array([tag == "Art" for tag in bank.tags])
    nearness = similarities + 0.1 * same
    nearest = np.argsort(-nearness, kind="stable")[:10]
    weights = np.exp(nearness[nearest] / 0.05)
    expected = (weights @ bank.labels[nearest]) / weights.sum()

    tag = np.array([bank.code_of("Art")])
    assert predict(bank, shortlist(bank, query), tag, Settings(10, 0.05, 0.1)) == pytest.approx(expected, rel=1e-5)


def test_an_unknown_tag_and_no_tag_give_no_bonus() -> None:
    bank, query = a_bank(40, tags=("",) * 20 + ("Art",) * 20), HashingEncoder().encode(["otters"])
    near, settings = shortlist(bank, query), Settings(10, 0.05, 0.2)
    plain = predict(bank, near, np.array([-1]), replace(settings, tag_bonus=0.0))
    for tag in ("", "Nobody's"):
        assert predict(bank, near, np.array([bank.code_of(tag)]), settings) == pytest.approx(plain)


def test_a_held_out_video_never_sees_itself_and_blocks_change_nothing() -> None:
    bank = a_bank(600)
    rows = np.arange(600, dtype=np.int64)
    near = held_out(bank, rows)
    assert near.rows.shape == (600, SHORTLIST)
    assert not (near.rows == rows[:, None]).any()
    for row in (0, 299, 599):
        similarities = bank.vectors @ bank.vectors[row]
        similarities[row] = -np.inf
        best = np.sort(similarities)[::-1][:SHORTLIST]
        assert near.similarities[row] == pytest.approx(best, abs=1e-6)


def test_the_settings_are_those_with_the_least_error_on_held_out_videos() -> None:
    bank = a_bank(200)
    rows = np.arange(200, dtype=np.int64)
    near = held_out(bank, rows)
    chosen = choose_settings(bank, near, rows)

    def error(settings: Settings) -> float:
        return float(np.mean((predict(bank, near, bank.tag_codes, settings) - bank.labels) ** 2))

    assert error(chosen) <= min(error(Settings(k, t, b)) for k in (5, 25, 100) for t in (0.03, 0.2) for b in (0.0, 0.2))
    assert error(chosen) < 0.3 * float(np.var(bank.labels))


def test_noise_that_nothing_explains_is_predicted_by_the_mean() -> None:
    random = np.random.default_rng(5)
    vectors = random.normal(size=(500, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    bank = a_bank(500, vectors=vectors, labels=random.normal(4, 2, size=500), tags=("",) * 500)
    fitted, rows = fit_neighbours(bank), np.arange(500)
    predictions = predict(bank, held_out(bank, rows), bank.tag_codes, fitted.settings)
    assert np.std(predictions) < 0.5
    assert np.mean((predictions - bank.labels) ** 2) < 1.1 * np.var(bank.labels)
    assert fitted.scale.reason == "its predictions do not order the 500 videos that were kept apart"


# the scale


def test_its_scale_is_made_of_videos_predicted_without_themselves_and_without_their_tags() -> None:
    bank, rows = a_bank(300), np.arange(300)
    told = replace(bank, tags=tuple(f"about {label:.0f}" for label in bank.labels))
    fitted = fit_neighbours(told)
    assert fitted.settings.tag_bonus > 0, "the tag tells"
    plain = predict(told, held_out(told, rows), np.full(300, NO_TAG), fitted.settings)
    tagged = predict(told, held_out(told, rows), told.tag_codes, fitted.settings)
    assert fitted.scale == fit_scale(plain, told.labels) != fit_scale(tagged, told.labels)


def test_videos_whose_texts_are_at_hand_are_read_as_drafts_are_for_the_scale() -> None:
    asked: list[int] = []

    def as_drafts(rows: np.ndarray) -> np.ndarray:
        asked.extend(rows.tolist())
        return np.tile(HashingEncoder().encode(["nothing that a video is about"]), (len(rows), 1))

    fitted = fit_neighbours(a_bank(300, as_drafts=as_drafts))
    assert asked == list(range(300))
    assert fitted.scale.reason == "its predictions do not order the 300 videos that were kept apart"
    assert fit_neighbours(a_bank(300)).scale.association > 0.85


def test_a_bank_too_small_to_check_its_ranks_gives_none() -> None:
    (score,) = NeighboursPredictor(fit_neighbours(a_bank(49)), HashingEncoder()).score([Subject("violin clip")])
    assert not score.evidence
    assert score.no_evidence == ("only 49 videos were kept apart to check it on, and 50 are needed",)
    assert (score.percentile, score.percentile_low, score.percentile_high, score.interval) == (None,) * 4
    assert score.comments == pytest.approx(2**score.log2_comments)


# the score


def test_a_score_says_against_what_it_ranks_and_what_it_read(fitted: FittedNeighbours) -> None:
    predictor = NeighboursPredictor(fitted, HashingEncoder())
    (score,) = predictor.score([Subject("violin clip", "a violin on a stage", "Art")])
    assert score.against == "120 test references"
    assert score.predictor == "neighbours"
    assert score.basis[:2] == ("title", "text")
    assert score.evidence
    assert score.percentile_low < score.percentile < score.percentile_high
    assert score.interval.low <= score.log2_comments <= score.interval.high
    assert score.comments == pytest.approx(2**score.log2_comments)
    assert predictor.score([Subject("violin clip")])[0].basis == ("title",)


def test_a_subject_that_got_more_comments_scores_higher(fitted: FittedNeighbours) -> None:
    tea, violin = NeighboursPredictor(fitted, HashingEncoder()).score([Subject("tea clip"), Subject("violin clip")])
    assert violin.log2_comments > tea.log2_comments + 3
    assert violin.percentile > tea.percentile


def test_a_tag_changes_no_yardstick() -> None:
    fitted = fit_neighbours(a_bank(500, source="somewhere"))
    predictor = NeighboursPredictor(fitted, HashingEncoder())
    tagged, plain = predictor.score([Subject("tea clip", tag="Art"), Subject("tea clip")])
    assert tagged.against == plain.against == "500 somewhere references"
    for score in (tagged, plain):
        assert score.percentile == fitted.scale.read(score.log2_comments).rank


def test_a_draft_unlike_all_known_videos_is_not_judged(fitted: FittedNeighbours) -> None:
    predictor = NeighboursPredictor(fitted, HashingEncoder())
    strange, usual = predictor.score([Subject("zzyzx qwfpg jluy"), Subject("tea tea clip 3")])
    assert (strange.evidence, strange.no_evidence) == (False, ("it is like none of the known videos",))
    assert (strange.percentile, strange.interval) == (None, None)
    assert (usual.evidence, usual.no_evidence) == (True, ())


def test_invented_counts_make_an_illustrative_score() -> None:
    fitted = fit_neighbours(a_bank(illustrative=True))
    assert NeighboursPredictor(fitted, HashingEncoder()).score([Subject("tea")])[0].illustrative


def test_a_missing_title_or_an_unknown_tag_is_said(fitted: FittedNeighbours) -> None:
    predictor = NeighboursPredictor(fitted, HashingEncoder())
    (score,) = predictor.score([Subject("  ", "tea tea clip 3", "Nobody's")])
    assert score.notices == ("the draft has no title: its text alone was scored",)
    assert (score.basis, score.unknown_tag) == (("text",), "Nobody's")
    assert read(score.basis, score.unknown_tag) == 'the text; it knows no tag "Nobody\'s"'


def test_another_encoder_than_the_banks_is_refused(fitted: FittedNeighbours) -> None:
    other = FittedNeighbours(replace(fitted.bank, encoder="x"), fitted.settings, fitted.scale, 0.5)
    with pytest.raises(PredictionError, match="was fitted on vectors of 'x', not of 'hashing'"):
        NeighboursPredictor(other, HashingEncoder())


# the files


def test_a_saved_fit_comes_back_whole(fitted: FittedNeighbours, tmp_path: Path) -> None:
    manifest = save_neighbours(tmp_path / "predictor", fitted)
    found = open_neighbours(tmp_path / "predictor")
    assert found.settings == fitted.settings
    assert found.usual_nearness == fitted.usual_nearness
    assert found.bank.digest == fitted.bank.digest == manifest.bank_digest
    assert replace(found.bank, vectors=fitted.bank.vectors, labels=fitted.bank.labels) == fitted.bank
    assert (found.scale, found.reliability) == (fitted.scale, fitted.reliability)
    assert read_manifest(tmp_path / "predictor") == manifest
    drafts = [Subject("tea", "otters", "Life"), Subject("violin")]
    assert NeighboursPredictor(found, HashingEncoder()).score(drafts) == NeighboursPredictor(
        fitted, HashingEncoder()
    ).score(drafts)


def test_a_manifest_knows_whether_it_describes_a_catalogue_as_it_stands(
    fitted: FittedNeighbours, tmp_path: Path
) -> None:
    manifest = save_neighbours(tmp_path, fitted)
    assert manifest.describes("test", "digest of the catalogue", "hashing")
    assert not manifest.describes("test", "another digest", "hashing")
    assert not manifest.describes("test", "digest of the catalogue", "all-MiniLM-L6-v2")


def test_a_new_fit_replaces_the_old_one_and_leaves_nothing_behind(fitted: FittedNeighbours, tmp_path: Path) -> None:
    save_neighbours(tmp_path, fitted)
    newer = fit_neighbours(a_bank(150, seed=1))
    manifest = save_neighbours(tmp_path, newer)
    assert open_neighbours(tmp_path).bank.digest == newer.bank.digest
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([MANIFEST, manifest.file])


def test_a_fit_that_was_being_written_when_the_power_went_leaves_the_old_one_intact(
    fitted: FittedNeighbours, tmp_path: Path
) -> None:
    save_neighbours(tmp_path, fitted)
    (tmp_path / "bank-0000000000000000.safetensors").write_bytes(b"half a fi")
    (tmp_path / f"{MANIFEST}.1.tmp").write_bytes(b'{"format": 1, "pred')
    assert open_neighbours(tmp_path).bank.digest == fitted.bank.digest


def test_no_fit_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no predictor at"):
        open_neighbours(tmp_path / "nowhere")


@pytest.mark.parametrize("damage", ["truncated", "changed", "gone"])
def test_a_damaged_bank_is_an_error_and_not_a_score(fitted: FittedNeighbours, tmp_path: Path, damage: str) -> None:
    path = tmp_path / save_neighbours(tmp_path, fitted).file
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-10] if damage == "truncated" else content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(DataError, match=r"the bank .* (is damaged|cannot be read)") as raised:
        open_neighbours(tmp_path)
    assert raised.value.hint


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"format": 2}', b"\xff\xfe", b'{"format": "1"}'],
)
def test_a_damaged_manifest_is_an_error(fitted: FittedNeighbours, tmp_path: Path, content: bytes) -> None:
    save_neighbours(tmp_path, fitted)
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(DataError, match=r"the manifest .* is damaged"):
        open_neighbours(tmp_path)


def test_a_manifest_that_points_elsewhere_is_refused(fitted: FittedNeighbours, tmp_path: Path) -> None:
    save_neighbours(tmp_path, fitted)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps(manifest | {"file": "../elsewhere.safetensors"}))
    with pytest.raises(DataError, match="points outside its folder"):
        open_neighbours(tmp_path)


def test_a_bank_that_is_no_safetensors_file_is_damaged_even_with_the_right_checksum(
    fitted: FittedNeighbours, tmp_path: Path
) -> None:
    import hashlib

    file = tmp_path / save_neighbours(tmp_path, fitted).file
    file.write_bytes(b"not tensors at all")
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    sha256 = hashlib.sha256(b"not tensors at all").hexdigest()
    (tmp_path / MANIFEST).write_text(json.dumps(manifest | {"file_sha256": sha256}))
    with pytest.raises(DataError, match="is damaged"):
        open_neighbours(tmp_path)


def test_a_fit_of_a_newer_popcorn_says_so(fitted: FittedNeighbours, tmp_path: Path) -> None:
    save_neighbours(tmp_path, fitted)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps(manifest | {"format": 3, "something": "new"}))
    with pytest.raises(NewerFormatError, match="has format 3; this Popcorn reads up to 2"):
        open_neighbours(tmp_path)


def test_a_place_that_cannot_be_written_is_a_clear_error(fitted: FittedNeighbours, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="the predictor cannot be written to"):
        save_neighbours(tmp_path / "file", fitted)


# the opening


def a_source(bank: MemoryBank) -> BankSource:
    return BankSource(bank.catalogue, bank.catalogue_digest, lambda: bank)


@pytest.mark.parametrize("damaged", [MANIFEST, "bank-*.safetensors"])
@pytest.mark.parametrize("content", [b"half", None], ids=["changed", "gone"])
def test_a_damaged_fit_is_made_anew_and_scores_as_before(
    tmp_path: Path, damaged: str, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    source = a_source(a_bank())
    before = open_neighbours_predictor(tmp_path, source, HashingEncoder()).score([Subject("tea")])
    (file,) = tmp_path.glob(damaged)
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert open_neighbours_predictor(tmp_path, source, HashingEncoder()).score([Subject("tea")]) == before
    absent = damaged == MANIFEST and content is None
    assert [record.getMessage().split(":")[0] for record in caplog.records] == (
        [] if absent else ["the predictor is fitted again"]
    )
    assert open_neighbours(tmp_path).bank.digest == a_bank().digest


def test_a_fit_of_a_catalogue_that_changed_is_made_anew(tmp_path: Path) -> None:
    open_neighbours_predictor(tmp_path, a_source(a_bank()), HashingEncoder())
    newer = a_bank(150, seed=1, catalogue_digest="another digest")
    found = open_neighbours_predictor(tmp_path, a_source(newer), HashingEncoder())
    assert found.fitted.bank.digest == newer.digest


def test_a_fit_of_a_newer_popcorn_is_neither_read_nor_overwritten(tmp_path: Path) -> None:
    open_neighbours_predictor(tmp_path, a_source(a_bank()), HashingEncoder())
    newer = json.dumps({"format": 3})
    (tmp_path / MANIFEST).write_text(newer)
    with pytest.raises(NewerFormatError):
        open_neighbours_predictor(tmp_path, a_source(a_bank()), HashingEncoder())
    assert (tmp_path / MANIFEST).read_text() == newer


def test_a_predictor_below_what_is_no_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="the predictor cannot be written to"):
        open_neighbours_predictor(tmp_path / "file", a_source(a_bank()), HashingEncoder())
