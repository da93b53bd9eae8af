"""Tables of drafts and of their scores."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from popcorn.errors import RequestError
from popcorn.tools.popularity.tables import COLUMNS, Row, read_drafts, write_scores
from popcorn.tools.popularity.types import Interval, Score, Subject

JUDGED = Score(
    log2_comments=10.25,
    comments=1217.75,
    against="8,329 videos",
    predictor="mine",
    evidence=True,
    percentile=62.5,
    percentile_low=25.0,
    percentile_high=90.125,
    interval=Interval(7.5, 13.0, 0.8),
    basis=("title", "tag"),
)
DOUBTED = Score(3.0, 8.0, "8,329 videos", "mine", no_evidence=("it is a single word",), basis=("title",))


def test_a_line_says_rank_and_range_or_that_there_is_no_evidence(tmp_path: Path) -> None:
    rows = [Row(2, "a", Subject("one")), Row(3, "b", Subject("two"))]
    write_scores(tmp_path / "scores.csv", rows, [JUDGED, DOUBTED])
    with (tmp_path / "scores.csv").open(newline="") as file:
        header, first, second = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert first == [
        "a", "10.25", "1217.75", "62.5", "25", "90.125", "8,329 videos", "yes", "7.5", "13", "0.8", "title+tag", "mine"
    ]  # fmt: skip
    assert second == ["b", "3", "8", "", "", "", "8,329 videos", "none", "", "", "", "title", "mine"]


def test_a_draft_may_bring_its_request_and_its_platform(tmp_path: Path) -> None:
    table = tmp_path / "drafts.csv"
    table.write_text("video_id,title,request,platform\na,One,about one,youtube\nb,Two,,\n")
    assert [row.subject for row in read_drafts(table)] == [
        Subject("One", request="about one", platform="youtube"),
        Subject("Two"),
    ]


def test_a_table_without_titles_is_refused_with_the_columns_there_may_be(tmp_path: Path) -> None:
    (tmp_path / "drafts.csv").write_text("video_id,headline\na,One\n")
    with pytest.raises(RequestError, match="has no column 'title'; it has 'video_id', 'headline'") as refused:
        read_drafts(tmp_path / "drafts.csv")
    assert refused.value.hint == (
        "The columns are video_id, title, tag, prompt, video, request, platform; all but the first two may be left out."
    )
