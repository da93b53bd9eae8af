"""How many words fit a clip: VC-LLM's word count target, by the rate of the voice that will speak.

The paper gives the model a count for each clip, from the clip's seconds. A voice that speaks faster gets more words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...languages import code_of
from .types import Voice
from .word_cuts import words

FILLED = 0.9
"""The share of a clip that is spoken over: the rest are its beginning, its end and the pauses of punctuation."""
TOLERANCE = 0.15
"""How far from the target a script may be, as a share of it."""


@dataclass(frozen=True, slots=True)
class WordCount:
    """How long the script of one clip is to be."""

    target: int
    """Words; characters for Chinese."""
    least: int
    most: int
    unit: str
    """`words` or `characters`, as a prompt says it."""

    def fits(self, count: int) -> bool:
        """Whether so many are within the limits."""
        return self.least <= count <= self.most


def word_count(seconds: float, voice: Voice, language: str) -> WordCount:
    """The target for a clip of so many seconds; at least one word."""
    target = max(1, math.floor(seconds * FILLED * voice.units_per_second(language)))
    least = max(1, math.floor(target * (1 - TOLERANCE)))
    return WordCount(target, least, max(target, math.floor(target * (1 + TOLERANCE))), _unit(language))


def count_units(script: str, language: str) -> int:
    """The words of a script; in Chinese, Japanese and Thai its characters, where a word in Latin letters is one."""
    if _unit(language) == "words":
        return len(words(script))
    return sum(1 if word.isascii() else sum(map(str.isalnum, word)) for word in words(script))


def _unit(language: str) -> str:
    return "characters" if code_of(language).partition("-")[0] in {"zh", "ja", "th"} else "words"
