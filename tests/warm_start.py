"""`python -m popcorn` forked off a process that has imported the heavy libraries, which takes seconds each time.

There is one such starter for a test process, with one thread. Of ours it has imported what nearly every command needs:
modules that read nothing when they are imported, neither settings nor the time. What it forks gets its
arguments, environment, folder, pipes and signals as a new process does, and is a child of the test process: exit
statuses and signals are the real ones. Only a cold start shows what importing costs and prints, and only cold ones
differ in the seed of hashes, so in the order of sets. Wherever no starter can be had, every start is cold.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import gc
import importlib
import inspect
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

HEAVY = (
    "av",
    "cv2",
    "faiss",
    "jinja2",
    "langchain_openai",
    "langgraph.checkpoint.sqlite.aio",
    "langgraph.graph",
    "opentelemetry.sdk.trace",
    "pydantic_settings",
    "pyvips",
    "rich.live",
    "safetensors.torch",
    "scipy.stats",
    "threadpoolctl",
    "tokenizers",
    "typer",
)
OURS = ("popcorn.cli", "popcorn.agent.runs.create_machine", "popcorn.agent.chat.conversation")
OWN = ("HOME", "XDG_CONFIG_HOME", "COLUMNS", "NO_COLOR", "no_proxy", "TERM", "PROMPT_TOOLKIT_NO_CPR")
"""The variables, beside keys, addresses and those of Popcorn, in which a command may differ from what the libraries
were given when they were imported. Of these only HOME is read then, for a folder of models that no test fills."""
LONGEST = 100_000  # bytes of a request: what a socket takes at once, and less than Linux allows an argument
CHILD_SUBREAPER = 36  # prctl.h: whoever among our descendants loses its parent becomes our child


class Starter:
    """The process with the libraries, and our end of the socket to it."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        self.lock = threading.Lock()
        self.door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError("the children of the starter cannot become ours")
        pipe, command = subprocess.PIPE, [sys.executable, __file__, str(theirs.fileno())]
        with theirs:  # pipes, so that Python makes the same streams of them as of a command's
            self.process = subprocess.Popen(
                command, env=variables, pass_fds=[theirs.fileno()], stdin=pipe, stdout=pipe, stderr=pipe
            )
        atexit.register(self.stop)
        self.door.settimeout(120)
        self.usable = False
        with contextlib.suppress(TimeoutError):
            self.usable = bool(self.door.recv(LONGEST))

    def fork(self, request: bytes, ends: Sequence[int]) -> int:
        """The id of the new process, which has the ends of three pipes; OSError when there is none."""
        with self.lock:
            usable, self.usable = self.usable, False  # an answer that comes too late would be taken for the next one
            if not usable:
                raise OSError("the starter is gone")
            socket.send_fds(self.door, [request], ends)
            pid, ours_now = self.door.recv(LONGEST), self.door.recv(LONGEST)
            self.usable = bool(ours_now)
        return int(pid)

    def stop(self) -> None:
        """End it, and wait, so that the time its children took is counted."""
        self.door.close()
        self.process.communicate()


class WarmPopen(subprocess.Popen[str]):
    """`[python, "-m", "popcorn", ...]` forked off the starter, or started cold where that does not do."""

    starter: ClassVar[Starter | None] = None

    def _execute_child(self, *given: Any) -> None:
        cold = super()._execute_child  # type: ignore[misc]  # private, as nothing else tells Popen how to start
        named = inspect.signature(cold).bind(*given).arguments
        try:
            self.pid = self._forked(named["args"], str(named["cwd"]), named["env"], named)
        except (OSError, ValueError, AttributeError):  # no Linux, no starter, or not a command for it
            cold(*given)
            return
        self._child_created = True
        pipes = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(named[name] for name in pipes))  # type: ignore[attr-defined]

    def _forked(self, command: list[str], folder: str, variables: dict[str, str], ends: dict[str, int]) -> int:
        return self.forked(command, folder, variables, [ends[name] for name in ("p2cread", "c2pwrite", "errwrite")])

    @staticmethod
    def forked(command: list[str], folder: str, variables: dict[str, str], ends: Sequence[int]) -> int:
        """The id of a process that has these three streams; OSError where it has to be started cold."""
        request = json.dumps([command[3:], folder, variables]).encode()
        if len(request) > LONGEST or "\0" in "".join(command):
            raise OSError("such a command cannot be started")
        shared = {name: value for name, value in variables.items() if not _own(name)}
        if WarmPopen.starter is None:
            WarmPopen.starter = Starter(shared)
        if WarmPopen.starter.variables != shared:
            raise OSError("the libraries might differ")
        return WarmPopen.starter.fork(request, ends)


def _own(name: str) -> bool:
    return name in OWN or name.startswith("POPCORN_") or name.endswith(("_KEY", "_BASE_URL"))


def serve(door: socket.socket) -> None:
    """Fork off a process for each request; returns in that process, with the command in place, or at the end."""
    while True:
        request, ends, _, _ = socket.recv_fds(door, LONGEST, 3)
        if not request:
            sys.exit()
        if (between := os.fork()) == 0:
            if pid := os.fork():
                door.send(b"%d" % pid)
                os._exit(0)  # and so its child becomes one of the test process
            door.close()
            return _become(ends, *json.loads(request))
        for end in ends:
            os.close(end)
        os.waitpid(between, 0)
        door.send(b"done")


def _become(ends: list[int], arguments: list[str], folder: str, variables: dict[str, str]) -> None:
    for stream, end in enumerate(ends):
        os.dup2(end, stream)
        os.close(end)
    if os.isatty(0):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # as Python does where it starts so
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv[1:], sys.path[0] = arguments, folder
    sys.modules["numpy.random"].seed()  # Python's own generator seeds itself anew after a fork


def _leave(end: SystemExit) -> None:
    """What Python does at the end, but for freeing 5,000 modules, which would copy each page that is shared."""
    threading._shutdown()  # type: ignore[attr-defined]  # both as in multiprocessing, which leaves its forks so
    atexit._run_exitfuncs()
    sys.stdout.flush()  # an error here ends in the traceback and the status that Python gives it
    sys.stderr.flush()
    if not isinstance(end.code, int | None):
        raise end
    os._exit((end.code or 0) & 0xFF)


def main() -> None:
    """The starter itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal of the tests is for pytest
    door = socket.socket(fileno=int(sys.argv[1]))
    for name in (*HEAVY, *OURS):
        importlib.import_module(name)
    if len(list(Path("/proc/self/task").iterdir())) > 1 or sys.modules["torch"].cuda.is_available():
        sys.exit("threads and a GPU's driver do not survive a fork")
    gc.collect()
    gc.freeze()  # the collector of a child shall not copy every page it looks at
    door.send(b"ready")
    serve(door)
    try:
        runpy.run_module("popcorn", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        _leave(end)


if __name__ == "__main__":
    main()
