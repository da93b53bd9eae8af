"""A catalogue's rows: references in a Parquet file, read group by group."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ...errors import DataError
from .types import Reference

GROUP = 4096
"""Rows in a Parquet row group: what is read to look up one reference."""
_FEW = 1_000
"""Rows up to which slicing costs less than importing what takes them all at once."""
REBUILD = "Import the catalogue again: the old files are replaced."
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("description", pa.string(), nullable=False),
        pa.field("cover_description", pa.string(), nullable=False),
        pa.field("tag", pa.string(), nullable=False),
        pa.field("comments", pa.int64()),
        pa.field("likes", pa.int64()),
        pa.field("views", pa.int64()),
        pa.field("split", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("illustrative", pa.bool_(), nullable=False),
    ]
)


def digest(references: Iterable[Reference]) -> str:
    """SHA-256 over the rows in order, as 64 hex digits."""
    total = hashlib.sha256()
    for reference in references:
        total.update(json.dumps(astuple(reference)).encode() + b"\n")
    return total.hexdigest()


def write_rows(path: Path, references: Iterable[Reference]) -> None:
    """Write the rows to a Parquet file with page checksums."""
    writer = RowWriter(path)
    try:
        for reference in references:
            writer.append(reference)
    finally:
        writer.close()


class RowWriter:
    """Writes rows to a Parquet file with page checksums, a group at a time."""

    def __init__(self, path: Path) -> None:
        """Begins the file at `path` anew. Raises OSError when it cannot be written, here and below."""
        self._file = pq.ParquetWriter(path, SCHEMA, compression="zstd", write_page_checksum=True)
        self._group: list[Reference] = []

    def append(self, reference: Reference) -> None:
        """The next row."""
        self._group.append(reference)
        if len(self._group) == GROUP:
            self._write()

    def close(self) -> None:
        """Write the rest, and end the file."""
        try:
            if self._group:
                self._write()
        finally:
            self._group = []
            self._file.close()

    def _write(self) -> None:
        columns = [
            _array(field.type, [getattr(reference, field.name) for reference in self._group]) for field in SCHEMA
        ]
        self._file.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), row_group_size=GROUP)
        self._group = []


class Rows:
    """The rows of a Parquet file that `write_rows` made. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`. Raises DataError when it is absent, damaged or has other columns."""
        self._path = path
        self._lock = threading.Lock()
        self._group = lru_cache(maxsize=16)(self._read_group)
        with _parquet_border(path):
            self._file = pq.ParquetFile(path, page_checksum_verification=True)
        if not self._file.schema_arrow.equals(SCHEMA):
            raise DataError(f"the Parquet file {str(path)!r} does not have a catalogue's columns", hint=REBUILD)

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def __getitem__(self, row: int) -> Reference:
        """The reference in row `row`, 0 to N-1. Raises IndexError when there is none."""
        return self.take([row])[0]

    def take(self, rows: Iterable[int]) -> list[Reference]:
        """The references in `rows`, each 0 to N-1, in that order; each group is read once. Raises IndexError."""
        wanted = np.fromiter(rows, dtype=np.int64)
        if (outside := wanted[(wanted < 0) | (wanted >= len(self))]).size:
            raise IndexError(f"row {outside[0]} of a catalogue of {len(self)} rows")
        groups, offsets = np.divmod(wanted, GROUP)
        references: dict[int, Reference] = {}
        for group in np.unique(groups):
            at = np.flatnonzero(groups == group)
            values = _values(self._group(int(group)), offsets[at])
            references |= {int(number): Reference(**value) for number, value in zip(at, values, strict=True)}
        return [references[number] for number in range(len(wanted))]

    def column(self, name: str) -> pa.ChunkedArray:
        """One whole column."""
        with self._lock, _parquet_border(self._path):
            return self._file.read([name]).column(0)

    def texts(self) -> list[str]:
        """What is embedded of each row, in order."""
        return list(self.each_text())

    def each_text(self) -> Iterator[str]:
        """The same, a group of rows at a time."""
        for group in range(self._file.num_row_groups):
            with self._lock, _parquet_border(self._path):
                table = self._file.read_row_group(group, ["title", "cover_description", "description"])
            titles, covers, descriptions = (column.to_pylist() for column in table.columns)
            for title, cover, description in zip(titles, covers, descriptions, strict=True):
                yield Reference(id="", title=title, cover_description=cover, description=description).text

    def _read_group(self, group: int) -> pa.Table:
        with self._lock, _parquet_border(self._path):
            return self._file.read_row_group(group)


@contextmanager
def _parquet_border(path: Path) -> Iterator[None]:
    """Turns what pyarrow raises about the file at `path` into DataError."""
    try:
        yield
    except (pa.ArrowException, OSError) as exc:
        reason = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
        raise DataError(f"the Parquet file {str(path)!r} cannot be read: {reason}", hint=REBUILD) from exc


def _array(kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    """A column of str, bool, or int with None for what is absent, in Arrow's own layout.

    `pa.array` would import pandas where it is installed, a second of CPU before a home's first answer. Raises
    UnicodeEncodeError and OverflowError as it does.
    """
    present = None
    if pa.types.is_string(kind):
        encoded = [value.encode() for value in values]
        ends = np.array([0, *accumulate(map(len, encoded))], np.int32)
        buffers = [pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    elif pa.types.is_boolean(kind):
        buffers = [pa.py_buffer(np.packbits(values, bitorder="little"))]
    else:
        present = pa.py_buffer(np.packbits([value is not None for value in values], bitorder="little"))
        buffers = [pa.py_buffer(np.array([value or 0 for value in values], np.int64))]
    return pa.Array.from_buffers(kind, len(values), [present, *buffers])


def _values(group: pa.Table, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
    """The values of these rows, by column.

    Few are sliced one by one: `take` would import pyarrow.compute, 0.3 s of CPU with pandas for the ten rows of a
    request.
    """
    if len(rows) <= _FEW:
        return [group.slice(row, 1).to_pylist()[0] for row in rows.tolist()]
    numbers = pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(np.ascontiguousarray(rows))])
    values: list[dict[str, Any]] = group.take(numbers).to_pylist()
    return values
