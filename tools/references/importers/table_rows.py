"""The rows of a table as references, one after the other; what has to be mended goes into the report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ....errors import DataError
from ....redaction import scrubbed
from ...tables.columns import All, word_of
from ...tables.count_columns import CountColumn
from ...tables.counts import NotACountError, count
from ...tables.flags import flag
from ...tables.ids import WAY_OUT, IdColumn
from ...tables.texts import LOST, clean
from ...tables.types import Cells, Column
from ..reference_spool import MemoryStore, Places, Store, figures
from ..types import Reference
from .import_options import ImportOptions
from .import_report import ImportReport
from .table_columns import COUNTS, SWITCHES, MappedTable, mapped_table

_ZEROS = 0.05
"""The share of counts of 0 from which on a report asks whether they are switched off."""


def read_tables(
    paths: Iterable[Path],
    mapping: Mapping[str, str],
    report: ImportReport,
    options: ImportOptions | None = None,
    store: Store | None = None,
) -> Sequence[Reference]:
    """The references in several files of the same columns, in order; of one id the row with the most comments.

    `mapping` gives the column of a field: a name, a number from 1, or a path into objects. A field that it leaves out
    has the column of its own name, where there is one. They are put down in `store`, or in memory.

    Raises RequestError when a column does not exist or none holds the title, DataError when a file cannot be read or a
    column of counts is mostly none, and ImportRowError for the first bad row when the report is strict.
    """
    chosen = options or ImportOptions()
    collected = _Collected(report, store or MemoryStore())
    for path in paths:
        mapped = mapped_table(path, mapping, chosen)
        report.notes.extend(mapped.notes)
        reader = _Reader(mapped, report, _survey(mapped, report, chosen))
        for line, reference in reader.references():
            collected.add(mapped.table.name, line, reference)
    return collected.whole()


@dataclass
class _Survey:
    """What the columns are as a whole."""

    counts: dict[str, CountColumn] = field(default_factory=dict)
    ids: IdColumn = field(default_factory=IdColumn)


def _survey(mapped: MappedTable, report: ImportReport, options: ImportOptions) -> _Survey:
    """Reads the table once, to know what its signs mean. Raises DataError for a column that is mostly unread."""
    survey = _Survey({name: CountColumn() for name in COUNTS if name in mapped.columns})
    key = mapped.columns.get("id")
    for line in mapped.table.lines():
        if line.cells is None:
            continue
        for name, known in survey.counts.items():
            known.add(mapped.columns[name].of(line.cells))
        if key is not None:
            survey.ids.add(key.of(line.cells))
    for name, known in survey.counts.items():
        column = mapped.columns[name].name
        if known.contradiction and not options.allow_unread:
            raise DataError(
                f"{mapped.table.place!r}: the column {column!r} writes some {name} with a point where others have a "
                f"comma, e.g. {known.examples}, and as many",
                hint="Write them in one way; --allow-unread leaves what cannot be read without a count.",
            )
        if known.mostly_unread and not (options.allow_unread or report.strict):
            raise DataError(
                f"{mapped.table.place!r}: {known.unread:,} of {known.filled:,} values of the column {column!r} are no "
                f"{name}, e.g. {known.examples}",
                hint=f"Map another column with --map {name}=COLUMN, or import without these counts: --allow-unread.",
            )
    return survey


class _Collected:
    """References by id, each once."""

    def __init__(self, report: ImportReport, store: Store) -> None:
        self._report, self._store = report, store
        self._places, self._files = Places(), list[str]()
        self._again = self._zeros = self._counted = 0

    def add(self, file: str, line: int, reference: Reference) -> None:
        if file not in self._files[-1:]:
            self._files.append(file)
        place = self._places.find(reference.id)
        if place is None:
            self._report.kept += 1
            self._count(reference.comments, 1)
        else:
            self._again += 1
            earlier_file, earlier_line, earlier = self._places.of(place)
            if figures(reference) <= earlier:
                self._report.reject(file, line, "the id came before", reference.id)
                return
            reason = "the id comes again with a higher count"
            self._report.reject(self._files[earlier_file], earlier_line, reason, reference.id)
            self._count(reference.comments, 1)
            self._count(earlier[0] if earlier[0] >= 0 else None, -1)
        self._places.put(reference, len(self._files) - 1, line, place)
        self._store.append(reference)

    def whole(self) -> Sequence[Reference]:
        report = self._report
        if self._again:
            report.notes.append(
                f"ids that came again, {self._again:,} times: of each id the row with the highest count is kept"
            )
        if self._counted and self._zeros > _ZEROS * self._counted and not report.switched:
            report.notes.append(
                f"{self._zeros:,} of {self._counted:,} counts of comments are 0: where comments were switched off that "
                "is no count; a column that says so is mapped with --map comments_disabled=COLUMN"
            )
        return self._store.chosen(self._places.rows)

    def _count(self, comments: int | None, times: int) -> None:
        self._counted += times * (comments is not None)
        self._zeros += times * (comments == 0)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A table that becomes references row by row."""

    mapped: MappedTable
    report: ImportReport
    survey: _Survey

    def references(self) -> Iterator[tuple[int, Reference]]:
        """Every row that makes a reference, with its number."""
        name, report = self.mapped.table.name, self.report
        ids_lost = self.survey.ids.is_rounded
        if ids_lost:
            report.notes.append(
                f"{name}: a spreadsheet rounded the ids, e.g. {self.survey.ids.example}, so that different videos "
                f"share one; the numbers of the rows stand in for them. {WAY_OUT}"
            )
        for line in self.mapped.table.lines():
            report.read += 1
            if line.cells is None:
                report.reject(name, line.number, line.fault, line.text)
                continue
            reference = _Cells(line.cells, self, line.number).reference(ids_lost)
            if reference is not None:
                yield line.number, reference


