"""Writes down what happens in a run, as it happens: without secrets, and in a bounded space."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

from ....redaction import Scrubber
from ..run_store import RunStore
from .event_bounds import LARGEST, bounded, shortened, size_of

MOST = 64_000_000
"""Bytes of all events of a run; after them only the bones of events are kept."""
BONES = 2_000
"""Bytes of an event of which only the bones are kept."""

Event = dict[str, Any]


class Recorder:
    """The events of one run, on their way into the store. Safe to use from several threads."""

    def __init__(self, store: RunStore, run_id: str, scrubber: Scrubber, *, most: int = MOST) -> None:
        """Goes on where an earlier walk of the run left."""
        self.run_id = run_id
        self._store, self._scrubber, self._most = store, scrubber, most
        self._written = store.recorded(run_id)
        self._lock = threading.Lock()

    def record(self, event: Event) -> None:
        """Append an event. Raises StoreError."""
        clean: Event = self._scrubber.value(shortened(event, 2 * LARGEST))
        with self._lock:
            full = self._written > self._most
            made = bounded(clean, BONES if full else LARGEST)
            self._store.record(self.run_id, made)
            self._written += size_of(made)
            if not full and self._written > self._most:
                self._store.record(self.run_id, self.stamped("trace_cut", most=self._most))

    def tell(self, name: str, **facts: object) -> None:
        """Append an event of that name, stamped now."""
        self.record(self.stamped(name, **facts))

    def clean(self, text: str) -> str:
        """A text as it may be written down."""
        return self._scrubber.text(text[:LARGEST])

    def stamped(self, name: str, **facts: object) -> Event:
        """An event of this run."""
        return {"event": name, "run_id": self.run_id, "ts": datetime.now(UTC).isoformat(), **facts}
