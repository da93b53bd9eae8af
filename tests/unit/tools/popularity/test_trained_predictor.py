"""A trained predictor: what it learns from, how it is kept, what it says and why."""

from __future__ import annotations

import json
import math
import pickletools
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from popcorn.errors import DataError, MissingError, NewerFormatError, PredictionError, RequestError
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity import registry
from popcorn.tools.popularity.evaluation.baselines import BASELINES
from popcorn.tools.popularity.evaluation.report import evaluate, held_out
from popcorn.tools.popularity.measures import measure
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.trained.blend import Blend, fit_blend, out_of_fold
from popcorn.tools.popularity.trained.card import card
from popcorn.tools.popularity.trained.fitting import Trained, fit
from popcorn.tools.popularity.trained.lexical import fit_lexical
from popcorn.tools.popularity.trained.manifest import Origin, kind_of
from popcorn.tools.popularity.trained.material import Material, split_rows
from popcorn.tools.popularity.trained.opening import open_trained_predictor
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.trained.recipe import Recipe, Silent
from popcorn.tools.popularity.trained.refitting import NOTE
from popcorn.tools.popularity.trained.store import open_trained, save_predictor
from popcorn.tools.popularity.types import Subject

TOPICS = ("tea", "chess", "otters", "bread", "skating", "origami", "volcano", "violin")
WAYS = ("slow", "quick", "loud", "quiet", "old", "new")
QUICK = Recipe.quick("popcorn", 3)
ORIGIN = Origin("shelf", "digest", "shelf", "hashing")


def material(rows: int = 300, seed: int = 0, **changes: Any) -> Material:
    """Titles about eight topics; a topic's number is its popularity, plus noise."""
    chance = np.random.default_rng(seed)
    topics = chance.integers(0, len(TOPICS), rows)
    titles = tuple(f"{TOPICS[topic]} {WAYS[chance.integers(6)]} clip {n}" for n, topic in enumerate(topics))
    vectors = HashingEncoder().encode(titles)
    facts: dict[str, Any] = {
        "ids": tuple(f"v{n}" for n in range(rows)),
        "titles": titles,
        "tags": tuple("Life" if topic < 4 else "Art" for topic in topics),
        "labels": topics + chance.normal(0, 0.5, rows) + 2,
        "text": vectors,
        "retrieval": vectors,
    }
    return Material(ORIGIN, **facts | changes)


@pytest.fixture(scope="module")
def made() -> Trained:
    return fit("mine", material(), QUICK, None, Silent())


@pytest.fixture(scope="module")
def predictor(made: Trained) -> TrainedPredictor:
    return TrainedPredictor(made.fitted, HashingEncoder())


@pytest.fixture(scope="module")
def retrieving() -> TrainedPredictor:
    """One without the lexical member: whatever it says, it says because of its neighbours."""
    recipe = replace(QUICK, members=("network", "neighbours"))
    return TrainedPredictor(fit("retrieving", material(), recipe, None, Silent()).fitted, HashingEncoder())


@pytest.fixture
def kept(made: Trained, tmp_path: Path) -> Path:
    """A folder with the predictor, to be damaged."""
    save_predictor(tmp_path / "mine", made.fitted)
    return tmp_path / "mine"


def opened(folder: Path) -> TrainedPredictor:
    return open_trained_predictor(folder, lambda name: {"hashing": HashingEncoder}[name]())


# splits


def test_a_set_that_brings_its_split_keeps_it_and_rows_without_a_count_are_on_no_side() -> None:
    labels = np.arange(100.0)
    labels[[0, 60, 99]] = np.nan
    named = ["train"] * 60 + ["valid"] * 20 + ["test"] * 20
    split = split_rows([str(n) for n in range(100)], labels, named)
    assert split.given
    assert split.train.tolist() == list(range(1, 60))
    assert split.valid.tolist() == list(range(61, 80))
    assert split.test.tolist() == list(range(80, 99))


def test_without_a_split_it_is_about_80_10_10_by_the_id_whatever_the_order() -> None:
    ids, labels = [f"id {n}" for n in range(3000)], np.ones(3000)
    split = split_rows(ids, labels)
    assert not split.given
    shares = [len(rows) / 3000 for rows in (split.train, split.valid, split.test)]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.03)
    mirrored = split_rows(ids[::-1], labels)
    assert {ids[::-1][row] for row in mirrored.test} == {ids[row] for row in split.test}
    together = sorted([*split.train.tolist(), *split.valid.tolist(), *split.test.tolist()])
    assert together == list(range(3000))


def test_siblings_of_a_group_are_never_on_both_sides_and_the_ungrouped_are_groups_of_their_own() -> None:
    groups = [f"channel {n // 7}" for n in range(1400)] + [""] * 200
    split = split_rows([str(n) for n in range(1600)], np.ones(1600), (), groups)
    sides = [{groups[row] for row in rows} - {""} for rows in (split.train, split.valid, split.test)]
    assert sides[0].isdisjoint(sides[1] | sides[2])
    assert sides[1].isdisjoint(sides[2])
    assert all(any(row >= 1400 for row in rows) for rows in (split.train, split.valid, split.test))


