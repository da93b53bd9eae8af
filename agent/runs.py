"""The run store: what was asked, with which settings, what happened and how it ended.

Runs and events stand in `popcorn.sqlite` beside LangGraph's checkpoints; files stand in `runs/<run_id>/`.
Several processes may share the store: WAL, short transactions, one lock file a run.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ..errors import NewerFormatError, RequestError, StoreError

SCHEMA = 2
_BLINK = 0.2
"""Seconds for which somebody may hold a run's lock just to see whether it is free."""
_RUN_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
_TABLES = """
create table if not exists runs (
    run_id text primary key, request text not null, settings text not null, status text not null,
    created text not null, updated text not null, error text not null default '',
    parent text not null default '', node text not null default ''
);
create table if not exists events (
    run_id text not null references runs (run_id), number integer not null, event text not null,
    primary key (run_id, number)
);
"""
_STEPS = {
    1: "alter table runs add column parent text not null default '';"
    " alter table runs add column node text not null default '';",
}
"""What makes the next format of a store that has this one."""
_COLUMNS = "run_id, request, settings, status, created, updated, error, parent, node"


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
    created: str = ""
    """When it was asked for, as ISO 8601 in UTC."""
    updated: str = ""
    error: str = ""
    """What it failed with; empty for every other end."""
    parent: str = ""
    """The run that it was forked from; empty for a run of its own."""
    node: str = ""
    """The visit of a node, such as `render` or `choose:2`, before which it left its parent; empty for the start."""


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

    def start(self, request: str, settings: dict[str, Any], *, parent: str = "", node: str = "") -> Run:
        """A new run; `parent` and `node` say where it was forked from."""
        now = datetime.now(UTC)
        run_id, stamp = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", now.isoformat()
        run = Run(run_id, request, settings, Status.RUNNING, stamp, stamp, parent=parent, node=node)
        values = (run_id, request, json.dumps(settings), run.status, stamp, stamp, "", parent, node)
        places = ", ".join("?" * len(values))
        with self._connect() as connection:
            connection.execute(f"insert into runs ({_COLUMNS}) values ({places})", values)  # noqa: S608 - names of ours
        return run

    def find(self, run_id: str) -> Run:
        """The run of that id. Raises RequestError when there is none."""
        found = self._runs("where run_id = ?", run_id)
        if not found:
            latest = self.runs(1)
            hint = f"The latest run is {latest[0].run_id}." if latest else "No run is stored yet."
            raise RequestError(f"there is no run {run_id!r}", hint=hint)
        return found[0]

    def runs(self, most: int = -1) -> list[Run]:
        """The runs, the latest first; at most so many, where that is not below 0."""
        return self._runs("order by created desc, run_id desc limit ?", most)

    def _runs(self, which: str, *values: str | int) -> list[Run]:
        with self._connect() as connection:
            rows = connection.execute(f"select {_COLUMNS} from runs {which}", values).fetchall()  # noqa: S608 - ours
        return [Run(row[0], row[1], json.loads(row[2]), Status(row[3]), *row[4:]) for row in rows]

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

    def events(self, run_id: str, after: int = 0) -> list[dict[str, Any]]:
        """What happened in a run, in order, without its first `after` events."""
        with self._connect() as connection:
            rows = connection.execute(
                "select event from events where run_id = ? and number > ? order by number", (run_id, after)
            )
            return [json.loads(row[0]) for row in rows]

    def recorded(self, run_id: str) -> int:
        """Characters that the events of a run take."""
        with self._connect() as connection:
            row = connection.execute("select sum(length(event)) from events where run_id = ?", (run_id,)).fetchone()
        return int(row[0] or 0)

    def forget(self, run_ids: Sequence[str]) -> None:
        """Delete runs with their events; their files and checkpoints are the caller's."""
        with self._connect() as connection:
            for run_id in run_ids:
                connection.execute("delete from events where run_id = ?", (run_id,))
                connection.execute("delete from runs where run_id = ?", (run_id,))

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
            lock = FileLock(folder / ".lock", timeout=_BLINK, thread_local=False)
            lock.acquire()
        except Timeout as exc:
            raise StoreError(f"run {run_id} is being worked on by another process", hint="Wait for it.") from exc
        except OSError as exc:
            raise unwritable(folder, exc) from exc
        try:
            yield
        finally:
            lock.release()

    def walked(self, run_id: str) -> bool:
        """Whether a process works on the run now."""
        from filelock import FileLock, Timeout

        if not self.folder(run_id).is_dir():
            return False
        try:
            with FileLock(self.folder(run_id) / ".lock", timeout=0):
                return False
        except Timeout:
            return True
        except OSError as exc:
            raise unwritable(self.folder(run_id), exc) from exc

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
        if version == 0:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(_TABLES)
            connection.execute(f"pragma user_version = {SCHEMA}")
        else:
            for step in range(version, SCHEMA):
                connection.executescript(f"begin; {_STEPS[step]} pragma user_version = {step + 1}; commit;")


def unwritable(path: Path, exc: OSError) -> StoreError:
    """What to say when a path under the home cannot be written."""
    return StoreError(
        f"{str(path)!r} cannot be written: {exc.strerror or exc}",
        hint="Free space there or name another folder with POPCORN_HOME.",
    )
