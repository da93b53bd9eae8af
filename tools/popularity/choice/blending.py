"""How the parts of a choice model are weighed, and how far it can tell: on pairs that the parts have not learned from.

The weights are those of a logistic regression without a constant, not below 0: they blend and calibrate at once, and
swapping the sides of a pair still gives the rest. They answer how often the side that was said to win was found to win.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ....errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIED = 0.55
"""Pairs of which the better one is found no more often than this are ties: half of them would be by chance."""
_FEWEST = 30
"""Pairs that speak for a margin; of fewer nothing is said."""
_PULL = 1.0
"""The precision of the weights' prior around 0, in units of a part's usual difference: what few pairs say is not taken
for more than it is."""


@dataclass(frozen=True, slots=True)
class Blend:
    """The weight of each part's difference in the log-odds that A draws more."""

    weights: tuple[tuple[str, float], ...]

    def __call__(self, differences: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """The log-odds (P,) of pairs, from what each part says of A less what it says of B."""
        found: NDArray[np.float64] = np.sum([weight * differences[name] for name, weight in self.weights], axis=0)
        return found


def probabilities(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(A over B) of log-odds; those of swapped pairs are exactly the rest to 1, and never 0 or 1."""
    from scipy.special import expit

    larger = np.clip(expit(np.abs(log_odds)), 0.5, 1 - 1e-6)
    found: NDArray[np.float64] = np.where(log_odds >= 0, larger, 1 - larger)
    return found


def fit_blend(differences: Mapping[str, NDArray[np.float64]], z: NDArray[np.float64]) -> Blend:
    """Weights under which the winners (P,) by the sign of `z` were most likely."""
    from scipy.optimize import minimize

    names = list(differences)
    columns = np.stack([differences[name] for name in names], axis=1)
    usual = np.maximum(np.sqrt(np.mean(columns**2, axis=0)), 1e-9)
    columns, target = columns / usual, (np.sign(z) + 1) / 2

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        said = columns @ weights
        value = np.sum(np.logaddexp(0, said) - target * said) + _PULL * weights @ weights / 2
        slope = columns.T @ (1 / (1 + np.exp(-said)) - target) + _PULL * weights
        return float(value), slope

    start = np.full(len(names), 0.1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(names)).x / usual
    return Blend(tuple(zip(names, found.tolist(), strict=True)))


def out_of_fold(
    differences: Mapping[str, NDArray[np.float64]], z: NDArray[np.float64], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Log-odds (P,) in which no pair's own fold took part in the weights. Raises DataError for pairs of one fold."""
    numbers = np.unique(folds)
    if len(numbers) < 2:
        raise DataError(
            f"{len(z):,} pairs were kept apart in one part, and the weights of a model come from another than it is "
            "reported by",
            hint="Train on more stories, or without --quick.",
        )
    found = np.empty(len(z))
    for number in numbers:
        inside = folds == number
        blend = fit_blend({name: values[~inside] for name, values in differences.items()}, z[~inside])
        found[inside] = blend({name: values[inside] for name, values in differences.items()})
    return found


def tie_margin(said: NDArray[np.float64], z: NDArray[np.float64]) -> float:
    """How near to 0.5 a probability has to be for a tie, from those of pairs kept apart (P,).

    The pairs are gone through from the nearest to 0.5 outwards. The margin is where the better one was found by no more
    than TIED of the pairs so far for the last time; 0.5, where all are ties, when nothing can be told apart.
    """
    distance = np.abs(said - 0.5)
    order = np.argsort(distance)
    right = ((said > 0.5) == (z > 0))[order]
    share = np.cumsum(right) / np.arange(1, len(right) + 1)
    tied = np.flatnonzero((share <= TIED) & (np.arange(len(share)) >= _FEWEST - 1))
    if not len(tied):
        return 0.0
    last = int(tied[-1])
    return 0.5 if last == len(order) - 1 else float(distance[order][last])
