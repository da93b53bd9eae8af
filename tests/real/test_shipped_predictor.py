"""The predictor that ships: what it is made of, and how good it is on channels that it has not seen."""

from __future__ import annotations

import csv
import importlib
import json
import pickletools
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from popcorn.errors import PredictionError
from popcorn.tools.popularity.calibration import fit_scale
from popcorn.tools.popularity.evaluation.baselines import BASELINES
from popcorn.tools.popularity.evaluation.report import evaluate
from popcorn.tools.popularity.measures import measure
from popcorn.tools.popularity.memory_bank import MemoryBank, popularity
from popcorn.tools.popularity.neighbourhood import NO_TAG, predict, shortlist
from popcorn.tools.popularity.neighbours import fit_neighbours
from popcorn.tools.popularity.reliability import Reliability, reliability
from popcorn.tools.popularity.shipped import shipped_folder
from popcorn.tools.popularity.shipped.build import KEPT, Video, merged, read_categories, read_table
from popcorn.tools.popularity.trained.drafts import Drafts
from popcorn.tools.popularity.trained.fitted import FittedPredictor
from popcorn.tools.popularity.trained.hashed_words import BUCKETS
from popcorn.tools.popularity.trained.material import Split, split_rows
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.trained.store import open_trained
from popcorn.tools.popularity.trained.word_vectors import WordVectors
from popcorn.tools.popularity.types import Subject
from safetensors.numpy import load_file
from sklearn.linear_model import Ridge

TABLES = ("USvideos_unique_2017-2018.csv", "GBvideos_unique_2017-2018.csv")
LARGEST = 13_000_000


@dataclass(frozen=True)
class Shipped:
    """The predictor with the videos it was made from."""

    fitted: FittedPredictor
    videos: Sequence[Video]
    split: Split
    drafts: Drafts
    labels: np.ndarray
    predictions: np.ndarray


@pytest.fixture(scope="module")
def videos(test_data: Path) -> Sequence[Video]:
    folder = test_data / "youtube_trending"
    names = read_categories(folder / "US_category_id.json")
    return merged([video for table in TABLES for video in read_table(folder / table, names)])


@pytest.fixture(scope="module")
def shipped(videos: Sequence[Video], default_encoder: Any) -> Shipped:
    """Of the split as it was made, with vectors of the videos kept apart only."""
    labels = popularity(np.array([video.comments for video in videos], dtype=float))
    split = split_rows([video.id for video in videos], labels, (), [video.channel for video in videos])
    apart = [videos[row] for row in split.test]
    vectors = default_encoder.encode([video.title for video in apart])
    titles, tags = tuple(video.title for video in apart), tuple(video.category for video in apart)
    drafts = Drafts(titles, tags, vectors, vectors, encode=WordVectors(default_encoder))
    fitted = open_trained(shipped_folder())
    return Shipped(fitted, videos, split, drafts, labels[split.test], fitted.predict(drafts))


@pytest.fixture(scope="module")
def predictor(shipped: Shipped, default_encoder: Any) -> TrainedPredictor:
    return TrainedPredictor(shipped.fitted, default_encoder)


# what it is made of


def test_it_is_small_enough_and_holds_weights_and_words_about_them() -> None:
    files = [path for path in shipped_folder().iterdir() if path.is_file() and path.suffix != ".py"]
    assert sorted(path.suffix for path in files) == [".json", ".md", ".safetensors", ".safetensors", ".svg"]
    assert sum(path.stat().st_size for path in files) <= LARGEST
    for path in files:
        with pytest.raises(ValueError, match=r"."):
            list(pickletools.genops(path.read_bytes()))


