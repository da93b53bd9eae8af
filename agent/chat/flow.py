"""Words that come in pieces, set in lines: a word is never broken where the screen ends."""

from __future__ import annotations

import re
from collections.abc import Callable

_PIECES = re.compile(r"\n|[^\S\n]+|\S+")
_HELD = 24
"""Characters of a word that are waited for."""


class Flow:
    """Writes text as it comes, with line breaks before words that would not fit."""

    def __init__(self, write: Callable[[str], object], width: int) -> None:
        """`width` in cells of the screen; 0 for lines as long as they want to be."""
        self._write, self._width = write, width
        self._column = 0
        self._word = ""
        """What may go on in the next piece."""
        self._space = ""
        """White space that is only written before a word."""

    def feed(self, text: str) -> None:
        """Take a piece."""
        for piece in _PIECES.findall(text):
            if piece == "\n":
                self._end_word()
                self._write("\n")
                self._column, self._space = 0, ""
            elif piece.isspace():
                self._end_word()
                self._space += piece
            else:
                self._word += piece
                if len(self._word) > _HELD:  # scripts without spaces would else come a paragraph at a time
                    self._end_word()

    def end(self) -> bool:
        """Write what was held back, and end the line; whether anything stood on it."""
        self._end_word()
        written = self._column > 0
        if written:
            self._write("\n")
        self._column, self._space = 0, ""
        return written

    def _end_word(self) -> None:
        from rich.cells import cell_len

        if not self._word:
            return
        size = cell_len(self._word)
        if self._width and self._column and self._column + cell_len(self._space) + size > self._width:
            self._write("\n")
            self._column, self._space = 0, ""
        self._write(self._space + self._word)
        self._column += cell_len(self._space) + size
        if self._width:
            self._column %= self._width
        self._word = self._space = ""
