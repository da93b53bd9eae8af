"""Lines of foreign text files, and the two-column tables that MicroLens is published in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from ...tables.content import content_of
from ...tables.encodings import encoding_of, tell_all
from ...tables.text_lines import text_lines
from .import_report import ImportReport

_HEADERS = frozenset({"id", "item", "item_id", "itemid", "video", "video_id", "videoid"})
_STARTS_ROW = re.compile(r"\s*\w+\s*[,\t]")
_MOST_LINES = 50
"""Lines that one quoted value may span; a quote that stays open longer was never one."""


def read_lines(path: Path, encoding: str = "") -> list[str]:
    """The file's lines without their ends, in UTF-8 or the encoding that it looks like, which is told in the log.

    Damaged bytes of a text in UTF-8 become lone surrogates, for `clean` to find. Raises DataError when the file cannot
    be read or is no text.
    """
    content = content_of(path)
    chosen = encoding_of(content, encoding)
    tell_all([chosen.note] if chosen.note else [])
    return list(text_lines(content, chosen))


def read_pairs(path: Path, report: ImportReport) -> Iterator[tuple[int, str, str]]:
    """The rows of a table of an id and a text, as (line, id, text), from a file with or without a header.

    The text may be quoted or not, and may hold commas either way; tab and comma both separate it from the id. Lines
    without an id or a separator are left out, and the report says so.
    """
    lines = read_lines(path)
    tab = any("\t" in line.partition(",")[0] for line in lines[:5])
    number = 0
    while number < len(lines):
        start, line = number + 1, lines[number]
        number += 1
        if not line.strip():
            continue
        key, separator, text = line.partition("\t" if tab else ",")
        key, text = key.strip(), text.strip()
        if start == 1 and key.casefold().strip('"') in _HEADERS:
            continue
        if not separator or not key:
            report.leave_out(path.name, start, "the line holds no id and text", line.strip())
            continue
        if text.startswith('"'):
            text, used = _quoted(text, lines, number)
            number += used
        elif "," in text and not tab:
            report.repair(path.name, start, "commas without quotes", text)
        yield start, key.strip('"'), text


def _quoted(text: str, lines: list[str], following: int) -> tuple[str, int]:
    """A quoted text that may run over the lines that follow: the text, and how many of those it took.

    A quote that is never closed before the next row begins is a character like any other.
    """
    whole = text
    for used in range(min(_MOST_LINES, len(lines) - following) + 1):
        if used:
            if _STARTS_ROW.match(lines[following + used - 1]) and not lines[following + used - 1].endswith('"'):
                break
            whole += "\n" + lines[following + used - 1]
        if whole.rstrip().endswith('"') and whole.count('"') % 2 == 0:
            try:
                (fields,) = csv.reader([whole.strip()], strict=True)
            except (csv.Error, ValueError):
                return text, 0
            return (fields[0], used) if len(fields) == 1 else (text, 0)
    return text, 0
