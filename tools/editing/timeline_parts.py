"""What an ad is made of before it is rendered: clips, cuts, cues, sounds, and the timeline that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..media.area import WHOLE, Area
from ..media.attention import Glimpse


@dataclass(frozen=True, slots=True)
class SourceClip:
    """What the editing needs to know of a clip of the footage."""

    number: int
    path: Path
    start: float
    """Seconds in the file."""
    end: float
    width: int
    """Pixels as a player shows the picture, rotation and pixel shape honoured."""
    height: int
    focus: Area
    """Where the subject is: what a crop must keep."""
    earliest: float | None = None
    """Seconds in the file from which the same shot is seen already; the clip's start where nothing is known."""
    latest: float | None = None
    """Seconds in the file until which the same shot is still seen; the clip's end where nothing is known."""
    clear: Area = WHOLE
    """The part of the picture that may be shown: burned-in captions stand outside of it."""
    glimpses: tuple[Glimpse, ...] = ()
    """What draws the eye at moments of the file; the focus stands for it where nobody looked."""

    @property
    def shot(self) -> tuple[float, float]:
        """The stretch of the file without a cut that the clip may be lengthened to."""
        first = self.start if self.earliest is None else min(self.start, self.earliest)
        last = self.end if self.latest is None else max(self.end, self.latest)
        return first, last


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a source on the ad's picture track."""

    line: int
    """Which line is spoken over it, from 0."""
    clip: int
    source: Path
    start: float
    """Seconds in the source."""
    end: float
    at: float
    """Seconds on the ad's clock."""
    crop: Area
    """The part of the source's picture that is shown."""
    speed: float = 1.0
    """Seconds of the source a second of the ad; below 1 for slow motion."""

    @property
    def seconds(self) -> float:
        """How long it is seen."""
        return (self.end - self.start) / self.speed


@dataclass(frozen=True, slots=True)
class Cue:
    """A subtitle segment on the ad's clock, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file on the ad's clock."""

    path: Path
    at: float
    seconds: float
    gain_db: float = 0.0
    start: float = 0.0
    """Seconds in the file from which it is heard."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A note for the editor at a moment of the ad."""

    at: float
    seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """How subtitles are drawn into the picture; a repair changes it."""

    scale: float = 1.0
    """Times the usual size of the letters."""
    lift: float = 0.0
    """How far they stand above the safe area's bottom, as a share of the picture's height."""
    safe: Area | None = None
    """Where they may stand; None for what the platforms leave free."""
    burned: bool = True
    """False leaves the picture without them."""


@dataclass(frozen=True, slots=True)
class Levels:
    """What the sound aims at; a repair changes it."""

    target: float = -14.0
    """LUFS: what TikTok, Instagram and YouTube turn louder sounds down to."""
    ceiling: float = -1.6
    """dBTP before encoding: AAC adds up to 0.6 dB to peaks, and -1 dBTP is what the file may have."""
    under: float = 8.0
    """LU that the music is below the voice where nobody speaks."""
    ducked: float = 9.0
    """Further dB that the music is turned down under the voice."""
    correction: float = 0.0
    """LU that are added to the target, where the finished file came out softer."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole ad before it is rendered: what the assembly and the edit lists are made from."""

    name: str
    width: int
    height: int
    fps: int
    cuts: tuple[Cut, ...]
    cues: tuple[Cue, ...]
    speech: tuple[Sound, ...] = ()
    music: Sound | None = None
    markers: tuple[Marker, ...] = ()
    captions: CaptionStyle = CaptionStyle()  # frozen
    levels: Levels = Levels()  # frozen
    clip_sounds: tuple[Sound, ...] = ()
    """The footage's own sound, where it is wanted."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("cuts", "cues", "speech", "markers", "clip_sounds"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def sounds(self) -> tuple[Sound, ...]:
        """Everything that is heard."""
        return (*self.speech, *((self.music,) if self.music else ()), *self.clip_sounds)

    @property
    def seconds(self) -> float:
        """How long the ad is."""
        return max((cut.at + cut.seconds for cut in self.cuts), default=0.0)


@dataclass(frozen=True, slots=True)
class AssemblyProgress:
    """How far an assembly is."""

    step: str
    """What is being done, for people: `cut 2 of 5`, `sound`, `joining`."""
    done: int
    """Frames of the ad that are there."""
    total: int
    seconds_left: float | None
    """None until there is something to tell it by."""
