"""How a command is stopped: Ctrl-C, SIGTERM and SIGHUP (a closed terminal) are one thing, for every command.

A command without an event loop of its own hears all of them as Ctrl-C. One with a loop says what is to be done.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from .errors import StoppedError

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end a process and are no key: whoever sent them does not wait for a question to be answered."""
STOPPING = (signal.SIGINT, *ENDING)


def heed() -> None:
    """From now on what ends a process is heard as Ctrl-C. What was ignored at the start, as under nohup, stays so."""
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _as_interrupt)


def _as_interrupt(_number: int, frame: FrameType | None) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a script's background
        signal.default_int_handler(signal.SIGINT, frame)
    signal.raise_signal(signal.SIGINT)


@contextmanager
def on_signals(stop: Callable[[], None], *numbers: signal.Signals) -> Iterator[None]:
    """In the running loop, the first of these signals calls `stop`; afterwards the process leaves at once on another.

    A closed terminal sends SIGHUP more than once: a second one is not taken for impatience.
    """
    loop = asyncio.get_running_loop()
    heard = [number for number in numbers or STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.getsignal(number) for number in heard}
    stopped = False

    def hear(number: signal.Signals) -> None:
        nonlocal stopped
        if stopped and number != signal.SIGHUP:
            os._exit(StoppedError.exit_status)
        if not stopped:
            stopped = True
            stop()

    for number in heard:
        loop.add_signal_handler(number, hear, number)
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])
