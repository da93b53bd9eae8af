"""Checkpoints on a PostgreSQL server: a few connections, shared by all runs that one event loop walks.

What is asked for, stored or deleted by its id is the same when it is done twice, and is done again where a connection
broke under it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from .postgres import Server
from .postgres_connection import has_news, is_full
from .serialiser import without_secrets

_MOST = 4
"""Connections of one event loop; a server has about a hundred for everybody."""
_PATIENCE = 30.0
_SOON = 1.0
"""Seconds after which the server itself is asked why there is no connection."""
_ANSWER = 10
"""Seconds that it has to answer."""
_PREPARING = 7_701_002
"""The number of the lock under which LangGraph makes its tables."""
_ENDED = "57P"
"""How SQLSTATE begins where the server ends a connection; one that breaks in another way has no SQLSTATE."""
_OPTIONS = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row, "application_name": "popcorn"}

logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # a server that is gone is told of once, by an error of ours

Done = TypeVar("Done")
Connection = psycopg.AsyncConnection[dict[str, Any]]


class Pool(AsyncConnectionPool[Connection]):
    """A pool that asks the server itself where no connection comes soon: one that is gone is told of at once."""

    async def getconn(self, timeout: float | None = None) -> Connection:
        """A connection. Raises PoolTimeout with what the server says, or after the time without one to spare."""
        most = self.timeout if timeout is None else timeout
        try:
            return await super().getconn(min(_SOON, most))
        except PoolTimeout:
            await self._ask()
            return await super().getconn(max(0, most - _SOON))

    async def _ask(self) -> None:
        """Raises PoolTimeout where the server takes no connection, for another reason than that it has too many."""
        try:
            connection = await psycopg.AsyncConnection.connect(str(self.conninfo), connect_timeout=_ANSWER)
        except psycopg.OperationalError as exc:
            if not is_full(exc):
                raise PoolTimeout(str(exc)) from exc
        else:
            await connection.close()


@dataclass
class _Shared:
    """A pool, who uses it, and whether LangGraph's tables are known to be there."""

    pool: Pool
    opening: asyncio.Lock
    users: int = 0
    prepared: bool = False


class Pools:
    """A pool for each server, and for each event loop: a connection belongs to the loop that opened it."""

    def __init__(self) -> None:
        """Opens nothing yet."""
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Shared]] = WeakKeyDictionary()

    @asynccontextmanager
    async def to(self, server: Server) -> AsyncIterator[Pool]:
        """The loop's pool to this server, closed when its last user leaves."""
        pools = self._by_loop.setdefault(asyncio.get_running_loop(), {})
        shared = pools.setdefault(server.url, _Shared(_pool(server), asyncio.Lock()))
        shared.users += 1
        try:
            async with shared.opening:
                if not shared.prepared:
                    await shared.pool.open()
                    await _prepare(shared.pool)
                    shared.prepared = True
            yield shared.pool
        finally:
            shared.users -= 1
            if not shared.users:
                pools.pop(server.url, None)
                await asyncio.shield(shared.pool.close())


_POOLS = Pools()
"""This process's own."""


@asynccontextmanager
async def open_saver(server: Server, serde: SerializerProtocol) -> AsyncIterator[AsyncPostgresSaver]:
    """The saver over a server. Raises psycopg's own errors."""
    async with _POOLS.to(server) as pool:
        yield _Repeating(pool, serde=serde)


class _Repeating(AsyncPostgresSaver):
    """LangGraph's saver, which asks again over another connection when one breaks, but for lists.

    Bare texts it keeps without the serialiser that scrubs the others: they are scrubbed here.
    """

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """A checkpoint, None without one."""
        return await _again(partial(super().aget_tuple, config))

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint under its id."""
        return await _again(partial(super().aput, config, without_secrets(checkpoint), metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store what a step wrote under its number."""
        await _again(partial(super().aput_writes, config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete all of a thread."""
        await _again(partial(super().adelete_thread, thread_id))


def _pool(server: Server) -> Pool:
    return Pool(
        server.url,
        kwargs=_OPTIONS,
        min_size=1,
        max_size=_MOST,
        timeout=_PATIENCE,
        open=False,
        name="checkpoints",
        check=_check,
    )


async def _check(connection: Connection) -> None:
    """Raises OperationalError when the server ended the connection: the pool takes another one then."""
    if has_news(connection):
        await connection.execute("select 1")


async def _again(work: Callable[[], Awaitable[Done]]) -> Done:
    """What `work` gives; once more for each connection that may have broken under it, for they all do at once."""
    for _ in range(_MOST):
        try:
            return await work()
        except psycopg.OperationalError as exc:
            if isinstance(exc, PoolTimeout) or not (exc.sqlstate or _ENDED).startswith(_ENDED):
                raise
    return await work()


async def _prepare(pool: Pool) -> None:
    """Make LangGraph's tables, one process at a time.

    Who waits asks again and again instead of inside a statement: making an index concurrently waits for every
    statement under way, so the two would wait for each other.
    """
    end = time.monotonic() + _PATIENCE
    async with pool.connection() as connection:
        while not await _first(connection, "select pg_try_advisory_lock(%s) as got"):
            if time.monotonic() > end:
                raise psycopg.OperationalError(f"another process makes its tables for {_PATIENCE:g} s")
            await asyncio.sleep(0.05)
        try:
            await AsyncPostgresSaver(connection).setup()
        finally:
            await _first(connection, "select pg_advisory_unlock(%s) as got")


async def _first(connection: Connection, query: str) -> bool:
    row = await (await connection.execute(query.encode(), (_PREPARING,))).fetchone()
    return bool(row and row["got"])
