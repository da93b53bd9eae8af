"""One decoding of a file, from which everything is measured that a survey needs of its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..media.detectors import FrameMeter, Glance, enlarged, facts, glances
from .appearance import appearance
from .camera import CameraPath
from .cuts import CutFinder
from .look import Look, Moment, Stretch

if TYPE_CHECKING:
    from .sight import Sight

VERSION = 4
"""Goes up when the same file would give another Look; kept ones of other versions are not read."""
_EVERY = 0.5
"""Seconds between moments."""
_MOST_MOMENTS = 3600
"""In longer files moments are farther apart, so that what is kept stays small."""
_NORMAL_RATE = 25.0
_CLOSE = 640
"""Pixels of the longer side on which text and faces are looked for."""
_APART = 0.1
"""Seconds between two black or frozen stretches below which they are one."""
_READ_EVERY = 2
"""Text is looked for at every second moment: a caption stands for a second, and reading is what takes longest."""


def look_at(path: Path, sight: Sight, going: Callable[[], None] = lambda: None) -> Look:
    """Decode the whole of `path` once, with a call of `going` a frame, which may end it.

    Raises DataError and BadClipError as `glances` does, and what `going` raises.
    """
    known = facts(path)
    looking = _Looking(known.fps, sight)
    for glance in glances(path):
        going()
        looking.add(glance)
    return Look(
        known.width, known.height, known.fps, looking.seconds, known.codec, known.has_sound,
        round(known.begins, 4), looking.cuts,
        looking.closed("black"), looking.closed("freeze"), looking.moments(),
    )  # fmt: skip


def _joined(stretches: list[Stretch]) -> tuple[Stretch, ...]:
    """Stretches that follow one another as one: at a frame a second each frame ends one and begins the next."""
    joined: list[Stretch] = []
    for stretch in stretches:
        if joined and stretch.start - joined[-1].end < _APART:
            joined[-1] = Stretch(joined[-1].start, stretch.end)
        else:
            joined.append(stretch)
    return tuple(joined)


@dataclass(slots=True)
class _Since:
    """What is gathered between two moments."""

    change: float = 0.0
    seconds: float = 0.0
    frames: int = 0
    place: tuple[float, float] = (0.0, 0.0)


class _Looking:
    """Takes the glances of one file in order."""

    def __init__(self, fps: float, sight: Sight) -> None:
        self._sight = sight
        self._texts = sight.texts()
        self._finder = CutFinder(fps)
        self._camera = CameraPath()
        self._meter = FrameMeter()
        self._stretches: dict[str, list[Stretch]] = {"black": [], "freeze": []}
        self._open: dict[str, float] = {}
        self._moments: list[tuple[int, Moment]] = []
        self._frames = 0
        self._every = _EVERY
        self._next = 0.0
        self._since = _Since()
        self.seconds = 0.0

    @property
    def cuts(self) -> tuple[float, ...]:
        """Without those inside a black stretch, whose edges are cuts already."""
        black = self.closed("black")
        found = (cut for cut in self._finder.cuts if not any(one.start < cut < one.end for one in black))
        return tuple(round(cut, 4) for cut in found)

    def add(self, glance: Glance) -> None:
        """Measure one frame."""
        self.seconds = max(self.seconds, glance.at + glance.seconds)
        self._finder.add(glance.at, glance.picture)
        self._camera.add(glance.at, glance.picture)
        self._mark(glance)
        self._since.change += glance.change
        self._since.seconds += glance.seconds
        self._since.frames += 1
        if glance.at >= self._next:
            self._moments.append((self._frames, self._moment(glance)))
            self._thin()
            self._next = glance.at + self._every - glance.seconds / 2
            self._since = _Since(place=self._camera.place())
        self._frames += 1

    def closed(self, kind: str) -> tuple[Stretch, ...]:
        """The black or frozen stretches; one that is still open lasts to the file's end."""
        last = [Stretch(round(self._open[kind], 4), round(self.seconds, 4))] if kind in self._open else []
        return _joined(self._stretches[kind] + last)

    def moments(self) -> tuple[Moment, ...]:
        """All moments, with how the camera trembled about each of them."""
        shakes = self._camera.shakes()
        places = [place for place, _ in self._moments] + [self._frames]
        return tuple(
            replace(moment, shake=round(float(shakes[place : max(places[index + 1], place + 1)].std()), 5))
            for index, (place, moment) in enumerate(self._moments)
        )

    def _mark(self, glance: Glance) -> None:
        for name, at in glance.marks.items():
            kind, _, edge = name.partition("_")
            if edge == "start":
                self._open[kind] = max(0.0, at)
            elif kind in self._open:
                self._stretches[kind].append(Stretch(round(self._open.pop(kind), 4), round(at, 4)))

    def _moment(self, glance: Glance) -> Moment:
        seen, sharp = appearance(glance.picture), self._meter.measure(glance.frame)
        rate = self._since.frames / self._since.seconds if self._since.seconds else _NORMAL_RATE
        now, before = self._camera.place(), self._since.place
        close = enlarged(glance.frame, _CLOSE)
        reading = len(self._moments) % _READ_EVERY == 0
        focus, draws = self._sight.focus(glance.picture, self._camera.moved())
        return Moment(
            at=round(glance.at, 4),
            brightness=seen.brightness,
            contrast=seen.contrast,
            saturation=seen.saturation,
            colours=seen.colours,
            motion=round(self._since.change / self._since.frames * rate / _NORMAL_RATE, 5),
            shake=0.0,
            drift=(round(now[0] - before[0], 4), round(now[1] - before[1], 4)),
            blur=round(sharp.blur, 2),
            detail=round(sharp.detail, 1),
            fingerprint=seen.fingerprint,
            focus=focus,
            draws=draws,
            faces=self._sight.faces.find(close),
            texts=self._texts.read(close) if reading else None,
        )

    def _thin(self) -> None:
        """Keep every other moment once there are too many of them, and take half as many from here on."""
        if len(self._moments) > _MOST_MOMENTS:
            self._moments = self._moments[::2]
            self._every *= 2
