"""The word lists by which requests and shots are read; they stand in words.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


def word_list(name: str) -> frozenset[str]:
    """The words of a list. Raises KeyError where there is no such list."""
    return frozenset(_lists()[name].split())


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
