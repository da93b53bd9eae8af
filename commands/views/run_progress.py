"""The steps of a run in progress, as a renderable that is redrawn while events arrive. Prints nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ...agent.trace.run_steps import BETWEEN_LINES, RunSteps

__all__ = ["BETWEEN_LINES", "Steps"]


class Steps(RunSteps):
    """What is done and what is under way, a line each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing has happened; `clock` gives the seconds."""
        super().__init__(clock)
        self._spinner = Spinner("dots", style="yellow")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The list, with a spinner at the step under way."""
        yield from self._rows()

    def _rows(self) -> Iterator[Table | Text]:
        for label, note in self.done:
            yield Text.assemble(
                ("✓ ", "green"), label or "  ", "  " if label else "", (note, "dim"), overflow="ellipsis", no_wrap=True
            )
        if self._node:
            row = Table.grid(padding=(0, 1))
            name = Text(self.now, no_wrap=True)
            row.add_row(self._spinner, name, Text(self.note, style="dim", no_wrap=True, overflow="ellipsis"))
            yield row
