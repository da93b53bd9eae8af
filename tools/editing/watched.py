"""What one decoding of a finished ad shows: dark and still stretches, its cuts, and when each subtitle is seen.

Measured on the file, never taken from the timeline: the timeline only says where to look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..media.decode import all_luma
from .caption_picture import CaptionPicture, caption_picture
from .timeline_parts import Cue, Cut, Timeline

if TYPE_CHECKING:
    from numpy.typing import NDArray

DARK = 32
"""Luma (16 is black) below which a picture shows nothing."""
_SHOWN = 0.98
"""The share of points that are dark in a black picture."""
STILL = 0.1
"""Mean difference of luma, in steps of 255, from the first frame of a stretch below which nothing moves.

Measured over half seconds of encoded ads: pictures that are held have 0.02 (0.1 just after motion), the calmest real
footage at least 0.17.
"""
GRID = 8
"""Every so many pixels of both sides are looked at."""
_AROUND = 0.5
"""Seconds around a subtitle's time in which it is looked for."""
_SEEN = 0.8
"""The share of a subtitle's bright points that have to be bright."""
_BRIGHT, _DIM = 190, 150
"""Luma of white letters, encoded, at least; and of the outline around them, at most."""
_RIM = 100
"""The picture's height by that of the rim around a subtitle that is read with it."""
_FEW = 40
"""Points of the letters and of their outline that are looked at."""


@dataclass(frozen=True, slots=True)
class SeenCue:
    """A subtitle in the finished picture."""

    cue: Cue
    start: float | None
    """Seconds at which its letters are first seen; None where they are not."""
    end: float | None
    picture: NDArray[np.uint8] | None = None
    """(H, W) luma of it and a rim around it, in the middle of its time."""


@dataclass(frozen=True, slots=True)
class SeenCut:
    """A cut's middle frame in the finished picture."""

    cut: Cut
    frame: int
    """Counted from the cut's first."""
    picture: NDArray[np.float32] | None
    """(h, w) mean luma of blocks of `GRID` pixels."""


@dataclass(slots=True)
class Watched:
    """What was seen."""

    frames: int = 0
    seconds: float = 0.0
    black: list[tuple[float, float]] = field(default_factory=list)
    """Stretches in seconds."""
    frozen: list[tuple[float, float]] = field(default_factory=list)
    cues: list[SeenCue] = field(default_factory=list)
    cuts: list[SeenCut] = field(default_factory=list)


def watched(ad: Path, timeline: Timeline, tick: Callable[[int], None] | None = None) -> Watched:
    """Decode the ad once and look at every frame; `tick` is called with the frames done. Raises as `probe` does."""
    seen, step = Watched(), 1 / timeline.fps
    dark, still = _Stretches(step), _Stretches(step)
    cues = [_CueWatch(cue, timeline) for cue in timeline.cues] if timeline.captions.burned else []
    middles = {round((cut.at + cut.seconds / 2) * timeline.fps): cut for cut in timeline.cuts}
    outside = _outside(cues, timeline.width, timeline.height)
    reference: NDArray[np.int16] | None = None
    for number, (at, luma) in enumerate(all_luma(ad)):
        points = luma[::GRID, ::GRID].astype(np.int16)
        points = points[outside] if points.shape == outside.shape else points.ravel()
        dark.mark(at, is_so=bool((points < DARK).mean() >= _SHOWN))
        moved = reference is None or len(reference) != len(points) or np.abs(points - reference).mean() >= STILL
        if moved:
            reference = points
        still.mark(at, is_so=not moved)
        for cue in cues:
            cue.look(at, luma)
        if number in middles:
            cut = middles[number]
            seen.cuts.append(SeenCut(cut, number - round(cut.at * timeline.fps), blocks(luma)))
        seen.frames, seen.seconds = number + 1, at + step
        if tick is not None:
            tick(number + 1)
    seen.black, seen.frozen = dark.found, still.found
    seen.cues = [cue.seen() for cue in cues]
    return seen


