"""`popcorn web` as its users start it: a process of its own, ended, killed and started again on the same port."""

from __future__ import annotations

import contextlib
import http.client
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ports import free_port

SOON = 300.0
"""Seconds within which whatever is waited for comes."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class LivePage:
    """One server; `program` is that of the fixtures."""

    program: Any
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    ended: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def home(self) -> Path:
        return Path(self.program.home)

    def start(self) -> None:
        starting = self.program.start("web", "--port", str(self.port), "--no-open", *self.options)
        self.process = self.ended.enter_context(starting)
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line.startswith("http://"), line

    def kill(self) -> None:
        """As `kill -9` does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def interrupt(self) -> tuple[int, str]:
        """As Ctrl-C does; the exit status, and what it said."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=SOON)
        return self.process.returncode, said

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """A request with exactly these headers, and a Host that is the server's own unless one is given."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SOON)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": f"127.0.0.1:{self.port}", "Content-Length": str(len(body))} | given).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        told = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return told


@contextlib.contextmanager
def live_page(program: Any, *options: str) -> Iterator[LivePage]:
    page = LivePage(program, options)
    with page.ended:
        page.start()
        yield page


def until(met: Any, what: str) -> Any:
    """What `met` gives once that is true; what a page redraws meanwhile is looked at again."""
    from selenium.common.exceptions import WebDriverException

    end = time.monotonic() + SOON
    while time.monotonic() < end:
        with contextlib.suppress(WebDriverException):
            if given := met():
                return given
        time.sleep(0.05)
    raise AssertionError(f"waited in vain until {what}")
