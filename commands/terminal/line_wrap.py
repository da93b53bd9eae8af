"""Words that come in pieces, set in lines: a word is never broken where the screen ends."""

from __future__ import annotations

import re
from collections.abc import Callable

_PIECES = re.compile(r"\n|[^\S\n]+|\S+")
_HELD = 24
"""Characters of a word that are waited for."""
_TAB = "    "


class Flow:
    """Writes text as it comes, with line breaks before words that would not fit."""

    def __init__(self, write: Callable[[str], object], width: int) -> None:
        """`width` in cells of the screen; 0 for lines as long as they want to be."""
        self._write, self._width = write, width
        self._column = 0
        """Cells of the last line that are taken; `width` where it is full, and the cursor still stands in it."""
        self._word = ""
        """What may go on in the next piece."""
        self._inside = False
        """Whether a part of the word stands there already, so that no line break may come before the rest."""
        self._space = ""
        """White space that is only written before a word."""
        self._set: list[str] = []
        """What is to be written, in one go: writing on a screen takes longer than setting."""

    def feed(self, text: str) -> None:
        """Take a piece."""
        for piece in _PIECES.findall(text):
            if piece == "\n":
                self._end_word()
                self._break_line()
            elif piece.isspace():
                self._end_word()
                self._space += piece.replace("\t", _TAB) if self._width else piece
            else:
                self._word += piece
                if len(self._word) > _HELD:  # scripts without spaces would else come a paragraph at a time
                    self._put_word()
                    self._inside = True
        self._flush()

    def end(self) -> bool:
        """Write what was held back, and end the line; whether anything stood on it."""
        self._end_word()
        written = self._column > 0
        if written:
            self._break_line()
        self._space = ""
        self._flush()
        return written

    def _end_word(self) -> None:
        self._put_word()
        self._inside = False

    def _put_word(self) -> None:
        from rich.cells import cell_len

        if not self._word:
            return
        size = cell_len(self._space) + cell_len(self._word)
        if self._width and self._column and not self._inside and self._column + size > self._width:
            self._break_line()
        self._set.append(self._space + self._word)
        self._column = self._after(self._space + self._word)
        self._word = self._space = ""

    def _after(self, text: str) -> int:
        """The column after `text`, which the screen itself breaks where it is full."""
        from rich.cells import cell_len

        column = self._column + cell_len(text)
        if not self._width or column <= self._width:
            return column
        column = self._column
        for size in map(cell_len, text):  # a wide character that does not fit leaves its cell empty
            column = size if column + size > self._width else column + size
        return column

    def _break_line(self) -> None:
        self._set.append("\n")
        self._column, self._space = 0, ""

    def _flush(self) -> None:
        if self._set:
            self._write("".join(self._set))
            self._set.clear()
