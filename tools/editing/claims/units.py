"""The units of units.toml: how they are written, and what they are counted in."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files as package_files

MONEY = frozenset({"CNY", "USD", "EUR", "GBP", "JPY", "INR", "KRW", "AUD", "CAD"})


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: a value times `factor` is in `base`."""

    base: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Units:
    """All of them, by their spellings."""

    by_spelling: dict[str, Unit]
    after_number: re.Pattern[str]
    """A unit where it stands right after a number, with white space or a hyphen before it."""
    before_number: re.Pattern[str]
    """A currency where it stands right before a number."""
    currency: dict[str, str]
    counters: frozenset[str]
    names: re.Pattern[str]
    """What has digits and claims nothing: names of sales, dates, times of day."""
    zero: tuple[str, ...]
    """What follows a 零 that is a number."""


@cache
def units() -> Units:
    """The table, read once."""
    table = tomllib.loads(package_files(__package__).joinpath("units.toml").read_text("utf-8"))
    known, latin, han = {}, [], []
    for entry in table["unit"]:
        unit = Unit(entry["base"], Decimal(entry["factor"]))
        known.update(dict.fromkeys((*entry["en"], *entry["zh"]), unit))
        latin += entry["en"]
        han += entry["zh"]
    signs = sorted(table["currency"], key=len, reverse=True)
    return Units(
        known,
        re.compile(rf"[\s-]?(?:(?P<latin>{_any(latin)})(?![A-Za-z])|(?P<han>{_any(han)}))"),
        re.compile(rf"(?P<sign>{_any(signs)})\s?\Z"),
        table["currency"],
        frozenset(table["words"]["counters"]),
        re.compile(f"{_any(table['words']['names'])}|{table['calendar']['years']}|{table['calendar']['clock']}"),
        tuple(table["words"]["zero"]),
    )


def _any(spellings: list[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(spellings, key=len, reverse=True))
