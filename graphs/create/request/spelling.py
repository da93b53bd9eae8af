"""Slips of the fingers in a request, mended where one mending alone is likely."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ....names import near
from .words import listed, parts

if TYPE_CHECKING:
    from spellchecker import SpellChecker

_SHORT_FORMS = {"smth": "something", "sth": "something", "sumthin": "something", "abt": "about", "w/": "with"}
_SHORT_FORM = re.compile(r"(?<!\S)(?:(?:smth|sth|sumthin|abt)\b|w/ ?(?=\w))")
_COMMAND_WORDS = 6
_DAYS = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|april|june|july|august|september|october"
    r"|november|december)\b"
)
_VOWELS = str.maketrans("eiou", "aaaa")
_LETTERS = range(5, 30)
"""Of a word that is mended; shorter ones are names and abbreviations as well: `gifs`."""
_FREQUENT = 1e-6
"""How much of English text a word is that another was likely meant to be; `macaroon` is not, beside `macaron`."""


def spelled(text: str) -> str:
    """The text with slips mended: `vidoe abuot` in a command, `resturant` and `pengiun` everywhere."""
    text = re.sub(r"(?<!\S)i(?=[ '’])", "I", text)
    text = _DAYS.sub(lambda found: found[0].title(), text)
    words = _SHORT_FORM.sub(lambda found: _SHORT_FORMS[found[0].rstrip()] + " " * found[0].endswith(("/", " ")), text)
    if (first := words.split(" ", 1)[0]).istitle() and sorted(_likely(first.lower())) == sorted(first.lower()):
        words = _likely(first.lower()).title() + words[len(first) :]
    return " ".join(
        _of_command(word) or _likely(word) if at < _COMMAND_WORDS else _likely(word)
        for at, word in enumerate(words.split())
    )


def _of_command(word: str) -> str:
    """The word of a command that `word` is with a letter wrong, or letters in another order; empty for none."""
    if not (word.isascii() and word.isalpha() and word.islower()) or parts(word):
        return ""
    same = [slip for slip in listed("slips") if (len(slip), slip[0]) == (len(word), word[0])]
    turned = [slip for slip in same if sorted(slip) == sorted(word)]
    return [*turned, *near(word, same, cutoff=0.8), ""][0]


def _likely(word: str) -> str:
    """`word`, or the one frequent word from which it lacks a letter inside, or in which two changed places."""
    if not (word.isascii() and word.isalpha() and word.islower() and len(word) in _LETTERS) or parts(word):
        return word
    meant = [other for other in _dictionary().candidates(word) or () if _is_slip(word, other)]
    frequent = [other for other in meant if _dictionary().word_usage_frequency(other) >= _FREQUENT]
    return frequent[0] if len(frequent) == 1 else word


def _is_slip(word: str, meant: str) -> bool:
    """True where a letter inside is missing, doubled, has changed places, or is another vowel; others may be a name."""
    if sorted(meant) == sorted(word):
        return word[0] == meant[0]
    if len(meant) == len(word) > _LETTERS.start and word[-1] == meant[-1]:
        return word[0] == meant[0] and word.translate(_VOWELS) == meant.translate(_VOWELS)
    doubled = len(word) > len(meant) and re.sub(r"(.)\1", r"\1", word) == re.sub(r"(.)\1", r"\1", meant)
    return (word[0], word[-1]) == (meant[0], meant[-1]) and (len(meant) == len(word) + 1 or doubled)


@cache
def _dictionary() -> SpellChecker:
    """English words and how frequent each is; a word that is among them has no other candidate."""
    from spellchecker import SpellChecker

    return SpellChecker(distance=1)
