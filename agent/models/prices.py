"""What a model's tokens cost: a dated table, and what somebody put into their settings instead."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from ...settings import Settings
from ...tools.remote.identity import is_loopback
from .meter import Price
from .providers import LOCAL, OFFLINE, Choice, providers


def price_of(choice: Choice, settings: Settings) -> Price | None:
    """The price of a model; zero on hardware of one's own and on a loopback address, None where none is known."""
    own = settings.prices.get(choice.spec)
    if own is not None:
        return Price(own.input, own.output)
    known = providers(settings).get(choice.provider)
    if choice.provider in {OFFLINE, LOCAL} or (known and known.free):
        return Price(0, 0)
    listed = _table()["prices"].get(choice.spec)
    if listed:
        return Price(listed["input"], listed["output"])
    return Price(0, 0) if known and is_loopback(known.url) else None


def as_of() -> str:
    """The day of the table."""
    return str(_table()["as_of"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("prices.toml").read_text("utf-8"))
