"""The honest scale: what a predictor's predictions on videos kept apart say about the rank and count of a new one.

A prediction and the label that it is of are taken for two readings of one normal pair (a Gaussian copula): where a
prediction stands among the held-out predictions, as a normal score u, moves the label's normal score by `association`
times u, and what is left over is measured. So the expected rank is 100 * Phi(association * u / sqrt(2 -
association ** 2)): one number is fitted, the scale rises with the prediction, never reaches 0 or 100, and says "the
50th" when the predictions order nothing. The ends of the range come from the leftovers with the finite-sample
correction of split conformal prediction (Lei et al., JASA 113, 2018), each end by itself, because they are skewed; the
interval of log2(comments) is the same range read off the labels. It all holds for drafts that are like those videos:
`domain` says which are not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from .types import Interval, Score

if TYPE_CHECKING:
    from numpy.typing import NDArray

COVERAGE = 0.8
FEWEST = 50
"""Held-out videos below which nothing is said about ranks: coverage could be 6 points off and nobody would know."""
ENDS = (1.0, 99.0)
"""No rank and no end of a range lies outside: a hundredth of the videos is more than these models can tell apart."""
_KNOTS = 200
_SURE = 1.64  # standard errors that the association must lie above nought: with 95 % confidence on one side
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Reading:
    """A prediction on the scale."""

    rank: float
    """The expected rank of the label among the labels of the videos kept apart, from 1 to 99."""
    low: float
    high: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Scale:
    """A monotone map from predictions to expected ranks, ranges and intervals; `fit_scale` makes it."""

    videos: int
    """How many real labels the rank is among."""
    predictions: tuple[float, ...]
    """Held-out predictions, evenly spaced in rank, each once."""
    scores: tuple[float, ...]
    """Their normal scores."""
    labels: tuple[float, ...]
    """Held-out labels, evenly spaced in rank."""
    association: float
    """How much of a prediction's normal score is expected of the label's, from 0 to below 1."""
    low: float
    high: float
    """What the label's normal score adds to what is expected of it, at the ends of the range."""
    coverage: float
    """The share of labels that a range holds."""
    reason: str = ""
    """Why the scale says nothing, a clause for people; empty where it does."""
    shift: float = 0.0
    """What is added to a prediction, in log2, before it is read and shown: how much more the videos drew than was
    predicted of them. 0 for videos of the set that the predictor learned from."""
    against: str = ""
    """The set of videos whose labels the rank is among; empty where these are of the set that the predictor learned
    from."""

    def read(self, prediction: float) -> Reading:
        """What a prediction says. Raises ValueError where the scale says nothing."""
        if self.reason:
            raise ValueError(self.reason)
        expected = self.association * float(np.interp(prediction, self.predictions, self.scores))
        rank = _NORMAL.cdf(expected / math.sqrt(2 - self.association**2))
        low, high = (_NORMAL.cdf(expected + end) for end in (self.low, self.high))
        places = (np.arange(len(self.labels)) + 0.5) / len(self.labels)
        bottom, top = (float(np.interp(end, places, self.labels)) for end in (low, high))
        # where predictions are far too careful the label is expected beyond them: no interval leaves its prediction out
        interval = Interval(min(bottom, prediction), max(top, prediction), self.coverage)
        return Reading(_inside(rank), _inside(low), _inside(high), interval)


def no_scale(reason: str) -> Scale:
    """A scale that says nothing, and why."""
    return Scale(0, (), (), (), 0.0, 0.0, 0.0, 0.0, reason)


def judged(score: Score, scale: Scale, doubts: Sequence[str]) -> Score:
    """The score with its rank, range and interval; without them, and with the reasons, where there are doubts."""
    reasons = (*doubts, *((scale.reason,) if scale.reason else ()))
    if reasons:
        return replace(score, evidence=False, no_evidence=reasons)
    found = scale.read(score.log2_comments)
    return replace(
        score,
        evidence=True,
        percentile=found.rank,
        percentile_low=found.low,
        percentile_high=found.high,
        interval=found.interval,
    )


def fit_scale(
    predictions: NDArray[np.float64],
    labels: NDArray[np.float64],
    *,
    kept: float = 1.0,
    coverage: float = COVERAGE,
    fewest: int = FEWEST,
) -> Scale:
    """The scale of held-out predictions (M,), read as drafts are, and their labels (M,).

    `kept` (0 to 1) is the share of the association that is expected to hold for new drafts: below 1 where these come
    from another time or place than the videos. The association is also shrunk for its own error, so that few videos
    give ranks near 50. Below `fewest` videos the scale says nothing.
    """
    count = len(labels)
    if count < fewest:
        return no_scale(f"only {count} videos were kept apart to check it on, and {fewest} are needed")
    asked, answered = normal_scores(predictions), normal_scores(labels)
    found = correlation(asked, answered)
    error = (1 - found**2) / math.sqrt(count)
    if found <= _SURE * error:
        return no_scale(f"its predictions do not order the {count:,} videos that were kept apart")
    association = kept * found * max(0.0, 1 - (error / found) ** 2)
    low, high, held = _ends(np.sort(answered - association * asked), coverage)
    values, scores = _knots(predictions, asked)
    quantiles = np.quantile(labels, (np.arange(_most(count)) + 0.5) / _most(count), method="hazen")
    return Scale(count, values, scores, tuple(quantiles.tolist()), association, low, high, held)


def normal_scores(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normal scores (M,) of values (M,) by their ranks; equal values share the middle of theirs."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    found: NDArray[np.float64] = ndtri((rankdata(values) - 0.5) / len(values))
    return found


def ranks(labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rank (M,), above 0 and below 100, of each label among all of them; equal ones share the middle of theirs."""
    from scipy.stats import rankdata

    found: NDArray[np.float64] = 100 * (rankdata(labels) - 0.5) / len(labels)
    return found


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Pearson's, 0 where one of them is constant."""
    if not (np.ptp(one) and np.ptp(other)):
        return 0.0
    return min(0.99, float(np.corrcoef(one, other)[0, 1]))


def _ends(leftovers: NDArray[np.float64], coverage: float) -> tuple[float, float, float]:
    """The ends between which a new leftover falls with the coverage, which is less where there are few."""
    count, miss = len(leftovers), (1 - coverage) / 2
    low = max(0, math.floor(miss * (count + 1)) - 1)
    high = min(count - 1, math.ceil((1 - miss) * (count + 1)) - 1)
    return float(leftovers[low]), float(leftovers[high]), min(coverage, (high - low) / (count + 1))


def _knots(
    predictions: NDArray[np.float64], scores: NDArray[np.float64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """At most _KNOTS predictions in rising order, each once, with their scores."""
    values, first = np.unique(predictions, return_index=True)
    chosen = np.unique(np.linspace(0, len(values) - 1, min(_KNOTS, len(values))).round().astype(int))
    return tuple(values[chosen].tolist()), tuple(scores[first[chosen]].tolist())


def _most(count: int) -> int:
    return min(_KNOTS, count)


def _inside(share: float) -> float:
    return min(max(100 * share, ENDS[0]), ENDS[1])
