"""JSON as it comes: objects a line, a list of them, a list under a name, objects by their id, columns of values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

from ...errors import DataError
from ...trust.foreign_files import parse_json
from .columns import path_picker, paths_of
from .content import Content, whole
from .encodings import Encoding
from .text_lines import text_lines
from .types import Line, Table

MOST = 256 << 20
"""Bytes of a JSON value that is read at once."""
KEY = "id"
"""The column of the names, where objects are kept by their id and have none inside."""
_SAMPLE = 2_000
"""Objects whose keys are taken for those of all; further ones are looked at when a name is not among these."""
_DEPTH = 3
_LISTS = ("items", "data", "videos", "results", "aweme_list", "itemList", "posts", "media", "rows", "records")
"""Names under which programs keep their list, where an object has several."""
Objects = Callable[[], Iterator[Line]]


def json_lines(content: Content, encoding: Encoding) -> Table:
    """An object a line."""

    def lines() -> Iterator[Line]:
        for number, text in enumerate(text_lines(content, encoding), start=1):
            if text.strip():
                yield _parsed(number, text)

    return _table(content, encoding, lines, "line", ())


def json_table(content: Content, encoding: Encoding) -> Table:
    """A JSON value with objects in it; whatever else ends in .json may still be objects a line."""
    advice = "Write it as JSON Lines, an object a line."
    try:
        value = parse_json(whole(content, MOST, advice).decode(encoding.codec, encoding.errors).lstrip("\ufeff"))
    except ValueError as exc:
        lines = json_lines(content, encoding)
        if any(line.cells for line in islice(lines.lines(), 5)):
            return lines
        raise DataError(f"{str(content.path)!r} is no JSON: {exc}", hint="Export it again, or as CSV.") from exc
    rows, where = _rows(value, content)
    notes = (f"{content.name}: the rows are {where}",) if where else ()

    def numbered() -> Iterator[Line]:
        for number, row in enumerate(rows, start=1):
            yield Line(number, row) if isinstance(row, Mapping) else Line(number, None, "no JSON object", str(row))

    return _table(content, encoding, numbered, "row", notes)


def _parsed(number: int, text: str) -> Line:
    try:
        value = parse_json(text)
    except ValueError as exc:
        return Line(number, None, f"no JSON: {str(exc).split(':')[0]}", text)
    return Line(number, value) if isinstance(value, dict) else Line(number, None, "no JSON object", text)


def _table(content: Content, encoding: Encoding, lines: Objects, unit: str, notes: tuple[str, ...]) -> Table:
    def paths(rows: Iterator[Line]) -> dict[str, None]:
        return dict.fromkeys(path for line in rows if isinstance(line.cells, Mapping) for path in paths_of(line.cells))

    first = paths(islice(lines(), _SAMPLE))

    @cache
    def known() -> dict[str, None]:
        return paths(lines())

    picked = path_picker(lambda: first)

    def pick(name: str) -> Any:
        return picked(name) or path_picker(known)(name)

    said = (encoding.note,) if encoding.note else ()
    return Table(content.name, str(content.path), tuple(first), lines, pick, (*said, *notes), unit)


def _rows(value: Any, content: Content) -> tuple[Sequence[Any], str]:
    """The rows that a JSON value holds, and where they are when that is not plain. Raises DataError for none."""
    if isinstance(value, list):
        return value, ""
    if isinstance(value, dict) and value:
        for find in (_split, _columns, _listed, _keyed):
            if found := find(value, _DEPTH):
                return found
        return [value], ""
    raise DataError(
        f"{str(content.path)!r} holds no JSON objects", hint="A table is a list of objects, or an object a line."
    )


def _split(value: Mapping[str, Any], _: int) -> tuple[list[Any], str] | None:
    """As pandas writes with orient="split"."""
    names, rows = value.get("columns"), value.get("data")
    if not (isinstance(names, list) and isinstance(rows, list) and rows and all(isinstance(r, list) for r in rows)):
        return None
    return [dict(zip(map(str, names), row, strict=False)) for row in rows], "the lists in 'data'"


def _columns(value: Mapping[str, Any], _: int) -> tuple[list[Any], str] | None:
    """A column under each name: lists of one length, or objects whose keys are the numbers of the rows."""
    inner = list(value.values())
    if all(isinstance(one, list) for one in inner):
        if len({len(one) for one in inner}) == 1 and len(inner) > 1 and not isinstance(next(iter(inner[0]), {}), dict):
            return [dict(zip(value, row, strict=True)) for row in zip(*inner, strict=True)], "taken out of its columns"
    elif all(isinstance(one, dict) and one and all(map(str.isdecimal, one)) for one in inner):
        keys = dict.fromkeys(key for one in inner for key in one)
        return [{name: value[name].get(key) for name in value} for key in keys], "taken out of its columns"
    return None


def _listed(value: Mapping[str, Any], depth: int) -> tuple[list[Any], str] | None:
    """The list of objects under a name; where there are several, one whose name says that it is the list."""
    lists = {
        name: one for name, one in value.items() if isinstance(one, list) and any(isinstance(v, dict) for v in one)
    }
    name = next((name for name in _LISTS if name in lists), None)
    if name is None and len(lists) == 1 and not _is_row(value):
        name = next(iter(lists))
    if name is not None:
        return lists[name], f"the list {name!r}"
    for key, one in value.items():
        if depth > 1 and isinstance(one, dict) and (inner := _listed(one, depth - 1)):
            return inner[0], f"{inner[1]} in {key!r}"
    return None


def _is_row(value: Mapping[str, Any]) -> bool:
    """Whether an object with a list in it is a row itself, as a video with its comments."""
    return any(isinstance(value.get(name), str) for name in ("title", "text", "caption", "desc", "video_caption"))


def _keyed(value: Mapping[str, Any], _: int) -> tuple[list[Any], str] | None:
    """Objects by their id, of which each is a row."""
    if not all(isinstance(one, dict) for one in value.values()) or _is_row(value):
        return None
    return [{KEY: key, **one} for key, one in value.items()], "kept by their ids"
