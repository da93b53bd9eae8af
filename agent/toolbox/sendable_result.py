"""What a tool gave: data for people and programs, and a short text for a language model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import StoppedError

LONGEST = 6_000
"""Characters of the text that a language model reads."""
MOST_TEXT = 20_000
"""Characters of one text in the data."""
MOST_ITEMS = 1_000
"""Items of one list in the data."""
_CUT = "... (cut here)"

Progress = Callable[[int, int, str], None]
"""Called with what is done, the total and a note, perhaps from another thread. It may raise to stop the work."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one call of a tool gave."""

    tool: str
    data: dict[str, Any]
    """Everything, JSON-able."""
    text: str
    """What a language model has to know of it."""

    def brief(self, most: int = LONGEST) -> str:
        """The text for a model: at most `most` characters, all of them such as can be sent."""
        return cut(sendable(self.text), most)


class Gate:
    """Progress until the caller has left, then the end of the work."""

    def __init__(self, progress: Progress | None) -> None:
        """`closed` is set when the caller leaves."""
        self._progress, self.closed = progress, False

    def __call__(self, done: int, total: int, note: str) -> None:
        """Pass progress on. Raises StoppedError once the caller has left."""
        if self.closed:
            raise StoppedError("the caller has left")
        if self._progress:
            self._progress(done, total, note)


def bounded(tool: str, data: Mapping[str, Any], text: str) -> Result:
    """A result that can be kept and sent: no endless text, no half characters, no NUL."""
    made = _bounded(data)
    return Result(tool, made, cut(sendable(text), MOST_TEXT))


def sendable(text: str) -> str:
    """The text without what neither a server nor a database takes: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def cut(text: str, most: int) -> str:
    """The text, cut where it is longer than `most` characters, and saying so."""
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def _bounded(value: Any) -> Any:
    if isinstance(value, str):
        return cut(sendable(value), MOST_TEXT)
    if isinstance(value, Mapping):
        return {sendable(str(name)): _bounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_bounded(inner) for inner in value[:MOST_ITEMS]]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _bounded(json.loads(json.dumps(value, default=str)))