@pytest.mark.parametrize("rows", [0, 3, 59])
def test_too_few_counted_videos_are_an_error_with_their_number(rows: int) -> None:
    with pytest.raises(PredictionError, match=f"^{rows} videos have a comment count") as refused:
        split_rows([str(n) for n in range(200)], np.where(np.arange(200) < rows, 1.0, np.nan))
    assert refused.value.hint


def test_one_group_alone_cannot_be_split() -> None:
    with pytest.raises(PredictionError, match="validation part"):
        split_rows([str(n) for n in range(200)], np.ones(200), (), ["the only channel"] * 200)


def test_features_that_are_not_finite_are_refused_with_the_video() -> None:
    bad = material().text.copy()
    bad[7, 3] = np.nan
    with pytest.raises(DataError, match=r"1 videos have text features that are not finite, the first is 'v7'"):
        material(text=bad)
    with pytest.raises(DataError, match="retrieval features that are not finite"):
        material(retrieval=np.where(bad == bad, np.inf, bad))


def test_frames_that_are_not_finite_are_refused_with_the_video() -> None:
    frames = np.zeros((300, 2, 4), np.float32)
    frames[5, 1, 2] = np.nan
    with pytest.raises(DataError, match=r"frames? features that are not finite, the first is 'v5'"):
        material(frames=frames, frames_known=np.ones(300, bool))


# what is learned


def test_it_learns_beats_the_mean_and_says_how_good_each_member_was(made: Trained) -> None:
    facts = made.fitted.facts
    assert facts.rows == tuple(
        len(rows) for rows in (material().split.train, material().split.valid, material().split.test)
    )
    assert {name for name, *_ in facts.measures} >= {"network", "neighbours", "lexical"}
    blend, nmse, src, mae = facts.measures[-1]
    assert "kept apart" in blend
    assert nmse < 0.5
    assert src > 0.8
    assert mae < 1.2
    source = material()
    found = made.fitted.predict(source.drafts(source.split.test))
    again = measure(found, source.labels[source.split.test])
    assert (again.nmse, again.src, again.mae) == pytest.approx((nmse, src, mae))


def test_its_bank_holds_training_videos_only(made: Trained) -> None:
    source = material()
    assert set(made.fitted.bank.ids) == {source.ids[row] for row in source.split.train}


def test_labels_of_videos_kept_apart_change_nothing(made: Trained) -> None:
    source = material()
    other = source.labels.copy()
    other[source.split.test] += 100
    again = fit("mine", material(labels=other), QUICK, None, Silent())
    drafts = source.drafts(source.split.test)
    assert (again.fitted.predict(drafts) == made.fitted.predict(drafts)).all()


def test_labels_of_the_validation_videos_never_come_back_as_neighbours(made: Trained) -> None:
    """They choose the epoch, the blend and the calibration; not what a network or the bank says."""
    source = material()
    other = source.labels.copy()
    other[source.split.valid] = 40.0
    again = fit("mine", material(labels=other), replace(QUICK, epochs=1), None, Silent()).fitted
    plain = fit("mine", source, replace(QUICK, epochs=1), None, Silent()).fitted
    drafts = source.drafts(source.split.valid)
    first, second = again.said(drafts), plain.said(drafts)
    assert first.keys() & second.keys()
    for name in first.keys() & second.keys():
        assert first[name] == pytest.approx(second[name], abs=1e-6), name


def test_the_same_seed_makes_the_same_predictor_and_another_one_another(made: Trained) -> None:
    drafts = material().drafts(material().split.test)
    again = fit("mine", material(), QUICK, None, Silent())
    assert (again.fitted.predict(drafts) == made.fitted.predict(drafts)).all()
    other = fit("mine", material(), replace(QUICK, seed=4), None, Silent())
    one = [
        network.fitted.by_networks(network.fitted.batch(drafts, network.fitted.nearest(drafts)))
        for network in (made, other)
    ]
    assert not (one[0] == one[1]).all()


def test_a_training_that_was_cut_off_goes_on_with_a_folder_to_work_in(tmp_path: Path, made: Trained) -> None:
    class CutOff(Silent):
        def epoch(self, network: int, epoch: Any) -> None:
            if epoch.number == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit("mine", material(), QUICK, tmp_path, CutOff())
    gone_through = []

    class Counting(Silent):
        def epoch(self, network: int, epoch: Any) -> None:
            gone_through.append(epoch.number)

    again = fit("mine", material(), QUICK, tmp_path, Counting())
    assert gone_through == [3]
    drafts = material().drafts(material().split.test)
    assert (again.fitted.predict(drafts) == made.fitted.predict(drafts)).all()


