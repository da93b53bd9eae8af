"""Where a command speaks: stdout carries the answer alone, stderr everything else."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, cast

from ..errors import PopcornError, RequestError, StoreError
from ..redaction import scrubbed, scrubbed_value

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

SCHEMA_VERSION = 1
_EVERY = 10.0
"""Seconds between two lines of progress."""
INVENTED = "the sample's counts are invented; import a real catalogue: popcorn references import --help"
"""The notice of every command that shows figures of the built-in sample."""


class Form(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def asked_form(words: list[str]) -> Form:
    """The form that command-line words ask for, read before they are parsed so that errors have it too."""
    before = words[: words.index("--")] if "--" in words else words
    if "--jsonl" in before:
        return Form.JSONL
    return Form.JSON if "--json" in before else Form.TEXT


def chosen_form(*, json: bool, jsonl: bool = False) -> Form:
    """The form that two flags ask for. Raises RequestError when both are given."""
    if json and jsonl:
        raise RequestError("--json and --jsonl exclude each other", hint="Give one of them.")
    return Form.JSONL if jsonl else Form.JSON if json else Form.TEXT


class ScrubbedLog(logging.Formatter):
    """Lines of the log without secrets, tracebacks among them."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a text."""
        from .views.printable import printable

        return printable(scrubbed(super().format(record)))


class Screen:
    """The two streams of one command, in the form that was asked for."""

    def __init__(self, command: str, form: Form = Form.TEXT, *, quiet: bool = False) -> None:
        """`command` names the envelope; `quiet` silences notices and progress."""
        self.command = command
        self.form = form
        self.quiet = quiet

    def answer(self, data: Mapping[str, Any], show: Callable[[Console], None]) -> None:
        """The command's answer: an envelope with `data` as JSON, or whatever `show` draws on stdout."""
        try:
            if self.form is Form.TEXT:
                show(self.out)
            else:
                self.line({"schema_version": SCHEMA_VERSION, "command": self.command, "ok": True, "data": data})
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as exc:
            raise unwritten(exc, data) from exc

    def line(self, data: Mapping[str, Any]) -> None:
        """One JSON object on a line of its own on stdout."""
        from .views.printable import printable_json

        clean = scrubbed_value(data)
        text = json.dumps(clean, ensure_ascii=_ascii_only(), allow_nan=False, default=_text)
        sys.stdout.write(printable_json(text) + "\n")
        sys.stdout.flush()

    def notice(self, message: str) -> None:
        """A remark for people, on stderr."""
        if not self.quiet:
            from .views.consoles import show_sentence

            show_sentence(self.err, message, "!", head_style="yellow")

    def aside(self, message: str) -> None:
        """What is good to know and asks for nothing, on stderr."""
        if not self.quiet:
            from .views.consoles import show_sentence

            show_sentence(self.err, message, style="dim")

    def error(self, error: PopcornError) -> None:
        """An error: the envelope on stdout when JSON was asked for, and two sentences on stderr otherwise."""
        if self.form is Form.JSONL:
            now = datetime.now(UTC).isoformat()
            self.line({"event": "error", "run_id": error.run_id, "ts": now, "ok": False, "error": error.facts()})
        elif self.form is Form.JSON:
            self.line({"schema_version": SCHEMA_VERSION, "command": self.command, "ok": False, "error": error.facts()})
        else:
            from .views.consoles import complain

            complain(self.err, error)

    @contextmanager
    def progress(self, label: str) -> Iterator[Callable[[int, int], None]]:
        """A progress bar with time left on stderr; the value is called with what is done and the total.

        Less done than before, or another total, begins anew.
        """
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        if not self.err.is_terminal:
            yield (lambda _done, _total: None) if self.quiet else _Lines(self.err, label)
            return
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self.err,
            transient=True,
            disable=self.quiet,
            speed_estimate_period=3600,  # one step of a video model may take minutes
        )
        with bar:
            task = bar.add_task(label, total=None)
            yield lambda done, total: _advance(bar, task, done, total)

    @property
    def out(self) -> Console:
        """The console of the answer."""
        from .views.consoles import Scrubbed, Whole

        return Whole(
            file=cast("IO[str]", Scrubbed(sys.stdout)), highlight=False, soft_wrap=False, markup=False, emoji=False
        )

    @property
    def err(self) -> Console:
        """The console of everything else."""
        from .views.consoles import Plain, Scrubbed

        return Plain(file=cast("IO[str]", Scrubbed(sys.stderr)), highlight=False, markup=False, emoji=False)


def unwritten(exc: OSError, data: Mapping[str, Any] | None = None) -> StoreError:
    """What to say of an answer that could not be written, and where what it was about is."""
    video, run_id = (data or {}).get("video"), (data or {}).get("run_id")
    places = [f"the clip is {video['path']}"] if isinstance(video, Mapping) and video.get("path") else []
    places += [f"see it with: popcorn trace show {run_id}"] if run_id else []
    kept = f"What was done is kept: {'; '.join(places)}. " if places else ""
    return StoreError(
        f"the answer cannot be written to standard output: {exc.strerror or exc}",
        hint=f"{kept}Free some room there, or send it elsewhere.",
    )


def can_show() -> bool:
    """Whether something here may open a window."""
    return sys.platform in {"darwin", "win32"} or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


class _Lines:
    """Progress where nothing can be redrawn: a line now and then."""

    def __init__(self, console: Console, label: str) -> None:
        self._console, self._label = console, label
        self._began = self._told = time.monotonic()
        self._first: int | None = None

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._first is None or done < self._first:
            self._first, self._began = done, now
        if now - self._told < _EVERY or done >= total:
            return
        self._told = now
        rate = (done - self._first) / max(now - self._began, 1e-9)
        left = f", about {_long((total - done) / rate)} left" if rate > 0 else ""
        self._console.print(f"{self._label}: {done:,} of {total:,}{left}", soft_wrap=True)


def _long(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )


class _Remarks(logging.Handler):
    """Shows what is logged as notices."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(logging.WARNING)
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        self._screen.notice(record.getMessage())


def hear(name: str, screen: Screen) -> None:
    """Show warnings of the module `name` as notices of `screen`, whatever else is quiet."""
    logger = logging.getLogger(name)
    logger.addHandler(_Remarks(screen))
    logger.propagate = False


def _advance(bar: Progress, task: TaskID, done: int, total: int) -> None:
    if done < bar.tasks[0].completed:
        bar.reset(task, total=total)
    bar.update(task, completed=done, total=total)


def _text(value: object) -> str:
    """What JSON does not know, as a text."""
    return scrubbed(str(value))


def _ascii_only() -> bool:
    """True when stdout cannot write every character."""
    return (sys.stdout.encoding or "ascii").lower().replace("-", "") not in {"utf8", "utf16", "utf32"}
