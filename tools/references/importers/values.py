"""Single values of a foreign table: text without control characters, and figures in the ways people write them."""

from __future__ import annotations

import math
import re

LARGEST = 2**63 - 1
"""The largest count that a catalogue holds."""

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
# A stray byte order mark, and the marks that turn the direction of whatever follows; the joiners that emoji and many
# scripts are made of stay.
_MARKS = re.compile("[\ufeff\u202a-\u202e\u2066-\u2069]")
_LOST = re.compile("[\ud800-\udfff]")
_NOTHING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--"})
_PLAIN = re.compile(r"\d+(?:\.0*)?")
_GROUPED = re.compile(r"\d{1,3}(?:[, _'\u00a0\u202f]\d{3})+")
_SHORT = re.compile(r"(\d+(?:\.\d+)?)\s*([KkMmBb])")
_FACTORS = {"k": 10**3, "m": 10**6, "b": 10**9}


class NotACountError(ValueError):
    """A value that should be a count of something is none."""


def clean(text: str, *, lines: bool = False) -> tuple[str, str]:
    """`text` trimmed, its control characters turned into spaces, and what had to be mended, if anything.

    Line breaks stay with `lines` and become spaces without it; that alone is no mending.
    """
    mended = ""
    if _LOST.search(text):
        text, mended = _LOST.sub("\ufffd", text), "bytes that are not UTF-8"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROLS.search(text) or _MARKS.search(text):
        text, mended = _MARKS.sub("", _CONTROLS.sub(" ", text)), mended or "control characters"
    text = _LINES.sub("\n" if lines else " ", _SPACES.sub(" ", text))
    return text.strip(), mended


def count(value: object) -> int | None:
    """A count from 0 to 2**63 - 1; None for the usual ways to write that there is none.

    Takes whole numbers, also as `12.0`, `1,234`, `12 000` or `1.2K`. Raises NotACountError for the rest.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        raise NotACountError
    if isinstance(value, int | float):
        if isinstance(value, float) and math.isnan(value):
            return None
        if value != value // 1 or not 0 <= value <= LARGEST:
            raise NotACountError
        return int(value)
    return _written_count(str(value).strip())


def _written_count(text: str) -> int | None:
    if text.casefold() in _NOTHING:
        return None
    if not text.isascii() and text.isdecimal():
        text = str(int(text))
    if _PLAIN.fullmatch(text):
        number = int(text.partition(".")[0][:40])
    elif _GROUPED.fullmatch(text):
        number = int(re.sub(r"\D", "", text)[:40])
    elif short := _SHORT.fullmatch(text):
        number = round(float(short[1]) * _FACTORS[short[2].lower()])
    else:
        raise NotACountError
    if number > LARGEST:
        raise NotACountError
    return number
