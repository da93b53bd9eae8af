"""Texts in the picture over time: captions that somebody laid over it, told from labels in the scene."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from ..media.area import Area
from ..media.ocr import ReadText
from .look import Moment
from .types import SeenText

_ALIKE = 0.75
"""How alike two readings of one text are (difflib's ratio): OCR errs by a letter now and then."""
_NEAR = 0.06
"""Parts of the picture by which one text moves at most from one reading to the next."""
_STEADY = 0.008
"""Parts of the picture by which a text that is laid over it wanders at most."""
_RIM = 0.38
"""The share of the height, at the top and the bottom, in which captions stand."""
_CLEAR = 0.35
"""The contrast that letters need to be captions: people who make them want them read."""
_MOVED = 0.02
"""Parts of the picture by which a camera has moved when what stays in place cannot belong to the scene."""
_LINE = 0.03
"""Parts of the height by which two captions of one row differ."""
_KEPT = 0.6
"""The share of the height that has to be left when captions are cropped away."""
_GAP = 1.7
"""Seconds between two readings of one text, at most, in units of the time between readings."""


@dataclass(slots=True)
class _Track:
    """One text over time."""

    readings: list[tuple[float, ReadText]] = field(default_factory=list)

    @property
    def last(self) -> tuple[float, ReadText]:
        return self.readings[-1]

    @property
    def text(self) -> str:
        """As it was read with the greatest certainty."""
        return max(self.readings, key=lambda reading: reading[1].certainty)[1].text

    @property
    def area(self) -> Area:
        """What it covers at one time or another."""
        return around([reading.area for _, reading in self.readings])

    @property
    def middle(self) -> tuple[float, float]:
        return (median(_middle(reading.area)[0] for _, reading in self.readings),
                median(_middle(reading.area)[1] for _, reading in self.readings))  # fmt: skip

    @property
    def wander(self) -> float:
        """How far its middle moves up and down, in parts of the height: captions grow sideways, word by word."""
        places = [_middle(reading.area)[1] for _, reading in self.readings]
        return max(places) - min(places)

    @property
    def contrast(self) -> float:
        return median(reading.contrast for _, reading in self.readings)

    @property
    def height(self) -> float:
        return median(reading.area.height for _, reading in self.readings)


def seen_texts(moments: Sequence[Moment], seconds: float) -> tuple[SeenText, ...]:
    """The texts of a whole file of that length, in order of time, with what is burned in told apart."""
    read = [moment for moment in moments if moment.texts is not None]
    if not read:
        return ()
    step = median([two.at - one.at for one, two in itertools.pairwise(read)] or [seconds])
    tracks = _tracks(read, step)
    return tuple(
        SeenText(
            track.text,
            track.area,
            max(0.0, round(track.readings[0][0] - step / 2, 3)),
            min(seconds, round(track.last[0] + step / 2, 3)),
            burned=_burned(track, tracks, moments),
        )
        for track in sorted(tracks, key=lambda track: track.readings[0][0])
    )


def clear_of_captions(texts: Sequence[SeenText]) -> Area:
    """The tallest stretch of the picture, over its whole width, in which no burned-in text stands."""
    covered = sorted((text.area.top, text.area.top + text.area.height) for text in texts if text.burned)
    best, at = (0.0, 0.0), 0.0
    for top, bottom in [*covered, (1.0, 1.0)]:
        if top - at > best[1] - best[0]:
            best = (at, top)
        at = max(at, bottom)
    return Area(0.0, round(best[0], 4), 1.0, round(best[1] - best[0], 4))


def croppable(texts: Sequence[SeenText], focus: Area) -> bool:
    """Whether a crop gets rid of what is burned in, and keeps enough of the picture and the middle of its subject."""
    clear = clear_of_captions(texts)
    middle = _middle(focus)[1]
    return clear.height >= _KEPT and clear.top <= middle <= clear.top + clear.height


def around(areas: Sequence[Area]) -> Area:
    """The smallest area that holds all of these."""
    left, top = min(area.left for area in areas), min(area.top for area in areas)
    right = max(area.left + area.width for area in areas)
    bottom = max(area.top + area.height for area in areas)
    return Area(left, top, round(right - left, 4), round(bottom - top, 4))


def _tracks(read: Sequence[Moment], step: float) -> list[_Track]:
    tracks: list[_Track] = []
    for moment in read:
        open_tracks = [track for track in tracks if moment.at - track.last[0] <= _GAP * step]
        for text in moment.texts or ():
            mine = next((track for track in open_tracks if _continues(track.last[1], text)), None)
            if mine is None:
                mine = _Track()
                tracks.append(mine)
            else:
                open_tracks.remove(mine)
            mine.readings.append((moment.at, text))
    return tracks


def _continues(before: ReadText, now: ReadText) -> bool:
    """The same text a moment later, a little farther on, or with words added at its end."""
    (across, down), (right, below) = _middle(before.area), _middle(now.area)
    if max(abs(down - below), min(abs(across - right), abs(before.area.left - now.area.left))) > _NEAR:
        return False
    one, two = before.text.casefold(), now.text.casefold()
    return two.startswith(one) or difflib.SequenceMatcher(None, one, two).ratio() >= _ALIKE


def _burned(track: _Track, tracks: Sequence[_Track], moments: Sequence[Moment]) -> bool:
    """Steady and clear, and at rest while the camera moves, or one of a row that changes in steps.

    Away from the rim it takes two others in the row, since there a hand may turn a label once.
    """
    if track.contrast < _CLEAR or track.wander > _STEADY:
        return False
    if _rests_while_the_camera_moves(track, moments):
        return True
    others = len({other.text for other in tracks if other is not track and _follows(track, other)})
    at_the_rim = not _RIM < track.middle[1] < 1 - _RIM
    return others >= (1 if at_the_rim else 2)


def _rests_while_the_camera_moves(track: _Track, moments: Sequence[Moment]) -> bool:
    if len(track.readings) < 2:
        return False
    during = [moment for moment in moments if track.readings[0][0] < moment.at <= track.last[0]]
    moved = max(
        (
            abs(sum(moment.drift[axis] for moment in during[: place + 1]))
            for axis in (0, 1)
            for place in range(len(during))
        ),
        default=0.0,
    )
    left = [reading.area.left for _, reading in track.readings]
    return moved > _MOVED and max(left) - min(left) <= _STEADY


def _follows(track: _Track, other: _Track) -> bool:
    """Another text of the same size in the same row, centred alike, before or after this one and never beside it."""
    apart = other.readings[0][0] > track.last[0] or track.readings[0][0] > other.last[0]
    row = abs(track.middle[1] - other.middle[1]) <= _LINE
    size = 0.6 <= track.height / max(other.height, 1e-6) <= 1.7  # letters with and without tails
    sides = abs(track.middle[0] - other.middle[0]) <= _LINE or (abs(track.area.left - other.area.left) <= _LINE)
    return apart and row and size and sides and other.contrast >= _CLEAR and track.text != other.text


def _middle(area: Area) -> tuple[float, float]:
    return area.left + area.width / 2, area.top + area.height / 2
