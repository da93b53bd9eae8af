"""English verbs and their forms, as far as requests need them."""

from __future__ import annotations

from functools import cache

from .vocabulary import vocabulary

_BASES = vocabulary("verbs")
_DOUBLED = vocabulary("doubling_verbs")
_MAKING = vocabulary("making_verbs")
_AUXILIARIES = vocabulary("auxiliaries")


def gerund(base: str) -> str:
    """`bake` -> `baking`, `cut` -> `cutting`, `die` -> `dying`."""
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return base[:-1] + "ing"
    return base + (base[-1] if base in _DOUBLED else "") + "ing"


def third_person(base: str) -> str:
    """`watch` -> `watches`, `carry` -> `carries`, `have` -> `has`."""
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


@cache
def bases() -> frozenset[str]:
    """The verbs known, without auxiliaries."""
    return (_BASES - _AUXILIARIES) | {"have", "do"}


@cache
def _gerunds() -> dict[str, str]:
    return {gerund(base): base for base in bases()}


@cache
def _thirds() -> dict[str, str]:
    return {third_person(base): base for base in bases()}


def base_of_gerund(word: str) -> str | None:
    """`preparing` -> `prepare`; None for a word that is no known gerund."""
    return _gerunds().get(word.casefold())


def base_of_finite(word: str) -> str | None:
    """The verb that `word` is a present-tense form of; None for anything else, auxiliaries too."""
    folded = word.casefold()
    return folded if folded in bases() else _thirds().get(folded)


def is_auxiliary(word: str) -> bool:
    """True for forms of be, have and do, and for modals."""
    return word.casefold() in _AUXILIARIES


def makes_things(base: str) -> bool:
    """True when what the verb takes is a thing that can be shown: bake, build, draw."""
    return base in _MAKING
