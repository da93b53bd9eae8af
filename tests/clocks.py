"""An event loop whose time jumps to what is awaited next: hours pass at once, in the order in which they would."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class JumpingLoop(asyncio.SelectorEventLoop):
    """Nothing that it runs may wait for anything outside of it."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__()

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        due = [one.when() for one in self._scheduled if not one.cancelled()]  # type: ignore[attr-defined]
        if due and not self._ready:  # type: ignore[attr-defined]  # both are of BaseEventLoop
            self.now = max(self.now, min(due))
        super()._run_once()  # type: ignore[misc]


def run(work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives, without waiting."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)
