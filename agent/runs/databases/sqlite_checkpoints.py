"""Checkpoints in the SQLite file of the runs."""

from __future__ import annotations

import asyncio
import builtins
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite import SqliteSaver

from ....files import private_file
from .write_turns import TURNS

P = ParamSpec("P")
T = TypeVar("T")


@asynccontextmanager
async def open_saver(database: Path, serde: SerializerProtocol) -> AsyncIterator[FileSaver]:
    """The saver over a file. Raises sqlite3's own errors."""
    saver = FileSaver(database, serde)
    try:
        yield saver
    finally:
        await asyncio.shield(saver.close())


class FileSaver(SqliteSaver):
    """LangGraph's saver, each of whose writes is one piece of work in a thread of its own.

    AsyncSqliteSaver goes back to the event loop between a write and its commit, and holds the file's lock for as long.
    Whoever else writes from the same loop then waits for the lock, the lock for the loop, and the loop for them.
    """

    def __init__(self, database: Path, serde: SerializerProtocol) -> None:
        """Opens the file when it is first used."""
        self._database = database
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="checkpoints")
        super().__init__(self._worker.submit(self._connect).result(), serde=serde)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(private_file(self._database), timeout=30, check_same_thread=False)

    async def close(self) -> None:
        """Close the file when the work under way is done."""
        await self._do(self.conn.close)
        self._worker.shutdown(wait=False)

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        """A cursor whose changes are all made at the end of the block, or none: half a node's writes count as done."""
        with self._turn(transaction), self.lock:
            self.setup()
            cursor = self.conn.cursor()
            try:
                yield cursor
            except BaseException:
                self.conn.rollback()
                raise
            else:
                if transaction:
                    self.conn.commit()
            finally:
                cursor.close()

    def _turn(self, transaction: bool) -> AbstractContextManager[None]:
        """The turn to write: the first use makes the tables."""
        return TURNS.of(self._database) if transaction or not self.is_setup else nullcontext()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The checkpoint that `config` names, or the latest."""
        return await self._do(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """The checkpoints, the latest first."""

        def listed() -> builtins.list[CheckpointTuple]:
            return [*self.list(config, filter=filter, before=before, limit=limit)]

        for checkpoint in await self._do(listed):
            yield checkpoint

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save a checkpoint."""
        return await self._do(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Save what a node wrote."""
        await self._do(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete the checkpoints of a run."""
        await self._do(self.delete_thread, thread_id)

    async def _do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` gives; it goes on to its end when the caller is cancelled."""
        return await asyncio.wrap_future(self._worker.submit(work, *args, **kwargs))
