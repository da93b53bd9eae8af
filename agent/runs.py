"""The run store: what was asked, with which settings, what happened and how it ended.

Runs and events stand in `popcorn.sqlite` beside LangGraph's checkpoints; files stand in `runs/<run_id>/`.
Several processes may share the store: WAL, short transactions, one lock file a run.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ..errors import NewerFormatError, RequestError, StoreError

SCHEMA = 1
_RUN_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
_TABLES = """
create table if not exists runs (
    run_id text primary key, request text not null, settings text not null, status text not null,
    created text not null, updated text not null, error text not null default ''
);
create table if not exists events (
    run_id text not null references runs (run_id), number integer not null, event text not null,
    primary key (run_id, number)
);
"""


class Status(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """One walk through a graph."""

    run_id: str
    request: str
    settings: dict[str, Any]
    status: Status


class RunStore:
    """Runs and their events. Raises StoreError, never sqlite3's own errors."""

    def __init__(self, home: Path, *, patience: float = 30) -> None:
        """Opens or makes the store under `home`; waits at most `patience` seconds for others that do the same."""
        self._home = home
        self._patience = patience
        self.database = home / "popcorn.sqlite"
        try:
            home.mkdir(parents=True, exist_ok=True)
            with self._preparing(), self._connect() as connection:
                self._prepare(connection)
        except OSError as exc:
            raise unwritable(home, exc) from exc

    def start(self, request: str, settings: dict[str, Any]) -> Run:
        """A new run, with a folder of its own."""
        now = datetime.now(UTC)
        run = Run(f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", request, settings, Status.RUNNING)
        values = (run.run_id, request, json.dumps(settings), run.status, now.isoformat(), now.isoformat())
        with self._connect() as connection:
            connection.execute("insert into runs values (?, ?, ?, ?, ?, ?, '')", values)
        return run

    def find(self, run_id: str) -> Run:
        """The run of that id. Raises RequestError when there is none."""
        with self._connect() as connection:
            row = connection.execute(
                "select run_id, request, settings, status from runs where run_id = ?", (run_id,)
            ).fetchone()
            latest = connection.execute("select run_id from runs order by created desc limit 1").fetchone()
        if row is None:
            hint = f"The latest run is {latest[0]}." if latest else "No run is stored yet."
            raise RequestError(f"there is no run {run_id!r}", hint=hint)
        return Run(row[0], row[1], json.loads(row[2]), Status(row[3]))

    def end(self, run_id: str, status: Status, error: str = "") -> None:
        """Write down how a run ended, or that it goes on."""
        with self._connect() as connection:
            connection.execute(
                "update runs set status = ?, error = ?, updated = ? where run_id = ?",
                (status, error, datetime.now(UTC).isoformat(), run_id),
            )

    def record(self, run_id: str, event: dict[str, Any]) -> None:
        """Append an event as it happens."""
        with self._connect() as connection:
            connection.execute(
                "insert into events select ?, coalesce(max(number), 0) + 1, ? from events where run_id = ?",
                (run_id, json.dumps(event, ensure_ascii=False), run_id),
            )

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """What happened in a run, in order."""
        with self._connect() as connection:
            rows = connection.execute("select event from events where run_id = ? order by number", (run_id,))
            return [json.loads(row[0]) for row in rows]

    def folder(self, run_id: str) -> Path:
        """Where a run keeps its files. Raises RequestError on an id that could leave the folder."""
        if not _RUN_ID.fullmatch(run_id):
            raise RequestError(f"{run_id!r} is no run id", hint="A run id looks like 20260131-235959-0a1b2c.")
        return self._home / "runs" / run_id

    @contextmanager
    def alone(self, run_id: str) -> Iterator[None]:
        """Hold the run: two processes must not walk it at once. Raises StoreError when another one does."""
        from filelock import FileLock, Timeout

        folder = self.folder(run_id)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / ".lock", timeout=0)
            lock.acquire()
        except Timeout as exc:
            raise StoreError(f"run {run_id} is being worked on by another process", hint="Wait for it.") from exc
        except OSError as exc:
            raise unwritable(folder, exc) from exc
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self.database, timeout=30)
            try:
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as exc:
            raise StoreError(
                f"the run store {str(self.database)!r} cannot be used: {exc}",
                hint="Free space, check its permissions, or move the file away to start a new one.",
            ) from exc

    @contextmanager
    def _preparing(self) -> Iterator[None]:
        """One process at a time: SQLite does not wait for others when a database is switched to WAL."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.database.with_suffix(".lock"), timeout=self._patience)
        try:
            lock.acquire()
        except Timeout as exc:
            raise StoreError(
                f"the run store {str(self.database)!r} is being opened by another process for {self._patience:g} s",
                hint=f"Look for a process that hangs while it holds {lock.lock_file!r}, and try again.",
            ) from exc
        try:
            yield
        finally:
            lock.release()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("pragma user_version").fetchone()[0]
        if version > SCHEMA:
            raise NewerFormatError(
                f"the run store {str(self.database)!r} has format {version}; this Popcorn knows {SCHEMA}",
                hint="Update Popcorn, or name another folder with POPCORN_HOME.",
            )
        if version < SCHEMA:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(_TABLES)
            connection.execute(f"pragma user_version = {SCHEMA}")


def unwritable(path: Path, exc: OSError) -> StoreError:
    """What to say when a path under the home cannot be written."""
    return StoreError(
        f"{str(path)!r} cannot be written: {exc.strerror or exc}",
        hint="Free space there or name another folder with POPCORN_HOME.",
    )
