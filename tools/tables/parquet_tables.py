"""Parquet files, a small batch at a time: a file of a few kilobytes may hold millions of long rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ...errors import DataError
from .columns import path_picker, place_picker
from .content import Content, readable, whole
from .types import Column, Line, Table

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_BATCH = 1024
"""Rows that are in memory at once."""
_MOST_PACKED = 512 << 20
"""Bytes of a Parquet file inside of an archive, which is in memory as a whole."""


def parquet_table(content: Content) -> Table:
    """The table with its types. Raises DataError where it cannot be read."""
    place = str(content.path)
    with _opened(content) as file:
        schema = file.schema_arrow
        names = tuple(str(name) for name in schema.names)

    def lines() -> Iterator[Line]:
        number = 0
        with _opened(content) as file:
            for rows in file.iter_batches(batch_size=_BATCH):
                batch = _Batch(rows)
                for at in range(rows.num_rows):
                    number += 1
                    yield Line(number, _Row(batch, at))

    by_place, by_path = place_picker(names, place), path_picker(lambda: paths)
    paths = {f"{field.name}.{inner}" for field in schema for inner in _below(field.type)}

    def pick(name: str) -> Column | None:
        if found := by_place(name):
            return found
        nested = by_path(name)
        if nested is not None:
            return Column(name, lambda cells: nested.of(dict(zip(names, cells, strict=True))))
        head = name.partition("[")[0]
        if "[" in name and names.count(head) == 1:
            listed = path_picker(lambda: {head})(name)
            return listed and Column(name, lambda cells: listed.of(dict(zip(names, cells, strict=True))))
        return None

    return Table(content.name, place, names, lines, pick, unit="row")


class _Batch:
    """Some rows, column by column; a column that nobody asks for is never made into Python's values."""

    def __init__(self, rows: pa.RecordBatch) -> None:
        self._rows = rows
        self._columns: dict[int, list[object]] = {}

    def column(self, number: int) -> list[object]:
        if number not in self._columns:
            self._columns[number] = list(map(_plain, self._rows.column(number).to_pylist()))
        return self._columns[number]

    def __len__(self) -> int:
        return int(self._rows.num_columns)


class _Row(Sequence[object]):
    """The values of one row of a batch."""

    __slots__ = ("_at", "_batch")

    def __init__(self, batch: _Batch, at: int) -> None:
        self._batch, self._at = batch, at

    def __getitem__(self, number: Any) -> Any:
        return self._batch.column(number)[self._at]

    def __len__(self) -> int:
        return len(self._batch)


def _below(kind: Any) -> Iterator[str]:
    """The paths inside of a column of structs."""
    import pyarrow as pa

    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _below(kind.value_type)
    elif pa.types.is_struct(kind):
        for field in kind:
            yield field.name
            yield from (f"{field.name}.{inner}" for inner in _below(field.type))


def _plain(value: object) -> object:
    """Decimals that are whole as numbers, bytes that are UTF-8 as text; anything else as it is."""
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    return value


@contextmanager
def _opened(content: Content) -> Iterator[pq.ParquetFile]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if content.packed:
            yield pq.ParquetFile(pa.BufferReader(whole(content, _MOST_PACKED, "Unpack it, and import the file.")))
            return
        with readable(content.path), content.open() as stream:
            yield pq.ParquetFile(stream)
    except (pa.ArrowException, UnicodeDecodeError, MemoryError, OverflowError) as exc:
        reason = (str(exc).splitlines() or [type(exc).__name__])[0]
        raise DataError(
            f"{str(content.path)!r} cannot be read: it is not a Parquet file, or a damaged one: {reason}",
            hint="Write it again, or as CSV.",
        ) from exc
