"""The least promising run of a title's words: a reading that words put around a topic cannot raise.

Every run of at least SHORTEST neighbouring words is a text of its own, and what counts is the run that promises least.
A title around a topic has all of the topic's runs and more, so its least is no higher: no template, no name and no
fashionable word gains anything, whoever thought it up. What a run promises is the sum of its words' worths, as often in
a bag of words scaled to length 1: a lexical part, with weights under a hash (`hashed_words`), for words and pairs that
two channels have used; and a part that knows every word by its meaning, a direction in the encoder's space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .hashed_words import BUCKETS, bucket

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

SHORTEST = 3
"""Words of a run; a title with fewer is one run, which words around it can raise: `domain` does not judge it."""
MOST = 40
"""Words of a title that are read."""
_RAREST = 2
_BY_MEANING = 0.5
_STRENGTH = 5.0
_WORDS = re.compile(r"\b\w+\b")

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""The unit vectors (W, D) of single words."""


def words_of(title: str) -> list[str]:
    """The words of a title as they are read."""
    return _WORDS.findall(title.lower())[:MOST]


@dataclass(frozen=True, slots=True)
class LeastSpan:
    """Weights that a title's runs are read by."""

    rarity: NDArray[np.float32]
    """(BUCKETS,), the weight of each hashed word or pair; 0 for those that fewer than two groups have used."""
    weights: NDArray[np.float32]
    """(BUCKETS,), what each adds to log2(comments)."""
    direction: NDArray[np.float32]
    """(D,), what a word's vector adds."""
    rarest: float
    """The weight of a word that no title had, by meaning."""
    mean: float

    def predict(self, titles: Sequence[str], encode: Encode) -> NDArray[np.float64]:
        """log2(comments) that the least promising run of each title promises, (Q,)."""
        words = [words_of(title) for title in titles]
        worths = self._by_meaning(sorted({word for one in words for word in one}), encode)
        return np.array([self._least(one, worths) for one in words]) + self.mean

    def _by_meaning(self, words: Sequence[str], encode: Encode) -> dict[str, tuple[float, float]]:
        """Each word's rarity, and its worth by meaning times that."""
        if not words:
            return {}
        rarity = self._known(words)
        rarity[rarity == 0] = self.rarest
        worths = rarity * (np.asarray(encode(words), dtype=np.float64) @ self.direction)
        return dict(zip(words, zip(rarity.tolist(), worths.tolist(), strict=True), strict=True))

    def _known(self, texts: Sequence[str]) -> NDArray[np.float64]:
        return self.rarity[np.array([bucket(text) for text in texts], dtype=np.int64)].astype(np.float64)

    def _lexical(self, texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of each text its weighted worth, and the square of its weight."""
        if not texts:
            return np.zeros(0), np.zeros(0)
        at = np.array([bucket(text) for text in texts], dtype=np.int64)
        rarity = self.rarity[at].astype(np.float64)
        return rarity * self.weights[at], rarity**2

    def _least(self, words: Sequence[str], worths: dict[str, tuple[float, float]]) -> float:
        """The least that a run of these words promises, less the mean."""
        count = len(words)
        if not count:
            return 0.0
        single, single_square = self._lexical(words)
        pair, pair_square = self._lexical([f"{one} {other}" for one, other in pairwise(words)])
        meant = np.array([worths[word][1] for word in words])
        meant_square = np.array([worths[word][0] ** 2 for word in words])
        first, last = np.triu_indices(count)
        long_enough = last - first + 1 >= min(SHORTEST, count)
        first, last = first[long_enough], last[long_enough]
        lexical = _sums(single, first, last + 1) + _sums(pair, first, last)
        size = np.sqrt(_sums(single_square, first, last + 1) + _sums(pair_square, first, last))
        by_words = np.divide(lexical, size, out=np.zeros_like(lexical), where=size > 0)
        by_meaning = _sums(meant, first, last + 1) / np.sqrt(_sums(meant_square, first, last + 1))
        return float((by_words + by_meaning).min())


def fit_least_span(
    titles: Sequence[str], labels: NDArray[np.float64], groups: NDArray[np.int64], encode: Encode
) -> LeastSpan:
    """Fit to whole titles and their labels (N,); only words and pairs that two of the `groups` (N,) used count.

    So it does not know whose video a title is. Weights that were fitted anew to the runs that count came out worse.
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import Ridge

    words = [words_of(title) for title in titles]
    texts = [[*one, *(f"{a} {b}" for a, b in pairwise(one))] for one in words]
    rarity = _rarity(texts, groups)
    distinct = sorted({word for one in words for word in one})
    vectors = dict(zip(distinct, np.asarray(encode(distinct), dtype=np.float32), strict=True))
    rarest = float(np.log(1 + len(titles)) + 1)
    lexical = _lexical_rows(texts, rarity)
    meanings = np.stack([_meaning(one, vectors, rarity, rarest) for one in words])
    model = Ridge(alpha=_STRENGTH, solver="sparse_cg", tol=1e-3)
    model.fit(hstack([lexical, csr_matrix(_BY_MEANING * meanings)]).tocsr(), labels)
    return LeastSpan(
        rarity=rarity,
        weights=model.coef_[:BUCKETS].astype(np.float32),
        direction=(_BY_MEANING * model.coef_[BUCKETS:]).astype(np.float32),
        rarest=rarest,
        mean=float(model.intercept_),
    )


def _rarity(texts: Sequence[Sequence[str]], groups: NDArray[np.int64]) -> NDArray[np.float32]:
    users: dict[int, set[int]] = {}
    for one, group in zip(texts, groups.tolist(), strict=True):
        for text in one:
            users.setdefault(bucket(text), set()).add(group)
    found = np.zeros(BUCKETS, np.float32)
    for at, used in users.items():
        if len(used) >= _RAREST:
            found[at] = np.log((1 + len(texts)) / (1 + len(used))) + 1
    return found


def _lexical_rows(texts: Sequence[Sequence[str]], rarity: NDArray[np.float32]) -> csr_matrix:
    """(N, BUCKETS), each row a title's words and pairs weighted by rarity, scaled to length 1."""
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    buckets = [[bucket(text) for text in one] for one in texts]
    ends = np.cumsum([0, *map(len, buckets)])
    columns = np.array([at for one in buckets for at in one], dtype=np.int64)
    found = csr_matrix((rarity[columns].astype(np.float64), columns, ends), shape=(len(texts), BUCKETS))
    found.sum_duplicates()
    return normalize(found)


def _meaning(
    words: Sequence[str], vectors: dict[str, NDArray[np.float32]], rarity: NDArray[np.float32], rarest: float
) -> NDArray[np.float64]:
    """(D,), the sum of the words' vectors weighted by rarity, over the root of the weights' squares."""
    if not words:
        return np.zeros(len(next(iter(vectors.values()))))
    weights = np.array([rarity[bucket(word)] or rarest for word in words], dtype=np.float64)
    found: NDArray[np.float64] = weights @ np.stack([vectors[word] for word in words]) / np.sqrt(np.sum(weights**2))
    return found


def _sums(values: NDArray[np.float64], first: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """The sums of values from each `first` to before each `end`."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    found: NDArray[np.float64] = total[end] - total[first]
    return found
