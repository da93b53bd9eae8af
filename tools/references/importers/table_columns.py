"""Any table as references: which column holds which field, and one row after the other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ....errors import RequestError
from ....names import near
from ..types import Reference
from .import_report import ImportReport
from .table_files import Row, TableFile, open_table
from .values import NotACountError, clean, count

FIELDS = ("id", "title", "description", "cover_description", "tag", "comments", "likes", "views", "split")
MICROLENS_RAG = {
    "id": "video_id",
    "title": "title_en",
    "cover_description": "cover_desc",
    "description": "caption_en",
    "tag": "partition",
    "likes": "likes",
    "views": "views",
    "comments": "comment_count",
}
"""The columns of junchenfu/microlens_rag, recognised wherever they stand together."""


def read_table(path: Path, mapping: Mapping[str, str], report: ImportReport) -> list[Reference]:
    """The references in a CSV, JSONL, JSON or Parquet file; see `read_tables`."""
    return read_tables([path], mapping, report)


def read_tables(paths: Iterable[Path], mapping: Mapping[str, str], report: ImportReport) -> list[Reference]:
    """The references in several files of the same columns, in order.

    `mapping` gives the column of a field; a field that it leaves out has the column of its own name, where there is
    one. Raises RequestError when a column does not exist or none holds the title, DataError when a file cannot be
    read, and ImportRowError for the first bad row when the report is strict.
    """
    references: dict[str, Reference] = {}
    for path in paths:
        table = open_table(path)
        columns, source = _columns(table, mapping)
        report.notes.append(f"{path.name}: " + ", ".join(f"{name} from {col!r}" for name, col in columns.items()))
        if "id" not in columns:
            report.notes.append(f"{path.name} has no ids: the numbers of its rows stand in for them")
        for line, row in table.rows(list(dict.fromkeys(columns.values())), report):
            reference = _Cells(row, columns, path.name, line, report).reference(source)
            if reference is None:
                continue
            if reference.id in references:
                report.reject(path.name, line, "the id came before", reference.id)
            else:
                references[reference.id] = reference
                report.kept += 1
    return list(references.values())


def _columns(table: TableFile, mapping: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The column of each field that the table has, and the name of the set it comes from."""
    for column in mapping.values():
        _check_column(table, column)
    rag = set(MICROLENS_RAG.values()) - {"likes", "views"} <= set(table.columns)
    by_name = {name.casefold().replace(" ", "_"): name for name in reversed(table.columns)}
    own = MICROLENS_RAG if rag else {name: by_name[name] for name in FIELDS if name in by_name}
    merged = {**own, **mapping}
    chosen = {name: merged[name] for name in FIELDS if merged.get(name, "") in table.columns}
    if "title" not in chosen:
        raise RequestError(
            f"no column of {str(table.path)!r} is known to hold the title; it has {_named(table.columns)}",
            hint="Say which one: --map title=COLUMN (and the same for comments and tag).",
        )
    return chosen, "microlens" if rag else table.path.stem


def _check_column(table: TableFile, column: str) -> None:
    if table.columns.count(column) == 1:
        return
    if column in table.columns:
        raise RequestError(f"the table {str(table.path)!r} has more than one column {column!r}")
    alike = near(column, table.columns)
    raise RequestError(
        f"the table {str(table.path)!r} has no column {column!r}" + (f"; did you mean {alike[0]!r}?" if alike else ""),
        hint=f"It has {_named(table.columns)}.",
    )


def _named(columns: tuple[str, ...]) -> str:
    shown = ", ".join(map(repr, columns[:20]))
    return shown + (f" and {len(columns) - 20} more" if len(columns) > 20 else "")


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row of a table, read field by field; what has to be mended goes into the report."""

    row: Row
    columns: Mapping[str, str]
    file: str
    line: int
    report: ImportReport

    def reference(self, source: str) -> Reference | None:
        """The row as a reference; None when it was rejected."""
        key = self.text("id") if "id" in self.columns else str(self.line)
        title, description, cover = (self.text(name) for name in ("title", "description", "cover_description"))
        if not key or not (title or description or cover):
            self.report.reject(self.file, self.line, "no title and no other text" if key else "no id")
            return None
        return Reference(
            id=key,
            title=title,
            description=description,
            cover_description=cover,
            tag=self.text("tag"),
            comments=self.count("comments"),
            likes=self.count("likes"),
            views=self.count("views"),
            split=self.text("split"),
            source=source,
        )

    def text(self, name: str) -> str:
        """The text of a field without control characters; empty where there is none."""
        value = self.row.get(self.columns[name]) if name in self.columns else None
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, list | dict | bytes):
            self.report.repair(self.file, self.line, f"{name} that is no text", repr(value), loses=True)
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text, mended = clean(str(value), lines=name == "description")
        if mended:
            self.report.repair(self.file, self.line, f"{mended} in {name}", text, loses="UTF-8" in mended)
        return text

    def count(self, name: str) -> int | None:
        """The figure of a field; None where there is none, or none that is a count."""
        value = self.row.get(self.columns[name]) if name in self.columns else None
        try:
            return count(value)
        except NotACountError:
            self.report.repair(self.file, self.line, f"{name} that are no count", str(value), loses=True)
            return None
