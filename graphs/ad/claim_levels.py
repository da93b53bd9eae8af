"""Levels of claims as a person writes them: `warn` for all, or `number=warn,price=mark` for some."""

from __future__ import annotations

from ...errors import RequestError
from ...tools.editing.types import ClaimKind, Level
from .state import ClaimLevel

_HOW = (
    "Write a level (block, warn or mark) for all, or KIND=LEVEL with commas between: --claims number=warn,price=mark."
)


def read_levels(text: str) -> tuple[ClaimLevel, ...]:
    """What the text says; nothing for an empty one. Raises RequestError."""
    levels: dict[ClaimKind, Level] = {}
    for part in filter(None, (part.strip().lower() for part in text.split(","))):
        kind, sign, level = part.rpartition("=")
        for one in [_kind(kind.strip())] if sign else list(ClaimKind):
            levels[one] = _level(level.strip())
    return tuple(ClaimLevel(kind, level) for kind, level in levels.items())


def _kind(text: str) -> ClaimKind:
    for kind in ClaimKind:
        if text in {kind.value, kind.value.split()[0]}:
            return kind
    raise RequestError(
        f"there are no claims of the kind {text!r}", hint=f"There are: {', '.join(kind.value for kind in ClaimKind)}."
    )


def _level(text: str) -> Level:
    if text not in set(Level):
        raise RequestError(f"{text!r} is no level of a claim", hint=_HOW)
    return Level(text)
