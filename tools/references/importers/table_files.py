"""CSV, JSONL, JSON and Parquet files as columns and numbered rows, with every line that is no row accounted for."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import DataError
from .import_report import ImportReport
from .lines import read_lines

if TYPE_CHECKING:
    import pyarrow.parquet as pq

Row = Mapping[str, object]
_DELIMITERS = (",", "\t", ";", "|")
_MOST_LINES = 1000
"""Lines that one CSV row may span; a quote that stays open longer is taken for a stray one."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table on disk: its columns, and its rows with their line numbers (row numbers for Parquet and JSON)."""

    path: Path
    columns: tuple[str, ...]
    rows: Callable[[Sequence[str], ImportReport], Iterator[tuple[int, Row]]]
    """Called with the columns that are wanted; counts what it reads in the report, and rejects what is no row."""


def open_table(path: Path) -> TableFile:
    """The table at `path`, by the ending of its name. Raises DataError when it cannot be read or has no columns."""
    opener = {".parquet": _parquet, ".jsonl": _jsonl, ".ndjson": _jsonl, ".json": _json}.get(
        path.suffix.casefold(), _csv
    )
    table = opener(path)
    if not table.columns:
        raise DataError(f"the table {str(path)!r} is empty", hint="A table needs a header or objects with names.")
    return table


def _csv(path: Path) -> TableFile:
    lines = read_lines(path)
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    delimiter = "\t" if path.suffix.casefold() == ".tsv" else _delimiter(lines[start] if lines[start:] else "")
    header, used = _record(lines, start, delimiter)
    columns = tuple(name.strip() for name in header or ())

    def rows(wanted: Sequence[str], report: ImportReport) -> Iterator[tuple[int, Row]]:
        places = {name: columns.index(name) for name in wanted}
        at = start + used
        while at < len(lines):
            if not lines[at].strip():
                at += 1
                continue
            fields, span = _record(lines, at, delimiter)
            line, first = at + 1, lines[at]
            if fields is not None and len(fields) != len(columns) and span > 1:
                fields = None
            at += span if fields is not None else 1
            report.read += 1
            if fields is None:
                report.reject(path.name, line, "a quote that is not closed, or not around the whole value", first)
            elif len(fields) != len(columns):
                counts = f"{len(fields)} values where the header has {len(columns)}"
                report.reject(path.name, line, counts, first)
            else:
                yield line, {name: fields[column] for name, column in places.items()}

    return TableFile(path, columns, rows)


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=lambda sign: (len(next(csv.reader([header], delimiter=sign), [])), sign == ","))


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The CSV record that begins at line `at`, and how many lines it takes; None when its quotes do not fit."""
    block = (line + "\n" for line in lines[at : at + _MOST_LINES])
    reader = csv.reader(block, delimiter=delimiter, strict=True)
    try:
        return next(reader, []), max(1, reader.line_num)
    except csv.Error:
        return None, 1


def _jsonl(path: Path) -> TableFile:
    lines = read_lines(path)

    def objects(report: ImportReport | None) -> Iterator[tuple[int, Row]]:
        for line, text in enumerate(lines, start=1):
            if not text.strip():
                continue
            if report:
                report.read += 1
            try:
                value = json.loads(text)
            except (ValueError, RecursionError) as exc:
                if report:
                    report.reject(path.name, line, f"no JSON: {str(exc).split(':')[0]}", text)
                continue
            if isinstance(value, dict):
                yield line, value
            elif report:
                report.reject(path.name, line, "no JSON object", text)

    columns = dict.fromkeys(name for _, value in objects(None) for name in value)
    return TableFile(path, tuple(columns), lambda _, report: objects(report))


def _json(path: Path) -> TableFile:
    """A JSON array of objects; whatever else ends in .json may still be objects a line."""
    try:
        values = json.loads("\n".join(read_lines(path)))
    except (ValueError, RecursionError):
        return _jsonl(path)
    if not isinstance(values, list):
        return _jsonl(path)

    def rows(_: Sequence[str], report: ImportReport) -> Iterator[tuple[int, Row]]:
        for number, value in enumerate(values, start=1):
            report.read += 1
            if isinstance(value, dict):
                yield number, value
            else:
                report.reject(path.name, number, "no JSON object", str(value))

    columns = dict.fromkeys(name for value in values if isinstance(value, dict) for name in value)
    return TableFile(path, tuple(columns), rows)


def _parquet(path: Path) -> TableFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def opened() -> pq.ParquetFile:
        try:
            return pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as exc:
            raise _unreadable(path, exc) from exc

    def rows(wanted: Sequence[str], report: ImportReport) -> Iterator[tuple[int, Row]]:
        number = 0
        try:
            for batch in opened().iter_batches(columns=list(wanted)):
                for row in batch.to_pylist():
                    number += 1
                    report.read += 1
                    yield number, row
        except (pa.ArrowException, OSError, UnicodeDecodeError) as exc:
            raise _unreadable(path, exc) from exc

    return TableFile(path, tuple(opened().schema_arrow.names), rows)


def _unreadable(path: Path, exc: Exception) -> DataError:
    reason = (str(exc).splitlines() or [type(exc).__name__])[0]
    return DataError(f"the Parquet file {str(path)!r} cannot be read: {reason}")
