"""The record of one walk: what happens, written down as it happens, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ....errors import PopcornError, StoreError, unforeseen
from ....redaction import scrubber
from ....settings import Settings
from ...models.prices import price_of
from ...models.providers import choose
from ...wiring.chat_models import translate_model_error
from ..run_store import RunStore, Status
from .event_recorder import Recorder

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler

    from .call_handler import Place

_UNRECORDED = {"progress", "run_finished"}
"""Progress is only for those who watch; what a run gave stands in its result.json."""


class RunRecorder:
    """Writes a walk down. Waits for the store, so an event loop that must not wait calls it from a thread."""

    def __init__(self, store: RunStore, run_id: str, settings: Settings) -> None:
        """Goes on where the record of an earlier walk of the run ended."""
        self._store, self._run_id, self._settings = store, run_id, settings
        self._recorder = Recorder(store, run_id, scrubber())
        self._node = ""

    def watcher(self, within: Place | None = None) -> BaseCallbackHandler:
        """Who is to be told of every model and tool call; `within` is where they all are, if given."""
        from .call_handler import TraceHandler

        return TraceHandler(self._recorder, price_of(choose(self._settings), self._settings), within)

    def begin(self) -> None:
        """The walk begins. Raises StoreError."""
        self._store.end(self._run_id, Status.RUNNING)

    def take(self, event: Mapping[str, Any]) -> None:
        """Something has happened. Raises StoreError."""
        if event["event"] in {"node_started", "progress"}:
            self._node = event["node"]
        if event["event"] not in _UNRECORDED:
            self._recorder.record(dict(event))

    def done(self) -> None:
        """The walk came to its end. Raises StoreError."""
        self._store.end(self._run_id, Status.DONE)

    def stopped(self) -> None:
        """The walk was stopped. Raises StoreError."""
        self._store.end(self._run_id, Status.STOPPED)

    def failed(self, exc: Exception) -> PopcornError:
        """The walk failed: the error as one of ours, with the run and the node it is of."""
        known = exc if isinstance(exc, PopcornError) else translate_model_error(exc) or unforeseen(exc)
        known.run_id, known.stage = self._run_id, known.stage or self._node
        self.ended_with(known)
        return known

    def ended_with(self, known: PopcornError) -> None:
        """The walk ended with an error of ours, which stays as it is."""
        with suppress(StoreError):  # the store may be what failed; the first error is the one to tell
            self._recorder.tell("error", error=known.facts(), reply=known.reply)
            self._store.end(self._run_id, Status.FAILED, self._recorder.clean(str(known)))
