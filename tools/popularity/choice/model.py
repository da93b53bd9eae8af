"""A fitted choice model behind the ChoiceModel seam: pairs of drafts in, comparisons out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ....errors import PredictionError
from .blending import probabilities
from .domain import reasons
from .pairs import reading
from .types import Comparison, Pair

if TYPE_CHECKING:
    from .fitted import FittedChoice


class PairwiseChoice:
    """Judges pairs with a model that learned from pairs."""

    def __init__(self, fitted: FittedChoice) -> None:
        self.fitted = fitted

    @property
    def name(self) -> str:
        """The model's name."""
        return self.fitted.facts.name

    @property
    def learned_from(self) -> str:
        """What it learned from."""
        return self.fitted.facts.learned_from

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        """One comparison a pair, in order. Raises PredictionError for a draft without words."""
        facts = self.fitted.facts
        sides = [[reading(side, prompts=facts.prompts) for side in pair] for pair in pairs]
        check_words(sides)
        texts = sorted({text for side in sides for text in side})
        utility = dict(zip(texts, self.fitted.utilities(texts).tolist(), strict=True))
        said = probabilities(np.array([utility[a] - utility[b] for a, b in sides]))
        return [
            comparison(
                probability, self.fitted.margin, tuple(dict.fromkeys(reasons(pair.a, facts) + reasons(pair.b, facts)))
            )
            for probability, pair in zip(said.tolist(), pairs, strict=True)
        ]


def check_words(sides: Sequence[Sequence[str]]) -> None:
    """Raises PredictionError where a side of a pair, as it is read, has no words."""
    if not all(text for side in sides for text in side):
        raise PredictionError("a draft without words cannot be compared", hint="Give both drafts a title.")


def comparison(probability: float, margin: float, no_evidence: tuple[str, ...]) -> Comparison:
    """What is said of a pair: a tie within the margin, and wherever there is no evidence."""
    tied = abs(probability - 0.5) < margin or probability == 0.5 or bool(no_evidence)
    return Comparison(probability, tied, not no_evidence, no_evidence)
