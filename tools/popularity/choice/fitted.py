"""A fitted choice model as values: its parts, how they are blended, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..domain import Domain
    from ..tuned_encoder import TunedEncoder
    from .blending import Blend
    from .layers import Layers
    from .lexicon import Lexicon
    from .manifest import Facts

ENCODER, LAYERS, LEVELS, WORDS, PRIOR = "encoder", "layers", "levels", "words", "prior"


@dataclass(frozen=True, slots=True)
class FittedChoice:
    """The parts of a choice model. P(A over B) = sigmoid(u(A) - u(B)), with u the blended utility."""

    facts: Facts
    encoders: tuple[TunedEncoder, ...]
    """Tuned; their mean is one part."""
    layers: Layers | None
    """What the published encoder's layers say."""
    lexicon: Lexicon
    blend: Blend
    margin: float
    """How near to 0.5 a probability is for a tie."""
    domain: Domain
    """Which titles it was measured on."""
    prior: FittedChoice | None = None
    """A model that learned from many other pairs, and whose utility is one part more."""
    levels: Layers | None = None
    """What the same layers say of how much texts draw for their time; None where that was not known."""

    @property
    def sees(self) -> bool:
        """Whether it reads texts by the published encoder."""
        return bool(self.layers or self.levels) or self.domain.look is not None or bool(self.prior and self.prior.sees)

    def utilities(self, texts: Sequence[str], states: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """(N,), the blended utility of texts with these states (N, 7, 384); only differences mean anything.

        A model that does not see needs no states.
        """
        found = np.zeros(len(texts))
        for name, weight in self.blend.weights:
            if weight:
                found += weight * self._part(name, texts, states)
        return found

    def _part(self, name: str, texts: Sequence[str], states: NDArray[np.float32] | None) -> NDArray[np.float64]:
        if name == ENCODER and self.encoders:
            said: NDArray[np.float64] = np.mean([one.utilities(texts) for one in self.encoders], axis=0)
            return said
        if name == LAYERS and self.layers is not None and states is not None:
            return self.layers.utilities(states)
        if name == LEVELS and self.levels is not None and states is not None:
            return self.levels.utilities(states)
        if name == PRIOR and self.prior is not None:
            return self.prior.utilities(texts, states)
        if name == WORDS:
            return self.lexicon.utilities(texts)
        raise ValueError(f"there is no part {name!r}")
