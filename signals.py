"""How a command is stopped: Ctrl-C, SIGTERM and SIGHUP (a closed terminal) are one thing, for every command.

A command without an event loop of its own hears all of them as Ctrl-C. One with a loop says what is to be done. While
the program is loaded they wait (`hold`), in its work they are heard (`heed`), and once its outcome is known they change
nothing any more (`leave`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end a process and are no key: whoever sent them does not wait for a question to be answered."""
STOPPING = (signal.SIGINT, *ENDING)
STOPPED = 130
"""The status of what was stopped, whichever signal it was."""
_TOGETHER = 0.5
"""Seconds in which signals are one: `timeout` tells a process and then its group, and launchers pass on what the group
has heard already."""
_AGAIN = 0.05
"""Seconds after which an interrupt that nobody could hear is tried again."""


class Patience:
    """Tells the first signal from the one of somebody who does not want to wait.

    A closed terminal sends SIGHUP more than once: a second one is not taken for impatience.
    """

    def __init__(self) -> None:
        self._first: float | None = None

    @property
    def called(self) -> bool:
        """Whether a signal came."""
        return self._first is not None

    def first(self, number: int, status: int = STOPPED) -> bool:
        """True for the first. Ends the process at once where it is at an end."""
        now = time.monotonic()
        if self._first is None:
            self._first = now
            return True
        if number != signal.SIGHUP and now - self._first > _TOGETHER:
            os._exit(status)
        return False


_held, _heard = Patience(), Patience()


def _wait(number: int, _frame: FrameType | None) -> None:
    _held.first(number)


def hold() -> None:
    """From now on signals wait, since the program is not loaded: half an import is no state to speak from."""
    for number in STOPPING:
        if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
            signal.signal(number, _wait)


def heed() -> None:
    """From now on what ends a process is heard as Ctrl-C. What was ignored at the start, as under nohup, stays so.

    Raises KeyboardInterrupt where a signal was waiting.
    """
    for number in ENDING:
        if signal.getsignal(number) in {signal.SIG_DFL, _wait}:
            signal.signal(number, _as_interrupt)
    if signal.getsignal(signal.SIGINT) is _wait:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.unraisablehook = _unheard
    if _held.called:
        raise KeyboardInterrupt


def leave(status: int) -> None:
    """From now on the process leaves with what it has to say: a signal changes nothing, one more ends it at once."""
    import atexit

    if status == STOPPED:
        _heard.first(signal.SIGHUP)

    def wait(number: int, _frame: FrameType | None) -> None:
        _heard.first(number, status)

    for number in _listening():
        signal.signal(number, wait)
    atexit.register(_deaf)


def _deaf() -> None:
    """At its very end Python gives the signals back to the system, which would end it with their own status."""
    for number in _listening():
        signal.signal(number, signal.SIG_IGN)


def _listening() -> list[signal.Signals]:
    return [number for number in STOPPING if signal.getsignal(number) is not signal.SIG_IGN]


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    if not _heard.first(number):
        return
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a script's background
        signal.default_int_handler(signal.SIGINT, frame)
    signal.raise_signal(signal.SIGINT)


def _unheard(event: Any) -> None:
    """An interrupt that fell where Python drops exceptions comes again; anything else is shown."""
    if not isinstance(event.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(event)
        return
    import threading

    # to the main thread itself: a signal that another one takes does not end what the main thread waits for
    if main := threading.main_thread().ident:
        threading.Timer(_AGAIN, signal.pthread_kill, (main, signal.SIGINT)).start()


@contextmanager
def on_signals(stop: Callable[[], None], *numbers: signal.Signals) -> Iterator[None]:
    """In the running loop the first of these signals calls `stop`; another one ends the process at once, also later,
    where threads are waited for.
    """
    import asyncio

    loop, patience = asyncio.get_running_loop(), Patience()
    heard = [number for number in numbers or STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.getsignal(number) for number in heard}

    def hear(number: signal.Signals) -> None:
        if patience.first(number):
            stop()

    def hear_late(number: int, _frame: FrameType | None) -> None:
        patience.first(number)

    for number in heard:
        loop.add_signal_handler(number, hear, number)
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
            signal.signal(number, hear_late if patience.called else before[number])
