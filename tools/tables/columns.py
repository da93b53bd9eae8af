"""Columns by what people call them: a name, a number from 1, or the path to a value inside of objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

from ...errors import RequestError
from ...names import meant_after
from .types import Cells, Column, Table

_SHOWN = 20
_STEP = re.compile(r"([^.\[\]]+)|\[(\d*|\*)\]")
_NAMES_OF_OBJECTS = ("name", "title", "label", "text", "hashtagName", "tag_name", "value")
"""Where an object in a list of tags says what it is called."""


def place_picker(names: Sequence[str], place: str) -> Callable[[str], Column | None]:
    """Finds the column of a table whose rows are sequences: by its name, else by its number from 1."""

    def pick(name: str) -> Column | None:
        times = names.count(name) if name else 0
        if times > 1:
            numbers = ", ".join(str(at + 1) for at, one in enumerate(names) if one == name)
            raise RequestError(
                f"the table {place!r} has more than one column {name!r}", hint=f"Map one by its number: {numbers}."
            )
        if times:
            return _at(names.index(name), name)
        if name.isdecimal() and 1 <= int(name) <= len(names):
            return _at(int(name) - 1, name)
        return None

    return pick


def _at(index: int, name: str) -> Column:
    return Column(name, lambda cells: cells[index] if index < len(cells) else None)  # type: ignore[index]


def path_picker(known: Callable[[], Collection[str]]) -> Callable[[str], Column | None]:
    """Finds the column of a table whose rows are objects: by its key, else by a path such as `stats.comments`.

    `known` gives the paths that the rows have. In a path `[0]` is the first of a list and `[]` all of it.
    """

    def pick(name: str) -> Column | None:
        if not name:
            return None
        bare = re.sub(r"\[[^]]*\]", "", name)
        if name not in known() and bare not in known():
            return None
        steps = _STEP.findall(name)
        return Column(name, lambda cells: _follow(cells, name, steps))

    return pick


def _follow(cells: Cells, name: str, steps: Sequence[tuple[str, str]]) -> object:
    row = cast(Mapping[str, Any], cells)
    if name in row:
        return row[name]
    return _walk(row, steps)


def _walk(value: Any, steps: Sequence[tuple[str, str]]) -> object:
    for at, (key, number) in enumerate(steps):
        if key:
            if isinstance(value, list):
                return [_walk(inner, steps[at:]) for inner in value]
            if not isinstance(value, Mapping):
                return None
            flat = ".".join(name for name, _ in steps[at:])
            if flat in value:  # a key that has dots of its own
                return value[flat]
            value = value.get(key)
        elif number.isdecimal():
            value = value[int(number)] if isinstance(value, list) and int(number) < len(value) else None
        else:
            rest = steps[at + 1 :]
            return All(_walk(inner, rest) for inner in value) if isinstance(value, list) else value
    return value


class All(list[object]):
    """A list of which every value is wanted, as `tags[]` says; of another list the first is taken."""


def paths_of(row: Mapping[str, Any], depth: int = 4) -> list[str]:
    """The paths of a row: its keys, and those of the objects below; lists of objects count by their first."""
    found = []
    for name, value in row.items():
        if not name:
            continue
        found.append(name)
        inner = next((one for one in value if isinstance(one, Mapping)), None) if isinstance(value, list) else value
        if isinstance(inner, Mapping) and depth > 1:
            found += [f"{name}.{path}" for path in paths_of(inner, depth - 1)]
    return found


def word_of(value: object) -> str:
    """What one of a list of tags is called: itself, or the name that an object has."""
    if isinstance(value, Mapping):
        named = next((value[name] for name in _NAMES_OF_OBJECTS if isinstance(value.get(name), str)), "")
        return str(named)
    return "" if value is None or isinstance(value, list) else str(value)


def column_of(table: Table, name: str) -> Column:
    """The column `name`. Raises RequestError where there is none, with those that there are."""
    found = table.pick(name)
    if found is not None:
        return found
    known = [column for column in table.columns if column]
    number = f"; it has {len(table.columns)} columns" if name.isdecimal() else ""
    raise RequestError(
        f"the table {table.place!r} has no column {name!r}{meant_after(name, known, number)}",
        hint=f"It has {named_columns(table)}.",
    )


def named_columns(table: Table) -> str:
    """The names of the columns, for a sentence."""
    names = [name for name in table.columns if name]
    shown = ", ".join(map(repr, names[:_SHOWN])) or "no names"
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
