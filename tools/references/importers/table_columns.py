"""Which column of a table holds which field of a reference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ....errors import RequestError
from ...tables.columns import column_of, named_columns
from ...tables.counts import NotACountError, count
from ...tables.table_file import open_table
from ...tables.types import Column, Table
from .import_options import ImportOptions
from .presets import preset_for, question, recognised

COUNTS = ("comments", "likes", "views")
SWITCHES = {"comments_disabled": "comments", "likes_disabled": "likes"}
"""Columns that say that there can be no count, by the field that they switch off."""
FIELDS = ("id", "title", "description", "cover_description", "tag", *COUNTS, "split", *SWITCHES)
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
_NAMES = re.compile(r"[^\W\d][\w .()%/#-]{0,29}")
"""What a name of a column looks like."""
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A table with the column of each field that it has."""

    table: Table
    columns: Mapping[str, Column]
    source: str
    """The name of the set that its figures come from."""
    notes: tuple[str, ...]


def mapped_table(path: Path, mapping: Mapping[str, str], options: ImportOptions) -> MappedTable:
    """The table at `path` and its columns: those of `mapping`, of a preset, or of the fields' own names.

    Raises RequestError when a column does not exist or none holds the title, and PresetQuestionError where the table
    is recognised as an export with other names and nobody has said that it is one.
    """
    table = _headed_right(path, mapping, options)
    rag = set(MICROLENS_RAG.values()) - {"likes", "views"} <= set(table.columns)
    own = MICROLENS_RAG if rag else _own_names(table)
    preset = None
    if options.preset:
        preset = preset_for(table, options.preset)
    elif not rag and not mapping:
        _ask(table, own)
    merged = {**own, **(preset.mapping(table) if preset else {}), **mapping}
    columns = {
        name: column_of(table, merged[name])
        for name in FIELDS
        if name in mapping or (name in merged and table.pick(merged[name]) is not None)
    }
    if "title" not in columns:
        raise _no_title(table)
    more = () if preset or rag else _more(table, columns)
    return MappedTable(table, columns, _source(rag, path), (*_notes(table, columns), *more))


def _headed_right(path: Path, mapping: Mapping[str, str], options: ImportOptions) -> Table:
    """The table, with its first line as names or as a row, whichever it is."""
    table = open_table(path, options.encoding, headed=options.headed is not False)
    if options.headed is not None or not table.first or not mapping:
        return table
    numbers = [name for name in mapping.values() if name.isdecimal() and name not in table.columns]
    if len(numbers) < len(mapping) or _names_columns(table, mapping):
        return table
    table = open_table(path, options.encoding, headed=False)
    return replace(table, notes=(*table.notes, f"{table.name} has no header: its first line is a row"))


def _names_columns(table: Table, mapping: Mapping[str, str]) -> bool:
    """Whether the first line looks like names, where columns are mapped by number."""
    for field in COUNTS:
        number = int(mapping[field]) if field in mapping else 0
        if 0 < number <= len(table.first) and table.first[number - 1]:
            return not _is_count(table.first[number - 1])
    if _own_names(table):
        return True
    if not all(_NAMES.fullmatch(name) for name in table.first if name):
        return False
    rows = [line.cells for line in islice(table.lines(), _LOOKED_AT) if isinstance(line.cells, list | tuple)]
    return any(_is_count(row[at]) for row in rows for at in range(min(len(row), len(table.first))) if row[at] != "")


def _is_count(value: object) -> bool:
    try:
        return count(value) is not None
    except NotACountError:
        return False


def _own_names(table: Table) -> dict[str, str]:
    """Columns that are called like fields."""
    by_name = {name.casefold().replace(" ", "_"): name for name in reversed(table.columns) if name}
    return {name: by_name[name] for name in FIELDS if name in by_name}


def _ask(table: Table, own: Mapping[str, str]) -> None:
    """Asks about a known export where the fields' own names do not give its title and its comments."""
    preset = recognised(table)
    if preset is not None and any(name in preset.mapping(table) and name not in own for name in ("title", "comments")):
        raise question(table, preset)


def _more(table: Table, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """What a known export has besides the columns that were chosen."""
    preset = recognised(table)
    names = [name for name in preset.mapping(table) if name not in columns] if preset else []
    if not preset or not names:
        return ()
    return (f"{table.name} looks like {preset.what}: --preset {preset.name} maps {', '.join(names)} as well",)


def _no_title(table: Table) -> RequestError:
    preset = recognised(table)
    way = f"It looks like {preset.what}: add --preset {preset.name}, or say" if preset else "Say"
    by_number = " If its first line is a row already, name columns by number: --map title=2." if table.first else ""
    return RequestError(
        f"no column of {table.place!r} is known to hold the title; it has {named_columns(table)}",
        hint=f"{way} which one it is: --map title=COLUMN (and the same for comments and tag).{by_number}",
    )


def _source(rag: bool, path: Path) -> str:
    return "microlens" if rag else path.name.partition(".")[0] or path.stem


def _notes(table: Table, columns: Mapping[str, Column]) -> tuple[str, ...]:
    notes = [*table.notes, f"{table.name}: " + ", ".join(f"{name} from {col.name!r}" for name, col in columns.items())]
    if "id" not in columns:
        notes.append(f"{table.name} has no ids: the numbers of its rows stand in for them")
    return tuple(notes)
