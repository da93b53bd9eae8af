"""Checkpoints of graphs in SQLite, with an explicit list of the types they may load."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import StoreError

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
    from langgraph.graph.state import CompiledStateGraph


@asynccontextmanager
async def open_checkpoints(database: Path, types: tuple[type, ...]) -> AsyncIterator[AsyncSqliteSaver]:
    """The saver over `database`; it loads values of `types` and of no other class. Raises StoreError."""
    import aiosqlite
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    try:
        async with aiosqlite.connect(database, timeout=30) as connection:
            saver = AsyncSqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=types))
            try:
                yield saver
            finally:
                await _close(saver)
    except sqlite3.Error as exc:
        raise StoreError(
            f"the checkpoints in {str(database)!r} cannot be used: {exc}",
            hint="Free space, check its permissions, or move the file away to start a new one.",
        ) from exc


async def _close(saver: AsyncSqliteSaver) -> None:
    """Close the connection with nothing open on it, also when a write was cancelled in the middle.

    SQLite keeps the lock of a closed connection for as long as one of its cursors lives, and the traceback of a
    cancellation keeps cursors alive. So wait for the writes under way, then take back what was not committed.
    """
    async with saver.lock:
        await saver.conn.rollback()
        await saver.conn.close()


async def saved_values(graph: CompiledStateGraph[Any, Any, Any, Any], config: RunnableConfig) -> dict[str, Any]:
    """The values of the last checkpoint; empty before the first. Raises StoreError when it cannot be read."""
    try:
        return dict((await graph.aget_state(config)).values)
    except sqlite3.Error:
        raise
    except Exception as exc:  # a damaged checkpoint fails in whichever layer meets the damage first
        run_id = config.get("configurable", {}).get("thread_id")
        raise StoreError(
            f"the checkpoint of run {run_id!r} cannot be read: {type(exc).__name__}: {exc}",
            hint="That run cannot go on; ask again to start a new one.",
        ) from exc
