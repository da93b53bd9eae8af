"""The built-in sample catalogue: what a first run works with."""

import json
import statistics
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from popcorn.agent.wiring.workshop import Workshop
from popcorn.settings import load_settings
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.references.sample import ENCODER, read_sample, read_vectors

Row = dict[str, str | int]

COLUMNS = {
    "id",
    "title",
    "description",
    "cover_description",
    "tag",
    "comments",
    "likes",
    "views",
    "split",
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    text = (files("popcorn.tools.references") / "sample.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_the_sample_holds_enough_references_over_enough_tags(rows: list[Row]) -> None:
    assert len(rows) >= 260
    counts = Counter(row["tag"] for row in rows)
    assert len(counts) >= 13
    assert min(counts.values()) >= 15
    assert {"Delicacy", "Anime", "Game", "Daily Sharing", "Film and Television Works"} <= set(counts)


def test_every_row_has_every_column_and_no_empty_text(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if set(row) != COLUMNS] == []
    texts = [(row["id"], value) for row in rows for value in row.values() if isinstance(value, str)]
    assert [(id_, text) for id_, text in texts if not text or text != " ".join(text.split())] == []


def test_ids_titles_and_descriptions_are_unique(rows: list[Row]) -> None:
    for column in ("id", "title", "description"):
        repeated = [value for value, count in Counter(str(row[column]).casefold() for row in rows).items() if count > 1]
        assert repeated == [], column


def test_figures_are_positive_and_consistent(rows: list[Row]) -> None:
    odd = [row["id"] for row in rows if not 1 <= int(row["comments"]) < int(row["likes"]) < int(row["views"])]
    assert odd == []


def test_every_tag_is_in_both_splits_and_about_three_fifths_are_for_training(rows: list[Row]) -> None:
    for tag in {row["tag"] for row in rows}:
        splits = Counter(row["split"] for row in rows if row["tag"] == tag)
        assert set(splits) == {"train", "valid"}
        assert 0.5 <= splits["train"] / splits.total() <= 0.7, tag


def test_counts_spread_like_those_of_real_platforms(rows: list[Row]) -> None:
    """A long tail: the mean lies far above the median, and few videos have most of the comments."""
    comments = sorted(int(row["comments"]) for row in rows)
    assert comments[0] <= 5
    assert 5_000 <= comments[-1] <= 20_000
    assert sum(comments[-len(comments) // 10 :]) > 0.5 * sum(comments)
    assert statistics.mean(comments) > 3 * statistics.median(comments)


def test_no_opening_is_worn_out(rows: list[Row]) -> None:
    openings = Counter(" ".join(str(row["title"]).casefold().split()[:3]) for row in rows)
    assert openings.most_common(1)[0][1] <= 3


def test_the_shipped_vectors_are_what_the_encoder_gives() -> None:
    references, vectors = read_sample(), read_vectors()
    assert vectors.shape == (len(references), 384)
    some = range(0, len(references), 25)
    encoded = open_encoder(ENCODER).encode([references[row].text for row in some])
    assert (encoded * vectors[list(some)]).sum(axis=1).min() > 0.9999


def test_the_first_use_of_the_sample_embeds_nothing(tmp_path: Path) -> None:
    catalogue = Workshop().catalogue(load_settings(home=tmp_path, encoder=ENCODER))
    assert len(catalogue) == len(read_sample())
    assert catalogue.manifest.encoder == ENCODER
    assert abs(catalogue.vectors - read_vectors()).max() == 0
