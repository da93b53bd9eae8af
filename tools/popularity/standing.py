"""How a draft would do among real videos, in words: the one place where a score becomes a sentence.

Ranks are counted from the least to the most commented of 100 such videos. Where the predictor cannot judge a draft,
every sentence says so in place of a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from .types import Interval, Score

NO_EVIDENCE = "no evidence"
OLDER = "an older Popcorn scored it, whose ranks were among predictions and not among real videos"
OUT_OF_THE_BOX = (
    "no evidence for short videos: what ships learned from trending YouTube titles and web headlines; a catalogue of "
    "your own changes that in about 15 minutes: popcorn references import FILE --name mine, then popcorn predictor "
    "train --data mine --name mine"
)
"""What is said of the models that ship where a short video is drafted, and what would change it."""
_FIRST, _LAST = 1, 99
"""Nobody is the 0th of 100, and no prediction is sure of the 100th."""


class Rank(NamedTuple):
    """The expected rank of a draft's label among the real labels of a set, in hundredths, with its range."""

    best: float
    low: float
    high: float


def rank_of(score: Score) -> Rank | None:
    """The score's rank; None where the predictor cannot judge the draft."""
    if score.percentile is None or score.percentile_low is None or score.percentile_high is None:
        return None
    return Rank(score.percentile, score.percentile_low, score.percentile_high)


def standing(score: Score) -> str:
    """`best guess: the 62nd of 100 such videos, likely between the 25th and the 90th`, or that there is no evidence."""
    rank = rank_of(score)
    if rank is None:
        return NO_EVIDENCE
    low, high = place(rank.low), place(rank.high)
    return f"best guess: the {place(rank.best)} of 100 such videos, likely between the {low} and the {high}"


def briefly(score: Score) -> str:
    """`the 62nd of 100`, or `no evidence`."""
    return brief_rank(score.percentile)


def brief_rank(rank: float | None) -> str:
    """A rank in three words; None is `no evidence`."""
    return NO_EVIDENCE if rank is None else f"the {place(rank)} of 100"


def reasons(score: Score) -> str:
    """Why the predictor cannot judge the draft; empty where it can."""
    return "" if score.evidence else "; ".join(score.no_evidence) or OLDER


def whole(score: Score) -> str:
    """The standing with the set that it is of, or with the reasons why there is none."""
    if why := reasons(score):
        return f"{NO_EVIDENCE}: {why}"
    return f"{standing(score)}; against {score.against}"


def comments(score: Score) -> str:
    """The predicted comments with the range that held most of such videos; empty where there is no evidence.

    Ranks keep for another year, counts do not: the sentence is about the videos that were learned from.
    """
    if score.interval is None:
        return ""
    low, high = count(2**score.interval.low), count(2**score.interval.high)
    held = f"{score.interval.coverage:.0%} of such got {low} to {high}"
    return f"about {count(score.comments)} comments at the time of those videos; {held}"


def count(number: float) -> str:
    """A count of comments: `1,024`, or `3.4` where it is small."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")


def place(rank: float) -> str:
    """A rank as an ordinal from 1st to 99th."""
    number = min(max(math.floor(rank + 0.5), _FIRST), _LAST)
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def read_score(data: Mapping[str, Any]) -> Score:
    """A score out of JSON; one that an older Popcorn wrote has no evidence, and a newer one's other fields are left."""
    known = {one.name for one in fields(Score)}
    given = {name: value for name, value in data.items() if name in known}
    interval = given.get("interval")
    return Score(**given | {"interval": Interval(**interval) if interval else None})
