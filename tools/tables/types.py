"""What every kind of table is read into: columns that can be found by name or number, and numbered lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Cells = Sequence[object] | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A row where it stands; without cells where it is none, and then with the reason and the text."""

    number: int
    """The line of a text, the row of anything else, both from 1."""
    cells: Cells | None
    fault: str = ""
    text: str = ""
    values: Sequence[str] = ()
    """The values of a row that has another number of them than the header."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by the name that a person knows it by, and how its value is taken out of a row."""

    name: str
    of: Callable[[Cells], object] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be read again and again, each time from its beginning."""

    name: str
    """The file's name, for sentences."""
    place: str
    """The file's whole path."""
    columns: tuple[str, ...]
    """The names of its columns; empty for one without a name."""
    lines: Callable[[], Iterator[Line]] = field(repr=False)
    """Every row and every line that should be one. Raises DataError where the rest cannot be read."""
    pick: Callable[[str], Column | None] = field(repr=False)
    """The column of this name, number or path; None where there is none. Raises RequestError where there are two."""
    notes: tuple[str, ...] = ()
    """What a reader should know, e.g. the encoding that was guessed."""
    unit: str = "line"
    """What the numbers count: line or row."""
    first: tuple[str, ...] = ()
    """The first line's cells, whether or not they name the columns."""
    headed: bool = True
    """Whether the first line names the columns."""
