"""The lexical part of a choice model: which turns of phrase draw, whatever the story.

A ridge regression of what a pair showed on the difference of its two titles' hashed character n-grams. Nothing of a
title can be read out of it: five characters at most share a bucket with others, and only a weight is kept of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

BUCKETS = 2**17
_LONGEST = 5
_LONGEST_TEXT = 2_000
"""Characters of a text that are read."""
_STEP, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)  # splitmix64's constants (Steele, 2014)
_CLIPPED = 4.0
"""A difference counts for no more standard errors than this: a ridge would otherwise follow the few that are huge."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A fitted lexical part."""

    rarity: NDArray[np.float32]
    """(BUCKETS,), the weight of each hashed n-gram; 0 for those of a single title."""
    weights: NDArray[np.float32]
    """(BUCKETS,), what each adds to a title's utility."""

    def utilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(N,), how much each text draws, up to a constant; only differences mean anything."""
        found: NDArray[np.float64] = weighted(counts(texts), self.rarity) @ self.weights.astype(np.float64)
        return found


def fit_lexicon(
    texts: Sequence[str],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    z: NDArray[np.float64],
    strength: float,
) -> Lexicon:
    """Fit to pairs: the places in `texts` of their titles (P,) and what each showed, in standard errors (P,)."""
    rarity, rows = _weighed(texts)
    return Lexicon(rarity, _ridge(rows[first] - rows[second], np.clip(z, -_CLIPPED, _CLIPPED), strength))


def fit_to_labels(texts: Sequence[str], labels: NDArray[np.float64], strength: float) -> Lexicon:
    """Fit to texts and what each drew by itself, log2(comments) (N,)."""
    rarity, rows = _weighed(texts)
    return Lexicon(rarity, _ridge(rows, labels - labels.mean(), strength))


def _weighed(texts: Sequence[str]) -> tuple[NDArray[np.float32], csr_matrix]:
    """The rarity of each n-gram among the texts, and their rows weighted by it."""
    counted = counts(texts)
    held_by = np.bincount(counted.indices, minlength=BUCKETS)
    rarity = np.where(held_by > 1, np.log((1 + len(texts)) / (1 + held_by)) + 1, 0.0).astype(np.float32)
    return rarity, weighted(counted, rarity)


def _ridge(rows: csr_matrix, targets: NDArray[np.float64], strength: float) -> NDArray[np.float32]:
    """The weights (BUCKETS,) of a ridge regression without a constant."""
    from sklearn.linear_model import Ridge

    model = Ridge(alpha=strength, solver="sparse_cg", tol=1e-3, fit_intercept=False).fit(rows, targets)
    weights: NDArray[np.float32] = model.coef_.astype(np.float32)
    return weights


def counts(texts: Sequence[str]) -> csr_matrix:
    """(N, BUCKETS), how often each hashed n-gram of 2 to 5 characters stands in each text, case folded."""
    from scipy.sparse import csr_matrix

    read = [f" {' '.join(text.casefold().split())[:_LONGEST_TEXT]} ".encode("utf-32-le", "replace") for text in texts]
    codes = np.frombuffer(b"".join(read), dtype=np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(texts)), [len(one) // 4 for one in read])
    places, buckets = [], []
    with np.errstate(over="ignore"):
        state = codes.copy()
        for size in range(2, _LONGEST + 1):
            state = state[:-1] * _STEP + codes[size - 1 :]
            whole = rows[: len(state)] == rows[size - 1 :]
            mixed = (state[whole] ^ (state[whole] >> np.uint64(30))) * _MIX
            buckets.append((mixed >> np.uint64(40)).astype(np.int64) % BUCKETS)
            places.append(rows[: len(state)][whole])
    row, column = np.concatenate(places), np.concatenate(buckets)
    made = csr_matrix((np.ones(len(row)), (row, column)), shape=(len(texts), BUCKETS))
    made.sum_duplicates()
    return made


def weighted(counted: csr_matrix, rarity: NDArray[np.float32]) -> csr_matrix:
    """Damped counts times rarity, each row scaled to length 1."""
    rows = counted.copy()
    rows.data = (1 + np.log(rows.data)) * rarity[rows.indices]
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.where(length > 0, length, 1.0), np.diff(rows.indptr))
    return rows
