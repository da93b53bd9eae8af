"""A table of pairs, and choice models whose word can be foreseen."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from popcorn.tools.popularity.choice.types import Comparison, Pair

COLUMNS = ("title_a", "title_b", "z", "winner", "test_id", "story", "prompt_a", "prompt_b", "request", "platform")


@dataclass(frozen=True)
class Liking:
    """Prefers the draft whose title has more of a letter; an even number is a tie."""

    letter: str = "!"
    evidence: bool = True
    name: str = "liking"
    learned_from: str = "nothing"

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        return [self._one(pair) for pair in pairs]

    def _one(self, pair: Pair) -> Comparison:
        gap = pair.a.title.count(self.letter) - pair.b.title.count(self.letter)
        probability = 0.5 if not gap else 0.8 if gap > 0 else 0.2
        return Comparison(probability, tied=not gap, evidence=self.evidence)


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as a pairs file; a row is a dictionary of some of COLUMNS."""

    def write(*rows: dict[str, Any], name: str = "pairs.csv") -> Path:
        place = tmp_path / name
        with place.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return place

    return write


def pair(a: str, b: str, z: float | None = 3.0, **more: Any) -> dict[str, Any]:
    return {"title_a": a, "title_b": b} | ({} if z is None else {"z": z}) | more


@pytest.fixture
def row() -> Callable[..., dict[str, Any]]:
    """A row of two titles, the first of which drew more by three standard errors."""
    return pair
