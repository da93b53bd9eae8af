"""This process's connection to a PostgreSQL server: what is said over it, and what comes of it when it breaks.

A server ends connections when it is restarted, a proxy when nobody uses them. What broke before its commit was not
done, and is said again over a new connection.
"""

from __future__ import annotations

import os
import select
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from .types import Rows, Statements, Value

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import QueryNoTemplate

PATIENCE = 30.0
"""Seconds to wait for a server that has no connection to spare, or for a lock on the tables."""
_IDLE = 5.0
"""Seconds without use after which a connection may have broken unseen."""
_DYING = 5.0
"""Seconds for which a connection that the server ended may still hold its locks."""
_OPTIONS: dict[str, str | int] = {"connect_timeout": 10, "keepalives_idle": 30, "application_name": "popcorn"}


class ServerConnection:
    """This process's connection to a server, and the runs it holds over it: advisory locks, by their numbers."""

    def __init__(self, url: str) -> None:
        """`url` may hold a password."""
        self._url = url
        self._open: psycopg.Connection | None = None
        self._used = 0.0
        self.lock = threading.RLock()
        self.held: set[int] = set()

    @contextmanager
    def transaction(self) -> Iterator[Statements]:
        """Statements that are all done at the end of the block, or none; for one thread at a time.

        Raises psycopg's own errors.
        """
        with self.lock:
            statements = _Transaction(self)
            try:
                yield statements
            except BaseException:
                statements.roll_back()
                raise
            statements.commit()

    def connection(self) -> psycopg.Connection:
        """The connection, a new one where the old one broke."""
        if self._open is None or not self._alive(self._open):
            self._open = self._connect()
        self._used = time.monotonic()
        return self._open

    def _alive(self, connection: psycopg.Connection) -> bool:
        """Whether it still stands; asked where something was sent unasked, or nobody used it for a while."""
        import psycopg

        if not connection.closed and (time.monotonic() - self._used > _IDLE or has_news(connection)):
            with suppress(psycopg.Error):
                connection.execute("select 1")
        return not connection.closed

    def _connect(self) -> psycopg.Connection:
        """One that holds what the last one held. Raises OperationalError when somebody else holds it by now."""
        connection = _patiently(self._url)
        weakref.finalize(self, connection.close)
        for key in self.held:
            _take_back(connection, key)
        return connection


class _Transaction:
    """Statements on a connection. Where the connection breaks, all that was said is said again, once, over a new one.

    What rows were given before is not looked at then: a transaction here either reads or writes, or fails as a whole
    where the tables are no longer what it read.
    """

    def __init__(self, server: ServerConnection) -> None:
        self._server = server
        self._spoken: list[tuple[str, Sequence[Value]]] = [("begin", ())]
        self._again = True
        self._connection = server.connection()
        self._repeating()

    def execute(self, statement: str, values: Sequence[Value] = ()) -> Rows:
        """Run one statement, in which every `?` stands for a value."""
        self._spoken.append((statement, values))
        try:
            return self._say(statement, values)
        except Exception as exc:
            if not self._broken(exc):
                raise
            return self._repeating()

    def commit(self) -> None:
        """Do all of it. One that broke here may have been done, so only a reading one is let pass."""
        try:
            self._say("commit")
        except Exception as exc:
            if not self._broken(exc) or any(not statement.startswith("select") for statement, _ in self._spoken[1:]):
                raise

    def roll_back(self) -> None:
        """Do nothing of it."""
        import psycopg

        try:
            self._say("rollback")
        except psycopg.Error:  # it broke, and the server did it; if not, nobody may go on in the middle
            self._connection.close()

    def _repeating(self) -> Rows:
        """All that was said so far, over the connection or a new one; the rows of the last statement."""
        while True:
            try:
                return [self._say(*words) for words in self._spoken][-1]
            except Exception as exc:
                if not self._broken(exc) or not self._again:
                    raise
                self._again = False
                self._connection = self._server.connection()

    def _broken(self, exc: Exception) -> bool:
        import psycopg

        return isinstance(exc, psycopg.OperationalError) and self._connection.closed

    def _say(self, statement: str, values: Sequence[Value] = ()) -> Rows:
        query = statement.replace("%", "%%").replace("?", "%s") if values else statement
        return cast("Rows", self._connection.execute(cast("QueryNoTemplate", query), values or None))


def is_full(exc: psycopg.OperationalError) -> bool:
    """Whether the server has no connection to spare at this moment."""
    return "too many clients" in str(exc)


def has_news(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bool:
    """Whether the server sent something without being asked: mostly that it ended the connection. Asks nobody."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def _take_back(connection: psycopg.Connection, key: int) -> None:
    """Hold a run again; the connection that held it may be ended but not quite gone."""
    import psycopg

    end = time.monotonic() + _DYING
    while True:
        row = connection.execute("select pg_try_advisory_lock(%s)", (key,)).fetchone()
        if row is not None and row[0]:
            return
        if time.monotonic() > end:
            connection.close()
            raise psycopg.OperationalError("the connection broke, and another process went on with a run of this one")
        time.sleep(0.05)


def _patiently(url: str) -> psycopg.Connection:
    """A new connection; a server that has none to spare is asked again for a while."""
    import psycopg

    end = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg.connect(psycopg.conninfo.make_conninfo(url, **_OPTIONS), autocommit=True)
        except psycopg.OperationalError as exc:
            if not is_full(exc) or time.monotonic() > end:
                raise
        time.sleep(0.1)


class Connections:
    """One connection for each server, and for each process: after a fork two must not use the same."""

    def __init__(self) -> None:
        """Opens nothing yet."""
        self._by_process: dict[tuple[int, str], ServerConnection] = {}
        self._opening = threading.Lock()

    def to(self, url: str) -> ServerConnection:
        """The connection to the server at `url`, the same at every call."""
        with self._opening:
            return self._by_process.setdefault((os.getpid(), url), ServerConnection(url))


_CONNECTIONS = Connections()
"""This process's own."""


def connection_to(url: str) -> ServerConnection:
    """The connection of this process to the server at `url`."""
    return _CONNECTIONS.to(url)
