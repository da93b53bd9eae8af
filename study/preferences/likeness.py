"""Which requests are like one another: those that share most of their words, whatever their order and signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...tools.editing.word_cuts import words

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ENOUGH = 0.6
"""The share of the words of both that two like requests have in common: of `street tacos at dawn` and `street tacos at
night` 3 of 5."""
MOST_LATER = 50
"""Later requests that one is paired with at most."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Alike:
    """Different requests, N of them, in the order in which they first come."""

    places: tuple[tuple[int, ...], ...]
    """(N,): where each of them stands in what was given."""
    later: tuple[tuple[int, ...], ...]
    """(N,): the later requests that each is like, the first of them where they are many."""
    stories: tuple[str, ...]
    """Of each place that was given: a name that all have in common which are like one another, along the chain."""


def plain(request: str) -> str:
    """A request as its repetitions are known by, whatever its spaces, capitals and signs."""
    return " ".join(_cut(request))


def alike_requests(requests: Sequence[str]) -> Alike:
    """Those of the requests that are like one another; a blank one is like none but a blank one."""
    known: dict[str, list[int]] = {}
    for place, request in enumerate(requests):
        known.setdefault(plain(request), []).append(place)
    later, groups = _near([{*text.split()} for text in known])
    names = dict(reversed([*zip(groups, known, strict=True)]))
    of_place = {place: names[group] for group, places in zip(groups, known.values(), strict=True) for place in places}
    stories = tuple(f"published: {of_place[place]}" for place in range(len(requests)))
    return Alike(tuple(map(tuple, known.values())), tuple(later), stories)


def _near(texts: Sequence[set[str]]) -> tuple[list[tuple[int, ...]], list[int]]:
    """For each set of words the first later ones that share enough with it, and the number of its chain.

    Some hundreds are compared with all at a time, so that memory grows with their number and not with its square.
    """
    from scipy.sparse import csr_matrix, vstack
    from scipy.sparse.csgraph import connected_components

    count, there = len(texts), _occurrences(texts)
    sizes, chain = np.array([len(text) for text in texts], np.int64), np.arange(count)
    found = list[tuple[int, ...]]()
    for start in range(0, count, _AT_ONCE):
        shared = (there[start : start + _AT_ONCE] @ there.T).toarray()
        together = sizes[start : start + _AT_ONCE, None] + sizes[None] - shared
        near = shared >= ENOUGH * np.maximum(together, 1)
        for number, row in enumerate(near, start):
            found.append(tuple((np.flatnonzero(row[number + 1 :])[:MOST_LATER] + number + 1).tolist()))
        known = csr_matrix((np.ones(count, np.int8), (np.arange(count), chain)), shape=(count, count))
        rows = [csr_matrix((start, count), dtype=np.int8), csr_matrix(near, dtype=np.int8)]
        linked = vstack([*rows, csr_matrix((count - start - len(near), count), dtype=np.int8)]) + known
        chain = connected_components(linked, directed=False)[1]
        chain = np.unique(chain, return_index=True)[1][chain]  # the number of a chain is that of its first member
    return found, chain.tolist()


def _occurrences(texts: Sequence[set[str]]) -> csr_matrix:
    """(N, words): which words there are in which text."""
    from scipy.sparse import csr_matrix

    codes: dict[str, int] = {}
    places = [(row, codes.setdefault(word, len(codes))) for row, text in enumerate(texts) for word in sorted(text)]
    rows, columns = np.array(places, np.int64).reshape(-1, 2).T
    return csr_matrix((np.ones(len(places), np.int32), (rows, columns)), shape=(len(texts), max(1, len(codes))))


def _cut(request: str) -> list[str]:
    return [word for word in map(str.casefold, words(request)) if any(sign.isalnum() for sign in word)]
