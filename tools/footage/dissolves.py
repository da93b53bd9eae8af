"""Where one shot is blended into the next.

In the middle of a dissolve each pixel lies on the line between what it was before and what it is after, whatever the
two show; what moves does not: it is in neither place. So a frame is looked at with those half a second and a second
before and after it. A lamp that is turned on lies on that line too, but shows the same before and after.
PySceneDetect's detectors do not find these without many false cuts (docs/log.md has the figures).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIZE = (32, 18)
"""Pixels to which frames are made small: what moves a little stays in its place."""
_EVERY = 0.08
"""Seconds between two frames that are looked at."""
_REACHES = (0.5, 1.0)
"""Seconds before and after a frame at which it is compared."""
_STRAIGHT = 0.1
"""The share of the change's power that may lie beside the line."""
_MIDDLE = (0.25, 0.75)
"""How far along the line a frame of the middle is."""
_CHANGED, _DETAIL = 20.0, 8.0
"""Root mean squares, in levels of 0 to 255: of the change, and of each of the two pictures about its mean."""
_ALIKE = 0.65
"""Correlation of before and after from which both are one shot."""
_FLAT = 1.18
"""Times the variance of the blend that a frame of the middle may have: blends are flatter than what they are made of,
and a pattern that moves is as strong as before."""
_IN_A_ROW = 2
_APART = 1.0
"""Seconds between two dissolves at least."""


@dataclass(frozen=True, slots=True)
class _Small:
    at: float
    picture: NDArray[np.float32]
    """Flat."""


class DissolveFinder:
    """Takes frames in order and remembers the middle of each dissolve."""

    def __init__(self) -> None:
        self._seen: deque[_Small] = deque()
        self._next = 0.0
        self._row: list[tuple[float, float]] = []
        """Frames in a row that are the middle of a dissolve: their times, and how far they are from its half."""
        self.found: list[float] = []

    def add(self, at: float, picture: NDArray[np.uint8]) -> None:
        """The frame that is shown `at` so many seconds: (h, w, 3) uint8."""
        if at < self._next:
            return
        import cv2

        self._next = at + _EVERY - 1e-3
        small = cv2.resize(picture, _SIZE, interpolation=cv2.INTER_AREA)
        self._seen.append(_Small(at, np.asarray(small, np.float32).reshape(-1)))
        while at - self._seen[0].at > 2 * max(_REACHES) + _EVERY:
            self._seen.popleft()
        self._look(at - max(_REACHES))

    def restart(self) -> None:
        """Forget what was seen: another recording follows."""
        self._seen.clear()
        self._row = []

    def _look(self, at: float) -> None:
        """Judge the frame at a moment that has enough frames after it."""
        middle = self._nearest(at)
        if middle is None:
            return
        places = [place for reach in _REACHES if (place := self._blended(middle, reach)) is not None]
        if not places:
            self._row = []
            return
        self._row.append((abs(places[0] - 0.5), middle.at))
        best = min(self._row)[1]
        if len(self._row) == _IN_A_ROW and (not self.found or best - self.found[-1] >= _APART):
            self.found.append(best)
        elif len(self._row) > _IN_A_ROW and self.found and abs(best - self.found[-1]) < _APART:
            self.found[-1] = best

    def _blended(self, middle: _Small, reach: float) -> float | None:
        """How far a frame is on the way between those around it; None where it is none of their blends."""
        before, after = self._nearest(middle.at - reach), self._nearest(middle.at + reach)
        return None if before is None or after is None else blend(before.picture, middle.picture, after.picture)

    def _nearest(self, at: float) -> _Small | None:
        """The frame seen at a moment, None where none was near it: frames are too rare for dissolves then."""
        nearest = min(self._seen, key=lambda one: abs(one.at - at))
        return nearest if abs(nearest.at - at) <= 2 * _EVERY else None


def blend(before: NDArray[np.float32], middle: NDArray[np.float32], after: NDArray[np.float32]) -> float | None:
    """How far the middle is on the way from before to after, 0 to 1; None where it is no blend of two shots.

    Each is (pixels,) float32 in 0..255.
    """
    change = after - before
    power = float(change @ change)
    if power < _CHANGED**2 * change.size or min(before.std(), after.std()) < _DETAIL:
        return None
    place = float(change @ (middle - before)) / power
    blended = before + place * change
    beside = middle - blended
    if not _MIDDLE[0] <= place <= _MIDDLE[1] or float(beside @ beside) > _STRAIGHT * power:
        return None
    if _likeness(before, after) >= _ALIKE or float(middle.var()) > _FLAT * float(blended.var()):
        return None
    return place


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def apart(hard: Sequence[float], soft: Sequence[float]) -> list[float]:
    """All moments in order, without soft ones that are near one before them in this order: hard, soft."""
    kept = list(hard)
    for at in soft:
        if all(abs(at - other) >= _APART for other in kept):
            kept.append(at)
    return sorted(kept)