def test_it_ships_no_title(videos: Sequence[Video]) -> None:
    (weights,) = shipped_folder().glob("mmra-*.safetensors")
    arrays = load_file(weights)
    words = arrays.pop("plain_words")  # a bit a bucket
    assert words.nbytes == BUCKETS // 8
    texts = [array.tobytes().decode() for array in arrays.values() if array.dtype == np.uint8]
    texts += [path.read_text() for path in shipped_folder().glob("*.json")]
    texts += [path.read_text() for path in shipped_folder().glob("*.md")]
    whole = "\n".join(texts).casefold()
    runs = {" ".join(words[:4]) for video in videos if len(words := video.title.casefold().split()) >= 4}
    assert len(runs) > 5000
    assert [run for run in runs if run in whole] == []
    raw = weights.read_bytes()
    assert [video.title for video in videos[::150] if len(video.title) > 12 and video.title.encode() in raw] == []
    assert [video.channel for video in videos[::150] if len(video.channel) > 8 and video.channel in whole] == []


def test_its_bank_is_the_training_part_each_video_once_and_no_channel_is_on_both_sides(shipped: Shipped) -> None:
    ids = shipped.fitted.bank.ids
    assert len(set(ids)) == len(ids)
    assert set(ids) == {shipped.videos[row].id for row in shipped.split.train}
    learned = {shipped.videos[row].channel for row in [*shipped.split.train, *shipped.split.valid]}
    assert learned.isdisjoint({shipped.videos[row].channel for row in shipped.split.test})
    assert len(shipped.split.test) > 500


def test_its_labels_are_the_largest_count_of_both_tables(shipped: Shipped, test_data: Path) -> None:
    counts: dict[str, int] = {}
    for table in TABLES:
        with (test_data / "youtube_trending" / table).open(encoding="utf-8", errors="replace", newline="") as opened:
            for row in csv.DictReader(opened):
                counts[row["video_id"]] = max(counts.get(row["video_id"], 0), int(row["comment_count"]))
    bank = shipped.fitted.bank
    expected = np.log2([counts[known] for known in bank.ids])
    assert np.isfinite(expected).all(), "a video whose comments may have been disabled was learned from"
    assert bank.labels == pytest.approx(expected, abs=1e-5)


def test_a_video_in_both_tables_counts_once_and_one_without_comments_not_at_all(tmp_path: Path) -> None:
    header = "video_id,title,channel_title,category_id,comment_count\n"
    (tmp_path / "a.csv").write_text(header + "x,One,Chan,10,5\ny,Two,Chan,99,0\nz,Three,Chan,10,\nw, ,Chan,10,8\n")
    (tmp_path / "b.csv").write_text(header + "x,One again,Chan,10,9\ny,Two,Chan,10,4\n")
    found = merged([video for name in ("a.csv", "b.csv") for video in read_table(tmp_path / name, {"10": "Music"})])
    assert found == [Video("x", "One again", "Chan", "Music", 9), Video("y", "Two", "Chan", "Music", 4)]


