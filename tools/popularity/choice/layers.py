"""What every layer of the bundled encoder, as published, says of a draft: the part that learns in seconds.

The deeper a layer, the more it holds of meaning and the less of wording; which of two titles draws more is a matter of
both. A ridge regression of what a pair showed on the difference of its sides' mean tokens at all seven layers; and,
where it is known how much each text drew for its time, another one of that on the mean tokens themselves. Pairs alone
leave unsaid what a story draws; which words go with the stories that draw holds between drafts of one story too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...embedding.bundled_encoder import published_encoder
from ...embedding.minilm import DIMENSION, LAYERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tuning_plan import Watching
    from .pairs import PairSet

    _Rows = NDArray[np.float32]

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
    """Fits a ridge on layers to all folds but one, at several strengths, from sums that are made once a fold."""

    def __init__(self, scale: NDArray[np.float32], folds: Iterable[tuple[int, _Rows, _Rows]]) -> None:
        """Of each fold its number, rows (R, 7 * 384) that were multiplied by `scale`, and what each showed (R,)."""
        self._scale = scale
        self._sums = {number: (rows.T @ rows, rows.T @ targets) for number, rows, targets in folds}

    @classmethod
    def of_pairs(cls, states: NDArray[np.float32], pairs: PairSet, folds: NDArray[np.int64]) -> LayersFit:
        """Of what pairs showed on the differences of their sides.

        `states` (N, 7, 384) are those of the set's texts; `folds` (P,) says which pairs are left out together.
        """
        rows, scale = _scaled(states)
        z = np.clip(pairs.z, -_CLIPPED, _CLIPPED).astype(np.float32)
        each = ((number, folds == number) for number in np.unique(folds).tolist())
        return cls(
            scale,
            ((number, rows[pairs.first[inside]] - rows[pairs.second[inside]], z[inside]) for number, inside in each),
        )

    @classmethod
    def of_levels(cls, states: NDArray[np.float32], levels: NDArray[np.float64], folds: NDArray[np.int64]) -> LayersFit:
        """Of how much texts drew for their time (N,), NaN where that is not known; `folds` (N,) are the texts'."""
        rows, scale = _scaled(states)
        known = ~np.isnan(levels)
        targets = np.where(known, levels - levels[known].mean(), 0.0).astype(np.float32)
        each = ((number, known & (folds == number)) for number in np.unique(folds[known]).tolist())
        return cls(scale, ((number, rows[inside], targets[inside]) for number, inside in each))

    def fit(self, strength: float, without: int | None = None) -> Layers:
        """The part fitted to all but the fold `without`."""
        kept = [sums for number, sums in self._sums.items() if number != without]
        products = np.sum([one for one, _ in kept], axis=0) + strength * np.eye(LAYERS * DIMENSION, dtype=np.float32)
        weights = np.linalg.solve(products, np.sum([two for _, two in kept], axis=0))
        return Layers((weights * self._scale).astype(np.float32))


def _scaled(states: NDArray[np.float32]) -> tuple[_Rows, NDArray[np.float32]]:
    """Rows (N, 7 * 384), each layer centred and of one spread, and what its values were multiplied by (7 * 384,)."""
    centred = states - states.mean(axis=0)
    spread = np.linalg.norm(centred, axis=2).mean(axis=0)
    scale = np.repeat(1 / np.maximum(spread, 1e-12), DIMENSION).astype(np.float32)
    return (centred.reshape(len(states), -1) * scale).astype(np.float32), scale
