"""How comments grow with a video's age, so that counts at different ages can be read as counts at one.

The share of its comments that a video has at an age of a days is taken for 1 / (1 + (half / a) ** steepness), on the
scale of log2 a plain addition (as views and votes are in Szabo and Huberman, Commun. ACM 53(8), 2010). Where somebody's
own videos were counted at several ages `half` is learned from these; else it is that of 855 YouTube videos that were
trending both in the United States and in Great Britain, on different days of 2017 and 2018 (Kaggle
datasnaek/youtube-new, CC0): benchmarks/feedback.py fits it and measures how far off it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .types import Count

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF, STEEPNESS = 0.5, 0.55
"""Days after which half of the comments are there, and how steeply they come, of the videos above."""
_SPREAD, _SPREAD_PER_GROWTH = 0.05, 0.6
"""Standard error in log2 of a count that is brought to another age, and what each doubling on the way adds to it."""
MOST_GROWTH = 1.0
"""Doublings between a count and the horizon beyond which the count says too little."""
FEWEST = 10
"""Videos with counts at two ages from which on their own growth is learned."""
_APART, _NOTICEABLE = 1.3, 10  # ages that are nearer to each other, and smaller counts, say nothing of growth
_HALVES = np.geomspace(0.02, 60, 120)
_RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Growth:
    """A growth curve, and where it is from."""

    half: float = HALF
    """Days after which half of the comments are there."""
    low: float | None = None
    """The ends of the 95 % interval of `half`, drawn by video; None of the published curve."""
    high: float | None = None
    videos: int = 0
    """How many of one's own videos it was learned from; 0 of the published curve."""

    def log2_growth(self, start: float, end: float) -> float:
        """Doublings between two ages in days, below 0 where the end is the earlier one."""
        return _level(end, self.half) - _level(start, self.half)

    def told(self) -> str:
        """Where it is from, in a sentence for people."""
        if not self.videos:
            return (
                f"counts are brought to one age by the growth of 855 trending YouTube videos (half of the comments "
                f"after {self.half:g} days), which are not your videos: fewer than {FEWEST} of yours were counted "
                "at two ages"
            )
        own = f"counts are brought to one age by the growth of {self.videos} of your videos: half of the comments after"
        if self.high is not None and self.high >= _HALVES[-1]:
            return f"{own} {self.low:.2g} days or more, as far as these counts can tell"
        return f"{own} {self.half:.2g} days, likely between {self.low:.2g} and {self.high:.2g}"


@dataclass(frozen=True, slots=True)
class Label:
    """What a video drew, or would have drawn, at the horizon."""

    log2_comments: float
    error: float
    """Its standard error from the change of age, in log2; 0 where it was counted at that age."""
    age_days: float
    """The age of the count that it rests on most."""


def label_at(counts: Sequence[Count], horizon: float, growth: Growth) -> Label | None:
    """The label of counts by age at `horizon` days; None where all of them are too far from it.

    Between two counts it is read off the curve that goes through both.
    """
    before = max((one for one in counts if one.age_days <= horizon), key=lambda one: one.age_days, default=None)
    after = min((one for one in counts if one.age_days >= horizon), key=lambda one: one.age_days, default=None)
    sides = [_brought(one, horizon, growth) for one in (before, after) if one is not None]
    if not sides:
        return None
    nearest = min(sides, key=lambda one: one.error)
    if before and after and before is not after:
        whole = growth.log2_growth(before.age_days, after.age_days)
        part = growth.log2_growth(before.age_days, horizon) / whole if whole else 0.5  # ages that no double tells apart
        between = (1 - part) * _log2(before) + part * _log2(after)
        return Label(between, nearest.error, nearest.age_days)
    most = _SPREAD + _SPREAD_PER_GROWTH * MOST_GROWTH
    return nearest if nearest.error <= most else None


def ready_at(horizon: float, growth: Growth) -> float:
    """The age in days from which on a count can be brought to the horizon."""
    ages = np.geomspace(1e-3, horizon, 2_000)
    far = [float(age) for age in ages if growth.log2_growth(float(age), horizon) <= MOST_GROWTH]
    return far[0] if far else horizon


def learned_growth(series: Sequence[Sequence[Count]], seed: int = 0) -> Growth:
    """The growth of videos with counts at several ages; the published one where these are too few."""
    pairs = [found for found in map(_ends, series) if found is not None]
    if len(pairs) < FEWEST:
        return Growth()
    errors = np.stack([_errors(younger, older) for younger, older in pairs])
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), _RESAMPLES) @ errors
    low, high = np.quantile(_HALVES[drawn.argmin(axis=1)], (0.025, 0.975)).tolist()
    return Growth(float(_HALVES[np.argmin(errors.sum(axis=0))]), low, high, len(pairs))


def _brought(count: Count, horizon: float, growth: Growth) -> Label:
    if count.age_days == horizon:
        return Label(_log2(count), 0.0, count.age_days)
    change = growth.log2_growth(count.age_days, horizon)
    moved = max(0.0, _log2(count) + change) if count.comments else 0.0
    return Label(moved, _SPREAD + _SPREAD_PER_GROWTH * abs(change), count.age_days)


def _ends(counts: Sequence[Count]) -> tuple[Count, Count] | None:
    """The youngest and the oldest count that say something of growth."""
    told = [one for one in counts if one.comments >= _NOTICEABLE]
    if len(told) < 2 or told[-1].age_days < _APART * told[0].age_days:
        return None
    return told[0], told[-1]


def _errors(younger: Count, older: Count) -> NDArray[np.float64]:
    """How far each half (H,) is from what a video did, in log2."""
    expected = [_level(older.age_days, half) - _level(younger.age_days, half) for half in _HALVES.tolist()]
    return np.abs(_log2(older) - _log2(younger) - np.array(expected))


def _level(age: float, half: float) -> float:
    """log2 of the share of its comments that a video has at an age."""
    return -math.log2(1 + (half / age) ** STEEPNESS)


def _log2(count: Count) -> float:
    """No comment counts as one, as everywhere."""
    return math.log2(max(1, count.comments))
