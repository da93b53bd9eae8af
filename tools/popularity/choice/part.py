"""The choice part of a trained predictor: what its members' predictions are worth between neighbours in topic.

A predictor is fitted to tell all videos apart, most of which differ in topic. Which of two drafts of one topic draws
more is another question: here the members, and two more, are weighed on validation videos, whose labels none of them
has seen, and their probability is calibrated on each such video and its nearest titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...statistics.intervals import Estimate
from ..neighbourhood import Settings
from .blending import Blend, probabilities
from .lexicon import Lexicon
from .model import check_words, comparison
from .pairs import reading
from .report import Report
from .types import Comparison, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..trained.drafts import Drafts
    from ..trained.fitted import FittedPredictor
    from ..trained.predictor import TrainedPredictor
    from ..types import Score

CLOSEST, TURNS = "closest", "turns"
"""Members that only the choice part has: fewer and nearer neighbours than predict all videos best, and what hashed
character n-grams of the title say, which no fitted predictor reads."""
_CLOSEST = Settings(neighbours=20, temperature=0.05, tag_bonus=0.1)


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What is known of a choice part."""

    blend: Blend
    margin: float
    learned_from: str
    report: Report
    best_of_five: Estimate
    """How often the best by the part, of a validation video and its four nearest titles, beats another one of them."""
    by_prediction: Estimate
    """The same of the best by the predictor's own predictions."""


@dataclass(frozen=True, slots=True)
class FittedPart:
    """What a training found of the choice between neighbours in topic."""

    facts: PartFacts
    turns: Lexicon


class PartChoice:
    """Judges pairs with the choice part of a trained predictor."""

    def __init__(self, predictor: TrainedPredictor, part: FittedPart) -> None:
        self._predictor, self._part = predictor, part

    @property
    def name(self) -> str:
        """The predictor's name."""
        return self._predictor.name

    @property
    def learned_from(self) -> str:
        """What the part learned from."""
        return self._part.facts.learned_from

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        """One comparison a pair, in order. Raises PredictionError for a draft without words."""
        check_words([[reading(side, prompts=True) for side in pair] for pair in pairs])
        if not pairs:
            return []
        subjects = list(dict.fromkeys(side for pair in pairs for side in pair))
        said = members(self._predictor.fitted, self._part.turns, self._predictor.drafts(subjects))
        place = {subject: row for row, subject in enumerate(subjects)}
        first, second = (np.array([place[pair[side]] for pair in pairs]) for side in (0, 1))
        log_odds = self._part.facts.blend({name: values[first] - values[second] for name, values in said.items()})
        scores = self._predictor.batch(subjects)
        return [
            comparison(probability, self._part.facts.margin, reasons(self.name, scores[a], scores[b]))
            for probability, a, b in zip(probabilities(log_odds).tolist(), first.tolist(), second.tolist(), strict=True)
        ]


def members(fitted: FittedPredictor, turns: Lexicon, drafts: Drafts) -> dict[str, NDArray[np.float64]]:
    """What each member says of the drafts, (Q,) by its name."""
    closest = fitted.averaged(drafts, lambda reading: {CLOSEST: fitted.by_neighbours(reading, _CLOSEST)})
    return fitted.said(drafts) | closest | {TURNS: turns.utilities(drafts.titles)}


def reasons(name: str, a: Score, b: Score) -> tuple[str, ...]:
    """Why a predictor called `name` cannot judge a pair that it scored so; empty where it can."""
    told = tuple(dict.fromkeys((*a.no_evidence, *b.no_evidence)))
    missing = () if a.evidence and b.evidence else (f"{name} cannot judge such a draft",)
    return told or missing
