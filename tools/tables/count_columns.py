"""A column of counts as a whole: which sign begins its decimals, and how much of it can be read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from .counts import COMMA, POINT, NotACountError, count

_THOUSANDS = re.compile(r"\d{1,3}(?:\.000)+")
"""What is 12 as a decimal number, and hardly meant so."""
_SHOWN = 3
_FEWEST = 2
"""Cells that must be unread before a column is called unreadable."""


@dataclass
class CountColumn:
    """What is known of a column after `add` has seen its values."""

    filled: int = 0
    _read: Counter[str] = field(default_factory=Counter)
    _only: Counter[str] = field(default_factory=Counter)
    """Values that can be read under one sign alone."""
    _unread: dict[str, list[str]] = field(default_factory=lambda: {POINT: [], COMMA: []})
    _thousands: int = 0

    def add(self, value: object) -> None:
        """One more value of the column."""
        if value is None or value == "" or value != value:  # NaN is not itself
            return
        self.filled += 1
        read = [sign for sign in (POINT, COMMA) if self._reads(value, sign)]
        if len(read) == 1:
            self._only[read[0]] += 1
        if isinstance(value, str) and _THOUSANDS.fullmatch(value.strip()):
            self._thousands += 1

    @property
    def decimals(self) -> str:
        """The sign under which most of the column can be read; a point where both do, unless that gives 1.000 as 1."""
        if self._read[COMMA] > self._read[POINT]:
            return COMMA
        even = self._read[COMMA] == self._read[POINT]
        return COMMA if even and self._thousands else POINT

    @property
    def unread(self) -> int:
        """Values that are no count."""
        return self.filled - self._read[self.decimals]

    @property
    def mostly_unread(self) -> bool:
        """Whether the column is hardly one of counts."""
        return self.unread >= _FEWEST and 2 * self.unread > self.filled

    @property
    def examples(self) -> str:
        """Some of what is no count, for a sentence."""
        shown = self._unread[self.decimals]
        if self.contradiction:
            shown = [*self._unread[POINT][:1], *self._unread[COMMA][:1]]
        return ", ".join(map(repr, shown))

    @property
    def contradiction(self) -> bool:
        """Whether half of it says that a point begins decimals, and half that a comma does."""
        return 0 < self._only[POINT] == self._only[COMMA]

    def _reads(self, value: object, sign: str) -> bool:
        try:
            count(value, sign)
        except NotACountError:
            if len(self._unread[sign]) < _SHOWN:
                self._unread[sign].append(str(value)[:40])
            return False
        self._read[sign] += 1
        return True
