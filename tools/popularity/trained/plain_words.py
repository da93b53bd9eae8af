"""Which words are plain ones, and which are names or the fashion of a day: those count only if the request has them.

A plain word is one that titles of two groups (channels) write small where they write other words large. The rest,
`Logan`, `Fortnite`, `Trailer`, is dropped from a draft's title before it is scored, unless the request has it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .hashed_words import BUCKETS, bucket

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GROUPS = 2
_SMALL = 0.1
"""The share of its uses, beyond a title's first word, in which a plain word is written small."""
_LINK = 4
"""Letters of the longest word that goes with a name beside it: `vs`, `feat`, `with`."""
_WORDS = re.compile(r"\w+(?:['’]\w+)*")
_ENDS = re.compile(r"(?:'s|’s|es|s|ing|ed|e|y|ies)$")


@dataclass(frozen=True, slots=True)
class PlainWords:
    """The plain words of known titles, under a hash."""

    known: NDArray[np.bool_]
    """(BUCKETS,)."""

    def all_names(self, title: str) -> bool:
        """Whether a title has no plain word at all."""
        return not any(self.known[bucket(word.casefold())] for word in _WORDS.findall(title))

    def without_names(self, title: str, request: str) -> str:
        """The title without names and words of fashion that the request does not have; whole without a request."""
        if not request.strip():
            return title
        asked = {_stem(word) for word in _WORDS.findall(request)}
        found = list(_WORDS.finditer(title))
        wanted = [_stem(match[0]) in asked for match in found]
        foreign = [
            not own and not self.known[bucket(match[0].casefold())] for match, own in zip(found, wanted, strict=True)
        ]
        dropped = [
            gone or (not own and len(match[0]) <= _LINK and any(foreign[max(0, place - 1) : place + 2]))
            for place, (match, own, gone) in enumerate(zip(found, wanted, foreign, strict=True))
        ]
        kept, end = "", 0
        for match, gone in zip(found, dropped, strict=True):
            kept += title[end : match.start()] + ("" if gone else match[0])
            end = match.end()
        return " ".join(word for word in (kept + title[end:]).split() if _WORDS.search(word))


def learn_plain_words(titles: Sequence[str], groups: NDArray[np.int64] | None = None) -> PlainWords:
    """From titles (N), of which those of one of the `groups` (N,) count once."""
    apart = np.arange(len(titles)) if groups is None else groups
    small: dict[str, set[int]] = {}
    uses: dict[str, int] = {}
    written: dict[str, int] = {}
    for title, group in zip(titles, apart.tolist(), strict=True):
        first, *words = _WORDS.findall(title) or [""]
        mixed = any(word[:1].isupper() for word in (first, *words))
        for word in words:
            folded = word.casefold()
            uses[folded] = uses.get(folded, 0) + 1
            if mixed and word.islower():
                small.setdefault(folded, set()).add(group)
                written[folded] = written.get(folded, 0) + 1
    known = np.zeros(BUCKETS, np.bool_)
    plain = [word for word, users in small.items() if len(users) >= _GROUPS and written[word] >= _SMALL * uses[word]]
    known[[bucket(word) for word in plain]] = True
    return PlainWords(known)


def _stem(word: str) -> str:
    """A word without its usual endings, so that `tacos` is in a request for a taco."""
    folded = word.casefold()
    return _ENDS.sub("", folded) if len(folded) > 3 else folded
