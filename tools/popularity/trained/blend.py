"""How the members of a predictor are weighed together: non-negative least squares on held-out videos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_FOLDS = 10
_PRIOR = 30
"""Videos that speak for equal weights: what few held-out videos say is not taken for more than it is."""


@dataclass(frozen=True, slots=True)
class Blend:
    """A weighted sum of what the members say, around a centre."""

    weights: tuple[tuple[str, float], ...]
    """Each member's name and weight; their sum is at most 1, less where they are too sure."""
    centre: float
    """The mean of the training labels: what is predicted where every member says so."""

    def __call__(self, said: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """What the members said together, (Q,). A member that is missing is left out and the others take its weight."""
        present = [(name, weight) for name, weight in self.weights if name in said]
        whole, there = sum(weight for _, weight in self.weights), sum(weight for _, weight in present)
        factor = whole / there if there else 0.0
        terms = [factor * weight * (said[name] - self.centre) for name, weight in present]
        found: NDArray[np.float64] = np.sum(terms, axis=0) + self.centre
        return found


def fit_blend(said: Mapping[str, NDArray[np.float64]], labels: NDArray[np.float64], centre: float) -> Blend:
    """Weights with the least squared error on held-out videos: what each member said (M,), and the labels (M,)."""
    from scipy.optimize import nnls

    names = list(said)
    columns = np.stack([said[name] - centre for name in names], axis=1)
    even = np.full(len(names), 1 / len(names))
    pull = np.sqrt(_PRIOR * float(np.mean(columns**2))) * np.eye(len(names))
    weights, _ = nnls(np.vstack([columns, pull]), np.concatenate([labels - centre, pull @ even]))
    weights = weights / max(1.0, float(weights.sum()))
    if not weights.any():
        weights = even
    return Blend(tuple(zip(names, weights.tolist(), strict=True)), centre)


def out_of_fold(
    said: Mapping[str, NDArray[np.float64]],
    labels: NDArray[np.float64],
    centre: float,
    asked: Mapping[str, NDArray[np.float64]] | None = None,
) -> NDArray[np.float64]:
    """Predictions (M,) in which no video's own label took part in the weights.

    The weights come from what the members said; they are put to what they said when `asked`, the same without one.
    """
    asked = said if asked is None else asked
    fold = np.arange(len(labels)) % min(_FOLDS, len(labels))
    found = np.empty(len(labels))
    for number in np.unique(fold):
        inside = fold == number
        others = {name: values[~inside] for name, values in said.items()}
        blend = fit_blend(others, labels[~inside], centre)
        found[inside] = blend(_rows(asked, inside))
    return found


def _rows(
    said: Mapping[str, NDArray[np.float64]], rows: NDArray[np.bool_] | Sequence[int]
) -> dict[str, NDArray[np.float64]]:
    return {name: values[rows] for name, values in said.items()}
