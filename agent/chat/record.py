"""A conversation as `popcorn trace` shows it: a run with the id of its thread, every turn a walk of it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ...errors import PopcornError
from ...prompts.text import visible
from ...tools.video.types import Estimate
from ..runs.recording.graph_tasks import Tasks
from ..runs.recording.run_recorder import RunRecorder
from ..runs.run_store import RunStore
from .events import Asked

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler

    from ...settings import Settings
    from .threads import Thread

_SHOWN = 60
"""Characters of an argument that a question is told with."""


class Record:
    """Writes one turn down as it happens: its nodes, its calls of models and tools, how it ended."""

    def __init__(self, store: RunStore, thread: Thread, settings: Settings) -> None:
        """`settings` are those that the turn is spoken with."""
        self._store, self._thread, self._settings = store, thread, settings
        self._recorder = RunRecorder(store, thread.id, settings)
        self._tasks = Tasks()
        self._waits = False

    @contextmanager
    def turn(self, said: str) -> Iterator[None]:
        """While it lasts; errors of ours pass through. Raises StoreError."""
        store, thread = self._store, self._thread
        with store.alone(thread.id):
            store.conversation(thread.id, thread.title, self._settings.model_dump(mode="json"))
            self._recorder.begin()
            self._tell("run_started", request=said, resumed=thread.turns > 1)
            try:
                yield
            except (asyncio.CancelledError, GeneratorExit):
                self._recorder.stopped()
                raise
            except PopcornError as exc:
                self._recorder.ended_with(exc)
                raise
            else:
                if self._waits:
                    self._recorder.stopped()
                else:
                    self._recorder.done()

    def asked(self, asked: Asked) -> None:
        """The turn stops at a question; a person who answers it begins a new walk. Raises StoreError."""
        self._waits = True
        facts = {"tool": asked.name, "arguments": dict(asked.arguments), "estimate": dict(asked.estimate)}
        self._tell("notice", message=_question(asked), **facts)

    @contextmanager
    def step(self, node: str) -> Iterator[BaseCallbackHandler]:
        """A step outside of a graph; who is to be told of its calls. Raises StoreError."""
        from ..runs.recording.call_handler import Place

        task = uuid.uuid4().hex
        self.take({"name": node, "id": task, "triggers": ()})
        yield self._recorder.watcher(Place(node, task))
        self.take({"name": node, "id": task})

    def take(self, task: Mapping[str, Any]) -> None:
        """A part of the graph's stream of tasks. Raises StoreError."""
        if task.get("interrupts"):
            return  # it waits for a person, and begins again with the answer
        if event := self._tasks.event_of(task):
            name, facts = event
            self._tell(name, **facts)

    def watcher(self) -> BaseCallbackHandler:
        """Who is to be told of the calls of the conversation's own graph."""
        return self._recorder.watcher()

    def inner_watcher(self) -> BaseCallbackHandler:
        """Who is to be told of the calls of a graph that the tool under way walks: they stand where the tool does."""
        from ..runs.recording.call_handler import Place

        return self._recorder.watcher(Place.here())

    def _tell(self, name: str, **facts: object) -> None:
        stamp = {"run_id": self._thread.id, "ts": datetime.now(UTC).isoformat()}
        self._recorder.take({"event": name, **stamp, **facts})


def _question(asked: Asked) -> str:
    """A question on a line."""
    given = {name: " ".join(visible(str(value)).split()) for name, value in asked.arguments.items()}
    arguments = ", ".join(f"{name}={value[:_SHOWN]!r}" for name, value in given.items())
    return f"asked a person before {asked.name}({arguments}): {Estimate(**asked.estimate).summary}"
