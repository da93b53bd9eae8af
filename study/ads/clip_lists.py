"""Lists of clips as models and converters write them: numbers, names, `clip 3`, or a text with numbers in it.

What can be read is read, and nothing is guessed: an entry that names no clip keeps its place in the list as an unknown
one, so that the clips behind it stand where they stood. Where all clips have numbers, every whole number of a text is a
clip; only if these are no order of the clips that were shown, the last run of numbers that is one is taken as the
answer (`Clips 1, 2 and 3 are alike, so: 2, 3, 1`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection
from typing import TypeGuard

from ...graphs.asking.reply_reading import without_thinking

MOST = 10_000
"""Entries of one list that are read."""
_CLIP = r"(?:clips?|shots?|frames?|images?|pictures?|videos?|segments?|scenes?|no|片段|视频|镜头|图片|画面|素材|图|第)"
_NUMBERED = re.compile(rf"[\[(<\"'#]*{_CLIP}?[\s_#.:-]*0*(\d+)(?:\.0+)?\s*(?:号|个|段|张|幅)?[\])>\"'.,:;、。]*")
_INSIDE = re.compile(r"(?<![\w.])(?:[^\W\d_]+[\s_#-]*)?(\d+)(?![\w]|\.\d)")
_WHOLE, _DECIMAL = re.compile(r"(?<![\d.])(\d+)\.0+(?![\d.])"), re.compile(r"(?<![\d.])\d+\.\d+(?![\d.])")
_RUN = re.compile(r"\d+(?:\s*(?:[,、;|/\s]|-+>?|=*>|→)\s*\d+)+")
_ITEM = re.compile(r"\s*\(?(\d+)[.):、](?=\D)(.*\d.*)")
_BETWEEN = re.compile(r"\s*(?:[,、;|\n\t]|-+>|=*>|→)\s*")
_KEYS = ("clip", "number", "id", "name")
"""What an object calls its clip."""


class UnreadableError(ValueError):
    """A value is not what its field holds; in words that lines of a file share, behind the field's name."""


def clips_of(value: object, shown: Collection[str] = (), *, numbered: bool = True) -> tuple[str, ...]:
    """The clips that a list or a text names, in order.

    `shown` are the names of all clips that could be named, where they are known; `numbered` says that clips have
    numbers. A number is written without leading zeros, another name in lower case and NFKC. Raises UnreadableError
    where the value is neither a list, a text nor a number, or has more than MOST entries.
    """
    if isinstance(value, str):
        found = _numbers(value, shown) if numbered else _names(value, shown)
    elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):  # a text that was put into a list
        found = _numbers(value[0], shown) if numbered else _names(value[0], shown)
    elif isinstance(value, list):
        found = [_entry(one, shown, numbered=numbered) for one in value[: MOST + 1]]
    elif is_number(value):
        found = [name_of(value)]
    else:
        raise UnreadableError(f"is {_kind(value)}, and has to be a list of clips")
    if len(found) > MOST:
        raise UnreadableError(f"has more than {MOST:,} entries")
    return tuple(found)


def name_of(value: object) -> str:
    """One clip's name in its one spelling; empty for what names none."""
    if isinstance(value, str):
        plain = _plain(value)
        match = _NUMBERED.fullmatch(plain)
        return _digits(match[1]) if match else plain
    if not is_number(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def are_numbers(names: Collection[str]) -> bool:
    """Whether clips have numbers for names."""
    return all(name.isascii() and name.isdecimal() for name in names)


def _entry(entry: object, shown: Collection[str], *, numbered: bool) -> str:
    if isinstance(entry, dict):
        entry = next((entry[key] for key in _KEYS if key in entry), None)
    name = name_of(entry)
    if not numbered or not isinstance(entry, str) or name in shown:
        return name
    inside = {_digits(number) for number in _INSIDE.findall(_plain(entry))}
    return inside.pop() if len(inside) == 1 else name


def _numbers(text: str, shown: Collection[str]) -> list[str]:
    plain = _DECIMAL.sub(" ", _WHOLE.sub(r"\1", _unnumbered(_plain(without_thinking(text)))))
    found = _in(plain)
    if sorted(found) == sorted(shown) or not shown:
        return found
    runs = [_in(run) for run in _RUN.findall(plain)]
    return next((run for run in reversed(runs) if sorted(run) == sorted(shown)), found)


def _in(text: str) -> list[str]:
    return [_digits(number) for number in re.findall(r"\d+", text)]


def _names(text: str, shown: Collection[str]) -> list[str]:
    plain = _plain(without_thinking(text))
    parts = [name_of(part.strip(" []()\"'")) for part in _BETWEEN.split(plain)]
    if shown and not any(part in shown for part in parts):
        spelt = "|".join(re.escape(name) for name in sorted(shown, key=len, reverse=True))
        return re.findall(rf"(?<!\w)(?:{spelt})(?!\w)", plain)
    return [part for part in parts if part]


def _unnumbered(text: str) -> str:
    """The text without the numbers of its lines, where they are numbered 1, 2, 3 and each names something more."""
    lines = [line for line in text.splitlines() if line.strip()]
    items = [match for line in lines if (match := _ITEM.fullmatch(line))]
    if len(lines) < 2 or [int(item[1]) for item in items] != list(range(1, len(lines) + 1)):
        return text
    return "\n".join(item[2] for item in items)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number that is one: not true or false, nor infinite."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _digits(text: str) -> str:
    return str(int(text)) if len(text) < 20 else text


def _kind(value: object) -> str:
    names = {bool: "true or false", dict: "an object", float: "no finite number"}
    return "nothing" if value is None else names.get(type(value), type(value).__name__)