def test_where_every_video_got_the_same_there_is_nothing_to_learn() -> None:
    """Videos without any comment: nothing can be learned, and nothing may be made up."""
    with pytest.raises(PredictionError, match="all 300 videos with a comment count have the same one") as refused:
        fit("mine", material(labels=np.zeros(300)), QUICK, None, Silent())
    assert "references stats" in refused.value.hint


def test_frames_help_where_they_tell_and_some_videos_may_lack_them() -> None:
    source = material(400)
    chance = np.random.default_rng(1)
    shown = chance.normal(0, 2, 400)
    frames = np.repeat(shown[:, None, None], 3, axis=1) + chance.normal(0, 0.1, (400, 3, 5))
    known = chance.random(400) < 0.8
    frames[~known] = 0
    labels = source.labels + shown * known
    recipe = replace(QUICK, epochs=12, members=("network",))
    with_frames = material(400, labels=labels, frames=frames.astype(np.float16), frames_known=known)
    seen = fit("seen", with_frames, recipe, None, Silent()).fitted
    blind = fit("blind", material(400, labels=labels), recipe, None, Silent()).fitted
    assert seen.facts.measures[-1][1] < blind.facts.measures[-1][1] - 0.02
    rows = with_frames.split.test
    frozen = evaluate(seen, with_frames.drafts(rows), labels[rows], "test", baselines=False)
    assert [line.name for line in frozen.lines] == ["seen", "shuffled text", "frozen clip"]


def test_the_reference_variant_needs_frames_of_the_size_of_its_texts() -> None:
    with pytest.raises(DataError, match="frames"):
        fit("plain", material(), Recipe.quick("reference"), None, Silent())
    frames = np.zeros((300, 3, 5), np.float16)
    with pytest.raises(DataError, match="frame_dimension=5"):
        fit("odd", material(frames=frames), Recipe.quick("reference"), None, Silent())


def test_the_reference_variant_can_be_trained_kept_and_asked(tmp_path: Path) -> None:
    source = material()
    size = source.text.shape[1]
    frames = np.random.default_rng(0).normal(size=(300, 2, size)).astype(np.float16)
    recipe = replace(Recipe.quick("reference", 1), epochs=1)
    fitted = fit("published", replace(source, frames=frames), recipe, None, Silent()).fitted
    save_predictor(tmp_path, fitted)
    drafts = replace(source, frames=frames).drafts(np.arange(5))
    assert open_trained(tmp_path).predict(drafts) == pytest.approx(fitted.predict(drafts), abs=1e-2)
    assert fitted.config.variant == "reference"


# members


def test_the_blend_gives_the_better_member_more_and_no_weight_below_nought() -> None:
    chance = np.random.default_rng(0)
    labels = chance.normal(5, 2, 400)
    said = {"good": labels + chance.normal(0, 1, 400), "poor": labels + chance.normal(0, 3, 400), "wrong": 10 - labels}
    weights = dict(fit_blend(said, labels, 5.0).weights)
    assert weights["good"] > weights["poor"] > weights["wrong"] == 0


def test_members_that_all_point_the_wrong_way_still_leave_a_blend() -> None:
    labels = np.arange(50.0)
    blend = fit_blend({"wrong": 49 - labels}, labels, 24.5)
    assert np.isfinite(blend({"wrong": labels})).all()


def test_a_missing_member_leaves_its_weight_to_the_others() -> None:
    blend = Blend((("first", 0.5), ("second", 0.3)), 4.0)
    assert blend({"first": np.array([6.0])}).tolist() == pytest.approx([4 + 0.8 * 2])
    assert blend({"first": np.array([6.0]), "second": np.array([5.0])}).tolist() == pytest.approx([4 + 1 + 0.3])


def test_out_of_fold_no_video_has_a_say_in_its_own_weights() -> None:
    chance = np.random.default_rng(0)
    labels = chance.normal(5, 2, 60)
    said = {"one": labels + chance.normal(0, 2, 60), "two": chance.normal(5, 1, 60)}
    before = out_of_fold(said, labels, 5.0)
    changed = labels.copy()
    changed[7] += 50
    after = out_of_fold(said, changed, 5.0)
    assert after[7] == before[7]
    assert (after != before).any()


def test_the_lexical_member_weighs_words_by_what_their_videos_got_and_new_words_by_nothing() -> None:
    titles = [f"{'volcano' if n % 2 else 'tea'} film {n % 5}" for n in range(200)]
    labels = np.array([9.0 if n % 2 else 1.0 for n in range(200)])
    lexical = fit_lexical(titles, [""] * 200, labels)
    hot, mild, new = lexical.predict(["volcano film", "tea film", "zygote"], ["", "", ""])
    assert hot > 7
    assert mild < 3
    assert new == pytest.approx(5)
    assert lexical.predict(["", "🍜", "你好"], ["", "", "no such tag"]).tolist() == pytest.approx([5] * 3)


