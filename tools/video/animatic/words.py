"""Words of a text in the forms in which the word lists have them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

WORD = re.compile(r"[\w'’]+(?:-[\w'’]+)*|[\u2600-\u27bf\U0001f300-\U0001faff]")
_ACCENT = re.compile("[\u0300-\u036f]")
_BLANKLESS = re.compile(r"[^\x00-\u058f\u1e00-\u1fff\u2010-\u206f]")  # scripts that glue words together, and emoji


def fold(text: str) -> str:
    """`text` without case and accents, so that `Café` is `cafe`."""
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", text.encode(errors="replace").decode().casefold()))
    return unicodedata.normalize("NFC", bare)


def forms(word: str) -> tuple[str, ...]:
    """A folded word, or a pair of them joined by a plus, and what it may be the plural of: `foxes` is `fox`."""
    word = re.sub(r"['’]s?\Z", "", word).replace("+", "-")
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return (word,)
    found = [word, word[:-1]]
    for ending, singulars in (("ies", ("y",)), ("ves", ("f", "fe")), ("es", ("",))):
        if word.endswith(ending):
            found += [word[: -len(ending)] + singular for singular in singulars]
    return tuple(found)


def is_glued(word: str) -> bool:
    """Whether it is written in a script in which a word list is looked for anywhere, or is an emoji."""
    return _BLANKLESS.search(word) is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of one line of a list."""

    key: str
    exact: frozenset[str]
    stems: tuple[str, ...]
    signs: tuple[str, ...]

    @classmethod
    def of(cls, key: str, listed: str) -> Entry:
        """A trailing * matches any ending; scripts without blanks are matched anywhere."""
        words = fold(listed).split()
        plain = [word for word in words if not is_glued(word)]
        return cls(
            key,
            frozenset(word for word in plain if not word.endswith("*")),
            tuple(word[:-1] for word in plain if word.endswith("*")),
            tuple(word for word in words if is_glued(word)),
        )

    def has(self, word: str) -> bool:
        """Whether a folded word is listed, or may be the plural of one that is."""
        return any(form in self.exact for form in forms(word)) or self.begins(word)

    def begins(self, word: str) -> bool:
        """Whether a folded word starts as a listed beginning does; never a pair of words, joined by a plus."""
        return "+" not in word and bool(self.stems) and word.startswith(self.stems)


@dataclass(frozen=True, slots=True)
class Index:
    """Several lists, asked for the key of a word."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, lists: Iterable[tuple[str, str]]) -> Index:
        """The key and the listed words of each."""
        return cls(tuple(Entry.of(key, listed) for key, listed in lists))

    def find(self, words: Iterable[str]) -> str | None:
        """The key of the first of some folded words that is listed; exact ones go before beginnings."""
        for word in words:
            for form in forms(word):
                for entry in self.entries:
                    if form in entry.exact:
                        return entry.key
            for entry in self.entries:
                if entry.begins(word):
                    return entry.key
        return None

    def find_sign(self, word: str) -> tuple[str, str] | None:
        """The key and the longest listed sign inside a glued word, of equals the first."""
        found = [(-len(sign), word.find(sign), entry.key, sign) for entry, sign in self._signs() if sign in word]
        return (min(found)[2], min(found)[3]) if found else None

    def _signs(self) -> Iterator[tuple[Entry, str]]:
        return ((entry, sign) for entry in self.entries for sign in entry.signs)
