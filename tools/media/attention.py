"""Where in a picture the eye is drawn, stripe by stripe, and the window that keeps most of it over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .area import Area

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRIPES = 32
_WHOLE = 1000
_AS_GOOD = 0.99
"""Windows that keep this share of the best one's are as good: the middle one of them is taken."""
_PLACES = 256


@dataclass(frozen=True, slots=True)
class Attention:
    """What each of 32 stripes of a picture has of all that draws the eye, in thousandths."""

    columns: tuple[int, ...]
    """From left to right."""
    rows: tuple[int, ...]
    """From top to bottom."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("columns", "rows"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One moment of a file."""

    at: float
    """Seconds in the file."""
    draws: Attention


def striped(drawing: NDArray[np.float32]) -> Attention:
    """A map as `saliency` gives it, (64, 64) float32, in stripes."""
    return Attention(_stripes(drawing.sum(axis=0)), _stripes(drawing.sum(axis=1)))


def of_areas(areas: Sequence[Area]) -> Attention:
    """All attention on these parts of the picture, such as faces."""
    edges = np.arange(STRIPES + 1) / STRIPES
    spans = [(area.left, area.left + area.width, area.top, area.top + area.height) for area in areas]
    columns = sum((_shared(edges, left, right) for left, right, _, _ in spans), np.zeros(STRIPES))
    rows = sum((_shared(edges, top, bottom) for _, _, top, bottom in spans), np.zeros(STRIPES))
    return Attention(_stripes(columns), _stripes(rows))


def best_start(stripes: Sequence[Sequence[int]], part: float, first: float, room: float) -> float:
    """Where a window of `part` of a side begins, from `first` on and in its `room`, so that it keeps most over time.

    `stripes` are the columns or the rows of some moments.
    """
    sums = np.concatenate([[0.0], np.cumsum(np.sum(np.array(stripes, np.float64), axis=0))])
    edges = np.arange(sums.size) / (sums.size - 1)
    starts = first + np.linspace(0.0, 1.0, _PLACES) * max(0.0, room)
    kept = np.interp(starts + part, edges, sums) - np.interp(starts, edges, sums)
    good = starts[kept >= _AS_GOOD * kept.max()]
    return float(good[len(good) // 2])


def _stripes(values: NDArray[np.float32] | NDArray[np.float64]) -> tuple[int, ...]:
    joined = values.reshape(STRIPES, -1).sum(axis=1)
    whole = float(joined.sum())
    if whole <= 0:
        return (round(_WHOLE / STRIPES),) * STRIPES
    return tuple(round(float(value) / whole * _WHOLE) for value in joined)


def _shared(edges: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    return np.asarray(np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0.0, None))
