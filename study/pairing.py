"""Rows in pairs that differ in one dimension and in nothing else: the same prompt, the same seed, the same arm besides.

What cannot be alike on both sides is left out where it meets: references, tags and given references beside basic mode,
which knows none; the renderer beside a title that is seen alone; and the whole arm beside a real title, which has no
mode and no renderer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ..graphs.create.state import Mode
from .types import HUMAN, Arm, Given, Row, Sees

DIMENSIONS = ("model", "mode", "references", "tags", "given", "candidates", "refine", "renderer", "sees")
"""What can be compared. Scores of different predictors share no scale, so they are never compared."""
SAME = 1e-6
"""log2(comments) by which two scores are the same."""
_OF_REFERENCES = frozenset({"references", "tags", "given"})
_ALL = frozenset(Arm.__slots__) - {"predictor"}


@dataclass(frozen=True, slots=True)
class RowPair:
    """Two rows that differ in one dimension."""

    a: Row
    b: Row

    @property
    def win(self) -> float:
        """1 where a's score is higher, 0 where b's is, a half where they are the same."""
        gap = _score(self.a) - _score(self.b)
        return 0.5 if abs(gap) < SAME else float(gap > 0)

    @property
    def evidence(self) -> bool:
        """Whether the predictor has evidence for both."""
        return self.a.evidence and self.b.evidence

    def value(self, dimension: str) -> object:
        """What both have in a dimension that is not compared; a real title has what it is compared with."""
        return getattr(self.b if self.a.model == HUMAN else self.a, dimension)


@dataclass(frozen=True, slots=True)
class Match:
    """Two values of a dimension under one predictor, with all their pairs."""

    dimension: str
    a: str
    b: str
    predictor: str
    pairs: tuple[RowPair, ...]


def matches(rows: Iterable[Row], dimension: str) -> Iterator[Match]:
    """Every two values of the dimension that have pairs, in the order of their first rows; failures are in none."""
    values: dict[str, dict[object, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if not row.failed and row.log2_comments is not None and _has(row, dimension):
            values[row.predictor][getattr(row, dimension)].append(row)
    for predictor, by_value in values.items():
        for a, b in combinations(by_value, 2):
            if pairs := _pairs(by_value[a], by_value[b], dimension):
                yield Match(dimension, _named(a), _named(b), predictor, pairs)


def _pairs(first: Sequence[Row], second: Sequence[Row], dimension: str) -> tuple[RowPair, ...]:
    left_out = _left_out(dimension, first[0], second[0])
    partners: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in second:
        partners[_rest(row, left_out)].append(row)
    return tuple(RowPair(a, b) for a in first for b in partners.get(_rest(a, left_out), ()))


def _left_out(dimension: str, first: Row, second: Row) -> frozenset[str]:
    """What the two sides of this dimension need not share."""
    if HUMAN in (first.model, second.model):
        return _ALL
    known = _OF_REFERENCES if dimension == "mode" and Mode.BASIC in (first.mode, second.mode) else frozenset[str]()
    if dimension == "sees" and Sees.TITLE in (first.sees, second.sees):  # a title alone has no clip
        known = frozenset({"renderer"})
    return known | {dimension}


def _rest(row: Row, left_out: frozenset[str]) -> tuple[object, ...]:
    """What a row shares with its partner."""
    return (row.prompt_id, row.seed, *(getattr(row, name) for name in Arm.__slots__ if name not in left_out))


def _has(row: Row, dimension: str) -> bool:
    """Whether the dimension says anything of the row: basic mode knows no references, a real title no refinement."""
    if dimension in ("candidates", "refine"):
        return row.mode in (Mode.BASIC, Mode.ENHANCED)
    if dimension == "sees":
        return row.model != HUMAN
    if dimension == "mode" and row.given not in ("", Given.FOUND):
        return False
    return getattr(row, dimension) not in ("", 0)


def _named(value: object) -> str:
    """A value as tables show it."""
    return {"True": "on", "False": "off", HUMAN: "the nearest real title"}.get(str(value), str(value))


def _score(row: Row) -> float:
    return row.log2_comments or 0.0
