"""Whether probabilities hold: what was said beside what came, bin by bin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bin:
    """The observations whose probability was at least `low` and below `high`."""

    low: float
    high: float
    count: int
    said: float
    """Their mean probability."""
    came: float
    """The share of them that came true."""


def reliability(probabilities: NDArray[np.float64], outcomes: NDArray[np.bool_], edges: Sequence[float]) -> list[Bin]:
    """The bins between `edges` that hold anything, of probabilities (N,) and what came of each (N,).

    The last bin holds its upper edge as well.
    """
    found = []
    for low, high in pairwise(edges):
        inside = (probabilities >= low) & ((probabilities < high) | ((high == edges[-1]) & (probabilities == high)))
        if inside.any():
            said, came = float(probabilities[inside].mean()), float(outcomes[inside].mean())
            found.append(Bin(low, high, int(inside.sum()), said, came))
    return found
