"""Whether a script has as many words as its clips have time for.

Word Count Difference (VC-LLM): WCD = |W - T|, W the words written over all clips of the ad, T the target for them. The
target of a clip of s seconds is that of `ad make`: T_k = max(1, floor(r max(0.5, s - 0.35))), with r words a second of
the voice that would speak (characters in Chinese, Japanese and Thai, of which a Latin word and a digit are one each;
punctuation counts nothing), and 0.35 s that are left silent around a line; T is their sum. Where no seconds are known,
T is the number of words that the reference's script has: people filled the same clips with it.

The paper gives no rate and does not say what is counted; `VARIANTS` are other ways that it may be meant.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...graphs.ad.policy import AROUND
from ...graphs.asking.lengths import spoken_units
from ...languages import code_of, language_of
from ...tools.editing.subtitles import units
from .answers import Answer

_LEAST = 0.5
"""Seconds of speech that even the shortest clip is given."""
Rate = Callable[[str], float]
"""Words (characters) a second that a voice speaks in a language."""


class Target(StrEnum):
    """What a target is made of."""

    SECONDS = "seconds"
    REFERENCE = "reference script"


@dataclass(frozen=True, slots=True)
class WordCount:
    """The words of one script beside their target."""

    written: int
    target: int
    of: Target
    language: str

    @property
    def difference(self) -> float:
        """WCD."""
        return float(abs(self.written - self.target))


def word_count(answer: Answer, rate: Rate) -> WordCount | None:
    """W and T of an answer; None where it has no script, or nothing that a target is made of."""
    if answer.script is None:
        return None
    language = language_for(answer)
    written = spoken_units("\n".join(answer.script), language)
    if answer.seconds:
        return WordCount(written, sum(targets(answer.seconds, rate(language))), Target.SECONDS, language)
    if answer.reference_script:
        said = spoken_units("\n".join(answer.reference_script), language)
        return WordCount(written, said, Target.REFERENCE, language)
    return None


def targets(seconds: Sequence[float], rate: float) -> list[int]:
    """T_k of clips of so many seconds, for a voice of so many words (characters) a second."""
    return [max(1, math.floor(rate * max(_LEAST, one - AROUND) + 1e-9)) for one in seconds]


def language_for(answer: Answer) -> str:
    """The language whose words are counted: what the answer says, else that of its texts."""
    if code := code_of(answer.language):
        return code
    text = "\n".join((*(answer.script or ()), *answer.reference_script))
    return language_of(text) or ("zh" if any("\u3400" <= sign <= "\u9fff" for sign in text) else "en")


def _by_clip(answer: Answer, count: WordCount, rate: Rate) -> float | None:
    """The mean of |w_k - T_k| over clips; None where lines and clips are not as many."""
    script = answer.script or ()
    if not script or len(script) != len(answer.seconds):
        return None
    own = targets(answer.seconds, rate(count.language))
    words = (spoken_units(line, count.language) for line in script)
    return sum(abs(word - one) for word, one in zip(words, own, strict=True)) / len(own)


def _without_silence(answer: Answer, count: WordCount, rate: Rate) -> float | None:
    """With T_k = r s: a voice that speaks all the time."""
    if count.of is Target.REFERENCE:
        return None
    return abs(count.written - rate(count.language) * sum(answer.seconds))


def _with_punctuation(answer: Answer, count: WordCount, rate: Rate) -> float:
    """With every punctuation mark as a word, in the script and in a reference."""
    marks = _marks(answer.reference_script) if count.of is Target.REFERENCE else 0
    return abs(count.written + _marks(answer.script or ()) - count.target - marks)


def _in_subtitle_units(answer: Answer, count: WordCount, rate: Rate) -> float | None:
    """With the units of the subtitles' rule in place of words, against a reference's."""
    if count.of is Target.SECONDS:
        return None
    return abs(sum(map(units, answer.script or ())) - sum(map(units, answer.reference_script)))


def _marks(lines: Sequence[str]) -> int:
    return sum(unicodedata.category(sign).startswith("P") for line in lines for sign in line)


VARIANTS: dict[str, Callable[[Answer, WordCount, Rate], float | None]] = {
    "the mean over clips": _by_clip,
    "no silence around lines": _without_silence,
    "punctuation counts": _with_punctuation,
    "units of the subtitles' rule": _in_subtitle_units,
}
"""Other ways to count, by what is other in them."""
