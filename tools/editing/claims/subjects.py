"""What a clause is about: its content words, so that a number is compared with a fact of the same thing only."""

from __future__ import annotations

import re
import unicodedata

from ....english import lemminflect
from ..word_cuts import words
from .cues import cues


def subjects(text: str, hidden: tuple[str, ...] = ()) -> frozenset[str]:
    """The content words of a text in their plain forms, without numbers and without the words of `hidden`."""
    named = {plain for name in hidden for word in words(name) if (plain := _plain(word))}
    return frozenset(plain for word in words(text) if (plain := _plain(word)) and plain not in named)


def _plain(word: str) -> str:
    word = unicodedata.normalize("NFKC", word).casefold()
    word = re.sub(r"^[\d.,%$£€¥]+|'s$", "", word)
    if not word or word in cues().stop:
        return ""
    return _lemma(word) if word.isascii() and word.isalpha() else "" if re.search(r"\d", word) else word


def _lemma(word: str) -> str:
    known = lemminflect().getAllLemmas(word)
    for kind in ("NOUN", "VERB", "ADJ", "ADV"):
        if known.get(kind):
            lemma: str = known[kind][0]
            return "" if lemma in cues().stop else lemma
    return word