# on disk


def test_opened_again_it_says_the_same(predictor: TrainedPredictor, kept: Path) -> None:
    again = opened(kept)
    subjects = [
        Subject("volcano loud"),
        Subject("tea", "quiet", "Life"),
        Subject("", "", "Art"),
        Subject("🍜", tag="x"),
    ]
    first, second = predictor.batch(subjects), again.batch(subjects)
    for one, other in zip(first, second, strict=True):
        # vectors and labels are kept in less precision than they were learned from
        assert other.log2_comments == pytest.approx(one.log2_comments, abs=0.02)
        assert (other.basis, other.against, other.notices) == (one.basis, one.against, one.notices)
    assert again.trained_ids("shelf") == predictor.trained_ids("shelf")
    assert again.name == "mine"


def test_it_is_kept_as_safetensors_and_json_without_any_title(kept: Path) -> None:
    assert sorted({path.suffix for path in kept.iterdir()}) == [".json", ".safetensors"]
    whole = b"".join(path.read_bytes() for path in kept.iterdir())
    for title in material().titles[:50]:
        assert title.encode() not in whole
    for path in kept.iterdir():
        with pytest.raises(ValueError, match=r"."):
            list(pickletools.genops(path.read_bytes()))


def test_saving_again_leaves_one_file_of_weights(kept: Path, made: Trained) -> None:
    changed = replace(made.fitted, usual_nearness=0.5)
    save_predictor(kept, replace(changed, blend=Blend((("network", 1.0),), 3.0)))
    save_predictor(kept, made.fitted)
    assert len(list(kept.glob("*.safetensors"))) == 1
    assert opened(kept).fitted.blend == made.fitted.blend


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda content: content[: len(content) // 2], "damaged"),
        (lambda content: content[:-4] + b"\0\0\1\1", "damaged"),
        (lambda content: b"", "damaged"),
        (lambda content: None, "cannot be read"),
    ],
    ids=["cut", "changed", "empty", "gone"],
)
def test_a_damaged_file_of_weights_is_an_error_with_the_file_and_the_way_out(
    kept: Path, damage: Any, named: str
) -> None:
    (file,) = kept.glob("*.safetensors")
    content = damage(file.read_bytes())
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(DataError, match=named) as raised:
        opened(kept)
    assert file.name in str(raised.value)
    assert "popcorn predictor train" in raised.value.hint


def change_manifest(folder: Path, **changes: Any) -> None:
    file = folder / "manifest.json"
    facts = json.loads(file.read_text())
    for name, value in changes.items():
        place = facts
        *above, last = name.split("__")
        for part in above:
            place = place[part]
        place[last] = value
    file.write_text(json.dumps(facts))


def test_a_manifest_of_a_newer_format_says_so(kept: Path) -> None:
    change_manifest(kept, format=6)
    with pytest.raises(NewerFormatError, match="format 6; this Popcorn reads up to 5") as raised:
        opened(kept)
    assert "Upgrade" in raised.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"config__dimension": 12},
        {"config__variant": "paper"},
        {"config__hidden": -1},
        {"config__dropout": 7},
        {"config__tags": -5},
        {"networks": 2},
        {"networks": 0},
        {"networks": "many"},
        {"file": "../mine/other.safetensors"},
        {"blend": None},
        {"blend__weights": []},
        {"facts__rows": [1, 2]},
        {"format": "one"},
    ],
    ids=str,
)
def test_a_manifest_that_does_not_fit_its_weights_is_an_error_of_ours(kept: Path, changes: dict[str, Any]) -> None:
    change_manifest(kept, **changes)
    with pytest.raises(DataError) as raised:
        opened(kept)
    assert "popcorn predictor train" in raised.value.hint


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": 1}'])
def test_a_damaged_manifest_is_an_error_with_its_path(kept: Path, content: bytes) -> None:
    (kept / "manifest.json").write_bytes(content)
    with pytest.raises(DataError, match=re.escape(str(kept))) as raised:
        opened(kept)
    assert raised.value.hint


def test_a_folder_without_a_predictor_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no predictor"):
        opened(tmp_path)


def test_a_bank_of_another_encoder_is_refused_with_both_names(made: Trained) -> None:
    class Other(HashingEncoder):
        name = "another"

    with pytest.raises(
        PredictionError, match=r"'mine' was trained on vectors of 'hashing', not of 'another'"
    ) as raised:
        TrainedPredictor(made.fitted, Other())
    assert "hashing" in raised.value.hint


# scores


def score(predictor: TrainedPredictor, *subjects: Subject) -> Sequence[Any]:
    return predictor.score(subjects)


