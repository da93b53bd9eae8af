"""Which drawing shows what an idea names, if any does: a wrong picture is worse than none.

Only the head of an idea's first phrase is looked at, and only words of closed lists may stand beside it: an unknown one
may make something else of it, as in `cat food`, `hot dog` or `Doja Cat`, and what the thing does or stands on is not in
its drawing, as in `a cat riding a hot dog`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .colour import RGB, parse

_TOKEN = re.compile(r"[^\s!-&(-,./:-@\[-`{-~“”„«»…。、，！？（）]+|[!-/:-@…“”]")
_LONGEST = 3  # words of a name
_PAUSE = frozenset('.,;:!?…–—()"“”')
_LISTS = frozenset(("and", "or", "&", "y", "et", "und", "e", "и"))
_OWN = re.compile(r"(?:['’]s)\Z")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a clip is about, and the drawing of it."""

    idea: str
    drawing: str = ""
    """A drawing in `art/`; empty where the idea names none, and is set in type."""
    word: str = ""
    """The word of the idea that names it."""

    @property
    def hues(self) -> tuple[RGB, RGB, RGB] | None:
        """The drawing's own colours."""
        return _lists().hues.get(self.drawing)


def subject_of(idea: str) -> Subject:
    """The subject of an idea, with its drawing when its words name one and nothing else."""
    said = _TOKEN.findall(re.sub(rf"\A(?:{'|'.join(_lists().glued)})+", "", idea))
    words = [_fold(word) for word in said]
    start = _after_leads(words)
    for end in range(len(words), start, -1):
        for first in range(max(start, end - _LONGEST), end):
            drawing = _lists().names.get("-".join(words[first:end]))
            if drawing and _stands(said, words, drawing, start, first, end):
                return Subject(idea, drawing, " ".join(said[first:end]))
    return Subject(idea)


def _stands(said: list[str], words: list[str], drawing: str, start: int, first: int, end: int) -> bool:
    """Whether the words from `first` to `end` are the subject, and mean what is drawn."""
    lists = _lists()
    if not all(word in lists.modifiers for word in words[start:first]):
        return False
    if (lists.unlike[drawing] | lists.never) & set(words):
        return False
    if "-".join(words[first:end]) in lists.abroad and words[first - 1 : first] not in lists.articles:
        return False  # `chat` is no cat in English
    is_heading = all(word[:1].isupper() for word in said if len(word) > 3)
    if first > 0 and said[first][:1].isupper() and words[first - 1] not in lists.before_capitals and not is_heading:
        return False  # a name
    if words[end : end + 1] == [","] and (
        _LISTS & set(words[end:]) or any(word in lists.names for word in words[end:])
    ):
        return False  # one of several things
    if end == len(words) or words[end] in _PAUSE:
        return not (first == 0 and end < len(words) and words[end] == ":")  # a heading may be a figure of speech
    return any(words[end:] == scene for scene in lists.scenes)


def _after_leads(words: list[str]) -> int:
    """Where the subject's phrase begins: after `the history of`, `making` and `how to make`."""
    lists = _lists()
    if words[:2] == ["how", "to"] and len(words) > 3 and words[2] in lists.how:
        return 3
    if len(words) > 1 and words[0] in lists.gerunds:
        return 1
    for place in range(min(5, len(words) - 1)):
        if words[place] == "of" and place and all(w in lists.of or w in lists.modifiers for w in words[:place]):
            return place + 1
    return 0


def _fold(word: str) -> str:
    """A word without case, Latin accents and an owner's `'s`, which makes it somebody's rather than the subject."""
    if _OWN.search(word):
        return word
    bare = unicodedata.normalize("NFKD", word.casefold())
    latin = bare[:1].isascii()
    return "".join(c for c in bare if not unicodedata.combining(c)) if latin else unicodedata.normalize("NFC", bare)


@dataclass(frozen=True, slots=True)
class _Lists:
    names: dict[str, str]
    unlike: dict[str, frozenset[str]]
    hues: dict[str, tuple[RGB, RGB, RGB]]
    never: frozenset[str]
    abroad: frozenset[str]
    """Words of other languages in Latin letters, which may mean something else in English."""
    articles: tuple[list[str], ...]
    """What has to stand before one of them."""
    modifiers: frozenset[str]
    scenes: tuple[list[str], ...]
    """What may follow the noun."""
    before_capitals: frozenset[str]
    """German articles: all nouns are written with capitals after them."""
    glued: tuple[str, ...]
    of: frozenset[str]
    gerunds: frozenset[str]
    how: frozenset[str]


@cache
def _lists() -> _Lists:
    read = tomllib.loads(files(__package__).joinpath("subject.toml").read_text(encoding="utf-8"))
    objects, leads, modifiers = read["objects"], read["leads"], dict(read["modifiers"])
    glued, english = modifiers.pop("glued").split(), set(modifiers["en"].split())
    return _Lists(
        {_fold(word): key for key, facts in objects.items() for word in _named(facts).split()},
        {key: frozenset(facts.get("not", "").split()) for key, facts in objects.items()},
        {
            key: (parse(a), parse(b), parse(c))
            for key, (a, b, c) in ((key, facts["hues"]) for key, facts in objects.items())
        },
        frozenset(read["never"]["words"].split()),
        frozenset(_fold(word) for facts in objects.values() for word in facts.get("abroad", "").split()),
        tuple([word] for key, words in modifiers.items() if key != "en" for word in set(words.split()) - english),
        frozenset(" ".join(modifiers.values()).split()),
        tuple(scene.split() for scene in read["scenes"]["en"]),
        frozenset(modifiers["de"].split()),
        tuple(glued),
        *(frozenset(leads[name].split()) for name in ("of", "verbs", "how")),
    )


def _named(facts: Mapping[str, str]) -> str:
    return f"{facts['words']} {facts.get('abroad', '')}"
