"""What an ad says, and how true it is: lines, claims, what a voice spoke; the seams of voices, readers, listeners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..media.area import Area
from .check_results import Check as Check  # these under their older names, which checkpoints hold: see MOVED
from .check_results import Fault as Fault
from .timeline_parts import CaptionStyle as CaptionStyle
from .timeline_parts import Cue as Cue
from .timeline_parts import Cut as Cut
from .timeline_parts import Levels as Levels
from .timeline_parts import Marker as Marker
from .timeline_parts import Sound as Sound
from .timeline_parts import Timeline as Timeline

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