def test_popular_topics_score_higher(predictor: TrainedPredictor) -> None:
    low, high = score(predictor, Subject("tea slow clip", tag="Life"), Subject("violin slow clip", tag="Art"))
    assert high.log2_comments > low.log2_comments + 3
    assert high.comments == pytest.approx(2**high.log2_comments)
    assert 1 <= low.percentile < high.percentile <= 99
    assert low.percentile_low < low.percentile < low.percentile_high
    assert low.interval.low <= low.log2_comments <= low.interval.high
    assert "shelf" in low.against


@pytest.mark.parametrize(
    ("subject", "basis"),
    [
        (Subject("tea", "quiet", "Life"), ("title", "text", "tag")),
        (Subject("tea"), ("title",)),
        (Subject("", "quiet"), ("text",)),
        (Subject("", "", "Life"), ("tag",)),
        (Subject("tea", tag="Cars"), ("title",)),
        (Subject("tea", clip=Path("clip.mp4")), ("title",)),
    ],
)
def test_the_basis_names_what_was_really_used_and_notices_what_was_not(
    retrieving: TrainedPredictor, subject: Subject, basis: tuple[str, ...]
) -> None:
    (found,) = score(retrieving, subject)
    assert found.basis == basis
    told = " ".join(found.notices)
    assert found.unknown_tag == ("Cars" if subject.tag == "Cars" else "")
    assert ("the clip was not looked at" in told) == (subject.clip is not None)
    assert ("no title" in told) == (not subject.title)


def test_a_text_that_no_member_with_a_weight_reads_is_not_in_the_basis(made: Trained) -> None:
    lexical = replace(made.fitted, blend=Blend((("network", 0.0), ("neighbours", 0.0), ("lexical", 1.0)), 5.0))
    (found,) = score(TrainedPredictor(lexical, HashingEncoder()), Subject("tea", "quiet", "Life"))
    assert found.basis == ("title", "tag")


def test_an_empty_title_with_a_known_tag_is_scored_from_the_tag_whatever_stands_beside_it(
    predictor: TrainedPredictor,
) -> None:
    art, life, alone = score(predictor, Subject("", tag="Art"), Subject(" \n", " ", "Life"), Subject("", tag="Art"))
    assert art.log2_comments > life.log2_comments
    assert art == alone
    assert predictor.batch([Subject("tea"), Subject("", tag="Art")])[1].log2_comments == pytest.approx(
        art.log2_comments
    )


@pytest.mark.parametrize("subject", [Subject(""), Subject(" \n", "\t"), Subject("", tag="Cars")])
def test_a_draft_of_which_nothing_is_known_is_an_error(predictor: TrainedPredictor, subject: Subject) -> None:
    with pytest.raises(PredictionError, match="without title and text") as raised:
        score(predictor, Subject("tea"), subject)
    assert raised.value.hint


def test_many_at_once_get_what_each_gets_alone(predictor: TrainedPredictor) -> None:
    subjects = [Subject(f"{topic} {way}", tag="Art") for topic in TOPICS for way in WAYS] * 7
    together = predictor.batch(subjects)
    assert len(together) == 336
    alone = predictor.score(subjects[:20])
    for one, other in zip(together[:20], alone, strict=True):
        assert one.log2_comments == pytest.approx(other.log2_comments, abs=1e-4)
    assert [one.log2_comments for one in together[:48]] == pytest.approx(
        [one.log2_comments for one in together[48:96]], abs=1e-4
    )
    assert predictor.batch([]) == predictor.score([]) == []


def test_a_draft_unlike_anything_known_is_not_judged(predictor: TrainedPredictor) -> None:
    usual, strange = score(predictor, Subject("tea slow clip"), Subject("κβαντική χρωμοδυναμική εξηγείται απλά"))
    assert (usual.evidence, usual.no_evidence) == (True, ())
    assert (strange.evidence, strange.no_evidence) == (False, ("it is like none of the known videos",))
    assert (strange.percentile, strange.interval) == (None, None)
    assert math.isfinite(strange.log2_comments)


def test_a_draft_for_another_platform_than_the_predictors_own_is_not_judged(made: Trained) -> None:
    here, there, unsaid = (Subject("tea slow clip", platform=platform) for platform in ("youtube", "tiktok", ""))
    own = replace(made.fitted, facts=replace(made.fitted.facts, origin=replace(ORIGIN, platform="youtube")))
    found = TrainedPredictor(own, HashingEncoder()).score([here, there, unsaid])
    assert [one.evidence for one in found] == [True, False, True]
    assert found[1].no_evidence == ("the draft is for tiktok, and the predictor learned from YouTube",)
    spelt = [Subject("tea slow clip", platform=platform) for platform in ("YouTube", " YOUTUBE ", "Short videos")]
    assert [one.evidence for one in TrainedPredictor(own, HashingEncoder()).score(spelt)] == [True, True, False]
    anywhere = TrainedPredictor(made.fitted, HashingEncoder()).score([here, there, unsaid])
    assert [one.evidence for one in anywhere] == [True, True, True]


