"""Whether subtitles keep VC-LLM's three rules.

Subtitle Segmentation Accuracy: SSA = 1 if for every segment of every line (1) it has at most 13 units, (2) the stretch
between two punctuation marks that it is of has at most ceil(units / 10) segments, (3) it divides no word; else 0, and 0
without any segment. Units are those of tools/editing/subtitles.py, which states what the paper leaves open.

Conventions: the words are those of the script's line, where the segments repeat its letters in order, white space and
punctuation apart; else those of the segments put together, and each segment's end may have been punctuation, so that
nothing is said of (2). Chinese words are rjieba's. A single word that is wider than
13 units may stand alone, and a stretch whose words do not fit into ceil(units / 10) segments may have as many as they
need: no subtitles could keep the rules there. `VARIANTS` are other weights, and the rules without these exceptions.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...tools.editing.subtitles import MOST_UNITS, UNITS_A_SEGMENT, segments, stretches, units
from ...tools.editing.word_cuts import pieces
from .answers import Answer

_MARKS = ",.!?;:…—，。！？；： \n"
_ROUNDING = 1e-9
Weight = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Rules:
    """How strictly the rules are read."""

    weigh: Weight = units
    lenient: bool = True
    """Whether what no subtitles could keep is no fault."""


STATED = Rules()
"""As the module says."""


@dataclass(frozen=True, slots=True)
class Broken:
    """How many segments, stretches and words of an ad's subtitles break a rule."""

    wide: int = 0
    crowded: int = 0
    divided: int = 0
    none: bool = False
    """Whether a line that is said, or all of them, have no subtitle."""

    @property
    def right(self) -> float:
        """SSA."""
        return float(not (self.wide or self.crowded or self.divided or self.none))


@dataclass(frozen=True, slots=True)
class _Cut:
    """One line with where it is cut."""

    segments: tuple[str, ...]
    stretches: tuple[tuple[str, int], ...]
    """Each with how many segments have a part of it."""
    divided: int


def broken_rules(answer: Answer, rules: Rules = STATED) -> Broken | None:
    """What the subtitles of an answer break; None where it has none to judge."""
    found = broken_under(answer, [rules])
    return found[0] if found else None


def broken_under(answer: Answer, readings: Sequence[Rules]) -> list[Broken]:
    """What the subtitles break under each reading of the rules; empty where there are none to judge."""
    if answer.subtitles is None:
        return []
    lines = [tuple(segment.strip() for segment in line if segment.strip()) for line in answer.subtitles]
    cuts = [_cut(line, text) for line, text in zip(lines, _texts(answer), strict=True) if line]
    none = not cuts or _unsaid(answer, lines)
    return [
        Broken(
            sum(_too_wide(segment, rules) for cut in cuts for segment in cut.segments),
            sum(_crowded(part, have, rules) for cut in cuts for part, have in cut.stretches),
            sum(cut.divided for cut in cuts),
            none,
        )
        for rules in readings
    ]


def _unsaid(answer: Answer, lines: Sequence[Sequence[str]]) -> bool:
    """Whether a line that is said has no subtitle."""
    script = answer.script or ()
    return len(script) == len(lines) and any(
        not line and _letters(text) for text, line in zip(script, lines, strict=True)
    )


def _texts(answer: Answer) -> list[str]:
    """The script's line of each list of segments; the whole script for a single list, empty where there is none."""
    subtitles, script = answer.subtitles or (), answer.script or ()
    if len(script) == len(subtitles):
        return list(script)
    return ["\n".join(script)] if len(subtitles) == 1 else [""] * len(subtitles)


def _cut(line: tuple[str, ...], script: str) -> _Cut:
    letters = [_letters(segment) for segment in line]
    ends = list(itertools.accumulate(map(len, letters)))
    known = _letters(script) == "".join(letters)
    owner = [
        (number, at)
        for number, part in enumerate(stretches(script if known else _together(line)))
        for at, word in enumerate(pieces(part))
        for _ in _letters(word)
    ]
    divided = sum(0 < end < len(owner) and owner[end - 1] == owner[end] for end in ends)
    parts = stretches(script if known else "\n".join(line))
    starts = list(itertools.accumulate((len(_letters(part)) for part in parts), initial=0))
    shares = [len({end for end in ends if first < end < last}) + 1 for first, last in itertools.pairwise(starts)]
    return _Cut(line, tuple(zip(parts, shares, strict=True)), divided)


def _too_wide(segment: str, rules: Rules) -> bool:
    if rules.weigh(segment) <= MOST_UNITS + _ROUNDING:
        return False
    return not rules.lenient or len(pieces(segment)) > 1


def _crowded(stretch: str, have: int, rules: Rules) -> bool:
    """Whether a stretch has more segments than its units allow."""
    if have == 1 or have <= math.ceil(rules.weigh(stretch.strip(_MARKS)) / UNITS_A_SEGMENT - _ROUNDING):
        return False
    return not rules.lenient or have > len(segments(stretch))


def _letters(text: str) -> str:
    """What has to come again: no white space, no punctuation, no marks that are not seen; widths and case alike."""
    if text.isalnum() and (text.isascii() or "\u3400" <= min(text) <= max(text) <= "\u9fff"):
        return text.casefold()  # the quick way for most
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] not in "PZC")


def _together(line: Sequence[str]) -> str:
    """Segments as one text, with a space between two that end and begin in words that spaces part."""
    text = ""
    for segment in line:
        spaced = text[-1:].isalnum() and segment[:1].isalnum() and _narrow(text[-1:]) and _narrow(segment[:1])
        text += f" {segment}" if spaced else segment
    return text


def _narrow(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) not in {"W", "F"}


def _without_marks(text: str) -> float:
    return units("".join(sign for sign in text if not unicodedata.category(sign).startswith("P")))


def _whole_digits(text: str) -> float:
    return units("".join("\u4e00" if sign.isdecimal() else sign for sign in text))


VARIANTS = {
    "punctuation weighs nothing": Rules(_without_marks),
    "a digit weighs 1": Rules(_whole_digits),
    "no exceptions for long words": Rules(lenient=False),
}
"""Other readings, by what is other in them."""
