"""Product files: what is known of the thing that is advertised, as TOML."""

from __future__ import annotations

import errno
import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...errors import DataError
from ...languages import code_of
from ...names import did_you_mean
from ...trust import foreign_files
from .claims.backing import denied_number
from .claims.cues import Purpose
from .claims.quantities import Quantity, clause_around, quantities
from .claims.subjects import subjects
from .claims.units import MONEY
from .types import Product

LARGEST = 1 << 20
"""Bytes of a product file; facts of one product are a page or two."""
MOST_FACTS = 500
LONGEST_FACT = 1_000
_TEXTS = ("name", "brand", "category", "price", "market", "language")
_KEYS = (*_TEXTS, "facts")
_FORM = 'name = "Aurora mug"\n  price = "$24.99"\n  facts = ["It holds 350 ml.", "It is made of steel."]'


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the product file does not say, and what follows from it."""

    key: str
    message: str


def read_product(path: Path) -> Product:
    """The product that a file describes.

    Raises DataError where it cannot be read, is no TOML, has no facts, unknown keys, wrong types, or facts that
    contradict each other.
    """
    product = _product(_table(path), path)
    clash = contradictions(product)
    if clash:
        raise DataError(
            f"{path.name!r} contradicts itself: {'; '.join(clash)}",
            hint="Keep the one that is true, and remove the other.",
        )
    return product


def contradictions(product: Product) -> tuple[str, ...]:
    """Pairs of statements that cannot both be true: two prices, or two numbers for one unit and thing."""
    stated = [("price", product.price)] if product.price else []
    stated += [(f"fact {number}", fact) for number, fact in enumerate(product.facts, 1)]
    hidden = tuple(name for name in (product.name, product.brand) if name)
    numbers = [(name, text, one) for name, text in stated for one in quantities(text, hidden)]
    return tuple(
        f'{name} says "{one.text}", {other_name} "{other.text}"'
        for (name, text, one), (other_name, other_text, other) in itertools.combinations(numbers, 2)
        if name != other_name and _clash(one, text, other, other_text, hidden)
    )


def gaps(product: Product) -> tuple[Gap, ...]:
    """What is not said and would help."""
    found = []
    if not product.price:
        found.append(Gap("price", "no price is given: the ad may name none"))
    if not product.market:
        found.append(Gap("market", "no market is given: banned words are not looked up"))
    if not product.brand:
        found.append(Gap("brand", "no brand is given"))
    if not product.language:
        found.append(Gap("language", "no language is given: it is taken from the facts"))
    return tuple(found)


def _clash(one: Quantity, text: str, other: Quantity, other_text: str, hidden: tuple[str, ...]) -> bool:
    if one.unit != other.unit or not one.unit or not denied_number(one, other):
        return False
    if one.unit in MONEY:
        return {_purpose(one, text), _purpose(other, other_text)} == {Purpose.PRICE}
    about, other_about = _about(text, one, hidden), _about(other_text, other, hidden)
    return bool(about) and about == other_about


def _purpose(quantity: Quantity, text: str) -> Purpose:
    """A text that is nothing but an amount is the price."""
    return Purpose.PRICE if text.strip() == quantity.text else quantity.purpose


def _about(text: str, quantity: Quantity, hidden: tuple[str, ...]) -> frozenset[str]:
    first, last = clause_around(text, quantity.start, quantity.end)
    return subjects(text[first : quantity.start] + " " + text[quantity.end : last], hidden) - {quantity.unit}


def _table(path: Path) -> Mapping[str, object]:
    try:
        table = foreign_files.parse_toml(foreign_files.read_text(path, LARGEST))
    except OSError as exc:
        if exc.errno == errno.EFBIG:
            raise DataError(
                f"{path.name!r} has {path.stat().st_size:,} bytes; a product file has at most {LARGEST:,}",
                hint="Name the TOML file with the product's facts.",
            ) from exc
        raise DataError(
            f"the product file {str(path)!r} cannot be read: {exc.strerror or exc}", hint="Name another with --product."
        ) from exc
    except UnicodeDecodeError as exc:
        raise DataError(f"{path.name!r} is no text in UTF-8", hint="Save it as UTF-8.") from exc
    except tomllib.TOMLDecodeError as exc:
        raise DataError(f"{path.name!r} is no TOML: {exc}", hint=f"A product file looks like this:\n  {_FORM}") from exc
    return table


def _product(table: Mapping[str, object], path: Path) -> Product:
    for key in table:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, f"It may have: {', '.join(_KEYS)}.")
            raise DataError(f"{path.name!r} has an unknown key {key!r}", hint=hint)
    texts = {key: _text(key, table.get(key, ""), path) for key in _TEXTS}
    if not texts["name"]:
        raise DataError(f"{path.name!r} has no name", hint=f"A product file looks like this:\n  {_FORM}")
    _check_market(texts["market"], path)
    if texts["language"] and not code_of(texts["language"]):
        raise DataError(
            f"{path.name!r} has an unknown language {texts['language']!r}",
            hint='Name it like "English", "zh" or "es-MX".',
        )
    return Product(facts=_facts(table.get("facts"), path), **texts)


def _text(key: str, value: object, path: Path) -> str:
    if not isinstance(value, str):
        hint = (
            f'Write it in quotes, with its currency: price = "${value}".' if key == "price" else "Write it in quotes."
        )
        raise DataError(f"{key} in {path.name!r} is {_kind(value)}, not a text", hint=hint)
    if len(value) > LONGEST_FACT:
        raise DataError(f"{key} in {path.name!r} has {len(value):,} characters", hint=f"At most {LONGEST_FACT:,}.")
    return " ".join(value.split())


def _facts(value: object, path: Path) -> tuple[str, ...]:
    if value is None or value == []:
        raise DataError(
            f"{path.name!r} has no facts: an ad may claim nothing that is not in them",
            hint=f"Write what is true of the product, a sentence each:\n  {_FORM}",
        )
    if not isinstance(value, list):
        raise DataError(
            f"facts in {path.name!r} is {_kind(value)}, not a list of sentences", hint='Write facts = ["...", "..."].'
        )
    if len(value) > MOST_FACTS:
        raise DataError(
            f"{path.name!r} has {len(value):,} facts", hint=f"At most {MOST_FACTS}: keep what an ad may say."
        )
    facts = tuple(_text(f"fact {number}", fact, path) for number, fact in enumerate(value, 1))
    empty = [number for number, fact in enumerate(facts, 1) if not fact]
    if empty:
        raise DataError(f"fact {empty[0]} in {path.name!r} is empty", hint="Remove it, or write its sentence.")
    return tuple(dict.fromkeys(facts))


def _check_market(market: str, path: Path) -> None:
    if market and not (len(market) == 2 and market.isascii() and market.isupper()):
        raise DataError(
            f"market in {path.name!r} is {market!r}, no ISO 3166 code of two capitals",
            hint='Write it like "US", "GB" or "CN".',
        )
    if market == "UK":
        raise DataError(f"market in {path.name!r} is 'UK', which ISO 3166 calls 'GB'", hint='Write market = "GB".')


def _kind(value: object) -> str:
    names = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")