# the scale


def test_its_scale_is_of_validation_and_test_videos_read_without_their_tags(made: Trained) -> None:
    source, fitted = material(), made.fitted
    kept_apart = len(source.split.valid) + len(source.split.test)
    assert fitted.scale.videos == kept_apart
    assert fitted.facts.reliability is not None
    assert fitted.facts.reliability.videos == kept_apart
    (found,) = score(TrainedPredictor(fitted, HashingEncoder()), Subject("tea slow clip"))
    assert found.against == f"{kept_apart} shelf videos"
    blind = fit("blind", material(tags=("",) * 300), QUICK, None, Silent()).fitted
    assert blind.scale != fitted.scale


def test_a_tag_changes_no_yardstick(predictor: TrainedPredictor) -> None:
    tagged, plain = score(predictor, Subject("tea slow clip", tag="Art"), Subject("tea slow clip"))
    assert tagged.log2_comments != plain.log2_comments
    assert tagged.against == plain.against
    for found in (tagged, plain):
        assert found.percentile == predictor.fitted.scale.read(found.log2_comments).rank


def test_a_tag_counts_only_where_the_scale_holds_with_it(made: Trained) -> None:
    assert made.fitted.facts.reads_tags
    deaf = replace(made.fitted, facts=replace(made.fitted.facts, reads_tags=False))
    tagged, plain = TrainedPredictor(deaf, HashingEncoder()).score(
        [Subject("tea slow clip", tag="Art"), Subject("tea slow clip")]
    )
    assert (tagged.log2_comments, tagged.basis) == (plain.log2_comments, ("title",))
    with pytest.raises(PredictionError, match="without title and text"):
        TrainedPredictor(deaf, HashingEncoder()).score([Subject("", tag="Art")])


def test_videos_that_drafts_are_read_unlike_are_read_again_for_the_scale(made: Trained) -> None:
    """What catalogues embed is title and description; a draft is read midway between its title and the whole."""

    def as_drafts(rows: np.ndarray) -> np.ndarray:
        return np.tile(HashingEncoder().encode(["nothing that a video is about"]), (len(rows), 1))

    networks = replace(QUICK, members=("network",))
    fitted = fit("mine", material(as_drafts=as_drafts), networks, None, Silent()).fitted
    assert "do not order" in fitted.scale.reason
    assert fitted.facts.reliability is None
    assert fitted.scale.reason in card(fitted)
    (found,) = score(TrainedPredictor(fitted, HashingEncoder()), Subject("tea slow clip"))
    assert not found.evidence
    assert fitted.scale.reason in found.no_evidence


def test_a_predictor_of_an_older_popcorn_still_predicts_and_shows_no_ranks(kept: Path) -> None:
    file = kept / "manifest.json"
    facts = json.loads(file.read_text())
    del facts["scale"], facts["facts"]["reliability"], facts["facts"]["origin"]["platform"]
    file.write_text(json.dumps(facts | {"format": 1}))
    (found,) = score(opened(kept), Subject("tea slow clip"))
    assert found.log2_comments > 0
    assert not found.evidence
    assert found.no_evidence == (
        "it was trained by an older Popcorn, which did not check it on drafts: train it again",
    )


def test_invented_counts_make_an_invented_score() -> None:
    source = replace(material(), origin=replace(ORIGIN, illustrative=True))
    fitted = fit("sample", source, QUICK, None, Silent()).fitted
    assert TrainedPredictor(fitted, HashingEncoder()).score([Subject("tea")])[0].illustrative
    assert "invented" in card(fitted)


def test_no_score_is_below_one_comment() -> None:
    source = material()
    fitted = fit("low", material(labels=np.maximum(source.labels - 6, 0)), QUICK, None, Silent()).fitted
    for found in TrainedPredictor(fitted, HashingEncoder()).score([Subject(f"{topic} slow") for topic in TOPICS]):
        assert found.log2_comments >= 0
        assert found.interval is None or 0 <= found.interval.low <= found.interval.high


# explanations


def test_an_explanation_names_the_past_videos_that_moved_the_score(retrieving: TrainedPredictor) -> None:
    predictor, subject = retrieving, Subject("volcano quiet", tag="Art")
    found = predictor.explain(subject)
    assert found.score == score(predictor, subject)[0]
    assert 0 < sum(one.share for one in found.neighbours) <= 1 + 1e-9
    assert [one.share for one in found.neighbours] == sorted((one.share for one in found.neighbours), reverse=True)
    bank = predictor.fitted.bank
    for one in found.neighbours:
        row = bank.ids.index(one.id)
        assert one.comments == pytest.approx(2 ** bank.labels[row], rel=1e-3)
        assert one.tag == bank.tags[row]
        assert -1 <= one.similarity <= 1 + 1e-6
    titles = dict(zip(material().ids, material().titles, strict=True))
    assert "volcano" in titles[found.neighbours[0].id]


