"""How consoles print: lines that stay whole, and sentences that break between words."""

from __future__ import annotations

from collections.abc import Iterator
from io import TextIOBase
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.text import Text

from ...errors import PopcornError
from ...redaction import scrubbed
from .printable import printable

_ERROR = "error"
_NARROWEST = 20
"""Columns that a sentence has at least, whatever the terminal says."""


class Scrubbed(TextIOBase):
    """A stream of text behind which nobody sees a secret: the last border, whoever prints."""

    def __init__(self, stream: TextIO) -> None:
        """What is written goes to `stream`."""
        super().__init__()
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a stream of text has one
        """That of the stream behind."""
        return self._stream.encoding

    def write(self, text: str) -> int:
        """Write the text without secrets; a line of a console comes in one piece."""
        self._stream.write(scrubbed(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether the stream behind is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The number of the stream behind."""
        return self._stream.fileno()


class Plain(Console):
    """A console on which text is text: only styles of ours, its own lines and its own cursor act on the terminal."""

    def render(self, renderable: Any, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """As Rich does it, every piece of text printable."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(printable(piece.text), piece.style)

    def out(self, *objects: Any, **how: Any) -> None:
        """As Rich does it, without setting any of it in lines, and printable as well."""
        super().out(*(printable(str(one)) for one in objects), **how)


class Whole(Plain):
    """A console that cuts nothing: a line that is longer than the terminal, such as a path, is left to it."""

    def print(self, *objects: Any, crop: bool = False, **how: Any) -> None:
        """As Rich does it, without cropping unless that is asked for."""
        super().print(*objects, crop=crop, **how)


def complain(console: Console, error: PopcornError) -> None:
    """An error and its way out for people."""
    show_sentence(console, error.message, _ERROR, head_style="bold red")
    if error.hint:
        show_sentence(console, error.hint, " " * len(_ERROR))


def show_sentence(console: Console, message: str, head: str = "", *, style: str = "", head_style: str = "") -> None:
    """A sentence: broken between words under its own beginning in a terminal, one line anywhere else."""
    lead = f"{head} " if head else ""
    if not console.is_terminal:
        console.print(Text(f"{lead}{message}"), highlight=False, soft_wrap=True)
        return
    for number, line in enumerate(_lines(message, max(_NARROWEST, console.width - len(lead)))):
        first = (" " * len(lead), "") if number else (lead, head_style)
        console.print(Text.assemble(first, (line, style)), highlight=False, soft_wrap=True)


def _lines(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns; a word that is longer, such as a path, stays whole."""
    lines = []
    for line in text.splitlines() or [""]:
        row = ""
        for word in line.split(" "):
            if row and cell_len(row) + 1 + cell_len(word) > width:
                lines.append(row)
                row = word
            else:
                row = f"{row} {word}" if row else word
        lines.append(row)
    return lines
