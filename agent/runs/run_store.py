"""The run store: what was asked, with which settings, what happened and how it ended.

Runs and events stand in `popcorn.sqlite` or on a PostgreSQL server beside LangGraph's checkpoints; files stand in
`runs/<run_id>/`. Several processes may share the store.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ...errors import RequestError
from ...redaction import scrubbed, scrubbed_value
from ...settings import Settings
from .databases.postgres import PostgresDatabase, Server
from .databases.sqlite import SqliteDatabase
from .databases.types import Database, Schema

SCHEMA = 4
_RUN_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
_TABLES = """
create table if not exists runs (
    run_id text primary key, request text not null, settings text not null, status text not null,
    created text not null, updated text not null, error text not null default '',
    parent text not null default '', node text not null default '', kind text not null default 'create',
    inputs text not null default '{}'
);
create table if not exists events (
    run_id text not null references runs (run_id), number integer not null, event text not null,
    primary key (run_id, number)
);
"""
_STEPS = {
    1: "alter table runs add column parent text not null default '';"
    " alter table runs add column node text not null default '';",
    2: "alter table runs add column kind text not null default 'create';",
    3: "alter table runs add column inputs text not null default '{}';",
}
"""What makes the next format of a store that has this one."""
_COLUMNS = "run_id, request, settings, status, created, updated, error, parent, node, kind, inputs"


class Kind(StrEnum):
    """What was walked."""

    CREATE = "create"
    """The create graph, once."""
    AD = "ad"
    """The ad graph, once."""
    CHAT = "chat"
    """A conversation, each turn of it a walk; its run has the id of its thread."""


class Status(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked of a graph, and how far it is."""

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
    kind: Kind = Kind.CREATE
    inputs: dict[str, Any] = field(default_factory=dict)
    """What the run works on beside its request, as JSON values: of an ad the facts of its product, and its footage."""


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

    def start(
        self,
        request: str,
        settings: dict[str, Any],
        *,
        kind: Kind = Kind.CREATE,
        parent: str = "",
        node: str = "",
        inputs: Mapping[str, Any] | None = None,
    ) -> Run:
        """A new run of the graph of this kind; `parent` and `node` say where it was forked from."""
        now = datetime.now(UTC)
        run_id, stamp = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", now.isoformat()
        run = Run(run_id, request, settings, Status.RUNNING, stamp, stamp, parent=parent, node=node, kind=kind)
        run = replace(run, inputs=scrubbed_value(dict(inputs or {})))
        self._keep(run)
        return run

    def conversation(self, thread_id: str, title: str, settings: dict[str, Any]) -> Run:
        """The run under which the turns of a thread are kept, a new one for its first turn."""
        stamp = datetime.now(UTC).isoformat()
        self._keep(Run(thread_id, title, settings, Status.RUNNING, stamp, stamp, kind=Kind.CHAT))
        return self.find(thread_id)

    def _keep(self, run: Run) -> None:
        """Store a run unless there is one of that id."""
        names = _COLUMNS.split(", ")
        settings = json.dumps(scrubbed_value(run.settings))
        inputs = _json(run.inputs)
        facts = asdict(run) | {"request": _storable(run.request), "settings": settings, "inputs": inputs}
        places = ", ".join("?" * len(names))
        statement = f"insert into runs ({_COLUMNS}) values ({places}) on conflict (run_id) do nothing"  # noqa: S608 - ours
        with self._tables.transaction() as statements:
            statements.execute(statement, [facts[name] for name in names])

    def find(self, run_id: str) -> Run:
        """The run of that id. Raises RequestError when there is none."""
        runs = self._runs("where run_id = ?", run_id)
        if not runs:
            latest = self.runs(1)
            hint = f"The latest run is {latest[0].run_id}." if latest else "No run is stored yet."
            raise RequestError(f"there is no run {run_id!r}", hint=hint)
        return runs[0]

    def runs(self, most: int = -1, *kinds: Kind) -> list[Run]:
        """The runs of these kinds, those of the create graph without any, the latest first.

        At most so many, where that is not below 0.
        """
        wanted = kinds or (Kind.CREATE,)
        which = f"where kind in ({', '.join('?' * len(wanted))}) order by created desc, run_id desc"
        return self._runs(f"{which} limit ?", *wanted, most) if most >= 0 else self._runs(which, *wanted)

    def _runs(self, which: str, *values: str | int) -> list[Run]:
        with self._tables.transaction() as statements:
            rows = statements.execute(f"select {_COLUMNS} from runs {which}", values).fetchall()  # noqa: S608 - ours
        return [_run(row) for row in rows]

    def end(self, run_id: str, status: Status, error: str = "") -> None:
        """Write down how a run ended, or that it goes on."""
        with self._tables.transaction() as statements:
            statements.execute(
                "update runs set status = ?, error = ?, updated = ? where run_id = ?",
                (status, _storable(error), datetime.now(UTC).isoformat(), run_id),
            )

    def change(self, run_id: str, settings: dict[str, Any]) -> None:
        """Write down other settings than those that a run began with; its events tell of the change."""
        with self._tables.transaction() as statements:
            kept = json.dumps(scrubbed_value(settings))
            statements.execute("update runs set settings = ? where run_id = ?", (kept, run_id))

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


def runs_at_rest(home: Path) -> list[Run]:
    """The runs in the file of the store as it lies there, the latest first, without opening the store.

    What was written last may be missing. For a full disk, on which SQLite cannot open anything; empty where there is
    no such file, or none that can be read.
    """
    path = home / "popcorn.sqlite"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            rows = connection.execute(f"select {_COLUMNS} from runs order by created desc, run_id desc")  # noqa: S608
            return [_run(row) for row in rows]
    except (sqlite3.Error, ValueError):
        return []


def _run(row: Sequence[str]) -> Run:
    facts: dict[str, Any] = dict(zip(_COLUMNS.split(", "), row, strict=True))
    facts |= {name: json.loads(facts[name]) for name in ("settings", "inputs")}
    facts |= {"status": Status(facts["status"]), "kind": Kind(facts["kind"])}
    return Run(**facts)


def _json(event: dict[str, Any]) -> str:
    """The event as JSON without secrets, escaped where its text is no valid Unicode."""
    text = json.dumps(event, ensure_ascii=False)
    storable = text.encode(errors="replace").decode()
    if scrubbed(text) != storable:
        return json.dumps(scrubbed_value(event), ensure_ascii=False)
    return text if text == storable.replace("\0", "\ufffd") else json.dumps(event)


def _storable(text: str) -> str:
    """The text without secrets, and without what no database stores: lone surrogates and NUL."""
    return scrubbed(text).replace("\0", "\ufffd")


def _opened(database: Path | Server, patience: float) -> Database:
    if isinstance(database, Server):
        return PostgresDatabase(database)
    return SqliteDatabase(database, patience=patience)
