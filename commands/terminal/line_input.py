"""Lines that a person types: at a terminal with history, completion and pasted text, from a pipe as they come."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ...agent.wiring.background import in_background

if TYPE_CHECKING:
    from pathlib import Path

    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History

Choices = Mapping[str, Callable[[], Iterable[str]]]
"""What can stand after each command, for completion."""


class Interrupted(Exception):  # noqa: N818 - nothing is wrong
    """Somebody pressed Ctrl-C instead of ending a line. KeyboardInterrupt itself would end an event loop."""


class Lines(Protocol):
    """Where lines come from."""

    interactive: bool
    """Whether a person is there who can be asked."""

    async def read(self, prompt: str, default: str = "") -> str:
        """The next line. Raises EOFError after the last, Interrupted on Ctrl-C."""
        ...


def open_lines(history: Path, choices: Choices, clean: Callable[[str], str]) -> Lines:
    """The best that standard input allows: a dumb terminal and a pipe have neither colours nor keys.

    `clean` takes out of what was typed what no file may hold.
    """
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal and os.environ.get("TERM", "dumb") not in {"dumb", "unknown", ""}:
        return TerminalLines(history, choices, clean)
    return PlainLines(interactive=terminal)


class PlainLines:
    """Lines as they come, one at a time."""

    def __init__(self, *, interactive: bool) -> None:
        """`interactive`: a person types them."""
        self.interactive = interactive
        self._coming: asyncio.Future[bytes] | None = None

    async def read(self, prompt: str, default: str = "") -> str:
        """The next line; the prompt is shown to a person only."""
        if self.interactive:
            sys.stdout.write(prompt)
            sys.stdout.flush()
        if self._coming is None:  # a read that was given up goes on in its thread, and would take the next line
            self._coming = asyncio.ensure_future(in_background(sys.stdin.buffer.readline))
        line = await asyncio.shield(self._coming)
        self._coming = None
        if not line:
            raise EOFError
        return line.decode("utf-8", "replace").rstrip("\r\n") or default


class TerminalLines:
    """Lines of prompt_toolkit: Ctrl-R searches what was typed, Tab completes, Alt-Enter begins a new line.

    Pasted text stays in one piece, line breaks and all, until Enter.
    """

    interactive = True

    def __init__(self, history: Path, choices: Choices, clean: Callable[[str], str]) -> None:
        """`history` is the file of what was typed before, cleaned."""
        from prompt_toolkit import PromptSession
        from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

        keys = KeyBindings()

        @keys.add("escape", "enter")
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text("\n")

        self._session: PromptSession[str] = PromptSession(
            history=_cleaned(history, clean),
            completer=_completer(choices),
            complete_while_typing=False,
            enable_open_in_editor=True,
            key_bindings=keys,
        )

    async def read(self, prompt: str, default: str = "") -> str:
        """The next line, or several that were pasted."""
        try:
            return await self._session.prompt_async(prompt, default=default, handle_sigint=False)
        except KeyboardInterrupt:
            raise Interrupted from None


def _cleaned(path: Path, clean: Callable[[str], str]) -> History:
    from prompt_toolkit.history import FileHistory

    class CleanedHistory(FileHistory):
        """A line stays as it was typed while the session lasts; the file holds it cleaned."""

        def store_string(self, string: str) -> None:
            """Append a line."""
            super().store_string(clean(string))

    return CleanedHistory(str(path))


def _completer(choices: Choices) -> Any:
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion

    class Commands(Completer):
        """Completes commands, and what can stand after one."""

        def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
            """The words that could stand here."""
            text = document.text_before_cursor
            if not text.startswith("/") or "\n" in text:
                return
            command, space, rest = text.partition(" ")
            words = choices.get(command, tuple)() if space else choices
            typed = rest if space else command
            for word in words:
                if word.startswith(typed):
                    yield Completion(word, start_position=-len(typed))

    return Commands()
