"""Tables of which every row counts: drafts to score, pairs to compare or learn from, prompts, printed figures.

Columns are known by their names in small letters; those that nobody knows are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import DataError, RequestError
from ...trust import foreign_files
from .content import content_of
from .encodings import tell_all
from .table_file import table_in
from .texts import LOST, clean
from .types import Line, Table


@dataclass(frozen=True, slots=True)
class Record:
    """A row where it stands: the texts of the known columns, empty where the table lacks them."""

    line: int
    values: dict[str, str]


def read_records(
    file: Path, known: Sequence[str], needed: Sequence[str], *, encoding: str = "", columns: str = ""
) -> list[Record]:
    """Every row that is not blank, of a table of any kind. `columns` is a sentence that says which there may be.

    Raises what `each_record` raises.
    """
    return list(each_record(file, known, needed, encoding=encoding, columns=columns))


def each_record(
    file: Path, known: Sequence[str], needed: Sequence[str], *, encoding: str = "", columns: str = ""
) -> Iterator[Record]:
    """The same, one row after the other: memory does not grow with the table.

    Spaces around a value are taken off and those inside of it are one. Raises RequestError for a file that is not
    there, a column that is missing or there twice, and a row with more or fewer values than the header, and DataError
    for what cannot be read.
    """
    table = open_records(file, encoding)
    yield from records_of(table, known, checked_names(table, needed, columns))


def records_of(table: Table, known: Sequence[str], names: Sequence[str]) -> Iterator[Record]:
    """The rows that are not blank of a table that is open, whose columns `checked_names` has named."""
    places = {name: names.index(name) for name in known if name in names}
    for line, values in _filled(table, names):
        yield Record(line.number, {name: values[places[name]] if name in places else "" for name in known})


def open_records(file: Path, encoding: str = "") -> Table:
    """The table at `file`. Raises RequestError where no file can be read there."""
    try:
        foreign_files.open_file(file).close()
    except OSError as exc:
        raise RequestError(
            f"{str(file)!r} cannot be read: {exc.strerror or exc}", hint="Name a table, e.g. a CSV or Parquet file."
        ) from exc
    table = table_in(content_of(file), encoding)
    tell_all(table.notes if table.unit == "line" else ())
    return table


def checked_names(table: Table, needed: Sequence[str], columns: str = "") -> list[str]:
    """The names of its columns in small letters. Raises RequestError where one is missing or there twice."""
    names = [name.strip().casefold() for name in table.columns]
    missing = [name for name in needed if name not in names]
    if missing:
        shown = ", ".join(repr(name.strip()) for name in table.columns if name.strip()) or "none"
        raise RequestError(
            f"{table.place!r} has no column {missing[0]!r}; it has {shown}",
            hint=columns or f"It needs {', '.join(needed)}.",
        )
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise RequestError(f"{table.place!r} has the column {twice!r} twice", hint="Keep one of the two.")
    return names


def texts_of(line: Line, table: Table, names: Sequence[str]) -> list[str]:
    """The row's values as texts, one for each column. Raises RequestError or DataError for what is no row."""
    if line.values:
        raise RequestError(
            f"{table.place!r}, {table.unit} {line.number}: the row has {len(line.values)} fields and the header "
            f"{len(names)}",
            hint="Quote fields that hold commas.",
        )
    if line.cells is None:
        raise DataError(
            f"{table.place!r}, {table.unit} {line.number}: {line.fault}: {line.text[:60]!r}", hint="Mend the row."
        )
    place = f"{table.place!r}, {table.unit} {line.number}"
    picked = [(name, table.pick(name)) for name in table.columns]
    return [_text(column.of(line.cells), f"{place}, column {name!r}") if column else "" for name, column in picked]


def _filled(table: Table, names: Sequence[str]) -> Iterator[tuple[Line, list[str]]]:
    for line in table.lines():
        values = texts_of(line, table, names)
        if any(values):
            yield line, values


def _text(value: object, place: str) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, list | dict | bytes):
        raise DataError(f"{place}: {str(value)[:60]!r} is no text", hint="A value is one text or one number.")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text, mended = clean(str(value))
    if mended == LOST:
        raise DataError(f"{place}: {LOST}: {text[:60]!r}", hint="Save the table in UTF-8, or name its --encoding.")
    return text
