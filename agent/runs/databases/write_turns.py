"""Whose turn it is to write into an SQLite file: one thread of a process at a time.

SQLite lets one connection write and has the others look again after pauses, in no order; of 200 connections some
look in vain for half a minute. The threads of a process wait for one another here, so that only processes meet there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakValueDictionary


class _Turn:
    """The right to write into one file."""

    def __init__(self) -> None:
        self.lock = threading.RLock()


class WriteTurns:
    """The turns of the files that this process writes into."""

    def __init__(self) -> None:
        """Knows no file yet."""
        self._turns: WeakValueDictionary[Path, _Turn] = WeakValueDictionary()
        self._own = threading.Lock()

    @contextmanager
    def of(self, path: Path) -> Iterator[None]:
        """Held for the block; the same thread may take it again."""
        with self._own:
            turn = self._turns.setdefault(path.absolute(), _Turn())
        with turn.lock:
            yield


TURNS = WriteTurns()
"""This process's own: sessions beside one another know nothing of each other."""
