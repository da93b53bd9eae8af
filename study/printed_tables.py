"""A table of win rates that somebody typed in, as cells: counts or rates, whatever its columns are called.

It is a table of any kind that `tools/tables` reads. A rate is a share or a percentage: one without a per cent sign is a
percentage where another of the file is above 1, if that comes to whole wins. A printed rate is rounded: the wins are
the whole number that it can be rounded from, or a half more, which is a tie (the least that there can have been).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from pathlib import Path

from ..errors import DataError
from ..tools.tables.records import open_records, texts_of

COLUMNS = "a and b (or cell), n, and wins or rate (a share or a percentage); perhaps table, ties, losses"
_NAMES = {
    "table": ("table", "tab"),
    "cell": ("cell", "row", "category", "condition", "setting", "where"),
    "a": ("a", "model a", "first", "model", "method", "system", "name", "winner"),
    "b": ("b", "model b", "second", "baseline", "against", "versus", "vs", "opponent", "other"),
    "n": ("n", "prompts", "pairs", "trials", "total", "comparisons", "games"),
    "wins": ("wins", "win", "wins a", "a wins", "won"),
    "ties": ("ties", "tie", "draws", "draw"),
    "losses": ("losses", "loss", "lost", "wins b", "b wins"),
    "rate": ("rate", "win rate", "winrate", "wins %", "win %", "%", "percent", "percentage", "share", "win share"),
}
_MOST = 10
_Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed win rate: how often `a` beat `b` over `n` prompts."""

    table: str
    cell: str
    """Where it stands, in the table's words; empty where a and b say it."""
    a: str
    b: str
    wins: int
    ties: int
    n: int

    @property
    def losses(self) -> int:
        """The rest."""
        return self.n - self.wins - self.ties

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What tells it from the others."""
        return self.table, self.cell, self.a, self.b

    @property
    def mirrored(self) -> Cell:
        """The same comparison from the other side."""
        return replace(self, a=self.b, b=self.a, wins=self.losses)


def read_cells(path: Path) -> list[Cell]:
    """The cells of a table. Raises RequestError where it cannot be read, and DataError with its bad lines.

    A comparison that is printed from both sides, a over b and b over a, is one cell: it is no second piece of evidence.
    """
    rows = _rows(path)
    percent = any(_is_percentage(row.get("rate", "")) for _, row in rows)
    cells: dict[tuple[str, str, str, str], Cell] = {}
    wrong: list[str] = []
    for line, row in rows:
        try:
            cell = _cell(row, f"line {line}", percent=percent)
            _add(cells, cell)
        except ValueError as exc:
            wrong.append(f"line {line}: {exc}")
    if wrong or not cells:
        shown = "; ".join(wrong[:_MOST]) + (f"; and {len(wrong) - _MOST} more" if len(wrong) > _MOST else "")
        raise DataError(f"{str(path)!r}: {shown or 'there is no row'}", hint=f"The columns are {COLUMNS}.")
    return list(cells.values())


def _add(cells: dict[tuple[str, str, str, str], Cell], cell: Cell) -> None:
    """Raises ValueError for a place that is taken, and for two sides of one comparison that contradict each other."""
    if cell.place in cells:
        raise ValueError(f"table {cell.table!r} has the cell {cell.cell!r} of {cell.a!r} and {cell.b!r} twice")
    other = cells.get(cell.mirrored.place)
    if other is None:
        cells[cell.place] = cell
    elif cell.a == cell.b or (other.wins, other.n) != (cell.mirrored.wins, cell.n):
        raise ValueError(
            f"{cell.a!r} over {cell.b!r} is {cell.wins} of {cell.n}, the other way round {other.wins} of {other.n}: "
            "they contradict each other"
        )


def _rows(path: Path) -> list[tuple[int, _Fields]]:
    """The rows that hold anything, by our own names of columns. Raises what `open_records` and `texts_of` do."""
    table = open_records(path)
    names = _named(table.columns, path)
    rows = [(line.number, texts_of(line, table, table.columns)) for line in table.lines()]
    found = [(number, _fields(dict(zip(table.columns, values, strict=True)), names)) for number, values in rows]
    return [(number, row) for number, row in found if any(row.values())]


def _named(names: Sequence[str], path: Path) -> Mapping[str, str]:
    """Which of our columns each column of the file is; the first one that fits."""
    plain = {" ".join(name.replace("_", " ").split()).casefold(): name for name in reversed(names)}
    found = {ours: next((alias for alias in aliases if alias in plain), "") for ours, aliases in _NAMES.items()}
    known = {ours: plain[alias] for ours, alias in found.items() if alias}
    labelled = {"a", "cell"} & set(known)
    counted = "wins" in known and {"n", "losses"} & set(known)
    if not labelled or not (counted or {"rate", "n"} <= set(known)):
        there = f": it has {', '.join(map(repr, names))}" if names else ", and is empty"
        raise DataError(f"{str(path)!r} has not the columns it needs{there}", hint=f"They are {COLUMNS}.")
    return known


def _fields(row: Mapping[str, str], names: Mapping[str, str]) -> _Fields:
    return {ours: row[theirs].strip() for ours, theirs in names.items()}


def _cell(row: _Fields, line: str, *, percent: bool) -> Cell:
    """The cell of a line. Raises ValueError."""
    ties, losses = _count(row, "ties"), _count(row, "losses")
    wins, n = _count(row, "wins"), _count(row, "n")
    if n is None and wins is not None and losses is not None:
        n = wins + losses + (ties or 0)
    if n is None or n < 1:
        raise ValueError("n is a number of prompts, from 1 on")
    if wins is None:
        wins, ties = _wins_of(row.get("rate", ""), n, ties, percent=percent)
    elif ties is None and losses is not None:
        ties = n - wins - losses
    ties = ties or 0
    if wins < 0 or ties < 0 or wins + ties > n or (losses is not None and wins + ties + losses != n):
        lost = "" if losses is None else f" and {losses} losses"
        raise ValueError(f"{wins} wins and {ties} ties{lost} are not part of {n} prompts")
    a, b, cell = (row.get(name, "") for name in ("a", "b", "cell"))
    return Cell(row.get("table", ""), cell or ("" if a or b else line), a, b, wins, ties, n)


def _count(row: _Fields, name: str) -> int | None:
    """None where nothing stands there."""
    text = row.get(name, "")
    if not text:
        return None
    try:
        number = float(text.replace(" ", ""))
    except ValueError as exc:
        raise ValueError(f"{name} is {text!r}, not a whole number") from exc
    if not number.is_integer():
        raise ValueError(f"{name} is {text!r}, not a whole number")
    return int(number)


def _is_percentage(rate: str) -> bool:
    try:
        return rate.rstrip().endswith(("%", "％")) or _number(rate) > 1
    except ValueError:
        return False


def _number(rate: str) -> float:
    """The number of a printed rate; a comma is a decimal point. Raises ValueError."""
    return float(rate.strip().rstrip("%％ ").replace(",", "."))


def _wins_of(rate: str, n: int, ties: int | None, *, percent: bool) -> tuple[int, int]:
    """Wins and ties that a printed rate stands for; a tie is half a win in it. Raises ValueError where none do."""
    try:
        value = _number(rate)
    except ValueError as exc:
        raise ValueError(f"rate is {rate!r}, not a number") from exc
    if not 0 <= value <= (100 if percent else 1):
        raise ValueError(f"rate is {rate!r}, which is no share")
    if percent and value < 1 and not _is_percentage(rate):
        try:
            return _wins_of(f"{rate} %", n, ties, percent=True)
        except ValueError:
            percent = False
    share = value / (100 if percent else 1)
    halves = floor(2 * share * n + 0.5)  # the nearest, in half wins
    whole = 2 * floor(share * n + 0.5)
    rounded = n * _half_of_the_last_place(rate, percent=percent) + 1e-9
    for double in (whole, halves):
        wins = (double - ties) / 2 if ties is not None else double // 2
        if abs(double / 2 - share * n) <= rounded and wins == floor(wins):
            return int(wins), ties if ties is not None else double % 2
    raise ValueError(f"a rate of {rate} is no whole number of wins out of {n}")


def _half_of_the_last_place(rate: str, *, percent: bool) -> float:
    """By how much, as a share, a rate may differ from what was printed; the printed places of 0.61 are hundredths."""
    places = len(rate.strip().rstrip("%％ ").replace(",", ".").partition(".")[2])
    return max(0.5 * 10.0**-places / (100 if percent else 1), 0.0005)
