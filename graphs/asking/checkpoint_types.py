"""Which classes a checkpoint of a graph may hold: those that its state's annotations name, and no others."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any, get_args, get_type_hints


def checkpoint_types(*states: type) -> tuple[type, ...]:
    """The dataclasses and enumerations in the annotations of `states`, at any depth, sorted by name.

    `states` are dataclasses. They belong to the answer only where another annotation names them.
    """
    seen: set[type] = set()
    waiting: list[Any] = [hint for state in states for hint in _hints(state)]
    while waiting:
        hint = waiting.pop()
        waiting.extend(get_args(hint))
        if isinstance(hint, type) and hint not in seen and (dataclasses.is_dataclass(hint) or issubclass(hint, Enum)):
            seen.add(hint)
            waiting.extend(_hints(hint))
    return tuple(sorted(seen, key=lambda kind: (kind.__name__, kind.__module__)))


def _hints(kind: type) -> list[Any]:
    if not dataclasses.is_dataclass(kind):
        return []
    hints = get_type_hints(kind, include_extras=True)
    return [hints[field.name] for field in dataclasses.fields(kind)]
