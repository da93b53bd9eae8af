"""What a process opens: what is being opened now, and how often each thing was."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)


class Openings:
    """By kind and name, e.g. `catalogue sample`. Safe to use from several threads."""

    def __init__(self) -> None:
        """Nothing was opened yet."""
        self.counts: Counter[str] = Counter()
        self._under_way = list[str]()
        self._counting = threading.Lock()

    @property
    def under_way(self) -> str:
        """What is being opened at this moment; empty for nothing."""
        with self._counting:
            return ", ".join(dict.fromkeys(self._under_way))

    @contextmanager
    def of(self, kind: str, name: str) -> Iterator[None]:
        """The time in which something is opened; what fails does not count."""
        what = f"{kind} {name}"
        with self._counting:
            self._under_way.append(what)
        try:
            yield
            _log.info("opened the %s %r", kind, name)
            with self._counting:
                self.counts[what] += 1
        finally:
            with self._counting:
                self._under_way.remove(what)