def test_its_card_and_its_command_say_where_it_comes_from() -> None:
    card = (shipped_folder() / "card.md").read_text()
    for fact in ("6,709", "YouTube", "2017", "2018", "title alone", "kept apart"):
        assert fact in card, fact
    command = [sys.executable, "-m", "popcorn.tools.popularity.shipped.build", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout
    assert "--categories" in told
    assert "datasnaek/youtube-new" in told


def test_its_card_says_how_it_can_be_made_again() -> None:
    card = (shipped_folder() / "card.md").read_text()
    assert "popcorn.tools.popularity.shipped.build" in card
    assert "datasnaek/youtube-new" in card


def test_its_manifest_does_not_name_any_place_on_a_disk() -> None:
    text = (shipped_folder() / "manifest.json").read_text()
    assert json.loads(text)["facts"]["origin"]["source"] == "trending YouTube videos of 2017-2018"
    assert not re.search(r"(^|[\s\"'`(])/\w", text), "an absolute path"


# how good it is


def test_it_orders_channels_it_has_not_seen_better_than_the_neighbours_do(shipped: Shipped) -> None:
    own = measure(shipped.predictions, shipped.labels)
    untagged = shipped.drafts.untagged()
    assert own.src > measure(BASELINES["50 nearest"](shipped.fitted.bank, untagged), shipped.labels).src
    fitted = fit_neighbours(shipped.fitted.bank)
    near = shortlist(fitted.bank, np.asarray(shipped.drafts.retrieval, np.float32))
    weighed = predict(fitted.bank, near, np.full(len(untagged), NO_TAG), fitted.settings)
    assert own.src > measure(weighed, shipped.labels).src
    assert own.nmse < 0.88
    assert own.src > 0.36


def test_its_figures_are_those_that_its_card_names(shipped: Shipped) -> None:
    own = measure(shipped.predictions, shipped.labels)
    name, *figures = shipped.fitted.facts.measures[-1]
    assert "kept apart" in name
    assert (own.nmse, own.src, own.mae) == pytest.approx(figures, abs=0.003)
    ends = [f"[{low:.2f}, {high:.2f}]" for _, low, high in shipped.fitted.facts.tested]
    told = " | ".join(f"{figure:.3f} {interval}" for figure, interval in zip(figures, ends, strict=True))
    assert f"| {name} | {told} |" in (shipped_folder() / "card.md").read_text()


def test_the_ranks_it_shows_are_those_that_videos_of_channels_it_has_not_seen_have(shipped: Shipped) -> None:
    found = evaluate(shipped.fitted, shipped.drafts, shipped.labels, "test", baselines=False)
    assert found.reliability is not None
    assert 0.85 < found.reliability.slope < 1.3
    assert found.reliability.error < found.reliability.error_of_50 - 1.5
    assert found.reliability.range_holds == pytest.approx(0.8, abs=0.04)
    assert found.reliability.interval_holds == pytest.approx(0.8, abs=0.04)
    own, shuffled = found.lines
    assert shuffled.measures.nmse > own.measures.nmse + 0.1


def test_a_category_changes_nothing_and_alone_is_not_enough(predictor: TrainedPredictor) -> None:
    plain, tagged = predictor.score(
        [Subject("My best pasta recipe yet"), Subject("My best pasta recipe yet", tag="Music")]
    )
    assert (plain.percentile, plain.log2_comments) == (tagged.percentile, tagged.log2_comments)
    assert plain.basis == tagged.basis == ("title",)
    assert tagged.unknown_tag == "Music"
    assert plain.against == "8,329 trending YouTube videos of 2017-2018"
    with pytest.raises(PredictionError):
        predictor.score([Subject("", tag="Music")])


def test_a_prompt_changes_nothing(predictor: TrainedPredictor) -> None:
    plain, shot = predictor.score(
        [
            Subject("My best pasta recipe yet"),
            Subject("My best pasta recipe yet", "An empty white room, nothing moves."),
        ]
    )
    assert (shot.log2_comments, shot.basis) == (plain.log2_comments, ("title",))


@pytest.mark.parametrize(
    "title",
    [
        "🍜🍜🍜",
        "你好世界",
        "مرحبا بالعالم",
        "नमस्ते दुनिया",
        "¿Cómo hacer pan en casa sin horno?",
        "a" * 5000,
        "word " * 3000,
        "\u202e!?",
        "\udcff",
        "_",
        "lol",
        "BTS BTS BTS BTS BTS",
    ],
    ids=str.strip,
)
def test_titles_of_other_countries_and_of_none_are_predicted_and_not_judged(
    predictor: TrainedPredictor, title: str
) -> None:
    (found,) = predictor.score([Subject(title, tag="Unknown category")])
    assert 0 <= found.log2_comments < 20
    assert not found.evidence
    assert found.no_evidence
    assert "tag" not in found.basis


def test_real_titles_of_channels_it_has_not_seen_are_judged_but_for_three_in_a_hundred(
    predictor: TrainedPredictor, shipped: Shipped
) -> None:
    found = predictor.batch([Subject(title) for title in shipped.drafts.titles])
    assert np.mean([not one.evidence for one in found]) <= 0.03


def test_texts_that_are_no_titles_are_not_judged(predictor: TrainedPredictor) -> None:
    for kind, texts in benchmark("domain").no_titles().items():
        found = predictor.batch([Subject(text) for text in texts[::2]])
        assert np.mean([not one.evidence for one in found]) >= 0.95, kind


def test_no_template_no_name_and_no_other_language_lifts_a_title(predictor: TrainedPredictor) -> None:
    """Of a third of the topics; the benchmark has them all."""
    logan_paul = benchmark("logan_paul")
    for request in (False, True):
        found = logan_paul.measure(predictor, logan_paul.TOPICS[::3], request=request)
        assert np.nanmax(found.best_of_each()) < 5
        assert np.nanmax(found.by_template()) < 5
        assert np.mean(np.isfinite(found.plain)) > 0.8


def benchmark(name: str) -> Any:
    """A program of the folder `benchmarks`, which imports its neighbours by their bare names and is in no package."""
    folder = str(Path(__file__).parents[2] / "benchmarks")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)


