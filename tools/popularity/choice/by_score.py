"""A choice by the difference of two predictions, for predictors that learned from single videos and not from pairs.

How much a difference is worth is asked of the predictor's own held-out videos: pairs with one tag, as near as those
come to one idea. Other drafts of one idea differ less than they do, so it is an upper bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .blending import Blend, fit_blend, out_of_fold, probabilities, tie_margin
from .model import check_words, comparison
from .pairs import reading
from .part import reasons
from .types import Comparison, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..calibration import Calibration
    from ..types import Score, Subject

Scoring = Callable[[Sequence["Subject"]], "list[Score]"]

SCORE = "score"
_FEWEST = 100
"""Held-out videos below which no difference of predictions is worth anything."""
_MOST = 20_000
_FOLDS = 5


class ScoreChoice:
    """Judges pairs by what a predictor says of each side."""

    def __init__(self, name: str, scoring: Scoring, calibration: Calibration | None) -> None:
        """`scoring` is the predictor called `name`; `calibration` holds its held-out videos.

        Without these there is evidence for no pair.
        """
        self.name, self._scoring = name, scoring
        self._blend, self._margin, self._videos = Blend(((SCORE, 0.0),)), 0.5, 0
        if calibration is not None and len(calibration.predictions) >= _FEWEST:
            self._blend, self._margin = _calibrated(calibration)
            self._videos = len(calibration.predictions)

    @property
    def learned_from(self) -> str:
        """What the differences were calibrated on."""
        return f"differences of predictions, on {self._videos:,} videos kept apart"

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        """One comparison a pair, in order. Raises PredictionError for a draft without words."""
        check_words([[reading(side, prompts=True) for side in pair] for pair in pairs])
        subjects = list(dict.fromkeys(side for pair in pairs for side in pair))
        score_of = dict(zip(subjects, self._scoring(subjects), strict=True))
        scores = [(score_of[pair.a], score_of[pair.b]) for pair in pairs]
        differences = np.array([a.log2_comments - b.log2_comments for a, b in scores], dtype=np.float64)
        said = probabilities(self._blend({SCORE: differences}))
        return [
            comparison(probability, self._margin, self._reasons(*both))
            for probability, both in zip(said.tolist(), scores, strict=True)
        ]

    def _reasons(self, a: Score, b: Score) -> tuple[str, ...]:
        if not self._videos:
            return (f"{self.name} has no videos kept apart that say what a difference is worth",)
        return reasons(self.name, a, b)


def _calibrated(calibration: Calibration) -> tuple[Blend, float]:
    """What a difference of predictions is worth, and the margin of ties."""
    first, second = _pairs(calibration.tags)
    differences = {SCORE: calibration.predictions[first] - calibration.predictions[second]}
    labels = calibration.labels[first] - calibration.labels[second]
    log_odds = out_of_fold(differences, labels, first % _FOLDS)
    known = labels != 0
    return fit_blend(differences, labels), tie_margin(probabilities(log_odds)[known], labels[known])


def _pairs(tags: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of videos with one tag, each video with a few others."""
    chance = np.random.default_rng(0)
    each = max(1, _MOST // len(tags))
    first, second = [], []
    for tag in np.unique(tags):
        rows = np.flatnonzero(tags == tag)
        for _ in range(each):
            first.append(rows)
            second.append(chance.permutation(rows))
    a, b = np.concatenate(first), np.concatenate(second)
    apart = a != b
    return a[apart], b[apart]