class _LostTextError(ValueError):
    """A text has bytes that nobody can read."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row, read field by field."""

    row: Cells
    reader: _Reader
    line: int

    def reference(self, ids_lost: bool) -> Reference | None:
        """The row as a reference; None when it was rejected."""
        report, file = self.reader.report, self.reader.mapped.table.name
        if ids_lost and report.strict:
            report.reject(file, self.line, "an id that a spreadsheet rounded", self.reader.survey.ids.example)
        try:
            key = str(self.line) if ids_lost or "id" not in self._columns else self.text("id")
            title, description, cover = (self.text(name) for name in ("title", "description", "cover_description"))
            tag, split = self.text("tag"), self.text("split")
        except _LostTextError as exc:
            report.reject(file, self.line, *exc.args)
            return None
        if not key or not (title or description or cover):
            report.reject(file, self.line, "no title and no other text" if key else "no id")
            return None
        comments, likes, views = (None if self.is_off(name) else self.count(name) for name in COUNTS)
        return Reference(
            id=key,
            title=title,
            description=description,
            cover_description=cover,
            tag=tag,
            comments=comments,
            likes=likes,
            views=views,
            split=split,
            source=self.reader.mapped.source,
        )

    @property
    def _columns(self) -> Mapping[str, Column]:
        return self.reader.mapped.columns

    def value(self, name: str) -> object:
        return self._columns[name].of(self.row) if name in self._columns else None

    def text(self, name: str) -> str:
        """The text of a field without control characters; empty where there is none."""
        value = self.value(name)
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, All):
            value = ", ".join(filter(None, map(word_of, value)))
        elif isinstance(value, list | dict) and name == "tag":
            value = next(filter(None, map(word_of, value if isinstance(value, list) else [value])), "")
        if isinstance(value, list | dict | bytes):
            self._repair(f"{name} that is no text", repr(value), loses=True)
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text, mended = clean(str(value), lines=name == "description")
        if mended == LOST:
            raise _LostTextError(f"{LOST} in {name}", text)
        if mended:
            self._repair(f"{mended} in {name}", text)
        if name == "id":
            return text
        if (kept := scrubbed(text)) != text:
            self._repair(f"what looks like a key in {name}", kept)
        return kept

    def count(self, name: str) -> int | None:
        """The figure of a field; None where there is none, or none that is a count."""
        if name not in self._columns:
            return None
        value = self.value(name)
        try:
            return count(value, self.reader.survey.counts[name].decimals)
        except NotACountError:
            self._repair(f"{name} that are no count", str(value), loses=True)
            return None

    def is_off(self, field: str) -> bool:
        """Whether a column says that this figure is switched off: then 0 is no count."""
        column = next((name for name, of in SWITCHES.items() if of == field and name in self._columns), None)
        if column is None:
            return False
        value = self.value(column)
        says = flag(value)
        if says is None:
            self._repair(f"{column} that says neither yes nor no", str(value), loses=True)
        self.reader.report.switched[column] += bool(says)
        return bool(says)

    def _repair(self, reason: str, value: str, *, loses: bool = False) -> None:
        self.reader.report.repair(self.reader.mapped.table.name, self.line, reason, value, loses=loses)
