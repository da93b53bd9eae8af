"""Pieces of what people see that Rich does not have: an indent that cuts nothing, a path that is never broken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.segment import Segment
from rich.text import Text

BAR = 40
"""Columns of a bar, where there are as many."""


@dataclass(frozen=True, slots=True)
class Indented:
    """Something two columns to the right, and perhaps an empty line below; a line that is too long stays whole."""

    body: RenderableType
    below: int = 1

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the body."""
        within = options.update_width(max(1, options.max_width - 2))
        for line in Segment.split_lines(console.render(self.body, within)):
            yield Segment("  ")
            yield from line
            yield Segment.line()
        for _ in range(self.below):
            yield Segment.line()


@dataclass(frozen=True, slots=True)
class Bar:
    """A rank of 100 as a bar with a mark at a threshold, and perhaps words behind it; as wide as there is room.

    Where there is no rank there is no bar: the words stand alone.
    """

    rank: float | None
    threshold: float
    widest: int = BAR
    told: str = ""
    marked: bool = True

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The bar, in signs that the console knows."""
        full, empty, mark = "#-|" if options.ascii_only else "━─│"
        if self.rank is None:
            yield Text(self.told.strip(), style="dim", no_wrap=True)
            return
        width = max(1, min(self.widest, options.max_width - len(self.told)))
        filled, at = round(self.rank / 100 * width), min(width - 1, round(self.threshold / 100 * width))
        style = "green" if self.rank >= self.threshold else "yellow"
        bar = Text.assemble((full * filled, style), (empty * (width - filled), "bright_black"))
        if self.marked:
            bar = Text.assemble(bar[:at], (mark, "bold"), bar[at + 1 :])
        yield Text.assemble(bar, self.told, no_wrap=True)


def path_line(path: str, style: str = "cyan") -> Text:
    """A file, on a line of its own however long it is; terminals that know links can open it."""
    link = f" link {Path(path).as_uri()}" if Path(path).is_absolute() else ""
    return Text(path, style=f"{style}{link}", no_wrap=True, overflow="ignore")


@dataclass(frozen=True, slots=True)
class Titled:
    """A text in a frame with its title on it; where the frame is too narrow, the title stands whole above the text."""

    title: str
    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The frame."""
        title, body = Text(self.title, style="bold"), Text(self.text, style="default")
        if cell_len(self.title) + _FRAME > options.max_width:
            inside: RenderableType = Group(title, Text(), body)
            yield Panel(inside, border_style="yellow", padding=(1, 1))
            return
        head = Text(f" {self.title} ", style="bold")
        yield Panel(body, title=head, title_align="left", border_style="yellow", padding=(1, 2))


_FRAME = 8
"""Columns that a frame takes beside its title."""
