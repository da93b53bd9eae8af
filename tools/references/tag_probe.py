"""A linear map from vectors to tags, fitted in closed form to a catalogue's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK = 4096
MOST_ROWS = 65_536
"""Rows that a fit looks at, evenly spaced over the catalogue: more change nothing but the time it takes."""


@dataclass(frozen=True, slots=True)
class TagProbe:
    """Ridge regression of tag membership (0 or 1) on vectors: what is typical of a tag beyond single neighbours."""

    weights: NDArray[np.float64]
    """(D, T)."""
    centre: NDArray[np.float64]
    """(D,), the mean vector."""
    shares: NDArray[np.float64]
    """(T,), each tag's share of the rows."""

    def __call__(self, query: NDArray[np.float32]) -> NDArray[np.float64]:
        """The tags' memberships (T,) of one vector (D,): about 0 to 1, adding up to 1."""
        logits: NDArray[np.float64] = (query.astype(np.float64) - self.centre) @ self.weights + self.shares
        return logits


def fit_probe(vectors: NDArray[np.float32], codes: NDArray[np.int64], tags: int) -> TagProbe:
    """The probe for `vectors` (N, D) whose tags are `codes` (N,), 0 to `tags` - 1, or -1 for a row without a tag.

    The penalty is the mean variance of a dimension times the number of rows, so it needs no tuning for other data.
    """
    rows = np.flatnonzero(codes >= 0)
    rows = rows[:: len(rows) // MOST_ROWS + 1]
    dimension = vectors.shape[1]
    counts = np.bincount(codes[rows], minlength=tags).astype(np.float64)
    products, sums = np.zeros((dimension, dimension)), np.zeros((dimension, tags))
    for start in range(0, len(rows), CHUNK):
        at = rows[start : start + CHUNK]
        block = np.asarray(vectors[at], dtype=np.float64)
        products += block.T @ block
        sums += block.T @ np.eye(tags)[codes[at]]
    total = max(1, len(rows))
    centre, shares = sums.sum(axis=1) / total, counts / total
    scatter = products - total * np.outer(centre, centre)
    penalty = np.trace(scatter) / dimension + 1e-9
    weights = np.linalg.solve(scatter + penalty * np.eye(dimension), sums - np.outer(centre, counts))
    return TagProbe(weights, centre, shares)
