"""Ids that a spreadsheet rounded: it keeps 15 digits of a number, and ids of videos have 19."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = 15
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{2,}")
_FEWEST = 2
WAY_OUT = "Export the table again with the ids as text, or take the ids from a column with links."


@dataclass
class IdColumn:
    """What is known of a column of ids after `add` has seen its values."""

    rounded: int = 0
    example: str = ""
    _long: int = 0
    _zeros: int = 0

    def add(self, value: object) -> None:
        """One more id."""
        if isinstance(value, float) and abs(value) >= 10**DIGITS:
            self._found(f"{value:.2E}")
        elif isinstance(value, str | int):
            text = str(value).strip()
            if _SCIENTIFIC.fullmatch(text):
                self._found(text)
            elif len(text) > DIGITS and text.isdecimal():
                self._long += 1
                self._zeros += not text[DIGITS:].strip("0")
                self.example = self.example or text

    @property
    def is_rounded(self) -> bool:
        """Whether its ids are none any more."""
        return self.rounded > 0 or (self._zeros >= _FEWEST and self._zeros == self._long)

    def _found(self, text: str) -> None:
        if not self.rounded:
            self.example = text
        self.rounded += 1


def is_rounded(value: str) -> bool:
    """Whether one id is written as a spreadsheet writes large numbers."""
    return bool(_SCIENTIFIC.fullmatch(value.strip()))
