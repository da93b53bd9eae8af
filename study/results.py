"""A study's folder: its file, its facts, a journal to which every finished unit is added, and the rows as Parquet.

The journal is what counts: a line is written and synced before a unit is called done, and a line that was cut by a
crash is not one. The Parquet file is made of it whenever a run ends, for whoever reads results.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from functools import cache
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, get_type_hints

from .. import files
from ..errors import DataError, RequestError, StoreError
from ..home import expanded
from ..names import did_you_mean
from ..trust import foreign_files
from ..version import VERSION
from .study_file import StudyFile
from .types import Facts, Row

FORMAT = 1
_JOURNAL, _ROWS, _STUDY = "rows.jsonl", "rows.parquet", "study.json"
_GROUP = 1_000
"""Rows that are in memory at once while Parquet is written."""
_SHARED = "the folder can be handed to a reviewer: study.json says what was run, rows.parquet what came of it"


class StudyFolder:
    """The results of one study."""

    def __init__(self, folder: Path) -> None:
        """Makes nothing yet."""
        self.folder = folder
        self.bad_lines = 0
        """Lines of the journal that could not be read when it was last read; their units are done again."""

    @contextmanager
    def held(self) -> Iterator[None]:
        """While the block runs no other process works on the study. Raises StoreError where one does already."""
        from filelock import Timeout

        files.folder(self.folder)
        try:
            with files.lock(self.folder / ".lock", timeout=0):
                yield
        except Timeout as exc:
            raise StoreError(
                f"another process works on the study {self.folder.name!r}",
                hint="Wait for it (popcorn study status), or give this one another name.",
            ) from exc

    def describe(self, study: StudyFile, facts: Facts, prompts: int, units: int) -> None:
        """Write down what is run. Raises StoreError where the disk refuses."""
        data = {
            "format": FORMAT,
            "about": _SHARED,
            "popcorn": VERSION,
            "study": study.model_dump(mode="json"),
            "prompts": prompts,
            "units": units,
            "facts": asdict(facts),
        }
        with files.writing(self.folder / _STUDY):
            files.write_json(self.folder / _STUDY, data)

    def description(self) -> Mapping[str, Any]:
        """What was run. Raises DataError where the folder is no study, NewerFormatError for one of a later Popcorn."""
        try:
            data: dict[str, Any] = foreign_files.parse_json(foreign_files.read_text(self.folder / _STUDY))
            files.check_format(f"the study {self.folder.name!r}", data.get("format"), FORMAT, hint="Update Popcorn.")
            study, facts = StudyFile.model_validate(data["study"]), Facts(**data["facts"])
            told = {"popcorn": str(data["popcorn"]), "prompts": int(data["prompts"])}
            whole = {name: dict(value) for name, value in asdict(facts).items()}
        except (OSError, ValueError, AttributeError, KeyError, TypeError) as exc:
            raise DataError(f"{str(self.folder)!r} holds no study that can be read", hint="popcorn study list") from exc
        return data | told | {"study": study.model_dump(mode="json"), "facts": whole}

    def rows_of_today(self) -> list[Row]:
        """The rows of the data and settings that the study was last run with; earlier ones stay in the journal.

        Raises DataError where the folder is no study.
        """
        facts = self.description()["facts"]["of_units"]
        return [row for row in self.each() if row.is_of(facts)]

    def rows(self) -> dict[str, Row]:
        """The last row of every unit, by its address; a torn or damaged line counts as not there."""
        return {row.unit: row for row in self.each()}

    def each(self) -> Iterator[Row]:
        """The last row of every unit, in the order of the addresses; no more than one is held in memory."""
        self.bad_lines = 0
        try:
            with (self.folder / _JOURNAL).open("rb") as file:
                for place in self._places(file):
                    file.seek(place)
                    if row := _row(file.readline()):
                        yield row
        except FileNotFoundError:
            return
        except OSError as exc:
            raise DataError(
                f"{str(self.folder / _JOURNAL)!r} cannot be read: {exc.strerror}", hint="Look whose file it is."
            ) from exc

    def _places(self, file: BinaryIO) -> list[int]:
        """Where the last line of every unit begins, in the order of the addresses."""
        places: dict[str, int] = {}
        place = 0
        for line in file:
            if row := _row(line):
                places[row.unit] = place
            else:
                self.bad_lines += 1
            place += len(line)
        return [places[unit] for unit in sorted(places)]

    def journal(self) -> Journal:
        """The journal, open to be written."""
        return Journal(self.folder / _JOURNAL)

    def write_parquet(self) -> Path:
        """The rows as Parquet, in one step. Raises StoreError where the disk refuses."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        facts = self.description()["facts"]["of_units"]
        rows = (row for row in self.each() if row.is_of(facts))
        names, schema, out = [one.name for one in fields(Row)], _schema(), self.folder / _ROWS
        with (
            files.writing(out),
            files.replacing_by_name(out, ending=".parquet") as part,
            pq.ParquetWriter(part, schema, compression="zstd") as writer,
        ):
            while group := list(islice(rows, _GROUP)):
                columns = {name: [getattr(row, name) for row in group] for name in names}
                writer.write_table(pa.table(columns, schema=schema))
        return out


