"""What every layer of the bundled encoder, as published, says of a draft: the part that learns in seconds.

The deeper a layer, the more it holds of meaning and the less of wording; which of two titles draws more is a matter of
both. A ridge regression of what a pair showed on the difference of its sides' mean tokens at all seven layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...embedding.bundled_encoder import published_encoder
from ...embedding.minilm import DIMENSION, LAYERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tuning_plan import Watching
    from .pairs import PairSet

_CLIPPED = 8.0
"""A difference counts for no more standard errors than this."""


@dataclass(frozen=True, slots=True)
class Layers:
    """A fitted part."""

    weights: NDArray[np.float32]
    """(7 * 384,), what each value adds to a text's utility."""

    def utilities(self, states: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N,), how much texts with these states (N, 7, 384) draw, up to a constant."""
        flat = states.reshape(len(states), -1).astype(np.float64)
        found: NDArray[np.float64] = flat @ self.weights.astype(np.float64)
        return found


def states_of(texts: Sequence[str], watching: Watching | None = None) -> NDArray[np.float32]:
    """(N, 7, 384), the mean token of each text at each layer of the bundled encoder."""
    return published_encoder().layers(texts, watching)


def unit_vectors(states: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 384), what the bundled encoder gives for texts with these states."""
    last = states[:, -1]
    found: NDArray[np.float32] = last / np.maximum(np.linalg.norm(last, axis=1, keepdims=True), 1e-12)
    return found


class LayersFit:
    """Fits the part to some of the pairs of a set, at several strengths, from sums that are made once a fold."""

    def __init__(self, states: NDArray[np.float32], pairs: PairSet, folds: NDArray[np.int64]) -> None:
        """`states` (N, 7, 384) are those of the set's texts; `folds` (P,) says which pairs are left out together."""
        centred = states - states.mean(axis=0)
        spread = np.linalg.norm(centred, axis=2).mean(axis=0)
        self._scale = np.repeat(1 / np.maximum(spread, 1e-12), DIMENSION).astype(np.float32)
        rows = (centred.reshape(len(states), -1) * self._scale).astype(np.float32)
        self._sums: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
        z = np.clip(pairs.z, -_CLIPPED, _CLIPPED).astype(np.float32)
        for number in np.unique(folds).tolist():
            inside = folds == number
            differences = rows[pairs.first[inside]] - rows[pairs.second[inside]]
            self._sums[number] = differences.T @ differences, differences.T @ z[inside]

    def fit(self, strength: float, without: int | None = None) -> Layers:
        """The part fitted to all pairs but those of the fold `without`."""
        kept = [sums for number, sums in self._sums.items() if number != without]
        products = np.sum([one for one, _ in kept], axis=0) + strength * np.eye(LAYERS * DIMENSION, dtype=np.float32)
        weights = np.linalg.solve(products, np.sum([two for _, two in kept], axis=0))
        return Layers((weights * self._scale).astype(np.float32))
