"""The names and the head noun of a request, read by rule.

In English the names are words with a capital where none is due, and the head noun is the last noun before what only
places or qualifies it: `how to make sourdough bread at home` gives `bread`. Other languages have other grammars: there
any word of substance will do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .request.language import entries, subject_in
from .word_forms import ARABIC_THE, SHORTEST, UNSPACED, WORD, folded, stem
from .word_lists import word_list

_BOUNDARY = word_list("boundaries")
_SMALL = word_list("small")
_OF_WHICH = word_list("less_than_what_follows")
"""Words before `of` that say less than what follows it."""
_NO_NAMES = word_list("no_names")
_WHERE_FROM = re.compile(r"\w+(?:ian|ean|ese|ish|ican)|french|dutch|german|thai|greek|swiss|czech")
"""Adjectives of places: `Indian biryani` may be shown without saying where it is from."""
_ARTICLES = word_list("articles")
_ASKED = word_list("asked")
_ING_NOUNS = word_list("nouns_in_ing")
_UNSEEN = word_list("unseen")
_SIGN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_COMMON_SIGNS = frozenset(
    "一二三四五六七八九十百千上下左右中大小多少人的不是有在了个只这那我你他她它们去来出入里外前后时日月年天手头面心"
)
"""Chinese characters that stand in any text."""
_PARTICLES = re.compile("[的の在和与是了をがはにでとも]")


class Term(NamedTuple):
    """A name or a noun that a draft has to have, in one of its words."""

    told: str
    words: tuple[str, ...]


def names_of(idea: str, *, opening: bool) -> list[Term]:
    """Runs of words with a capital where none is due; none where every word has one.

    `opening` says that the idea is all of the request, whose first word has a capital anyway.
    """
    words = [(found.group(), found.start()) for found in WORD.finditer(idea)]
    substance = [word for word, _ in words if word.casefold() not in _SMALL | _BOUNDARY and word != "of"]
    if len(substance) > SHORTEST and all(_capital(word) for word in substance):
        return []
    runs: list[list[tuple[str, int]]] = []
    for place, (word, start) in enumerate(words):
        due = place == 0 and opening and not (len(words) > 1 and _capital(words[1][0]))
        if not _capital(word) or due or word.casefold() in _NO_NAMES | _SMALL:
            continue
        joined = False
        if runs and place and runs[-1][-1] == words[place - 1]:
            before, at = words[place - 1]
            joined = idea[at + len(before) : start] == " "
        if joined:
            runs[-1].append((word, start))
        else:
            runs.append([(word, start)])
    found = (Term(_shown(run), tuple(folded(part) for part, _ in run if len(part) > 1)) for run in runs)
    return [term for term in found if term.words and not all(_WHERE_FROM.fullmatch(word) for word in term.words)]


def _shown(run: Sequence[tuple[str, int]]) -> str:
    return re.sub(r"['’]s$", "", " ".join(word for word, _ in run))


def head_of(idea: str) -> Term | None:
    """The last word of the first phrase; with `of`, that of the next phrase will do as well, in a clause any word."""
    words = WORD.findall(idea)
    heads: list[str] = []
    phrase: list[str] = []
    if [word.casefold() for word in words[:2]] == ["how", "to"]:
        words = words[3:]
    clause = bool(words) and words[0].casefold() in _ASKED
    for place, word in enumerate([*words, ""]):
        low = folded(word)
        doing = low.endswith("ing") and bool(phrase) and low not in _ING_NOUNS and place < len(words) - 1
        clause = clause or (low in _ARTICLES and bool(phrase))
        if word and low not in _BOUNDARY and low != "of" and not doing and not (low in _ARTICLES and phrase):
            phrase += [] if low in _SMALL else [low]
            continue
        if phrase:
            heads += phrase if clause else phrase[-1:]
            phrase = []
            if low != "of":
                break
    telling = [one for one in heads if stem(one) not in _OF_WHICH] or heads
    return Term(telling[0] if clause else telling[-1], tuple(telling)) if telling else None


def is_unseen(noun: str) -> bool:
    """Whether no camera sees what a noun names: `hope`, `loneliness`."""
    return noun in _UNSEEN or noun.endswith(("ness", "ship", "hood", "ity", "ing"))


def tells(word: str) -> bool:
    """Whether a word of a request names something that may be seen."""
    return len(word) > SHORTEST and word not in _SMALL | _BOUNDARY and not is_unseen(word)


def _capital(word: str) -> bool:
    return word[:1].isupper() or (len(word) > 1 and any(one.isupper() for one in word[1:]))


def substance_of(request: str, language: str) -> Iterator[str]:
    """Beginnings of the words that say something, or pairs of signs where words are not parted.

    `language` is a code of the requests' languages; of one that is not known, all words may say something.
    """
    known = entries().get(language, {})
    text = folded(subject_in(language, request) if known else request)
    for run in UNSPACED.findall(text):
        for part in _PARTICLES.split(run):
            yield from (part[at : at + 2] for at in range(max(1, len(part) - 1)) if part)
    small = known.get("stop", "").split()
    for word in WORD.findall(UNSPACED.sub(" ", text)):
        bare = word.removeprefix(ARABIC_THE)
        shortest = 2 if "HANGUL" in unicodedata.name(bare[:1], "") else SHORTEST
        if len(bare) >= shortest and word not in small:
            yield bare[: max(shortest, 2 * len(bare) // 3)]


def shares_a_sign(wanted: Sequence[str], text: str) -> bool:
    """Whether a telling Chinese character of what is wanted stands in the text: that of `一只猫` in `橘猫`."""
    return bool(({sign for one in wanted for sign in _SIGN.findall(one)} - _COMMON_SIGNS) & set(text))
