"""JSON as models write it when they do not write JSON: read in one pass, in time that grows with the length.

Understood are comments, trailing and missing commas, single and typographic quotes, quotes and line breaks inside
strings, bare keys, Python's constants, and an end that never came: then what was whole until there is kept, and an
object of a list or a string that was cut is left out. A library was tried first: json-repair 0.64 takes seconds on
8,000 characters that are chosen badly, and its time grows faster than their square.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DEEPEST = 24
"""Brackets inside one another at which a text is no reply."""

_SPACE = re.compile(r"(?:\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|#[^\n]*+)*+")
_AFTER = r"(?=\s*+(?:[,:}\]]|//|/\*|#)|[ \t]*+\n\s*+[\"'“”‘])"
"""What follows the quote that ends a string; any other quote belongs to the string."""
_STRINGS = {
    opening: re.compile(rf"{opening}((?:[^\\{closing}]|\\[\s\S]|[{closing}](?!{_AFTER}))*+)[{closing}]")
    for opening, closing in {'"': '"', "“": '”“"', "”": '”“"', "„": '“”"', "'": "'", "‘": "’'", "`": "`"}.items()
}
_BARE = re.compile(r"[-+]?\w[\w.+-]*+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\s\S]))")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_CONSTANTS = {"true": True, "false": False, "null": None, "none": None}
_CLOSES: dict[str, type] = {"}": dict, "]": list}


@dataclass(slots=True)
class _Open:
    """A container whose end has not been seen."""

    value: dict[str, object] | list[object]
    key: str | None = None
    coloned: bool = False

    def take(self, value: object) -> bool:
        """Put `value` in; False where it cannot stand."""
        if isinstance(self.value, list):
            self.value.append(value)
            return True
        if self.key is None:
            self.key = value if isinstance(value, str) else None
            return self.key is not None
        if not self.coloned:
            return False
        self.value[self.key] = value
        self.key, self.coloned = None, False
        return True


@dataclass(slots=True)
class _Mender:
    text: str
    place: int
    open: list[_Open] = field(default_factory=list)
    whole: dict[str, object] | list[object] | None = None

    def run(self) -> bool:
        """Read until the first container is whole or the text ends; False on what no JSON has."""
        while self.whole is None:
            self.place = _SPACE.match(self.text, self.place).end()  # type: ignore[union-attr]  # it matches nothing too
            sign = self.text[self.place : self.place + 1]
            if not sign or self.text.startswith("```", self.place):
                return self._cut()
            if not self._step(sign):
                return False
        return True

    def _step(self, sign: str) -> bool:
        if sign in "{[":
            self.open.append(_Open({} if sign == "{" else []))
            self.place += 1
            return len(self.open) <= DEEPEST
        if sign in "}]":
            self.place += 1
            return isinstance(self.open[-1].value, _CLOSES[sign]) and self._close()
        if sign in ",:":
            self.place += 1
            return self._punctuate(sign)
        if sign in _STRINGS:
            return self._string(sign)
        found = _BARE.match(self.text, self.place)
        if found is None:
            return False
        self.place = found.end()
        return self.open[-1].take(_bare(found.group(), as_key=self._at_key()))

    def _at_key(self) -> bool:
        top = self.open[-1]
        return isinstance(top.value, dict) and top.key is None

    def _punctuate(self, sign: str) -> bool:
        top = self.open[-1]
        if sign == ":":
            top.coloned = top.key is not None and not top.coloned
            return top.coloned
        return top.key is None

    def _string(self, sign: str) -> bool:
        found = _STRINGS[sign].match(self.text, self.place)
        if found is None:
            self.place = len(self.text)
            return True
        self.place = found.end()
        return self.open[-1].take(_unescaped(found.group(1)))

    def _close(self) -> bool:
        done = self.open.pop()
        if done.key is not None:
            return False
        if not self.open:
            self.whole = done.value
            return True
        return self.open[-1].take(done.value)

    def _cut(self) -> bool:
        """The text ended: close what is open, without the object that was being written."""
        while self.open:
            done = self.open.pop()
            if not self.open:
                self.whole = done.value
            elif isinstance(done.value, list) or isinstance(self.open[-1].value, dict):
                self.open[-1].take(done.value)
        return self.whole is not None


def mend(text: str, place: int) -> tuple[dict[str, object] | list[object], int] | None:
    """The container that opens at `place`, and where it ends; None when it is nothing like JSON. O(len(text))."""
    mender = _Mender(text, place)
    if not mender.run() or mender.whole is None:
        return None
    return mender.whole, mender.place


def _bare(word: str, *, as_key: bool) -> object:
    if as_key:
        return word
    if word.lower() in _CONSTANTS:
        return _CONSTANTS[word.lower()]
    try:
        return float(word)
    except ValueError:
        return word


def _unescaped(body: str) -> str:
    """The text of a string; a line break that was not escaped was none of its author's, so it becomes a space."""
    joined = re.sub(r"[ \t]*+[\r\n]\s*+", " ", body)
    text = _ESCAPE.sub(_character, joined)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    if found.group(1):
        return chr(int(found.group(1), 16))
    return _ESCAPED.get(found.group(2), found.group(2))
