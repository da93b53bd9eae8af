"""Sheets of Excel: the first that holds anything."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from ...errors import DataError
from .columns import place_picker
from .content import Content, readable
from .types import Line, Table

_MOST = 512 << 20
"""Bytes that a workbook's parts may have when they are unpacked: all of a sheet is in memory."""
_DIGITS = 15
"""Digits of a number that Excel keeps."""
OLD_BOOK = b"\xd0\xcf\x11\xe0"
"""How the files of older Excels begin."""
_PACKED = b"PK\x03\x04"
_LARGEST_OLD = 128 << 20
_CELLS = 20_000_000
"""Cells between the first and the last of a sheet: empty ones take memory too."""
_ADDRESS = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')


def workbook(content: Content, *, headed: bool = True) -> Table:
    """The first sheet with anything in it; the notes name the others. Raises DataError where it cannot be read."""
    _check_parts(content)
    name, others, rows = _first_sheet(content)
    place = str(content.path)
    start = next((at for at, row in enumerate(rows) if any(_cell(cell) != "" for cell in row)), len(rows))
    names = tuple(str(_cell(cell)).strip() for cell in rows[start]) if rows[start:] else ()
    columns = names if headed else ("",) * len(names)

    def lines() -> Iterator[Line]:
        for at in range(start + 1 if headed else start, len(rows)):
            cells = tuple(_cell(cell) for cell in rows[at])
            if any(cell != "" for cell in cells):
                yield Line(at + 1, cells)

    notes = (f"{content.name}: the sheet {name!r}" + (f"; not {', '.join(map(repr, others))}" if others else ""),)
    return Table(
        content.name, place, columns, lines, place_picker(columns, place), notes, "row", first=names, headed=headed
    )


def _check_parts(content: Content) -> None:
    """Reads every part to its end: an archive that lies about their sizes is found out here."""
    with content.open() as stream:
        start = stream.read(4)
        size = stream.seek(0, io.SEEK_END) if not content.packed else 0
    if start != _PACKED:
        if start != OLD_BOOK or size > _LARGEST_OLD:
            raise DataError(
                f"{str(content.path)!r} is not a workbook of Excel that can be read", hint="Save the sheet as CSV."
            )
        return
    left = _MOST
    with readable(content.path), content.open() as stream, zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                last, width, height = b"", 1, 1
                while block := part.read(1 << 20):
                    left -= len(block)
                    if "/worksheets/" in entry.filename:
                        for letters, number in _ADDRESS.findall(last + block):
                            width, height = max(width, _place(letters)), max(height, int(number))
                        last = block[-20:]
                    if left < 0 or width * height > _CELLS:
                        raise DataError(
                            f"the workbook {str(content.path)!r} is larger than can be read at once",
                            hint=f"At most {_CELLS:,} cells and {_MOST >> 20} MiB are read: save the sheet as CSV.",
                        )


def _place(letters: bytes) -> int:
    """The number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _first_sheet(content: Content) -> tuple[str, list[str], Sequence[Sequence[Any]]]:
    from python_calamine import CalamineError, PasswordError, ZipError, load_workbook

    try:
        with readable(content.path), content.open() as stream:
            book = load_workbook(stream)
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.total_height * sheet.total_width > 0 and (rows := sheet.to_python(skip_empty_area=False)):
                    return name, [other for other in book.sheet_names if other != name], rows
    except PasswordError as exc:
        raise DataError(
            f"the workbook {str(content.path)!r} has a password", hint="Save it without one, or as CSV."
        ) from exc
    except (CalamineError, ZipError, ValueError) as exc:
        raise DataError(
            f"the workbook {str(content.path)!r} cannot be read: {exc}", hint="Save the sheet as CSV."
        ) from exc
    return "", [], []


def _cell(value: object) -> object:
    """Whole numbers as such, as far as Excel keeps their digits; dates as ISO 8601."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**_DIGITS:
        return int(value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value
