"""Checkpoints of graphs where the runs stand, with an explicit list of the types they may load."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import StoreError
from .databases.postgres import Server
from .databases.store_errors import of_the_database, unusable

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

_OF_ADS = ("CaptionStyle", "Check", "Cue", "Cut", "Fault", "Levels", "Marker", "Sound", "Timeline")
MOVED = (
    ("popcorn.graphs.create.state", "ModelCall"),
    ("popcorn.tools.video.types", "Aspect"),
    *(("popcorn.tools.editing.types", name) for name in _OF_ADS),
)
"""Module and name under which older checkpoints hold classes that stand elsewhere now.

Each can still be imported from there: LangGraph's serialiser loads a class by the name that it was saved under.
"""


@asynccontextmanager
async def open_checkpoints(database: Path | Server, types: tuple[type, ...]) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """The saver over `database`; it loads values of `types` and of no other class. Raises StoreError."""
    from .databases.serialiser import ScrubbingSerializer

    serde = ScrubbingSerializer(allowed_msgpack_modules=(*types, *MOVED))
    with complaining(database):
        if isinstance(database, Server):
            from .databases.postgres_checkpoints import open_saver as on_server

            async with on_server(database, serde) as saver:
                yield saver
        else:
            from .databases.sqlite_checkpoints import open_saver as in_file

            async with in_file(database, serde) as saver:
                yield saver


@contextmanager
def complaining(database: Path | Server) -> Iterator[None]:
    """Raises StoreError for what the libraries behind checkpoints raise, and nothing else anew."""
    try:
        yield
    except Exception as exc:
        if not of_the_database(exc):
            raise
        raise (database.complaint(exc) if isinstance(database, Server) else unusable(database, exc)) from exc


async def saved_values(graph: CompiledStateGraph[Any, Any, Any, Any], config: RunnableConfig) -> dict[str, Any]:
    """The values of the last checkpoint; empty before the first. Raises StoreError when it cannot be read."""
    try:
        return dict((await graph.aget_state(config)).values)
    except Exception as exc:  # a damaged checkpoint fails in whichever layer meets the damage first
        if of_the_database(exc):
            raise
        run_id = config.get("configurable", {}).get("thread_id")
        raise StoreError(
            f"the checkpoint of run {run_id!r} cannot be read: {type(exc).__name__}: {exc}",
            hint="That run cannot go on; ask again to start a new one.",
        ) from exc
