"""Words that a market's law or advertising code forbids (banned.toml, with its sources)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package_files

from ..types import Product
from .lexicon import any_of


@dataclass(frozen=True, slots=True)
class Banned:
    """A banned word as it stands in a script."""

    text: str
    start: int
    end: int
    source: str
    """The law or code, with its article."""


@dataclass(frozen=True, slots=True)
class _Rule:
    markets: frozenset[str]
    source: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    when: tuple[str, ...]


def markets() -> tuple[str, ...]:
    """The markets whose words are known, as ISO 3166 codes."""
    return tuple(sorted({market for rule in _rules() for market in rule.markets if market != "EU"}))


def banned(text: str, product: Product) -> list[Banned]:
    """The words that the product's market forbids, in order; none where the market is not given or not known."""
    found: list[Banned] = []
    for rule in _rules():
        if product.market in rule.markets and _concerns(rule, product):
            allowed = [match.span() for match in rule.unless.finditer(text)] if rule.unless else []
            for match in rule.pattern.finditer(text):
                taken = [*allowed, *((one.start, one.end) for one in found)]
                if not any(match.start() < end and start < match.end() for start, end in taken):
                    found.append(Banned(match.group(), *match.span(), rule.source))
    return sorted(found, key=lambda one: one.start)


def _concerns(rule: _Rule, product: Product) -> bool:
    said = " ".join((product.category, product.name, *product.facts)).casefold()
    return not rule.when or any(word in said for word in rule.when)


@cache
def _rules() -> tuple[_Rule, ...]:
    table = tomllib.loads(package_files(__package__).joinpath("banned.toml").read_text("utf-8"))
    union = table["markets"]["EU"]
    return tuple(_rule(entry, union) for entry in table["rule"])


def _rule(entry: dict[str, list[str]], union: list[str]) -> _Rule:
    named = frozenset(entry["markets"]) | (frozenset(union) if "EU" in entry["markets"] else frozenset())
    latin = [term for term in entry["terms"] if term.isascii() or not _is_han(term)]
    han = [term for term in entry["terms"] if term not in latin]
    parts = [any_of(latin, whole=True)] if latin else []
    parts += [any_of(han, whole=False)] if han else []
    unless = re.compile("|".join(map(re.escape, entry["unless"])), re.IGNORECASE) if entry["unless"] else None
    pattern = re.compile("|".join([*parts, *entry["patterns"]]), re.IGNORECASE)
    return _Rule(named, str(entry["source"]), pattern, unless, tuple(entry.get("when", ())))


def _is_han(term: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in term)