def blocks(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(h, w) mean luma of whole blocks of `GRID` x `GRID` pixels."""
    height, width = luma.shape[0] // GRID, luma.shape[1] // GRID
    parts = luma[: height * GRID, : width * GRID].reshape(height, GRID, width, GRID)
    return np.asarray(parts.mean(axis=(1, 3)), np.float32)


def _outside(cues: Sequence[_CueWatch], width: int, height: int) -> NDArray[np.bool_]:
    """Which points of the grid no subtitle ever covers: it changes where nothing moves, and is bright on black."""
    kept = np.ones((-(-height // GRID), -(-width // GRID)), bool)
    for cue in cues:
        left, top, right, bottom = cue.area
        kept[max(0, top // GRID - 2) : bottom // GRID + 3, max(0, left // GRID - 2) : right // GRID + 3] = False
    return kept if kept.any() else ~kept


class _Stretches:
    """Collects the times for which something is so."""

    def __init__(self, step: float) -> None:
        self._step, self.found = step, list[tuple[float, float]]()
        self._open = False

    def mark(self, at: float, *, is_so: bool) -> None:
        """One frame more."""
        if is_so:
            first = self.found.pop()[0] if self._open else at
            self.found.append((first, at + self._step))
        self._open = is_so


class _CueWatch:
    """Looks for one subtitle: its letters bright, what is around them dark."""

    def __init__(self, cue: Cue, timeline: Timeline) -> None:
        self._cue, self._fps = cue, timeline.fps
        width, height = timeline.width, timeline.height
        self._picture = caption_picture(cue.text, width, height, timeline.captions)
        self._start: float | None = None
        self._end: float | None = None
        self._drawn: NDArray[np.uint8] | None = None
        self._inside, self._outside = _probes(self._picture)

    def is_near(self, at: float) -> bool:
        """Whether it may be seen about now."""
        return self._picture is not None and self._cue.start - _AROUND <= at <= self._cue.end + _AROUND

    @property
    def area(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in pixels; nothing for a text of spaces."""
        return self._picture.area if self._picture else (0, 0, 0, 0)

    def look(self, at: float, luma: NDArray[np.uint8]) -> None:
        """One frame: is it seen?"""
        if not self.is_near(at) or not self._is_seen(luma):
            return
        if self._start is None:
            self._start = at
        self._end = at + 1 / self._fps
        if self._drawn is None and at >= (self._cue.start + self._cue.end) / 2 - 1 / self._fps:
            self._drawn = self._with_rim(luma)

    def _with_rim(self, luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
        left, top, right, bottom = self.area
        rim = luma.shape[0] // _RIM
        return luma[max(0, top - rim) : bottom + rim, max(0, left - rim) : right + rim].copy()

    def _is_seen(self, luma: NDArray[np.uint8]) -> bool:
        bright = luma[self._inside] >= _BRIGHT
        dim = luma[self._outside] <= _DIM
        return bool(len(bright) and bright.mean() >= _SEEN and dim.mean() >= _SEEN)

    def seen(self) -> SeenCue:
        """What came of it."""
        return SeenCue(self._cue, self._start, self._end, self._drawn)


def _probes(picture: CaptionPicture | None) -> tuple[tuple[NDArray[np.int64], ...], tuple[NDArray[np.int64], ...]]:
    """Points in the middle of white strokes and points of the dark outline, as indices of the whole frame."""
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64))
    if picture is None:
        return none, none
    inside = np.argwhere((picture.luma > 225) & (picture.luma_left < 0.02))
    outside = np.argwhere((picture.luma < 40) & (picture.luma_left < 0.2))
    return tuple(  # type: ignore[return-value]  # a pair
        tuple(
            np.ascontiguousarray(axis + offset)
            for axis, offset in zip(_spread(found).T, (picture.top, picture.left), strict=True)
        )
        for found in (inside, outside)
    )


def _spread(points: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most so many of the points, evenly."""
    return points[:: max(1, len(points) // _FEW)]
