from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from popcorn.tools.popularity.standing import (
    NO_EVIDENCE,
    OLDER,
    brief_rank,
    briefly,
    comments,
    place,
    read_score,
    reasons,
    standing,
    whole,
)
from popcorn.tools.popularity.types import Interval, Score

KNOWN = Score(
    10.0, 1024.0, "748 trending YouTube videos", "mine", True, 62.3, 25.2, 89.6, Interval(8.0, 12.0, 0.8),
    basis=("title",),
)  # fmt: skip
UNKNOWN = Score(10.0, 1024.0, "748 videos", "mine", no_evidence=("it is in Thai", "it learned from YouTube"))


def test_a_standing_is_a_best_guess_with_its_range() -> None:
    assert standing(KNOWN) == "best guess: the 62nd of 100 such videos, likely between the 25th and the 90th"
    assert whole(KNOWN) == f"{standing(KNOWN)}; against 748 trending YouTube videos"
    assert briefly(KNOWN) == "the 62nd of 100"
    assert reasons(KNOWN) == ""


def test_without_evidence_every_sentence_says_so_and_names_no_number() -> None:
    assert standing(UNKNOWN) == briefly(UNKNOWN) == brief_rank(None) == NO_EVIDENCE
    assert whole(UNKNOWN) == "no evidence: it is in Thai; it learned from YouTube"
    assert comments(UNKNOWN) == ""


@pytest.mark.parametrize(
    ("rank", "ordinal"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (42.4, "42nd"), (52.5, "53rd"), (61.5, "62nd"), (0.2, "1st"), (99.8, "99th"), (90, "90th")],
)  # fmt: skip
def test_ordinals_are_those_of_english_and_never_the_0th_or_the_100th(rank: float, ordinal: str) -> None:
    assert place(rank) == ordinal


def test_comments_come_with_the_range_that_holds_most() -> None:
    assert comments(KNOWN) == "about 1,024 comments at the time of those videos; 80% of such got 256 to 4,096"


def test_a_score_is_read_out_of_json_as_it_was() -> None:
    assert read_score(asdict(KNOWN)) == KNOWN
    assert read_score(asdict(UNKNOWN) | {"of_a_newer_popcorn": 1}) == UNKNOWN


def test_a_score_of_an_older_popcorn_has_no_rank_and_says_why() -> None:
    older = {
        "log2_comments": 10.0, "comments": 1024.0, "percentile": 90.0, "against": "872 videos", "predictor": "p",
        "interval": {"low": 8.0, "high": 12.0, "coverage": 0.8}, "basis": ["title"], "illustrative": False,
        "notices": [],
        "title_similarity": 0.2, "learned_from": "videos", "unknown_tag": "",
    }  # fmt: skip
    found = read_score(older)
    assert (found.percentile, found.interval, found.comments) == (None, None, 1024.0)
    assert whole(found) == f"no evidence: {OLDER}"


def test_a_rank_needs_evidence() -> None:
    assert replace(KNOWN, evidence=False).percentile is None
