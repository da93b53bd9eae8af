"""A table on disk, opened by its ending and its first bytes, whatever packs it and whatever encodes it."""

from __future__ import annotations

from pathlib import Path

from ...errors import DataError
from .content import Content, content_of
from .delimited import delimited
from .encodings import encoding_of
from .json_tables import json_lines, json_table
from .parquet_tables import parquet_table
from .types import Table
from .workbooks import OLD_BOOK, workbook

KINDS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".xls")
"""Endings of what is read; .gz and .zip may follow."""
_BOOKS = (".xlsx", ".xlsm", ".xls")


def open_table(path: Path, encoding: str = "", *, headed: bool = True) -> Table:
    """The table at `path`; without `headed` its first line is a row.

    Raises DataError when it cannot be read or has no columns, and RequestError for an encoding that there is not.
    """
    table = table_in(content_of(path), encoding, headed=headed)
    if not table.columns:
        raise DataError(f"the table {str(path)!r} is empty", hint="A table needs a header or objects with names.")
    return table


def table_in(content: Content, encoding: str = "", *, headed: bool = True) -> Table:
    """The table in this content, which may have no columns."""
    with content.open() as stream:
        start = stream.read(4)
    if start == b"PAR1" or content.ending in (".parquet", ".pq"):
        return parquet_table(content)
    if content.ending in _BOOKS or start == OLD_BOOK:
        return workbook(content, headed=headed)
    chosen = encoding_of(content, encoding)
    if content.ending in (".jsonl", ".ndjson"):
        return json_lines(content, chosen)
    if content.ending == ".json":
        return json_table(content, chosen)
    return delimited(content, chosen, headed=headed)