def test_stuffing_a_title_with_its_best_words_does_not_lift_it_without_limit(
    predictor: TrainedPredictor, shipped: Shipped
) -> None:
    best = shipped.drafts.titles[int(np.argmax(shipped.predictions))]
    once, often = predictor.score([Subject(best), Subject(" ".join([best] * 20))])
    assert often.log2_comments < once.log2_comments + 1.5


# another time


def test_ranks_keep_for_another_part_of_those_years_and_counts_do_not(shipped: Shipped, test_data: Path) -> None:
    """What its card says of both, by a ridge on its bank's vectors: early to late and late to early, other channels."""
    published: dict[str, str] = {}
    for table in TABLES:
        with (test_data / "youtube_trending" / table).open(encoding="utf-8", newline="") as opened:
            published |= {row["video_id"]: row["publish_time"][:10] for row in csv.DictReader(opened)}
    bank, channel_of = shipped.fitted.bank, {video.id: video.channel for video in shipped.videos}
    days = np.array([published[known] for known in bank.ids])
    channels = np.unique([channel_of[known] for known in bank.ids], return_inverse=True)[1]
    ranges, counts = [], []
    for before, after in (("2018-01-15", "2018-04-01"), ("2018-02-01", "2018-03-01"), ("2018-01-01", "2018-02-01")):
        early, late = days < before, days >= after
        for learned, read in ((early, late), (late, early)):
            other = read & ~np.isin(channels, channels[learned])
            found = _read_elsewhere(bank, channels, np.flatnonzero(learned), np.flatnonzero(other))
            ranges.append(found.range_holds)
            counts.append(found.interval_holds)
    said = next(note for note in shipped.fitted.facts.notes if note.startswith("ranks keep, counts do not"))
    lowest, highest, few, most = (int(share) for share in re.findall(r"(\d+)%", said))
    assert (round(100 * min(ranges)), round(100 * max(ranges))) == (lowest, highest)
    assert (round(100 * min(counts)), round(100 * max(counts))) == (few, most)
    assert all(0.76 <= one <= 0.84 for one in ranges)


def _read_elsewhere(bank: MemoryBank, channels: np.ndarray, learned: np.ndarray, read: np.ndarray) -> Reliability:
    """Videos `read` by a scale of `learned` ones, each predicted by four fifths of the other channels."""
    part = np.random.default_rng(0).permutation(channels.max() + 1)[channels[learned]] % 5
    held_out = np.empty(len(learned))
    for number in range(5):
        model = Ridge(3.0).fit(bank.vectors[learned[part != number]], bank.labels[learned[part != number]])
        held_out[part == number] = model.predict(bank.vectors[learned[part == number]])
    scale = fit_scale(held_out, bank.labels[learned], kept=KEPT)
    predicted = Ridge(3.0).fit(bank.vectors[learned], bank.labels[learned]).predict(bank.vectors[read])
    return reliability([scale.read(float(one)) for one in predicted], bank.labels[read])
