"""CSV and its kin: the sign between values, lines that are no rows, headers with gaps."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise

from .columns import place_picker
from .content import Content
from .encodings import Encoding
from .text_lines import LONGEST, text_lines
from .types import Line, Table

csv.field_size_limit(LONGEST)  # a description may be longer than the 131,072 characters that Python begins with
Record = tuple[int, list[str] | None, str]
Fits = Callable[[Sequence[str]], bool]
_SIGNS = (",", "\t", ";", "|")
_MOST_LINES = 1000
"""Lines that one row may span; a quote that stays open longer is taken for a stray one."""
_SAID = re.compile(r'"?sep=(.|\\t)"?[\s,;]*', re.IGNORECASE)
"""Excel's first line that names the sign between values."""
_LOOKED_AT = 50
"""Rows that tell whether the header lacks a name for their first value."""


def delimited(content: Content, encoding: Encoding, *, headed: bool = True) -> Table:
    """A text whose first line names the columns, unless it is not `headed`."""
    top = list(islice(_filled(text_lines(content, encoding)), 2))
    said = _SAID.fullmatch(top[0][1].strip(" \r")) if top else None
    skip, first = (1, top[1:2]) if said else (0, top[:1])
    sign = _sign(content, first[0][1] if first else "", said[1] if said else "")

    def records(fits: Fits | None = None) -> Iterator[Record]:
        return islice(_records(text_lines(content, encoding), sign, fits), skip, None)

    header = next(records(), (0, [], ""))
    names = tuple(name.strip() for name in header[1] or ())
    notes = []
    if headed and names and _lacks_first(names, records()):
        names = ("", *names)
        notes.append(f"{content.name}: the header has no name for the first value of each row, which is left out")
    columns = names if headed else ("",) * len(names)
    fits = _fitting(columns)

    def lines() -> Iterator[Line]:
        return _lines(islice(records(fits), 1 if headed else 0, None), len(columns), fits)

    return Table(
        content.name,
        str(content.path),
        columns,
        lines,
        place_picker(columns, str(content.path)),
        (*([encoding.note] if encoding.note else []), *notes),
        first=names,
        headed=headed,
    )


def _filled(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _sign(content: Content, header: str, said: str) -> str:
    if said:
        return "\t" if said == "\\t" else said
    if content.ending == ".tsv":
        return "\t"
    return max(_SIGNS, key=lambda sign: (len(next(csv.reader([header], delimiter=sign), [])), sign == ","))


def _lacks_first(names: Sequence[str], records: Iterator[Record]) -> bool:
    """R writes a name less than values: the first of a row is its number."""
    rows = [fields for _, fields, _ in islice(records, 1, _LOOKED_AT) if fields]
    numbers = [int(row[0]) for row in rows if len(row) == len(names) + 1 and row[0].isdecimal()]
    return 1 < len(rows) == len(numbers) and all(after == before + 1 for before, after in pairwise(numbers))


def _records(lines: Iterator[str], sign: str, fits: Fits | None = None) -> Iterator[Record]:
    """The rows as (line, values, text of their first line); no values where the quotes do not fit.

    A row of several lines that does not fit began with a stray quote: it is one line, and no row.
    """
    ahead: deque[str] = deque()
    number = 1

    def block() -> Iterator[str]:
        for at in range(_MOST_LINES):
            if at == len(ahead):
                following = next(lines, None)
                if following is None:
                    return
                ahead.append(following)
            yield ahead[at] + "\n"

    while True:
        if not ahead:
            following = next(lines, None)
            if following is None:
                return
            ahead.append(following)
        text, span = ahead[0], 1
        if text.strip():
            fields, span = (text.split(sign), 1) if '"' not in text else _quoted(block(), sign)
            if fields is not None and span > 1 and fits is not None and not fits(fields):
                fields, span = None, 1
            yield number, fields, text
        for _ in range(span):
            ahead.popleft()
        number += span


def _quoted(block: Iterator[str], sign: str) -> tuple[list[str] | None, int]:
    reader = csv.reader(block, delimiter=sign, strict=True)
    try:
        return next(reader, []), max(1, reader.line_num)
    except csv.Error:
        return None, 1


def _fitting(columns: Sequence[str]) -> Fits:
    """Whether a row has a value for each column: those without a name at the end may lack, empty ones may be more."""
    width = named = len(columns)
    while named and not columns[named - 1] and any(columns):
        named -= 1
    return lambda fields: len(fields) >= named and not any(value.strip() for value in fields[width:])


def _lines(records: Iterator[Record], width: int, fits: Fits) -> Iterator[Line]:
    for number, fields, text in records:
        if fields is None:
            yield Line(number, None, "a quote that is not closed, or not around the whole value", text)
        elif not fits(fields):
            yield Line(number, None, f"{len(fields)} values where the header has {width}", text, fields)
        else:
            yield Line(number, fields)
