"""A fitted choice model as values: its parts, how they are blended, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .blending import Blend
    from .lexicon import Lexicon
    from .manifest import Facts
    from .tuned import TunedEncoder

ENCODER, WORDS = "encoder", "words"


@dataclass(frozen=True, slots=True)
class FittedChoice:
    """The parts of a choice model. P(A over B) = sigmoid(u(A) - u(B)), with u the blended utility."""

    facts: Facts
    encoders: tuple[TunedEncoder, ...]
    """Their mean is one part; none for a model of words alone."""
    lexicon: Lexicon
    blend: Blend
    margin: float
    """How near to 0.5 a probability is for a tie."""

    def utilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(N,), the blended utility of each text; only differences mean anything."""
        if not texts:
            return np.empty(0)
        weights = dict(self.blend.weights)
        said = {}
        if weights.get(WORDS):
            said[WORDS] = self.lexicon.utilities(texts)
        if weights.get(ENCODER) and self.encoders:
            said[ENCODER] = np.mean([encoder.utilities(texts) for encoder in self.encoders], axis=0)
        found: NDArray[np.float64] = np.sum(
            [np.zeros(len(texts)), *(weights[name] * one for name, one in said.items())], axis=0
        )
        return found
