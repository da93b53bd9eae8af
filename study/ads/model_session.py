"""One model that is asked about many things, one batch after another, on one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from ...agent.wiring.chat_models import NamedModel

Answer = TypeVar("Answer")


class ModelSession:
    """Used as a context manager: a model's connections belong to the one event loop that is open meanwhile."""

    def __init__(self, open_model: Callable[[], NamedModel]) -> None:
        """`open_model` is called before the first batch."""
        self._open = open_model
        self._runner: asyncio.Runner | None = None
        self._model: NamedModel | None = None

    def __enter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the model's connections up."""
        if self._runner is not None:
            self._runner.close()

    def asked(self, work: Callable[[NamedModel], Coroutine[Any, Any, Answer]]) -> Answer:
        """What `work` makes of the model's replies. Raises what it raises, and what opening the model raises."""
        self._runner = self._runner or asyncio.Runner()
        self._model = self._model or self._open()
        return self._runner.run(work(self._model))
