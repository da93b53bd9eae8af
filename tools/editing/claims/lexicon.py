"""Words that make a claim: superlatives, comparisons, certificates, health and money promises (lexicon.toml)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package_files

from ....english import lemminflect
from ..types import ClaimKind

LANGUAGES = ("en", "zh")
"""Languages whose words are known; numbers, prices and percentages are found in others too."""
_ENDING = re.compile(r"\b[a-z]{2,}est\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of a script that claim something."""

    text: str
    start: int
    end: int
    kind: ClaimKind


@dataclass(frozen=True, slots=True)
class _Words:
    pattern: re.Pattern[str]
    harmless: re.Pattern[str] | None


def wordings(text: str) -> list[Wording]:
    """The claims of a text that are made in words, in order; one place is one claim of the first kind that fits."""
    found: list[Wording] = []
    for kind, words in _lexicon():
        harmless = [match.span() for match in words.harmless.finditer(text)] if words.harmless else []
        for match in words.pattern.finditer(text):
            if not _overlaps(match.span(), harmless) and not _overlaps(match.span(), [(w.start, w.end) for w in found]):
                found.append(Wording(match.group(), *match.span(), kind))
    taken = [(one.start, one.end) for one in found]
    found += [
        Wording(match.group(), *match.span(), ClaimKind.SUPERLATIVE)
        for match in _ENDING.finditer(text)
        if not _overlaps(match.span(), taken) and _is_superlative(match.group().casefold())
    ]
    return sorted(found, key=lambda one: one.start)


def _overlaps(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _is_superlative(word: str) -> bool:
    """Whether a word in -est is the superlative of an adjective: `fastest`, not `harvest`."""
    if word == "latest":
        return False
    return any(
        word in lemminflect().getInflection(lemma, "JJS") for lemma in lemminflect().getAllLemmas(word).get("ADJ", ())
    )


_ORDER = (
    *(ClaimKind.HEALTH, ClaimKind.CERTIFICATE, ClaimKind.MONEY),
    *(ClaimKind.COMPARISON, ClaimKind.SUPERLATIVE, ClaimKind.NUMBER),
)


@cache
def _lexicon() -> tuple[tuple[ClaimKind, _Words], ...]:
    table = tomllib.loads(package_files(__package__).joinpath("lexicon.toml").read_text("utf-8"))
    return tuple((kind, _words(table[kind.value][language], language)) for kind in _ORDER for language in LANGUAGES)


def _words(entry: dict[str, list[str]], language: str) -> _Words:
    terms = any_of(entry["terms"], whole=language == "en")
    alternatives = "|".join([terms, *entry["patterns"]])
    harmless = (
        re.compile(any_of(entry["harmless"], whole=language == "en"), re.IGNORECASE) if entry["harmless"] else None
    )
    return _Words(re.compile(alternatives, re.IGNORECASE), harmless)


def any_of(terms: list[str], *, whole: bool) -> str:
    """A pattern for any of the terms, the longest first; `whole` for terms that are whole words."""
    spelled = "|".join(re.escape(term).replace(r"\ ", r"\s+") for term in sorted(terms, key=len, reverse=True))
    return rf"(?<![\w])(?:{spelled})(?![\w])" if whole else f"(?:{spelled})"