def test_an_explanation_takes_away_what_was_used_and_nothing_else(predictor: TrainedPredictor) -> None:
    assert [one.without for one in predictor.explain(Subject("tea", tag="Art")).without] == ["text", "tag", "retrieval"]
    assert [one.without for one in predictor.explain(Subject("tea")).without] == ["text", "retrieval"]
    assert [one.without for one in predictor.explain(Subject("", tag="Art")).without] == ["tag", "retrieval"]
    for one in predictor.explain(Subject("volcano", tag="Art")).without:
        assert one.change == pytest.approx(
            predictor.score([Subject("volcano", tag="Art")])[0].log2_comments - one.log2_comments
        )


def test_the_word_that_matters_is_the_topic(predictor: TrainedPredictor) -> None:
    words = {one.without: one.change for one in predictor.explain(Subject("quiet violin zygote")).words}
    assert list(words) == ["quiet", "violin", "zygote"]
    assert max(words, key=lambda word: words[word]) == "violin"
    (expected,) = score(predictor, Subject("quiet zygote"))
    found = next(one for one in predictor.explain(Subject("quiet violin zygote")).words if one.without == "violin")
    assert found.log2_comments == pytest.approx(expected.log2_comments, abs=1e-4)


def test_a_title_of_one_word_has_no_word_to_leave_out(predictor: TrainedPredictor) -> None:
    assert predictor.explain(Subject("violin")).words == ()


def test_what_the_members_said_adds_up_to_the_score(predictor: TrainedPredictor) -> None:
    found = predictor.explain(Subject("volcano quiet", tag="Art"))
    centre = predictor.fitted.blend.centre
    total = centre + sum(weight * (said - centre) for _, said, weight in found.members)
    assert total == pytest.approx(found.score.log2_comments, abs=1e-4)


# evaluation


def test_an_evaluation_sets_it_beside_baselines_and_controls(made: Trained) -> None:
    source = material()
    chosen = held_out(made.fitted, source)
    split, rows = chosen.split, chosen.rows
    assert split == "test"
    assert rows.tolist() == source.split.test.tolist()
    told: list[tuple[int, int]] = []
    found = evaluate(
        made.fitted,
        source.drafts(rows),
        source.labels[rows],
        split,
        averaging=True,
        progress=lambda done, total: told.append((done, total)),
    )
    lines = {line.name: line for line in found.lines}
    assert list(lines) == ["mine", *BASELINES, "shuffled text"]
    assert set(BASELINES) == {"mean", "tag mean", "50 nearest", "ridge", "SVR"}
    assert lines["mean"].measures.nmse == pytest.approx(1, abs=0.1)
    assert lines["mean"].measures.src == 0
    assert lines["mine"].measures.nmse < lines["tag mean"].measures.nmse < lines["mean"].measures.nmse
    assert lines["shuffled text"].measures.nmse > lines["mine"].measures.nmse + 0.3
    assert all(line.reference_averaging is not None for line in found.lines)
    assert found.videos == len(rows)
    assert 0.5 < found.coverage <= 1
    assert told[-1][0] == told[-1][1]


def test_an_evaluation_never_takes_a_video_that_was_learned_from(made: Trained) -> None:
    source = material()
    for wanted in ("valid", "test"):
        rows = held_out(made.fitted, source, wanted).rows
        assert not {source.ids[row] for row in rows} & set(made.fitted.bank.ids)
    with pytest.raises(PredictionError, match="0 videos of 'shelf' in the part 'train'") as refused:
        held_out(made.fitted, source, "train")
    assert refused.value.hint == f"Use --split test: {len(source.split.test)} videos."
    other = replace(source, origin=replace(ORIGIN, catalogue="another"))
    chosen = held_out(made.fitted, other)
    split, rows = chosen.split, chosen.rows
    assert (split, len(rows)) == ("all", 300 - len(made.fitted.bank)), "an id that is no number is known everywhere"
    assert chosen.left_out == len(made.fitted.bank)


def test_test_videos_without_counts_leave_the_evaluation_to_valid(made: Trained) -> None:
    source = material()
    labels = source.labels.copy()
    labels[source.split.test] = np.nan
    splits = np.full(300, "train", dtype=object)
    splits[source.split.valid], splits[source.split.test] = "valid", "test"
    chosen = held_out(made.fitted, material(labels=labels, splits=tuple(splits)))
    split, rows = chosen.split, chosen.rows
    assert split == "valid"
    assert rows.tolist() == source.split.valid.tolist()


# cards and names


