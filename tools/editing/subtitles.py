"""A script cut into subtitle segments by VC-LLM's rule.

A segment has at most 13 units; a stretch between two punctuation marks is cut into at most ceil(units / 10) segments;
no word is divided. A Chinese character is 1 unit, an English letter 0.4, a space 0.5. The paper leaves the rest open:
here a digit and half-width punctuation are 0.4, full-width punctuation and every other wide character 1, marks that
are written onto a letter 0. Where long words make both limits impossible, the width of a segment goes before the count
of segments, and a single word that is wider stands alone.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from functools import cache

from .word_cuts import pieces

MOST_UNITS = 13.0
UNITS_A_SEGMENT = 10.0
_LETTER, _SPACE, _WIDE = 0.4, 0.5, 1.0
_ROUNDING = 1e-9
_MOST_EVENED = 20
"""Segments of one stretch that are made even; nobody speaks longer without a pause."""
_MARKS = ",.!?;:…—，。！？；：\n"
"""What ends a stretch. The enumeration comma (、) joins words of a list, as people's own subtitles have it."""
_STRETCH = re.compile(
    rf"(?:[^{_MARKS}]|(?<=\w)[.,:](?=\w)|(?<=\s)[.](?=\d)|^[.](?=\d))*(?:[{_MARKS}](?!(?<=\w[.,:])\w)|$)[{_MARKS}\"'”’」』）)\]]*\s*"
)


def units(text: str) -> float:
    """How wide a text is, in the paper's units."""
    return round(sum(_unit(sign) for sign in text), 6)


def segments(script: str, language: str = "") -> tuple[str, ...]:
    """The subtitle segments of a script, in order, without the white space between them; () for an empty script.

    `language` is not needed to cut: which script a word is written in decides how words are found.
    """
    return tuple(segment for stretch in stretches(script) for segment in _cut(stretch) if segment)


def stretches(script: str) -> list[str]:
    """What stands between punctuation marks, each with the marks that end it, without white space around it."""
    return [found for match in _STRETCH.finditer(script) if (found := match.group().strip())]


def most_segments(stretch: str) -> int:
    """How many segments the paper allows a stretch."""
    return max(1, math.ceil(units(stretch.strip(_MARKS + " ")) / UNITS_A_SEGMENT - _ROUNDING))


def _cut(stretch: str) -> list[str]:
    """As few segments as the width allows, as even as the words allow."""
    parts = pieces(stretch)
    lines = _filled(parts)
    if 1 < len(lines) <= _MOST_EVENED:
        lines = _even(parts, len(lines))
    return [line.strip() for line in lines]


def _filled(parts: list[str]) -> list[str]:
    """The parts in lines, each as full as it can be: the fewest that there can be."""
    lines = [""]
    for part in parts:
        if lines[-1] and units((lines[-1] + part).strip()) > MOST_UNITS + _ROUNDING:
            lines.append("")
        lines[-1] += part
    return lines


def _even(parts: list[str], count: int) -> list[str]:
    """The parts in `count` lines whose widest is as narrow as can be, and, among these, of the least squares."""

    @cache
    def best(first: int, lines: int) -> tuple[float, float, tuple[int, ...]]:
        if lines == 1:
            width = units("".join(parts[first:]).strip())
            return width, width**2, (len(parts),)
        choices: list[tuple[float, float, tuple[int, ...]]] = []
        for end in range(first + 1, len(parts) - lines + 2):
            width = units("".join(parts[first:end]).strip())
            if choices and width > MOST_UNITS + _ROUNDING:
                break
            widest, squares, ends = best(end, lines - 1)
            choices.append((max(width, widest), squares + width**2, (end, *ends)))
        return min(choices)

    starts = [0, *best(0, count)[2]]
    return ["".join(parts[start:end]) for start, end in itertools.pairwise(starts)]


@cache
def _unit(sign: str) -> float:
    if sign.isspace():
        return _SPACE
    if unicodedata.category(sign) in {"Mn", "Me", "Cf", "Cc"}:
        return 0.0
    return _WIDE if unicodedata.east_asian_width(sign) in {"W", "F"} else _LETTER
