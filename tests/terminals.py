"""The program in a pseudo-terminal, driven and read as a person would."""

from __future__ import annotations

import os
import re
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pexpect
import pytest
from ptyprocess import PtyProcess
from warm_start import WarmPopen

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b\][^\x07]*\x07|\x08")
READY = "\x1b[?2004h"
"""What prompt_toolkit writes when it waits for a line: pasted text may come in brackets now."""


class WarmSpawn(pexpect.spawn):
    """The program in a pseudo-terminal, forked off a process that has the heavy libraries, or started cold."""

    def _spawnpty(self, args: Sequence[str | bytes], **given: Any) -> Any:
        ours, theirs = os.openpty()
        try:
            termios.tcsetwinsize(theirs, given.get("dimensions") or (24, 80))
            command = [os.fsdecode(word) for word in args]
            pid = WarmPopen.forked(command, str(given["cwd"]), given["env"], [theirs] * 3)
        except OSError:
            os.close(ours)
            return super()._spawnpty(args, **given)
        finally:
            os.close(theirs)
        return PtyProcess(pid, ours)


class Terminal:
    """The program in a pseudo-terminal, read as text."""

    def __init__(self, child: Any, *, smart: bool) -> None:
        self.child = child
        self.mark = READY if smart else "> "
        self.seen = self.raw = ""

    @property
    def text(self) -> str:
        """All that was shown, on one line, without escapes."""
        return " ".join(ESCAPES.sub("", self.seen).split())

    def shows(self, words: str, seconds: float = 300) -> None:
        """Wait until the words stand there, wherever lines are broken; what was before is forgotten."""
        end = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < end, f"no {words!r} in {self.text!r}"
            self.read()
        self.seen = self.mark if self.mark in self.seen else ""  # the next line may be waited for already

    def says(self, line: str, words: str = "", seconds: float = 300) -> None:
        """Type a line once the program waits for one, and wait for what it answers."""
        self.ready()
        self.types(f"{line}\r")
        if words:
            self.shows(words, seconds)

    def ready(self) -> None:
        """Wait until a line can be typed."""
        end = time.monotonic() + 300
        while self.mark not in self.seen:
            assert time.monotonic() < end, f"not ready: {self.text!r}"
            self.read()
        time.sleep(0.1)
        self.seen = ""

    def types(self, keys: str) -> None:
        self.child.send(keys)

    def leaves(self) -> int:
        self.ready()
        self.types("\x04")
        self.child.expect(pexpect.EOF, timeout=300)
        self.seen += self.child.before
        self.child.wait()  # it has let go of the terminal and may still be ending: closing now would kill it
        self.child.close()
        return int(self.child.exitstatus)

    def read(self) -> None:
        """Take in what was written meanwhile."""
        try:
            piece = self.child.read_nonblocking(10_000, timeout=1)
            self.seen, self.raw = self.seen + piece, self.raw + piece
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            pytest.fail(f"it ended: {self.text!r}")


@contextmanager
def terminal(program: Any, *arguments: str, term: str = "xterm-256color", columns: int = 80) -> Iterator[Terminal]:
    program.folder.mkdir(parents=True, exist_ok=True)
    child = WarmSpawn(
        sys.executable,
        ["-m", "popcorn", "chat", *arguments],
        env={**program.environment, "TERM": term},
        cwd=str(program.folder),
        dimensions=(40, columns),
        encoding="utf-8",
        timeout=300,
    )
    try:
        yield Terminal(child, smart=term != "dumb")
    finally:
        child.close(force=True)
