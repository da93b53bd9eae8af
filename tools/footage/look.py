"""What one decoding of a file tells of its picture, before it is cut into clips; as it is kept between surveys."""

from __future__ import annotations

from dataclasses import dataclass

from ..media.area import Area
from ..media.attention import Attention
from ..media.ocr import ReadText


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one moment of a file to another, in seconds from its first frame."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    def shared(self, start: float, end: float) -> float:
        """How many seconds of it lie between two moments."""
        return max(0.0, min(self.end, end) - max(self.start, start))


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame, about every half second, and what moved since the moment before."""

    at: float
    """Seconds from the first frame."""
    brightness: float
    """Mean luma, 0 to 1."""
    contrast: float
    """Standard deviation of luma, 0 to 1."""
    saturation: float
    """Mean of HSV's saturation, 0 to 1."""
    colours: tuple[str, ...]
    """The names of the colours that fill most of it, most first."""
    motion: float
    """Mean change of luma from frame to frame since the moment before, 0 to 1 a frame at 25 frames a second."""
    shake: float
    """How far the camera trembles about its path, in parts of the picture's diagonal."""
    drift: tuple[float, float]
    """How far the picture moved since the moment before: right and down, in parts of its width and height."""
    blur: float
    """Sharpness.blur of tools/media/detectors."""
    detail: float
    """Sharpness.detail of tools/media/detectors."""
    fingerprint: str
    """256 bits in hexadecimal that stay nearly the same when the picture is encoded again."""
    focus: Area
    """What draws the eye."""
    faces: tuple[Area, ...] = ()
    draws: Attention | None = None
    """The same stripe by stripe; None where nobody measured it."""
    texts: tuple[ReadText, ...] | None = None
    """None where nobody looked for text at this moment."""


@dataclass(frozen=True, slots=True)
class Look:
    """A file's picture."""

    width: int
    """Pixels as a player shows it."""
    height: int
    fps: float
    seconds: float
    """From the first frame that can be decoded to the last one's end."""
    codec: str
    has_sound: bool
    begins: float
    """When the first frame is shown on the clock that the sound is on, in seconds; mostly 0."""
    cuts: tuple[float, ...]
    """The moments at which another shot begins."""
    black: tuple[Stretch, ...]
    frozen: tuple[Stretch, ...]
    moments: tuple[Moment, ...]

    def between(self, start: float, end: float) -> tuple[Moment, ...]:
        """The moments of a stretch, or the nearest one where it has none."""
        inside = tuple(moment for moment in self.moments if start <= moment.at < end)
        if inside or not self.moments:
            return inside
        return (min(self.moments, key=lambda moment: abs(moment.at - (start + end) / 2)),)
