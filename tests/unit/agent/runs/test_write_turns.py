"""Threads of one process that write into one file of runs."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from popcorn.agent.runs.databases.sqlite_checkpoints import FileSaver
from popcorn.agent.runs.databases.write_turns import WriteTurns

SAVERS, WRITES = 12, 15


class Impatient(FileSaver):
    """A saver that waits for nobody: it fails where another connection writes at that moment."""

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        connection.execute("pragma busy_timeout = 0")
        return connection


async def write_beside_one_another(path: Path) -> None:
    savers = [Impatient(path, JsonPlusSerializer()) for _ in range(SAVERS)]

    async def write(name: int) -> None:
        config = {"configurable": {"thread_id": str(name), "checkpoint_ns": ""}}
        for _ in range(WRITES):
            config = await savers[name].aput(config, empty_checkpoint(), {}, {})

    try:
        await asyncio.gather(*(write(name) for name in range(SAVERS)))
    finally:
        for saver in savers:
            await saver.close()


def test_savers_of_one_process_never_meet_at_the_file(tmp_path: Path) -> None:
    path = tmp_path / "popcorn.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode=wal")
    asyncio.run(write_beside_one_another(path))
    with sqlite3.connect(path) as connection:
        assert connection.execute("select count(*) from checkpoints").fetchone() == (SAVERS * WRITES,)
    connection.close()


def test_a_thread_that_has_the_turn_may_take_it_again_and_a_file_that_nobody_writes_is_forgotten(
    tmp_path: Path,
) -> None:
    turns = WriteTurns()
    with turns.of(tmp_path / "a"), turns.of(tmp_path / "a"), turns.of(tmp_path / "b"):
        assert len(turns._turns) == 2
    assert len(turns._turns) == 0


def test_another_process_that_writes_is_met(tmp_path: Path) -> None:
    path = tmp_path / "popcorn.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("begin immediate")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            asyncio.run(write_beside_one_another(path))
    connection.close()
