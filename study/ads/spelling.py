"""Words that no list knows: what a rule can see of typing errors, in English alone.

Known is a word that lemminflect has a lemma of, one in the vocabulary of the bundled encoder (whole words among 30,522
pieces), one of the product text, or one that begins with a capital: names are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ...english import lemminflect

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDINGS = ("ing", "less", "ness", "able", "proof", "free", "ly", "y", "ish")
_BEGINNINGS = ("un", "re", "non", "anti", "pre", "de")
_SHORTEST = 4
"""Letters: shorter ones are mostly sounds and units."""


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _WORD.findall(text)


def strange_words(text: str, allowed: Iterable[str] = ()) -> list[str]:
    """The words of an English text that are in no list, each once."""
    known = {word.casefold() for more in allowed for word in words(more)}
    small = [word for word in words(text) if word.isascii() and word.islower() and len(word) >= _SHORTEST]
    return [word for word in dict.fromkeys(small) if word not in known and not is_word(word)]


@cache
def is_word(word: str) -> bool:
    """Whether a list has an English word of small letters, or what stands before its apostrophe."""
    stem = re.split("['’]", word)[0]

    def listed(one: str) -> bool:
        return one in _vocabulary() or bool(lemminflect().getAllLemmas(one))

    return any(map(listed, (word, stem, *_without_ending(stem)))) or _is_compound(stem)


def _without_ending(word: str) -> list[str]:
    """The word without a beginning or an ending that lists leave out."""
    bare = [word[: -len(end)] for end in _ENDINGS if word.endswith(end)]
    return [one for one in (*bare, *(word[len(start) :] for start in _BEGINNINGS if word.startswith(start))) if one]


def _is_compound(word: str) -> bool:
    """Whether it is two nouns or adjectives of three letters and more, such as `skincare`; not `mugkeeps`."""

    def plain(one: str) -> bool:
        known = lemminflect().getAllLemmas(one)
        return any(known.get(kind, ("",))[0] == one for kind in ("NOUN", "ADJ"))

    return any(plain(word[:at]) and plain(word[at:]) for at in range(3, len(word) - 2))


@cache
def _vocabulary() -> frozenset[str]:
    from ...tools.embedding.bundled_encoder import vocabulary

    return vocabulary()
