"""Checkpoints in the SQLite file of the runs."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from ...errors import StoreError


@asynccontextmanager
async def open_saver(database: Path, serde: SerializerProtocol) -> AsyncIterator[AsyncSqliteSaver]:
    """The saver over a file. Raises StoreError."""
    try:
        async with aiosqlite.connect(database, timeout=30) as connection:
            saver = AsyncSqliteSaver(connection, serde=serde)
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
