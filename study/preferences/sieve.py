"""Which pairs are written, and on which side of the split they stand.

Of a pair no more is held in memory than a row of numbers (about 80 bytes), digests of what it consists of.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..ads.split import count_of_test, mark
from .types import Draft, Preference, Source

if TYPE_CHECKING:
    from numpy.typing import NDArray

TWICE, CONTRADICTED, OUTDONE = (
    "the same pair again (the clearest is kept)",
    "contradictions: each side won once (all are left out)",
    "pairs that a better source has decided (a test before feedback, feedback before a prediction)",
)
_NONE = 0
_BETTER = {Source.FEEDBACK: 1, Source.TEST: 2}
"""Sources that decide a pair of drafts whatever those say that stand lower; predictions are 0."""
_COLUMNS = ("pair", "winner", "loser", "asked", "request", "story", "test", "title_a", "title_b")


@dataclass(frozen=True, slots=True)
class Sifted:
    """What becomes of N lines: pairs, and prompts without one."""

    kept: NDArray[np.bool_]
    """(N,): whether it is a pair that is written."""
    test: NDArray[np.bool_]
    """(N,): whether it is held out; of pairs that are not written it means nothing."""
    first_winner: NDArray[np.bool_]
    """(N,): whether its chosen draft lost in no pair that is kept, and is the first such line of it."""
    first_asked: NDArray[np.bool_]
    """(N,): whether it is the first line of its prompt that is written."""
    stories: int
    test_stories: int
    contradicted: NDArray[np.bool_]
    """(N,): whether it is one side of a contradiction."""
    contradictions: int
    """Different pairs of drafts of which each side won once."""


class Sieve:
    """Takes pairs one after the other, and then says what becomes of each."""

    def __init__(self) -> None:
        """With no pair."""
        self._columns = {name: array("q") for name in _COLUMNS}
        self._strength, self._source, self._bare = array("d"), array("b"), array("b")

    def __len__(self) -> int:
        """How many pairs it was given."""
        return len(self._strength)

    def add_prompt(self, request: str, asked: str) -> None:
        """A prompt that is asked without a pair; never again where a pair asks it too."""
        drawn = _digest("bare", _plain(request))
        values = {"winner": drawn, "asked": _digest("asked", asked), "request": _named("request", _plain(request))}
        for name in _COLUMNS:
            self._columns[name].append(values.get(name, _NONE))
        self._strength.append(0.0)
        self._source.append(0)
        self._bare.append(True)

    def add(self, one: Preference, asked: str) -> None:
        """A pair with the text that its prompt is; empty for one that says nothing of a subject."""
        request = _plain(one.request)
        winner, loser = (_draft(request, draft) for draft in (one.chosen, one.rejected))
        values = {
            "pair": _digest("pair", str(min(winner, loser)), str(max(winner, loser))),
            "winner": winner,
            "loser": loser,
            "asked": _named("asked", asked),
            "request": _named("request", request),
            "story": _named("story", one.story),
            "test": _named("test", f"{one.story}\n{one.test}" if one.test else ""),
            "title_a": _named("title", _plain(one.chosen.title)),
            "title_b": _named("title", _plain(one.rejected.title)),
        }
        for name, value in values.items():
            self._columns[name].append(value)
        self._strength.append(one.probability)
        self._source.append(_BETTER.get(one.source, 0))
        self._bare.append(False)

    def sifted(self, test_share: float, seed: int, left_out: Counter[str]) -> Sifted:
        """What becomes of the pairs, with `test_share` of the stories held out."""
        columns = {name: np.frombuffer(column, np.int64) for name, column in self._columns.items()}
        bare = np.frombuffer(self._bare, np.int8).astype(np.bool_)
        kept, contradicted, contradictions = self._kept(columns, ~bare, left_out)
        stories, used = _stories(columns), kept | bare
        held = _held_out(columns["winner"], stories, kept, used, test_share, seed)
        lost = np.isin(columns["winner"], columns["loser"][kept])
        names = np.unique(stories[used])
        return Sifted(
            kept,
            np.isin(stories, held),
            _first(columns["winner"], kept & ~lost),
            _first(columns["asked"], used & (columns["asked"] != _NONE)),
            len(names),
            len(held),
            contradicted,
            contradictions,
        )

    def _kept(
        self, columns: dict[str, NDArray[np.int64]], pairs: NDArray[np.bool_], left_out: Counter[str]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], int]:
        """Of each pair of drafts the clearest line, where all lines of the best source agree on the winner.

        Beside it the lines that contradict one another, and of how many pairs they are.
        """
        _, code = np.unique(columns["pair"], return_inverse=True)
        count = int(code.max()) + 1
        source = np.frombuffer(self._source, np.int8)
        best = np.zeros(count, np.int8)
        np.maximum.at(best, code, source)
        counted = pairs & (source == best[code])
        forward = columns["winner"] < columns["loser"]
        both = np.ones(count, np.bool_)
        for direction in (forward, ~forward):
            seen = np.zeros(count, np.bool_)
            np.logical_or.at(seen, code, counted & direction)
            both &= seen
        sound = counted & ~both[code]
        strength = np.frombuffer(self._strength, np.float64)
        order = np.lexsort((np.arange(len(code)), -strength))
        kept = np.zeros(len(code), np.bool_)
        places = order[sound[order]]
        kept[places[np.unique(code[places], return_index=True)[1]]] = True
        for name, lines in ((OUTDONE, pairs & ~counted), (CONTRADICTED, counted & both[code]), (TWICE, sound & ~kept)):
            left_out[name] += int(lines.sum())
        return kept, counted & both[code], int(both.sum())


def _first(values: NDArray[np.int64], among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(N,): the first line of each value, among these lines."""
    places = np.flatnonzero(among)
    found = np.zeros(len(values), np.bool_)
    found[places[np.unique(values[places], return_index=True)[1]]] = True
    return found


