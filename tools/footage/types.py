"""What is known of footage: files that were read, files that were left out, and the clips that an ad is cut from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ..media.area import WHOLE, Area
from ..media.attention import Glimpse


class Flaw(StrEnum):
    """Why an editor would rather not use a clip."""

    BLACK = "black"
    FROZEN = "frozen"
    BLURRED = "blurred"
    DUPLICATE = "duplicate"
    SHAKY = "shaky"
    EMPTY = "empty"
    """A bare wall, a sky: nothing with an edge in it."""
    CAPTIONED = "captioned"
    """Captions are burned in where no crop gets rid of them."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word that is spoken in footage, in seconds from the file's beginning."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text that stands in the picture."""

    text: str
    area: Area
    start: float
    """Seconds from the file's beginning at which it was first seen."""
    end: float
    burned: bool
    """True for a caption that somebody laid over the picture, false for a label in the scene."""


@dataclass(frozen=True, slots=True)
class FootageClip:
    """One clip_i of C (VC-LLM, section 3.1): a stretch of one file without a cut in it."""

    number: int
    """From 1, in the order of files and time: what a model and an edit list call the clip."""
    source: Path
    sha256: str
    """Of the whole source file."""
    start: float
    """Seconds from the file's beginning."""
    end: float
    width: int
    """Pixels as a player shows the picture, rotation honoured."""
    height: int
    fps: float
    focus: Area
    """Where the subject is: what a crop must keep."""
    flaws: tuple[Flaw, ...] = ()
    twin: int = 0
    """The number of the clip that this one repeats; 0 for none."""
    words: tuple[HeardWord, ...] = ()
    language: str = ""
    """Of the words, as languages.py names it; empty where nobody speaks."""
    texts: tuple[SeenText, ...] = ()
    description: str = ""
    """What light features say of the picture; it never claims to have understood it."""
    note: str = ""
    """What a person said of the clip: a sidecar file beside the source, or typed."""
    has_sound: bool = False
    clear: Area = WHOLE
    """The part of the picture without burned-in captions: a crop that stays in it shows none."""
    glimpses: tuple[Glimpse, ...] = ()
    """What draws the eye about every half second."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("flaws", "words", "texts", "glimpses"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def seconds(self) -> float:
        """How long the clip is."""
        return self.end - self.start

    @property
    def speech(self) -> str:
        """What is spoken in it, as one text."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that gave no clip, and why, as a sentence for people."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Footage:
    """A folder of footage, read whole."""

    clips: tuple[FootageClip, ...]
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[str, ...] = ()
    """What was not done and why: speech that was not transcribed, a language nobody could name."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("clips", "left_out", "notices"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
