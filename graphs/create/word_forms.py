"""Words whatever their endings: whether a text says one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from .request.words import is_common, parts

SHORTEST = 3
"""Letters of the shortest word that says anything."""
ARABIC_THE = "ال"
_SIGNS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNSPACED = re.compile(f"[{_SIGNS}]+")
"""Runs of scripts that are written without spaces."""
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


class Said:
    """A text, to be looked through for words whatever their endings."""

    def __init__(self, text: str) -> None:
        """Takes the text apart once."""
        self._text = folded(text)
        self._words = {word for whole in WORD.findall(self._text) for word in (whole, *re.split(r"[.'’-]", whole))}

    def has(self, words: Sequence[str]) -> bool:
        """Whether any of the words stands in it, with whatever ending."""
        return any(alike(word, other) for word in words for other in self._words)

    def has_any(self, beginnings: Sequence[str]) -> bool:
        """Whether any word begins so; signs of scripts without spaces may stand anywhere."""
        starts = {word.removeprefix(ARABIC_THE) for word in self._words} | self._words
        return any(
            one in self._text if UNSPACED.match(one) else any(word.startswith(one) for word in starts)
            for one in beginnings
        )


def alike(word: str, other: str) -> bool:
    """Whether two words are one but for their form: `taco` and `tacos`, `mice` and `mouse`, `baking` and `bake`."""
    if word == other or _bases(word) & _bases(other):
        return True
    if is_common(word) and is_common(other):
        return False
    one, two = sorted((stem(word), stem(other)), key=len)
    more = 1 if len(one) <= SHORTEST else 2
    return one == two or (len(one) >= SHORTEST and two.startswith(one) and len(two) - len(one) <= more)


@cache
def _bases(word: str) -> frozenset[str]:
    """What the dictionary has the word for a form of."""
    bare = re.sub(r"['’]s?$", "", word)
    return frozenset(base for bases in parts(bare).values() for base in bases)


def stem(word: str) -> str:
    """An English word without its commonest endings, for words that no dictionary has."""
    bare = re.sub(r"['’]s?$", "", word)
    for ending, rest in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            return bare.removesuffix(ending) + rest
    if bare.endswith("s") and not bare.endswith(("ss", "us", "is")) and len(bare) > SHORTEST:
        return bare[:-1]
    for ending in ("ing", "ed"):
        root = bare.removesuffix(ending)
        if root != bare and len(root) >= SHORTEST:
            return root[:-1] if root[-1] == root[-2] and root[-1] not in "sl" else root
    return bare


def folded(text: str) -> str:
    """The text in lower case, with one kind of apostrophe."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
