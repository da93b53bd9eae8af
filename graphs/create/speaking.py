"""What is said over a clip: in which language, how much of it fits, and the line that a voice takes that long for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import RenderError
from ...languages import code_of
from ...languages import language_of as surely
from ...tools.editing.subtitles import segments, stretches
from ...tools.editing.timeline_parts import Cue
from ...tools.editing.types import Line, Role
from ...tools.media.tempo import quicken
from ..asking.lengths import counts_characters, spoken_units
from .request.language import ENGLISH, UNKNOWN, language_of
from .state import Attempt, Plan, Speech

if TYPE_CHECKING:
    from ...tools.editing.types import SpokenLine, Voice

SHOT_SECONDS = 3.0
LEAD, TAIL = 0.15, 0.2
"""Seconds of the picture before the voice begins and after it ends, at least."""
_CLOSELY = 1.25
"""How many times what fits by the voice's rate a line may have to be tried all the same: rates are means."""
_UNHEARD, _QUICKEST = 1.1, 1.3
"""How many times as fast a line may be played where it takes a little too long: hardly heard, and in need."""
_SLACK = 0.02
_UNSPOKEN = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d#＃*_~^<>|“”„«»]+")
"""Signs that stand in titles and that nobody says."""


class TooLongToSayError(RenderError):
    """Nothing that could be said fits into the clip."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a line has to fit into."""

    voice: str
    language: str
    """The code of the language that is spoken."""
    most: int
    """Words, or characters where no spaces part them, that the voice says in the time that there is."""

    def units(self, line: str) -> int:
        """How long a line is, as `most` counts."""
        return spoken_units(spoken_text(line), self.language)

    @property
    def told(self) -> str:
        """For people and models: `7 words`."""
        return f"{self.most} {'characters' if counts_characters(self.language) else 'words'}"


def seconds_of(plan: Plan) -> float:
    """How long the clip of a plan is meant to be."""
    return SHOT_SECONDS * plan.shots


def spoken_language(request: str, language: str) -> str:
    """The code of the language that is spoken: that of the drafts, else that of the request; English where it may be
    any.
    """
    if language.strip():
        return code_of(language) or language.strip()
    code = language_of(request)
    if code == ENGLISH:  # names in it, as in `a samba school in Rio de Janeiro`, lead the detector of languages astray
        return ENGLISH
    return surely(request) or (ENGLISH if code == UNKNOWN else code)


def room_of(plan: Plan, request: str, voice: Callable[[str], Voice] | None) -> Room | None:
    """How much is said in the clip of a plan; None where nobody speaks. Raises what opening the voice raises."""
    if not plan.voice or voice is None:
        return None
    return room_in(plan, request, voice(spoken_language(request, plan.language)))


def room_in(plan: Plan, request: str, voice: Voice) -> Room:
    """How much of its language a voice says in the clip of a plan."""
    language = spoken_language(request, plan.language)
    return Room(voice.name, language, most_units(voice.units_per_second(language), seconds_of(plan)))


def most_units(rate: float, seconds: float) -> int:
    """Words or characters that are said in so many seconds of picture at a voice's rate; two at least."""
    return max(2, int(rate * (seconds - LEAD - TAIL)))


def spoken_text(text: str) -> str:
    """A text as it is said: without emoji, hash signs and quotation marks."""
    return " ".join(_UNSPOKEN.sub(" ", text).split())


def readings(line: str, title: str, idea: str) -> Iterator[str]:
    """What may be said, the best first: the line, what of it comes to an end sooner, then title and idea likewise."""
    said = set[str]()
    for text in filter(None, map(spoken_text, (line, title, idea))):
        parts = stretches(text)
        for count in range(len(parts), 0, -1):
            reading = " ".join(parts[:count]).rstrip(",;:，；： ")
            if reading not in said and any(map(str.isalnum, reading)):
                said.add(reading)
                yield reading


def speak_line(attempt: Attempt, idea: str, voice: Voice, room: Room, seconds: float, folder: Path) -> Speech:
    """The attempt's line as the voice says it, in `seconds` of picture; the first reading that fits is taken.

    Raises RenderError where none fits, and what the voice raises.
    """
    said = [*readings(attempt.draft.line, attempt.draft.title, idea)]
    try:
        return speak_reading(said, attempt.number, voice, room, seconds, folder / f"{attempt.number}-line.wav")
    except TooLongToSayError as exc:
        exc.hint = (
            "Give it more time with two shots: popcorn trace fork RUN --from draft --set shots=2. "
            "Or ask for it without a voice."
        )
        raise


def speak_reading(said: Sequence[str], number: int, voice: Voice, room: Room, seconds: float, out: Path) -> Speech:
    """The first of what may be said that fits into `seconds` of picture, spoken to `out`. Raises as `speak_line`."""
    left, shortest = seconds - LEAD, float("inf")
    lines = [Line(0, reading, Role.HOOK, segments(reading, room.language)) for reading in said]
    tried = [line for line in lines if room.units(line.script) <= _CLOSELY * room.most]
    for times in (_UNHEARD, _QUICKEST):
        for line in tried:
            spoken = voice.speak(line, room.language, out)
            if spoken.seconds <= times * left:
                return _speech(number, voice.name, room, line, _quickened(spoken, left), seconds)
            shortest = min(shortest, spoken.seconds)
    out.unlink(missing_ok=True)
    took = f"takes {shortest:.1f} s at least" if tried else f"says about {room.told} in that time"
    raise TooLongToSayError(
        f"“{said[0] if said else ''}” does not fit into {seconds:g} s: {voice.name} {took}",
        hint="Say it in fewer words, or leave --voice away.",
    )


def _quickened(spoken: SpokenLine, left: float) -> SpokenLine:
    """The line in the time that is left for it, a little quicker where it takes longer."""
    if spoken.seconds <= left:
        return spoken
    times = spoken.seconds / (left - _SLACK)
    lasts = quicken(spoken.path, times)
    segments = tuple((start / times, end / times) for start, end in spoken.segments)
    return replace(spoken, seconds=min(lasts, left), segments=segments, words=())


def heard(speech: Speech | None) -> dict[str, Any]:
    """What is said by whom, and when, in seconds of the clip; empty values where nobody speaks."""
    if speech is None:
        return {"line": "", "voice": "", "language": "", "at": None, "seconds": None, "cues": []}
    cues = [{"text": cue.text, "start": round(cue.start, 3), "end": round(cue.end, 3)} for cue in speech.cues]
    return {
        "line": speech.line,
        "voice": speech.voice,
        "language": speech.language,
        "at": speech.at,
        "seconds": round(speech.seconds, 3),
        "cues": cues,
    }


def _speech(number: int, voice: str, room: Room, line: Line, spoken: SpokenLine, seconds: float) -> Speech:
    """The spoken line on the clip's clock: it begins at once, and where there is much room a little later."""
    at = min(LEAD + 0.2, max(LEAD, (seconds - spoken.seconds) / 2))
    at = min(at, max(0.0, seconds - spoken.seconds))
    cues = [
        Cue(text, at + start, min(seconds, at + end))
        for text, (start, end) in zip(line.subtitles, spoken.segments, strict=False)
        if end > start
    ]
    digest = hashlib.sha256(spoken.path.read_bytes()).hexdigest()
    return Speech(
        number, voice, room.language, line.script, spoken.path, spoken.seconds, tuple(cues), round(at, 3), digest
    )
