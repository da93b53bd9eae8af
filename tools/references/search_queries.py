"""The queries of one search: one from the command line, or many from a file."""

from __future__ import annotations

import csv
from pathlib import Path

from ...errors import DataError, RequestError
from .importers.lines import read_lines
from .importers.values import clean

COLUMN = "prompt"


def read_queries(query: str, file: Path | None) -> list[str]:
    """`query`, or the queries in `file`: its column `prompt` when it is a CSV table with one, else its lines.

    Control characters become spaces and empty lines are passed over. Raises RequestError when there is nothing to
    search for or both are given, and DataError when the file cannot be read.
    """
    if file is None:
        texts = [query]
    elif query.strip():
        raise RequestError("a query and --file are two ways to say the same", hint="Give one of them.")
    else:
        texts = _in_file(file)
    queries = [text for text, _ in (clean(text) for text in texts) if text]
    if not queries:
        where = f"the file {str(file)!r} holds no query" if file else "the query is empty"
        raise RequestError(where, hint="Say what to look for, e.g. popcorn references search 'street food at night'")
    return queries


def _in_file(file: Path) -> list[str]:
    lines = read_lines(file)
    header = next(csv.reader(lines[:1]), [])
    column = next((at for at, name in enumerate(header) if name.strip().casefold() == COLUMN), None)
    if column is None:
        if file.suffix.casefold() == ".csv":
            raise DataError(
                f"the table {str(file)!r} has no column {COLUMN!r}, but {', '.join(map(repr, header)) or 'no header'}",
                hint="Name the column `prompt`, or give a text file with one query a line.",
            )
        return lines
    texts = []
    reader = csv.reader(line + "\n" for line in lines[1:])
    for row in reader:
        if row and len(row) != len(header):
            line = reader.line_num + 1
            raise DataError(f"line {line} of {str(file)!r} has {len(row)} values, the header {len(header)}")
        texts.extend(row[column : column + 1])
    return texts