class Journal:
    """Rows, each on disk before the next is begun."""

    def __init__(self, path: Path) -> None:
        """Opens the file; a line that a crash has cut is ended, so that the next one stands by itself."""
        self._path = path
        with files.writing(path):
            self._file = files.appending(path)
            self._torn = bool(self._file.tell()) and not _ends_with_newline(path)

    def add(self, row: Row) -> None:
        """Write the row down for good. Raises StoreError where the disk refuses; what it took of the line is no row."""
        line = files.json_line(asdict(row))
        with files.writing(self._path):
            start, self._torn = b"\n" if self._torn else b"", True
            _write_whole(self._file, start + line)
            os.fsync(self._file.fileno())
        self._torn = False

    def close(self) -> None:
        """No more rows."""
        self._file.close()


def _write_whole(file: BinaryIO, data: bytes) -> None:
    """Past the file's own buffer: what a full disk refuses must not be tried again when the file is closed."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file.fileno(), rest) :]


def studies_folder(home: Path) -> Path:
    """Where the studies of a home are kept."""
    return home / "studies"


def study_named(home: Path, name: str) -> StudyFolder:
    """A study of the home, or the one in a folder that somebody was given. Raises RequestError for neither."""
    place = studies_folder(home) / name
    for folder in (place, expanded(name)):
        if (folder / _STUDY).is_file():
            return StudyFolder(folder)
    known = [one.name for one in studies_folder(home).glob("*") if (one / _STUDY).is_file()]
    hint = did_you_mean(
        name, known, f"There are {', '.join(sorted(known))}." if known else "popcorn study run FILE.toml"
    )
    raise RequestError(f"there is no study {name!r}", hint=hint)


def _row(line: bytes) -> Row | None:
    """The row of a line; None where it is damaged, or says of a value what such a value cannot be."""
    try:
        values = json.loads(line, parse_constant=_no_number)
        row = Row(**values)
    except (ValueError, TypeError):
        return None
    kinds = _kinds()
    return row if all(_fits(value, kinds[name]) for name, value in values.items()) else None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _fits(value: object, kinds: tuple[type, ...]) -> bool:
    if isinstance(value, float):
        return float in kinds and isfinite(value)
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, kinds) or (isinstance(value, int) and float in kinds)


@cache
def _kinds() -> dict[str, tuple[type, ...]]:
    """The types that each field of a row may have."""
    return {name: getattr(hint, "__args__", (hint,)) for name, hint in get_type_hints(Row).items()}


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _schema() -> Any:
    """The rows' types as Arrow has them."""
    import pyarrow as pa

    known = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    plain = {name: next(kind for kind in known if kind in kinds) for name, kinds in _kinds().items()}
    return pa.schema([(one.name, known[plain[one.name]]) for one in fields(Row)])
