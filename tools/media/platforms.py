"""What platforms take and cover: lengths, shapes, texts and safe areas, read from platforms.toml with its sources."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Margins:
    """Parts of a 9:16 picture, from 0 to 1, that stay free of letters."""

    top: float
    bottom: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure is from."""

    url: str
    date: str
    """Of the page or its news where it has one, else when it was read."""
    gives: str


@dataclass(frozen=True, slots=True)
class Platform:
    """A place where short videos are published. A bound of 0 is one that no source gives."""

    key: str
    name: str
    ratios: tuple[str, ...]
    """The recommended one first."""
    seconds: tuple[float, float]
    sources: tuple[Source, ...]
    title: int = 0
    caption: int = 0
    hashtags: int = 0
    free: Margins | None = None
    """None where no source says what the app covers."""

    def faults(self, ratio: str, seconds: float, title: str) -> list[str]:
        """What of a clip and its title the platform does not take or show as it is, in sentences."""
        shortest, longest = self.seconds
        found = []
        if ratio not in self.ratios:
            found.append(f"{ratio} is none of its shapes ({', '.join(self.ratios)})")
        if seconds < shortest - 0.05:  # an encoder's last frame
            found.append(f"{seconds:.1f} s is shorter than its {shortest:g} s")
        if longest and seconds > longest:
            found.append(f"{seconds:.1f} s is longer than its {longest:g} s")
        if self.title and len(title) > self.title:
            found.append(f"the title has {len(title)} characters, {self.title} are taken")
        return found


@cache
def platforms() -> tuple[Platform, ...]:
    """All of them, in the file's order."""
    tables = tomllib.loads((files(__package__) / "platforms.toml").read_text(encoding="utf-8"))
    return tuple(_platform(key, table) for key, table in tables.items())


def strictest() -> Margins:
    """Margins that serve all platforms at once."""
    known = [one.free for one in platforms() if one.free]
    return Margins(*(max(getattr(one, side) for one in known) for side in ("top", "bottom", "left", "right")))


def _platform(key: str, table: Mapping[str, Any]) -> Platform:
    given = dict(table)
    low, high = given.pop("seconds")
    free = given.pop("free", None)
    return Platform(
        key,
        given.pop("name"),
        tuple(given.pop("ratios")),
        (low, high),
        tuple(Source(**one) for one in given.pop("sources")),
        free=Margins(**free) if free else None,
        **given,
    )


_RATIOS = {"9:16": 9 / 16, "4:5": 4 / 5, "1:1": 1.0, "16:9": 16 / 9}
_ALIKE = 0.04
"""How far a picture may be off a shape and still have its name: 480x832 is 2.6 % wider than 9:16."""


def ratio_of(width: int, height: int) -> str:
    """The name of a picture's shape; `WIDTH:HEIGHT` of one that has none."""
    near = min(_RATIOS, key=lambda name: abs(width / height / _RATIOS[name] - 1))
    return near if abs(width / height / _RATIOS[near] - 1) <= _ALIKE else f"{width}:{height}"
