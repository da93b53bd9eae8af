"""SQLite: one file, which several processes may share (WAL, short transactions, one lock file a run)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .... import files
from ....errors import StoreError
from .store_errors import held, newer, unusable, unwritable
from .types import Schema, Statements
from .write_turns import TURNS

_log = logging.getLogger(__name__)
_BLINK = 0.2
"""Seconds for which somebody may hold a run's lock just to see whether it is free."""
_BUSY = 2.0
"""Seconds to wait for others before the file is left as large as it is."""
_PAGES = ("freelist_count", "page_count")
_MUCH = 0.25
"""The share of empty pages from which on the file is written anew."""


class SqliteDatabase:
    """The tables in one file. Raises StoreError, never sqlite3's own errors."""

    def __init__(self, path: Path, *, patience: float, what: str = "run store") -> None:
        """`patience`: seconds to wait at most for others that open the same file; `what` stands in it, for errors."""
        self._path = path
        self._patience = patience
        self._what = what

    def prepare(self, schema: Schema) -> None:
        """Make the file and its tables, or bring older ones up."""
        try:
            files.folder(self._path.parent)
            files.private_file(self._path)  # SQLite's own files beside it follow its mode
            with self._preparing(), self._connect() as connection:
                self._bring_up(connection, schema)
        except OSError as exc:
            raise unwritable(self._path.parent, exc) from exc

    @contextmanager
    def transaction(self) -> Iterator[Statements]:
        """Statements that are all done at the end of the block, or none."""
        with TURNS.of(self._path), self._connect() as connection:
            yield connection

    def appending(self, statements: Statements, run_id: str) -> None:
        """Nothing to do: SQLite lets one process write at a time."""

    @contextmanager
    def alone(self, run_id: str, folder: Path) -> Iterator[None]:
        """Hold the run by a lock file, which the system frees when the process dies."""
        from filelock import Timeout

        try:
            files.folder(folder)
            lock = files.lock(folder / ".lock", _BLINK, thread_local=False)
            lock.acquire()
        except Timeout as exc:
            raise held(run_id) from exc
        except OSError as exc:
            raise unwritable(folder, exc) from exc
        try:
            yield
        finally:
            lock.release()

    def walked(self, run_id: str, folder: Path) -> bool:
        """Whether a process holds the run's lock file."""
        from filelock import Timeout

        if not folder.is_dir():
            return False
        try:
            with files.lock(folder / ".lock", 0):
                return False
        except Timeout:
            return True
        except OSError as exc:
            raise unwritable(folder, exc) from exc

    def shrink(self) -> None:
        """Write the file anew without its empty pages, unless they are few or somebody else is at work in it."""
        try:
            with self._connect(_BUSY) as connection:
                empty, pages = (connection.execute(f"pragma {name}").fetchone()[0] for name in _PAGES)
                if empty > pages * _MUCH:
                    connection.execute("vacuum")
                    connection.execute("pragma wal_checkpoint(truncate)")
        except StoreError as exc:
            _log.info("the run store keeps its size: %s", exc)

    @contextmanager
    def _connect(self, timeout: float = 30) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=timeout)
            try:
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as exc:
            raise unusable(self._path, exc, self._what) from exc

    @contextmanager
    def _preparing(self) -> Iterator[None]:
        """One process at a time: SQLite does not wait for others when a database is switched to WAL."""
        from filelock import Timeout

        lock = files.lock(self._path.with_suffix(".lock"), self._patience)
        try:
            lock.acquire()
        except Timeout as exc:
            raise StoreError(
                f"the {self._what} {str(self._path)!r} is being opened by another process for {self._patience:g} s",
                hint=f"Look for a process that hangs while it holds {lock.lock_file!r}, and try again.",
            ) from exc
        try:
            yield
        finally:
            lock.release()

    def _bring_up(self, connection: sqlite3.Connection, schema: Schema) -> None:
        version = connection.execute("pragma user_version").fetchone()[0]
        if version > schema.version:
            raise newer(repr(str(self._path)), version, schema, "name another folder with POPCORN_HOME", self._what)
        if version == 0:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(schema.tables)
            connection.execute(f"pragma user_version = {schema.version}")
        else:
            for step in range(version, schema.version):
                connection.executescript(f"begin; {schema.steps[step]} pragma user_version = {step + 1}; commit;")
