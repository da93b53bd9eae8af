"""`none`: nobody speaks; captions stand over the music for as long as they take to read."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ....languages import code_of
from ...media.audio import write_wav
from ..subtitles import units
from ..types import Line, SpokenLine

UNITS_A_SECOND = 6.5
"""Subtitle units that people read: about 16 letters a second, and fewer Chinese characters than subtitling guides
allow (Netflix Timed Text Style Guides: 20 characters a second for adults in English, 9 in Chinese)."""
LEAST = 0.8
"""Seconds that a caption stands at least (the same guides: 5/6 of a second)."""
_PAUSE = 0.1
_RATE = 16_000
_WORDS_A_SECOND = 2.6
_CHARACTERS_A_SECOND = 5.3


class SilentVoice:
    """A track of silence with reading times."""

    name = "none"

    def check(self, language: str) -> None:
        """Every language can be left unspoken."""

    def identity(self, language: str) -> dict[str, str | int | float]:
        """The reading speed."""
        return {"voice": self.name, "units_a_second": UNITS_A_SECOND, "least": LEAST}

    def units_per_second(self, language: str) -> float:
        """Words that are read in a second, characters for Chinese."""
        return _CHARACTERS_A_SECOND if code_of(language).startswith("zh") else _WORDS_A_SECOND

    def speak(self, line: Line, language: str, out: Path) -> SpokenLine:
        """Silence, as long as the subtitles take to read one after the other."""
        times, at = [], 0.0
        for part in line.subtitles or (line.script,):
            end = at + max(LEAST, units(part) / UNITS_A_SECOND)
            times.append((at, end))
            at = end + _PAUSE
        seconds = round(at * _RATE) / _RATE
        write_wav(out, np.zeros(round(at * _RATE), np.float32), _RATE)
        return SpokenLine(out, seconds, (), tuple(times))
