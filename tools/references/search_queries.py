"""The queries of one search: one from the command line, or many from a file."""

from __future__ import annotations

from pathlib import Path

from ...errors import DataError, RequestError
from ..tables.columns import named_columns
from ..tables.content import content_of
from ..tables.encodings import tell_all
from ..tables.records import texts_of
from ..tables.table_file import table_in
from ..tables.texts import clean
from .importers.lines import read_lines

COLUMN = "prompt"
_PLAIN = (".txt", ".md", "")
"""Endings of files that may hold a query a line."""


def read_queries(query: str, file: Path | None, encoding: str = "") -> list[str]:
    """`query`, or the queries in `file`: its column `prompt` when it is a table with one, else its lines.

    Control characters become spaces and empty lines are passed over. Raises RequestError when there is nothing to
    search for or both are given, and DataError when the file cannot be read.
    """
    if file is None:
        texts = [query]
    elif query.strip():
        raise RequestError("a query and --file are two ways to say the same", hint="Give one of them.")
    else:
        texts = _in_file(file, encoding)
    queries = [text for text, _ in (clean(text) for text in texts) if text]
    if not queries:
        where = f"the file {str(file)!r} holds no query" if file else "the query is empty"
        raise RequestError(where, hint="Say what to look for, e.g. popcorn references search 'street food at night'")
    return queries


def _in_file(file: Path, encoding: str) -> list[str]:
    content = content_of(file)
    table = table_in(content, encoding)
    names = [name.strip().casefold() for name in table.columns]
    if COLUMN not in names:
        if content.ending not in _PLAIN:
            raise DataError(
                f"the table {str(file)!r} has no column {COLUMN!r}, but {named_columns(table)}",
                hint="Name the column `prompt`, or give a text file with one query a line.",
            )
        return read_lines(file, encoding)
    tell_all(table.notes if table.unit == "line" else ())
    texts = []
    for line in table.lines():
        if line.values:
            raise DataError(
                f"{table.unit} {line.number} of {str(file)!r} has {len(line.values)} values, the header {len(names)}",
                hint="Quote queries that hold commas.",
            )
        texts.append(texts_of(line, table, names)[names.index(COLUMN)])
    return texts