def test_the_card_is_written_from_the_facts(made: Trained) -> None:
    text = card(made.fitted)
    train, valid, test = made.fitted.facts.rows
    for fact in (
        "'mine'",
        "popcorn",
        f"{train:,} shelf videos",
        f"{valid:,} more",
        f"{test:,} were kept apart",
        "hashing",
    ):
        assert fact in text
    *chosen, tested = made.fitted.facts.measures
    for name, nmse, src, mae in chosen:
        assert f"| {name} | {nmse:.3f} | {src:.3f} | {mae:.3f} |" in text
    ends = [f"[{low:.2f}, {high:.2f}]" for _, low, high in made.fitted.facts.tested]
    name, *figures = tested
    told = " | ".join(f"{figure:.3f} {interval}" for figure, interval in zip(figures, ends, strict=True))
    assert f"| {name} | {told} |" in text
    assert "Validation: " in text
    assert "It gives no rank for:" in text
    assert "count of 0" in text
    found = made.fitted.facts.reliability
    assert found is not None
    assert f"slope of real on shown {found.slope:.2f}" in text
    assert f"{found.error:.1f} points off on average; always saying 50 is {found.error_of_50:.1f} off" in text
    assert f"holds {found.range_holds:.0%} of the real ranks, the interval {found.interval_holds:.0%}" in text
    for one in found.bins:
        assert f"| {one.shown:.0f} | {one.real:.0f} | {one.low:.0f} to {one.high:.0f} | {one.videos} |" in text


@pytest.mark.parametrize("name", ["default", "neighbours", "neighbours-mine", "youtube-trending", "in-use"])
def test_names_that_are_popcorns_own_are_taken(name: str) -> None:
    with pytest.raises(RequestError, match="taken by Popcorn") as raised:
        registry.check_name(name)
    assert raised.value.hint


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a b", "-x", "x" * 101, "naïve", "a\n", "a\\b", "/tmp/x"])
def test_names_that_are_no_names_are_refused(name: str) -> None:
    with pytest.raises(RequestError, match="is no name for a predictor"):
        registry.check_name(name)


def test_the_one_in_use_is_what_default_stands_for_until_it_is_gone(kept: Path) -> None:
    folder = kept.parent
    assert registry.resolve(folder, "default") == "youtube-trending"
    registry.use(folder, "mine")
    assert registry.resolve(folder, "default") == "mine"
    assert registry.names(folder) == ["youtube-trending", "neighbours", "mine"]
    with pytest.raises(RequestError, match="there is no predictor 'mime'") as raised:
        registry.use(folder, "mime")
    assert "'mine'" in raised.value.hint
    assert registry.in_use(folder) == "mine"
    shutil.rmtree(kept)
    with pytest.raises((RequestError, MissingError), match="'mine'"):
        registry.check_predictor(folder, registry.resolve(folder, "default"))
    registry.use(folder, "youtube-trending")
    assert registry.in_use(folder) == "youtube-trending"


# learning once more from what chose


def test_a_refit_learns_from_the_validation_videos_too_and_keeps_what_they_chose(made: Trained) -> None:
    given, again = material(), fit("mine", material(), replace(QUICK, refit=True), None, Silent()).fitted
    chosen, known = made.fitted, {*given.split.train, *given.split.valid}
    assert {given.ids[row] for row in known} == set(again.bank.ids)
    assert set(chosen.bank.ids) < set(again.bank.ids)
    assert again.blend.weights == chosen.blend.weights
    assert again.scale == chosen.scale
    assert again.facts.measures[:-1] == chosen.facts.measures[:-1]
    assert NOTE in again.facts.notes
    test = given.drafts(given.split.test)
    assert not np.array_equal(again.predict(test), chosen.predict(test))
    labels = given.labels[given.split.test]
    assert measure(again.predict(test), labels).nmse < measure(chosen.predict(test), labels).nmse + 0.1


def test_a_refit_that_was_cut_off_goes_on_to_the_same_predictor(tmp_path: Path) -> None:
    recipe = replace(QUICK, refit=True)
    whole = fit("mine", material(), recipe, tmp_path, Silent()).fitted
    assert {path.name for path in tmp_path.glob("*.safetensors")} == {
        "network-1.safetensors", "refit-network-1.safetensors"
    }  # fmt: skip
    again = fit("mine", material(), recipe, tmp_path, Silent()).fitted
    drafts = material().drafts(np.arange(20))
    np.testing.assert_array_equal(whole.predict(drafts), again.predict(drafts))


@pytest.mark.parametrize(
    ("config", "members", "expected"),
    [
        (MMRAConfig("reference"), ("network",), "MMRA's network as published"),
        (MMRAConfig("popcorn"), ("network",), "retrieval network, text only"),
        (
            MMRAConfig("popcorn", frame_dimension=8),
            ("network", "neighbours", "lexical", "tuned"),
            "retrieval network beside nearest videos, words and a tuned encoder, text and frames",
        ),
    ],
)
def test_what_a_predictor_is_is_said_in_a_few_words(
    config: MMRAConfig, members: tuple[str, ...], expected: str
) -> None:
    assert kind_of(config, Blend(tuple((name, 0.2) for name in members), 0.0)) == expected
