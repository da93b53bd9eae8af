"""What an ad is made of between words and file: lines, claims, sounds, cuts, cues, checks; the seam of the voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..media.area import WHOLE, Area
from ..media.attention import Glimpse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Role(StrEnum):
    """What a line is for."""

    HOOK = "hook"
    DEMO = "demo"
    PROOF = "proof"
    OFFER = "offer"
    CALL_TO_ACT = "call to act"


@dataclass(frozen=True, slots=True)
class Line:
    """One y_i of Y: a clip, what is said over it, and how that is cut into subtitles (VC-LLM, section 3.1)."""

    clip: int
    """The number of a clip of the footage."""
    script: str
    role: Role
    subtitles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "subtitles", tuple(self.subtitles))


@dataclass(frozen=True, slots=True)
class Product:
    """P: what is known of the thing that is advertised. Only this may be claimed."""

    name: str
    brand: str = ""
    category: str = ""
    facts: tuple[str, ...] = ()
    price: str = ""
    """As it is to be said, with its currency; empty where no price may be named."""
    market: str = ""
    """ISO 3166 alpha-2 code, e.g. `US`: which words are banned depends on it."""
    language: str = ""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "facts", tuple(self.facts))

    @property
    def called(self) -> str:
        """Its name with its brand, which is not said twice: `Aurora cups` of `Aurora` are the Aurora cups."""
        return self.name if self.brand.casefold() in self.name.casefold() else f"{self.brand} {self.name}"


class ClaimKind(StrEnum):
    """What sort of statement can be untrue."""

    NUMBER = "number"
    PRICE = "price"
    PERCENTAGE = "percentage"
    SUPERLATIVE = "superlative"
    CERTIFICATE = "certificate"
    COMPARISON = "comparison"
    HEALTH = "health"
    MONEY = "money"
    BANNED = "banned word"


class Verdict(StrEnum):
    """What was found out about a claim."""

    BACKED = "backed"
    MISSING = "fact missing"
    """No fact, picture or speech says it: it may be true."""
    CONTRADICTED = "contradicted"
    """A fact says otherwise."""
    BANNED = "banned"
    """The market's law or code forbids the word, backed or not."""


class Level(StrEnum):
    """What a finding does: stop the ad, warn a person, or leave a marker in the edit list."""

    BLOCK = "block"
    WARN = "warn"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement in the script that has to be true, and what backs it."""

    text: str
    """The words of the script."""
    line: int
    """Which line, from 0."""
    kind: ClaimKind
    verdict: Verdict
    level: Level
    source: str = ""
    """What backs or contradicts it: `fact 2: "..."`, `seen in clip 4: "..."`, `heard in clip 1: "..."`; else empty."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word and when it is heard, in seconds from the beginning of its line's sound."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line as a voice spoke it."""

    path: Path
    """A WAV file: mono, 16 bit."""
    seconds: float
    words: tuple[SpokenWord, ...]
    """Measured from the sound, never guessed from the text's length. Empty for the voice `none`."""
    segments: tuple[tuple[float, float], ...] = ()
    """When each subtitle of the line is heard, in the order of Line.subtitles."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "segments", tuple((start, end) for start, end in self.segments))


class Voice(Protocol):
    """What speaks a script. Implementations: tools/editing/voices/; one contract suite for all."""

    @property
    def name(self) -> str:
        """As `--voice` takes it."""
        ...

    def check(self, language: str) -> None:
        """Raises MissingError where this voice cannot speak here, RequestError where it cannot speak the language."""
        ...

    def identity(self, language: str) -> dict[str, str | int | float]:
        """All that decides the sound beside the text: equal identities and texts, equal sounds."""
        ...

    def units_per_second(self, language: str) -> float:
        """How fast it speaks, measured: words (characters for Chinese) a second."""
        ...

    def speak(self, line: Line, language: str, out: Path) -> SpokenLine:
        """Write the line's sound to `out` and say when its words and subtitles are heard. Raises RenderError."""
        ...


class Aspect(StrEnum):
    """The shapes of an ad."""

    PORTRAIT = "9:16"
    LANDSCAPE = "16:9"
    SQUARE = "1:1"
    FEED = "4:5"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as the platforms ask for them."""
        sizes = {"9:16": (1080, 1920), "16:9": (1920, 1080), "1:1": (1080, 1080), "4:5": (1080, 1350)}
        return sizes[self.value]


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

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("cuts", "cues", "speech", "markers"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

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


class TextThatIsRead(Protocol):
    """One line of text in a picture, as tools/media/ocr.py gives it."""

    @property
    def text(self) -> str:
        """Its letters."""
        ...

    @property
    def area(self) -> Area:
        """Where it stands."""
        ...


class TextReader(Protocol):
    """What reads text out of a picture."""

    def read(self, picture: NDArray[np.uint8]) -> Sequence[TextThatIsRead]:
        """The texts of a picture (H, W, 3) uint8."""
        ...


class Listener(Protocol):
    """What writes down what is said."""

    def heard(self, sound: Path, language: str) -> str | None:
        """The words in a file's sound track; None where it does not know the language."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a check fails."""

    at: float
    """Seconds on the ad's clock; 0 for what is wrong with all of it."""
    amount: float
    """How far it is from what it should be, in the check's unit and with its sign; seconds where it is about time."""
    text: str = ""
    """The words that it is about."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was measured on the finished file."""

    name: str
    ok: bool
    value: str
    """What was measured, with its unit."""
    limit: str
    """What is allowed, with its unit."""
    note: str = ""
    """What was repaired, or what a person can do."""
    faults: tuple[Fault, ...] = ()
    """Each place where it fails; empty where it passes."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "faults", tuple(self.faults))
