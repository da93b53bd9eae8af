"""The words of cues.toml: how exact a number is, what an amount of money is for, and which words say nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files as package_files


class Bound(StrEnum):
    """How a number limits what it counts."""

    EXACTLY = "exactly"
    ABOUT = "about"
    AT_LEAST = "at least"
    AT_MOST = "at most"


class Purpose(StrEnum):
    """What an amount of money is."""

    PRICE = "price"
    FORMER = "former price"
    SAVING = "saving"
    MONTHLY = "rate"
    DEPOSIT = "deposit"
    EARNING = "earning"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Cues:
    """Regular expressions and words, read from the file."""

    before: dict[Bound, str]
    after: dict[Bound, str]
    purposes: dict[Purpose, str]
    beside_money: str
    discount_before: str
    discount_after: str
    one_claims: str
    inches: str
    no_nouns: frozenset[str]
    stop: frozenset[str]


@cache
def cues() -> Cues:
    """The file, read once."""
    table = tomllib.loads(package_files(__package__).joinpath("cues.toml").read_text("utf-8"))
    return Cues(
        {Bound(name): words for name, words in table["before"].items()},
        {Bound(name): words for name, words in table["after"].items()},
        {Purpose(name): words for name, words in table["purposes"].items()},
        table["money"]["beside"],
        table["money"]["discount_before"],
        table["money"]["discount_after"],
        table["one"]["claims"],
        table["inches"]["after"],
        frozenset(table["words"]["no_nouns"].split()),
        frozenset(table["words"]["stop"].split()),
    )