def _stories(columns: dict[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    """(N,): one number for all lines with a request, story, test or title in common, and so on along the chain."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(columns["pair"])
    rows, names = [], []
    for name in ("request", "story", "test", "title_a", "title_b"):
        there = np.flatnonzero(columns[name] != _NONE)
        rows.append(there)
        names.append(columns[name][there])
    values, code = np.unique(np.concatenate(names), return_inverse=True)
    line = np.concatenate(rows)
    size = count + len(values)
    links = csr_matrix((np.ones(len(line), np.int8), (line, code + count)), shape=(size, size))
    found: NDArray[np.int64] = connected_components(links, directed=False)[1][:count].astype(np.int64)
    return found


def _held_out(
    winners: NDArray[np.int64],
    stories: NDArray[np.int64],
    kept: NDArray[np.bool_],
    used: NDArray[np.bool_],
    share: float,
    seed: int,
) -> NDArray[np.int64]:
    """The stories for the test: the same share of those with pairs and of those that are prompts alone.

    They are drawn by a hash of what is in them, so that the same pairs in another order give the same.
    """
    prompts = used & ~np.isin(stories, stories[kept])
    return np.concatenate([_drawn(winners[part], stories[part], share, seed) for part in (kept, prompts)])


def _drawn(winners: NDArray[np.int64], stories: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
    names, code = np.unique(stories, return_inverse=True)
    least = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(least, code, winners)
    order = sorted(range(len(names)), key=lambda place: mark(seed, str(least[place])))
    return names[np.array(order[: count_of_test(len(names), share)], np.int64)]


def _draft(request: str, draft: Draft) -> int:
    return _digest("draft", request, draft.title, draft.video_prompt)


def _plain(text: str) -> str:
    """A text as its repetitions are known by, whatever its spaces and capitals."""
    return " ".join(text.split()).casefold()


def _named(kind: str, name: str) -> int:
    return _digest(kind, name) if name.strip() else _NONE


def _digest(*texts: str) -> int:
    content = "\0".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big", signed=True)
