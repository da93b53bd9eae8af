"""The run store: what was asked, with which settings, what happened and how it ended.

Runs and events stand in `popcorn.sqlite` or on a PostgreSQL server beside LangGraph's checkpoints; files stand in
`runs/<run_id>/`. Several processes may share the store.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ..errors import RequestError
from ..settings import Settings
from .stores.postgres import PostgresDatabase, Server
from .stores.sqlite import SqliteDatabase
from .stores.types import Database, Schema

SCHEMA = 2
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
    """Runs and their events. Raises StoreError, never the errors of the database behind it."""

    def __init__(self, home: Path, server: Server | None = None, *, patience: float = 30) -> None:
        """Opens or makes the store: on `server` if one is given, else under `home`, where the files are either way.

        Waits at most `patience` seconds for others that do the same.
        """
        self._home = home
        self.database: Path | Server = server or home / "popcorn.sqlite"
        """Where checkpoints stand as well."""
        self._tables = _opened(self.database, patience)
        self._tables.prepare(Schema(SCHEMA, _TABLES, _STEPS))

    @classmethod
    def of(cls, settings: Settings) -> RunStore:
        """The store that the settings name."""
        url = settings.database_url.get_secret_value()
        return cls(settings.home, Server(url) if url else None)

    def start(self, request: str, settings: dict[str, Any], *, parent: str = "", node: str = "") -> Run:
        """A new run; `parent` and `node` say where it was forked from."""
        now = datetime.now(UTC)
        run_id, stamp = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", now.isoformat()
        run = Run(run_id, request, settings, Status.RUNNING, stamp, stamp, parent=parent, node=node)
        values = (run_id, request, json.dumps(settings), run.status, stamp, stamp, "", parent, node)
        places = ", ".join("?" * len(values))
        with self._tables.transaction() as statements:
            statements.execute(f"insert into runs ({_COLUMNS}) values ({places})", values)  # noqa: S608 - names of ours
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
        latest = "order by created desc, run_id desc"
        return self._runs(f"{latest} limit ?", most) if most >= 0 else self._runs(latest)

    def _runs(self, which: str, *values: str | int) -> list[Run]:
        with self._tables.transaction() as statements:
            rows = statements.execute(f"select {_COLUMNS} from runs {which}", values).fetchall()  # noqa: S608 - ours
        return [Run(row[0], row[1], json.loads(row[2]), Status(row[3]), *row[4:]) for row in rows]

    def end(self, run_id: str, status: Status, error: str = "") -> None:
        """Write down how a run ended, or that it goes on."""
        with self._tables.transaction() as statements:
            statements.execute(
                "update runs set status = ?, error = ?, updated = ? where run_id = ?",
                (status, _storable(error), datetime.now(UTC).isoformat(), run_id),
            )

    def record(self, run_id: str, event: dict[str, Any]) -> None:
        """Append an event as it happens."""
        with self._tables.transaction() as statements:
            self._tables.appending(statements, run_id)
            statements.execute(
                "insert into events select ?, coalesce(max(number), 0) + 1, ? from events where run_id = ?",
                (run_id, _json(event), run_id),
            )

    def events(self, run_id: str, after: int = 0) -> list[dict[str, Any]]:
        """What happened in a run, in order, without its first `after` events."""
        with self._tables.transaction() as statements:
            rows = statements.execute(
                "select event from events where run_id = ? and number > ? order by number", (run_id, after)
            )
            return [json.loads(row[0]) for row in rows]

    def recorded(self, run_id: str) -> int:
        """Characters that the events of a run take."""
        with self._tables.transaction() as statements:
            row = statements.execute("select sum(length(event)) from events where run_id = ?", (run_id,)).fetchone()
        return int(row[0] or 0)

    def forget(self, run_ids: Sequence[str]) -> None:
        """Delete runs with their events; their files and checkpoints are the caller's."""
        with self._tables.transaction() as statements:
            for run_id in run_ids:
                statements.execute("delete from events where run_id = ?", (run_id,))
                statements.execute("delete from runs where run_id = ?", (run_id,))

    def shrink(self) -> None:
        """Give room back to the disk after much was deleted."""
        self._tables.shrink()

    def folder(self, run_id: str) -> Path:
        """Where a run keeps its files. Raises RequestError on an id that could leave the folder."""
        if not _RUN_ID.fullmatch(run_id):
            raise RequestError(f"{run_id!r} is no run id", hint="A run id looks like 20260131-235959-0a1b2c.")
        return self._home / "runs" / run_id

    def alone(self, run_id: str) -> AbstractContextManager[None]:
        """Hold the run: two processes must not walk it at once. Raises StoreError when another one does."""
        return self._tables.alone(run_id, self.folder(run_id))

    def walked(self, run_id: str) -> bool:
        """Whether a process works on the run now."""
        return self._tables.walked(run_id, self.folder(run_id))


def _json(event: dict[str, Any]) -> str:
    """The event as JSON, escaped where its text is no valid Unicode."""
    text = json.dumps(event, ensure_ascii=False)
    return text if text == _storable(text) else json.dumps(event)


def _storable(text: str) -> str:
    """The text without what no database stores: lone surrogates and NUL."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


def _opened(database: Path | Server, patience: float) -> Database:
    if isinstance(database, Server):
        return PostgresDatabase(database)
    return SqliteDatabase(database, patience=patience)
