"""How loud each track of an ad is, beside its usual level: `voice=2,music=-3,clips=-6` in decibels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...errors import RequestError

_LEAST, _MOST = -30.0, 12.0
_HOW = "Write TRACK=DECIBELS with commas between, of voice, music and clips: --volumes music=-3,clips=-6."


@dataclass(frozen=True, slots=True)
class Volumes:
    """Decibels added to each track's usual level. The whole has one loudness: what counts is how far tracks differ."""

    voice: float = 0.0
    music: float = 0.0
    clips: float | None = None
    """The footage's own sound; None leaves it out."""


def read_volumes(text: str) -> Volumes:
    """What the text says; the usual levels for an empty one, without the clips' sound. Raises RequestError."""
    named: dict[str, float] = {}
    for part in filter(None, (part.strip().lower() for part in text.split(","))):
        track, _, level = (piece.strip() for piece in part.partition("="))
        if track not in ("voice", "music", "clips"):
            raise RequestError(f"an ad has no track {track!r}", hint=_HOW)
        if track in named:
            raise RequestError(f"the volume of {track} is given twice", hint=_HOW)
        named[track] = _decibels(track, level)
    return Volumes(named.get("voice", 0.0), named.get("music", 0.0), named.get("clips"))


def _decibels(track: str, level: str) -> float:
    try:
        value = float(level.removesuffix("db").strip())
    except ValueError as exc:
        raise RequestError(f"the volume of {track}, {level!r}, is no number", hint=_HOW) from exc
    if not math.isfinite(value) or not _LEAST <= value <= _MOST:
        raise RequestError(
            f"the volume of {track} is {level} dB; {_LEAST:g} to {_MOST:g} dB are allowed",
            hint="Choose another, or leave the track out.",
        )
    return value
