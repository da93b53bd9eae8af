"""A fitted choice model behind the ChoiceModel seam: pairs of drafts in, comparisons out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ....errors import PredictionError
from ..platforms import elsewhere
from .blending import probabilities
from .layers import states_of, unit_vectors
from .pairs import reading
from .types import Comparison, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        states = states_of(texts) if self.fitted.sees and texts else None
        utility = dict(zip(texts, self.fitted.utilities(texts, states).tolist(), strict=True))
        vectors = None if states is None or facts.prompts else unit_vectors(states)
        doubts = {text: self._doubts(text, vectors, row) for row, text in enumerate(texts)}
        said = probabilities(np.array([utility[a] - utility[b] for a, b in sides]))
        return [
            comparison(
                probability,
                self.fitted.margin,
                self._elsewhere(pair) or tuple(dict.fromkeys((*doubts[a], *doubts[b]))),
            )
            for probability, pair, (a, b) in zip(said.tolist(), pairs, sides, strict=True)
        ]

    def _doubts(self, text: str, vectors: NDArray[np.float32] | None, row: int) -> tuple[str, ...]:
        """Why a draft that is read as `text` cannot be judged; its title is the first line."""
        return self.fitted.domain.doubts(text.split("\n")[0], None if vectors is None else vectors[row])

    def _elsewhere(self, pair: Pair) -> tuple[str, ...]:
        """Why drafts for their platform cannot be judged."""
        own = self.fitted.facts.platform
        return next((said for side in pair if (said := elsewhere(side.platform, own, "model"))), ())


def check_words(sides: Sequence[Sequence[str]]) -> None:
    """Raises PredictionError where a side of a pair, as it is read, has no words."""
    if not all(text for side in sides for text in side):
        raise PredictionError("a draft without words cannot be compared", hint="Give both drafts a title.")


def comparison(probability: float, margin: float, no_evidence: tuple[str, ...]) -> Comparison:
    """What is said of a pair: a tie within the margin, and wherever there is no evidence."""
    tied = abs(probability - 0.5) < margin or probability == 0.5 or bool(no_evidence)
    return Comparison(probability, tied, not no_evidence, no_evidence)
