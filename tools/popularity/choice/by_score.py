"""A choice by the difference of two predictions, for predictors that learned from single videos and not from pairs.

The probability is what the predictor's scale implies for two videos at large: prediction and label are taken for two
readings of a normal pair, so that P = Phi(association * (u - v) / sqrt(2 (1 - association ** 2))) for predictions with
the normal scores u and v. Drafts of one idea differ less than videos at large do, and nobody has measured how well
such a predictor tells them apart: there is evidence for no pair.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .model import check_words, comparison
from .pairs import reading
from .types import Comparison, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..calibration import Scale
    from ..types import Score, Subject

Scoring = Callable[[Sequence["Subject"]], "list[Score]"]

_LAST = 0.999


class ScoreChoice:
    """Judges pairs by what a predictor says of each side."""

    def __init__(self, name: str, scoring: Scoring, scale: Scale | None) -> None:
        """`scoring` is the predictor called `name`; `scale` says what a difference of its predictions is worth."""
        self.name, self._scoring = name, scoring
        self._scale = scale if scale and scale.predictions else None

    @property
    def learned_from(self) -> str:
        """What the differences were calibrated on."""
        return f"single videos: it compares predictions of {self.name}"

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        """One comparison a pair, in order. Raises PredictionError for a draft without words."""
        check_words([[reading(side, prompts=True) for side in pair] for pair in pairs])
        subjects = list(dict.fromkeys(side for pair in pairs for side in pair))
        score_of = dict(zip(subjects, self._scoring(subjects), strict=True))
        a, b = (np.array([score_of[pair[side]].log2_comments for pair in pairs], dtype=np.float64) for side in (0, 1))
        missing = (f"{self.name} learned from single videos and was not measured on drafts of one idea",)
        return [comparison(probability, 0.0, missing) for probability in self._probabilities(a, b).tolist()]

    def _probabilities(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.special import ndtr

        if self._scale is None:
            return np.full(len(a), 0.5)
        scale = self._scale
        scores = [np.interp(side, scale.predictions, scale.scores) for side in (a, b)]
        spread = math.sqrt(2 * (1 - scale.association**2))
        larger = np.clip(ndtr(scale.association * np.abs(scores[0] - scores[1]) / spread), 0.5, _LAST)
        found: NDArray[np.float64] = np.where(scores[0] >= scores[1], larger, 1 - larger)
        return found
