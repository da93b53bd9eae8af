"""The lexical member: which words and pairs of words, and which tag, go with many comments.

A ridge regression on hashed one- and two-word counts, damped and weighted by rarity. Words of past titles are not kept,
only their weights under a hash: a predictor can be handed on without the texts that it was trained on. Features as by
scikit-learn's HashingVectorizer, the ridge its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .hashed_words import BUCKETS, bucket

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

_STRENGTHS = (1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
_FOLDS = 5
_WORDS = re.compile(r"\b\w+\b")
_RAREST = 2  # a word pair that a single video has says nothing about another one


@dataclass(frozen=True, slots=True)
class Lexical:
    """A fitted lexical member."""

    rarity: NDArray[np.float32]
    """(BUCKETS,), the weight of each hashed word; 0 for those that fewer than two videos have."""
    weights: NDArray[np.float32]
    """(BUCKETS,), what each adds to log2(comments)."""
    mean: float
    """The prediction for words that nobody has used."""

    def predict(self, texts: Sequence[str], tags: Sequence[str]) -> NDArray[np.float64]:
        """log2(comments) of drafts with these texts and tags, (Q,)."""
        return np.array([self._worth(text, tag) for text, tag in zip(texts, tags, strict=True)]) + self.mean

    def _worth(self, text: str, tag: str) -> float:
        buckets, counts = _bag(text, tag)
        weighted = _damped(counts, self.rarity[buckets])
        length = float(np.linalg.norm(weighted))
        return float(weighted @ self.weights[buckets].astype(np.float64)) / length if length else 0.0

    def knows(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(Q,), the share of each text's words that past titles had."""
        bags = [_bag(text, "")[0] for text in texts]
        return np.array([np.mean(self.rarity[bag] > 0) if len(bag) else 0.0 for bag in bags])


def fit_lexical(
    texts: Sequence[str],
    tags: Sequence[str],
    labels: NDArray[np.float64],
    groups: NDArray[np.int64] | None = None,
) -> Lexical:
    """Fit to past titles and their labels (N,); the strength of the ridge has the least error in five folds.

    No fold cuts through one of the `groups` (N,).
    """
    from sklearn.linear_model import Ridge

    counts = _counts(texts, tags)
    held_by = np.bincount(counts.indices, minlength=BUCKETS)
    rarity = np.where(held_by >= _RAREST, np.log((1 + len(labels)) / (1 + held_by)) + 1, 0.0).astype(np.float32)
    weighted, mean = _weighted(counts, rarity), float(labels.mean())
    strength = _strength(weighted, labels - mean, groups)
    model = Ridge(alpha=strength, solver="sparse_cg", tol=1e-3, fit_intercept=False).fit(weighted, labels - mean)
    return Lexical(rarity, model.coef_.astype(np.float32), mean)


def _strength(weighted: csr_matrix, labels: NDArray[np.float64], groups: NDArray[np.int64] | None) -> float:
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GroupKFold

    apart = np.random.default_rng(0).permutation(len(labels)) if groups is None else groups
    folds = list(GroupKFold(min(_FOLDS, len(np.unique(apart)))).split(weighted, labels, apart))

    def error(strength: float) -> float:
        total = 0.0
        for learn, hold in folds:
            model = Ridge(alpha=strength, solver="sparse_cg", tol=1e-3, fit_intercept=False)
            model.fit(weighted[learn], labels[learn])
            total += float(np.sum((model.predict(weighted[hold]) - labels[hold]) ** 2))
        return total

    return min(_STRENGTHS, key=error)


def _counts(texts: Sequence[str], tags: Sequence[str]) -> csr_matrix:
    """Hashed counts (Q, BUCKETS) of words and pairs, the tag as one more word in front."""
    from scipy.sparse import csr_matrix

    rows = [_bag(text, tag) for text, tag in zip(texts, tags, strict=True)]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    buckets, counts = (np.concatenate(column) for column in zip(*rows, strict=True))
    return csr_matrix((counts.astype(np.float64), buckets, ends), shape=(len(rows), BUCKETS))


def _weighted(counts: csr_matrix, rarity: NDArray[np.float32]) -> csr_matrix:
    """Damped counts times rarity, each row scaled to length 1."""
    from sklearn.preprocessing import normalize

    weighted = counts.copy()
    weighted.data = _damped(weighted.data, rarity[weighted.indices])
    return normalize(weighted)


def _damped(counts: NDArray[np.generic], rarity: NDArray[np.float32]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (1 + np.log(counts.astype(np.float64))) * rarity
    return found


def _bag(text: str, tag: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The buckets of a text's words and pairs of words, the tag as one more word in front, and how often each comes."""
    words = _WORDS.findall(f"{_word(tag)} {text}".lower())
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    return np.unique(np.array([bucket(word) for word in words + pairs], dtype=np.int64), return_counts=True)


def _word(tag: str) -> str:
    """A tag as one word that no title has."""
    return "tag_" + "_".join(tag.casefold().split()) if tag else ""
