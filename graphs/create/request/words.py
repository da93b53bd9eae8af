"""English words: what part of speech they can be, and their forms, by the tables of LemmInflect."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from ....english import lemminflect


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a list of english.toml."""
    return frozenset(_table()["words"][name].split())


@cache
def pattern(name: str) -> str:
    """The alternatives of a part of commands as a regular expression."""
    return f"(?:{'|'.join(_table()['commands'][name])})"


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "english.toml").read_text(encoding="utf-8"))


@cache
def parts(word: str) -> dict[str, tuple[str, ...]]:
    """Parts of speech (NOUN, VERB, ADJ, ADV) that `word` can be, with its base forms; empty for a word unknown."""
    found: dict[str, tuple[str, ...]] = lemminflect().getAllLemmas(word.casefold()) if word.isascii() else {}
    return found


def is_small(word: str) -> bool:
    """True for articles, prepositions and conjunctions: no phrase ends on them."""
    names = ("determiners", "joins", "relatives", "other_small", "helpers", "be")
    return any(word.casefold() in listed(name) for name in names)


def is_join(word: str) -> bool:
    """True for a preposition, or what opens a clause: what follows it may be left out."""
    return word.casefold() in listed("joins") | listed("relatives")


def is_helper(word: str) -> bool:
    """True for forms of be, have and do, and for modals, that make a sentence."""
    return word.casefold() in listed("helpers") | listed("be") - {"be", "been", "being"}


def is_be(word: str) -> bool:
    """True for forms of be."""
    return word.casefold() in listed("be")


def base_of(word: str, tag: str) -> str:
    """The verb whose form `tag` (VB, VBZ, VBG, VBN) is `word`; empty for none."""
    folded = word.casefold()
    return next((base for base in parts(word).get("VERB", ()) if folded in _forms(base, tag)), "")


def gerund(base: str) -> str:
    """`bake` -> `baking`."""
    return next(iter(_forms(base, "VBG")), base + "ing")


def is_plural(word: str) -> bool:
    """True when the noun is a plural."""
    folded = word.casefold().strip(",.!?")
    if nouns := parts(folded).get("NOUN", ()):
        return folded == "people" or (folded != nouns[0] and folded in _forms(nouns[0], "NNS"))
    unknown = not parts(folded) and folded.endswith("s") and not folded.endswith(("ss", "us", "is", "'s", "’s"))
    return folded == "anime" or unknown


def is_common(word: str) -> bool:
    """True for a word of the dictionary, so that a capital on it at the start of a sentence is no name."""
    return bool(parts(word)) or is_small(word)


def article_for(word: str) -> str:
    """`a` or `an` by the sound that `word` begins with."""
    folded = word.casefold().lstrip("\"“'’(")
    if folded.startswith(("uni", "use", "usu", "eu", "one", "once", "ubi", "uto", "ukulele")):
        return "a"
    silent = folded.startswith(("hour", "honest", "heir", "honor", "honour"))
    spelled = len(word) > 1 and word[:2].isupper() and word[0] in "FHLMNRSX" and (len(word) < 4 or not word.isalpha())
    return "an" if silent or spelled or folded[:1] in tuple("aeiou") or folded.startswith(("8", "11", "18")) else "a"


@cache
def _forms(base: str, tag: str) -> tuple[str, ...]:
    library = lemminflect()
    forms: tuple[str, ...] = library.getInflection(base, tag) or library.getInflection(base, tag, inflect_oov=True)
    return forms
