"""PostgreSQL, for those who outgrow one machine: the same tables on a server that many machines share.

A process keeps one connection (postgres_connection) for its tables and for the runs that it holds: advisory locks,
which the server frees when the process dies. Checkpoints have a pool of their own (postgres_checkpoints).
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from .... import files
from ....errors import MissingError, RequestError, StoreError
from .postgres_connection import PATIENCE, connection_to
from .store_errors import held, newer, unwritable
from .types import Schema, Statements, Value

_log = logging.getLogger(__name__)

_PREPARING = 7_701_001
"""The number of the lock under which tables are made."""
_UNREADABLE = re.compile(r"\b(invalid|missing|unexpected|extra)\b")


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server by its URL, which may hold a password and is therefore never shown whole."""

    url: str = field(repr=False)

    def __post_init__(self) -> None:
        """Raises RequestError on what is no URL of a PostgreSQL server."""
        if not self.url.startswith(("postgresql://", "postgres://")):
            raise RequestError(
                "the setting 'database_url' is no URL of a PostgreSQL server",
                hint="It looks like postgresql://user@host:5432/database; leave it empty for SQLite under the home.",
            )

    @property
    def name(self) -> str:
        """Where it is, for people: host and database, where a password can be told from them."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return "on PostgreSQL"
        return "on PostgreSQL" if "@" in parts.path else repr(f"postgresql://{parts.hostname or ''}{parts.path}")

    def complaint(self, exc: Exception) -> StoreError:
        """What to say when it cannot be used; libpq repeats an address that it cannot read, with its password."""
        unread = "@" in str(exc) or (not getattr(exc, "sqlstate", None) and _UNREADABLE.search(str(exc)))
        why = "its address cannot be read" if unread else " ".join(str(exc).split())
        return StoreError(
            f"the run store {self.name} cannot be used: {why}",
            hint="See that the server runs and that POPCORN_DATABASE_URL names a database which that user may write.",
        )


class PostgresDatabase:
    """The tables on a server. Raises StoreError, never psycopg's own errors."""

    def __init__(self, server: Server) -> None:
        """Raises MissingError without the extra that knows how to talk to it."""
        require_psycopg()
        self._server = server
        self._connection = connection_to(server.url)

    def prepare(self, schema: Schema) -> None:
        """Make the tables, or bring older ones up; one process at a time."""
        with self.transaction() as statements:
            if _version(statements) == schema.version:
                return
            statements.execute(f"set local lock_timeout = '{PATIENCE:g}s'")
            statements.execute("select pg_advisory_xact_lock(?)", (_PREPARING,))
            self._bring_up(statements, _version(statements), schema)

    @contextmanager
    def transaction(self) -> Iterator[Statements]:
        """Statements that are all done at the end of the block, or none."""
        import psycopg

        try:
            with self._connection.transaction() as statements:
                yield statements
        except psycopg.Error as exc:
            raise self._server.complaint(exc) from exc

    def appending(self, statements: Statements, run_id: str) -> None:
        """Lock the run's row: numbers of events are counted, and others may count at the same time."""
        statements.execute("select 1 from runs where run_id = ? for update", (run_id,))

    @contextmanager
    def alone(self, run_id: str, folder: Path) -> Iterator[None]:
        """Hold the run by a lock of the server, which it frees when the process dies."""
        try:
            files.folder(folder)
        except OSError as exc:
            raise unwritable(folder, exc) from exc
        key = _key(run_id)
        with self._connection.lock:
            with self.transaction() as statements:
                mine = key not in self._connection.held and _first(statements, "select pg_try_advisory_lock(?)", key)
            if not mine:
                raise held(run_id)
            self._connection.held.add(key)
        try:
            yield
        finally:
            with self._connection.lock:
                self._connection.held.discard(key)
                self._let_go(run_id, key)

    def walked(self, run_id: str, folder: Path) -> bool:
        """Whether any process on any machine holds the run."""
        high, low = divmod(_key(run_id) % 2**64, 2**32)
        with self.transaction() as statements:
            rows = statements.execute(
                "select 1 from pg_locks where locktype = 'advisory' and classid::bigint = ? and objid::bigint = ?"
                " and database = (select oid from pg_database where datname = current_database())",
                (high, low),
            )
            return rows.fetchone() is not None

    def shrink(self) -> None:
        """Nothing to do: the server clears up by itself."""

    def _let_go(self, run_id: str, key: int) -> None:
        """Free a run. A server that cannot be asked any more is told of in the log only: the run itself is over."""
        try:
            with self.transaction() as statements:
                statements.execute("select pg_advisory_unlock(?)", (key,))
        except StoreError as exc:
            _log.warning("the run %s was not freed: %s", run_id, exc.message)

    def _bring_up(self, statements: Statements, version: int, schema: Schema) -> None:
        if version > schema.version:
            raise newer(self._server.name, version, schema, "name another database with POPCORN_DATABASE_URL")
        if version == 0:
            statements.execute(schema.tables)
            statements.execute("create table popcorn_schema (version integer not null)")
            statements.execute("insert into popcorn_schema values (?)", (schema.version,))
        for step in range(version or schema.version, schema.version):
            statements.execute(schema.steps[step])
            statements.execute("update popcorn_schema set version = ?", (step + 1,))


def require_psycopg() -> None:
    """Raises MissingError without the extra that knows how to talk to PostgreSQL."""
    try:
        import langgraph.checkpoint.postgres  # noqa: F401 - that it is there is all
        import psycopg  # noqa: F401
    except ImportError as exc:
        raise MissingError(
            "POPCORN_DATABASE_URL names a PostgreSQL server, and what talks to one is not installed",
            hint="Install it with: pip install 'llmpopcorn[postgres]'",
        ) from exc


def _first(statements: Statements, query: str, *values: Value) -> object:
    row = statements.execute(query, values).fetchone()
    return row[0]


def _version(statements: Statements) -> int:
    """The format of the tables; 0 without any. Asks the catalogue itself: to_regclass may answer from before a wait."""
    query = "select 1 from pg_class where relname = 'popcorn_schema' and pg_table_is_visible(oid)"
    if statements.execute(query).fetchone() is None:
        return 0
    return cast("int", _first(statements, "select version from popcorn_schema"))


def _key(run_id: str) -> int:
    """The number by which PostgreSQL locks a run: 64 bits, signed."""
    return int.from_bytes(hashlib.sha256(f"popcorn run {run_id}".encode()).digest()[:8], signed=True)
