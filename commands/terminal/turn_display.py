"""A turn on the screen, as it happens: words as they come, a line or a spinner for each tool, then its card."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from ...agent.chat.events import Asked, Event, Remark, Said, ToolBegan, ToolEnded, ToolProgress
from ...agent.toolbox.table import label
from ...prompts.text import visible
from .conversation_views import result_view
from .line_wrap import Flow

if TYPE_CHECKING:
    from rich.console import Console

_EVERY = 10.0
"""Seconds between two lines about one tool."""
_TOLD = 300
"""Characters of a failure that are shown beside what the model makes of it."""


class Showing:
    """One turn on one console."""

    def __init__(self, console: Console, aside: Console | None = None, every: float = _EVERY) -> None:
        """A console that cannot be redrawn gets a line a tool; `aside` is told how far it is every so many seconds."""
        self._console, self._aside, self._every = console, aside, every
        self._told = time.monotonic()
        self._live: Any = None
        self._redraws = console.is_terminal and not console.is_dumb_terminal
        self._flow = Flow(self._write, console.width if console.is_terminal else 0)
        self._under_way: dict[str, str] = {}

    async def follow(self, events: AsyncIterator[Event]) -> list[Asked]:
        """Show everything; what waits for an answer."""
        asked: list[Asked] = []
        try:
            async for event in events:
                if isinstance(event, Asked):
                    asked.append(event)
                else:
                    self._take(event)
        finally:
            self._quiet()
            self._flow.end()
        return asked

    def _take(self, event: Event) -> None:
        if isinstance(event, Said):
            self._quiet()
            self._flow.feed(visible(event.text))
        elif isinstance(event, ToolBegan):
            self._flow.end()
            self._under_way[event.call] = label(event.name)
            self._tell(label(event.name), first=True)
        elif isinstance(event, ToolProgress):
            counted = f"{event.done}/{event.total}" if event.total > 1 else ""
            self._tell("  ".join(part for part in (label(event.name), visible(event.note), counted) if part))
        elif isinstance(event, ToolEnded):
            self._ended(event)
        elif isinstance(event, Remark):
            self._quiet()
            self._flow.end()
            self._warn(event.text)

    def _ended(self, event: ToolEnded) -> None:
        self._quiet()
        self._under_way.pop(event.call, None)
        if event.data is not None:
            self._console.print(result_view(event.name, event.data))
        else:
            self._warn(event.text)
        if self._under_way:
            self._tell(next(iter(self._under_way.values())))

    def _warn(self, text: str) -> None:
        message = " ".join(visible(text).split())[:_TOLD]
        self._console.print(Text(f"! {message}", style="yellow"))

    def _tell(self, text: str, *, first: bool = False) -> None:
        """What is under way."""
        if not self._redraws:
            now = time.monotonic()
            if first:
                self._console.print(f"- {text} ...", markup=False, highlight=False)
            elif self._aside is not None and now - self._told >= self._every:
                self._aside.print(f"- {text}", markup=False, highlight=False, soft_wrap=True)
            else:
                return
            self._told = now
            return
        spinner = Spinner("dots", Text(text, style="dim", no_wrap=True, overflow="ellipsis"), style="yellow")
        if self._live is None:
            self._live = Live(spinner, console=self._console, transient=True, refresh_per_second=10)
            self._live.start()
        else:
            self._live.update(spinner)

    def _quiet(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _write(self, text: str) -> None:
        self._console.print(Text(text), end="", soft_wrap=True)  # a Text is shown as it is, `:taco:` too
