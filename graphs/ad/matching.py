"""Somebody's own lines over their footage: `--script FILE`, and the pieces of a script that a model wrote.

No model is asked. A line goes where its words and what is known of a clip agree (likeness.py), in the order of the
text (ordering.py). A line that is too long for its clip is parted at its punctuation, so that its end goes over a
neighbour; where it has none, that is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DataError
from ...tools.editing.types import Line
from ...tools.embedding.types import Encoder
from ...tools.footage.types import FootageClip
from ..asking.lengths import counts_characters, spoken_units
from .likeness import known_of, likeness
from .ordering import ordered
from .pieces import parted
from .roles import roles_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POSITION = 0.05
"""What a line at the text's end loses over a clip at the footage's beginning: it spreads lines without likeness."""
_FLAW = 0.1
_OVERLONG = 0.5
"""What a line loses that is twice as long as its clip."""
_PARTINGS = 4
"""How often lines are parted and matched anew."""
UNLIKE = 0.2
"""Below this likeness words do not say which clip is meant."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What fits where."""

    language: str
    rate: float
    """Words (characters for Chinese) that the voice speaks a second."""
    seconds: tuple[float, ...]
    """Of speech over each clip, in the order of the clips."""
    repeats: bool = False
    """Whether a clip may be used twice."""

    def units(self, clip: int) -> float:
        """Words or characters that fit over a clip, by its place."""
        return self.rate * self.seconds[clip]


@dataclass(frozen=True, slots=True)
class Matching:
    """Lines over clips."""

    lines: tuple[Line, ...]
    likeness: tuple[float, ...]
    """How well each goes with its clip by words: below UNLIKE the order alone chose it."""
    findings: tuple[str, ...] = ()
    """Lines that are too long for their clips, each in a sentence with what to do."""
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        for name in ("lines", "likeness", "findings", "notices"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


def match(texts: Sequence[str], clips: Sequence[FootageClip], encoder: Encoder, rooms: Rooms) -> Matching:
    """Each text over a clip. Raises DataError where there are more texts than clips, and none may be used twice."""
    if len(texts) > len(clips) and not (rooms.repeats and clips):
        raise DataError(
            f"the script has {len(texts)} lines, and the footage {len(clips)} clips that can be used",
            hint="Join lines, add footage, or let clips be used twice with --allow-repeats.",
            anew=True,
        )
    most = max((rooms.units(at) for at in range(len(clips))), default=0.0)
    lines = [text.strip() for text in texts]
    spare = len(lines) if rooms.repeats else len(clips) - len(lines)
    for at in reversed(range(len(lines))):
        spare -= _part(lines, at, most, rooms, spare)
    for _ in range(_PARTINGS):
        alike = likeness(lines, clips, encoder)
        places = ordered(_worth(lines, clips, alike, rooms), repeats=rooms.repeats)
        long = [at for at in range(len(lines)) if _over(lines[at], places[at], rooms) > 0]
        added = [_part(lines, at, rooms.units(places[at]), rooms, spare) for at in reversed(long)]
        spare -= sum(added)
        if not any(added):
            break
    return _matching(lines, clips, places, alike, rooms)


def _part(lines: list[str], at: int, most: float, rooms: Rooms, spare: int) -> int:
    """Part a line in place so that its pieces hold `most`; how many lines came to it, at most `spare`."""
    found = parted(lines[at], most, rooms.language) if spoken_units(lines[at], rooms.language) > most else []
    if not 1 < len(found) <= spare + 1:
        return 0
    lines[at : at + 1] = found
    return len(found) - 1


def _over(text: str, clip: int, rooms: Rooms) -> float:
    """Seconds by which a line is longer than what fits over its clip; 0 or less where it fits."""
    return spoken_units(text, rooms.language) / rooms.rate - rooms.seconds[clip]


def _worth(
    lines: Sequence[str], clips: Sequence[FootageClip], alike: NDArray[np.float64], rooms: Rooms
) -> NDArray[np.float64]:
    """What each line is worth over each clip: (lines, clips), in cosines."""
    text_at, clip_at = (np.linspace(0, 1, count) if count > 1 else np.zeros(1) for count in (len(lines), len(clips)))
    over = np.array([[max(0.0, _over(line, clip, rooms)) for clip in range(len(clips))] for line in lines])
    overlong = _OVERLONG * np.minimum(2.0, over / np.array(rooms.seconds)) + 0.1 * (over > 0)
    flaws = np.array([_FLAW * len(clip.flaws) for clip in clips])
    worth: NDArray[np.float64] = alike - _POSITION * np.abs(text_at[:, None] - clip_at[None, :]) - overlong - flaws
    return worth


def _matching(
    lines: Sequence[str],
    clips: Sequence[FootageClip],
    places: Sequence[int],
    alike: NDArray[np.float64],
    rooms: Rooms,
) -> Matching:
    found = [
        Line(clips[place].number, text, role) for text, place, role in zip(lines, places, roles_of(lines), strict=True)
    ]
    findings = [
        _too_long(number, text, clips[place], _over(text, place, rooms), rooms)
        for number, (text, place) in enumerate(zip(lines, places, strict=True), 1)
        if _over(text, place, rooms) > 0
    ]
    return Matching(
        tuple(found),
        tuple(round(float(alike[row, place]), 4) for row, place in enumerate(places)),
        tuple(findings),
        tuple(_unknown(clips, places)),
    )


def _too_long(number: int, text: str, clip: FootageClip, over: float, rooms: Rooms) -> str:
    unit = "characters" if counts_characters(rooms.language) else "words"
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return (
        f"line {number} (“{shown}”) takes about {over:.1f} s more than clip {clip.number} can hold "
        f"({clip.seconds:.1f} s): take out {max(1, round(over * rooms.rate))} {unit}, or part it with a comma."
    )


def _unknown(clips: Sequence[FootageClip], places: Sequence[int]) -> list[str]:
    """Which clips were taken without a word that speaks for them."""
    bare = sorted({clips[place].number for place in places if not known_of(clips[place])})
    if not bare:
        return []
    named = ", ".join(map(str, bare))
    return [f"nothing is known in words of clip{'s' * (len(bare) > 1)} {named}: the order of the text chose them"]
