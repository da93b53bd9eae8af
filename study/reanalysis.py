"""A printed table of win rates, read again: exact tests, intervals, Holm's correction, and what it could have told.

A published table says how often one side won over n prompts. That is all these tests need: whether wins and losses are
even (two-sided, exact, binomial; ties, where a table has them, are left out of the test and half a win in the rate).
The family of Holm's correction is named twice over: each table by itself, and all tables together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..tools.statistics.corrections import holm
from ..tools.statistics.win_rates import ALPHA, WinRate, prompts_for, smallest_rate
from ..tools.tables.records import open_records, texts_of

COLUMNS = "table, cell, a, b, n, and wins or rate (a share or a percentage); perhaps ties"
_MOST = 10


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


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell, and what it is worth."""

    cell: Cell
    rate: float
    low: float
    high: float
    p_value: float
    in_table: float = 1.0
    """The p value after Holm's correction over its table."""
    in_all: float = 1.0
    """After correction over all tables."""
    prompts_needed: int | None = None
    """Prompts that tell its rate from a half in 80 % of studies; None for a half."""


def read_cells(path: Path) -> list[Cell]:
    """The cells of a CSV file. Raises RequestError where it cannot be read, and DataError with its bad lines."""
    cells: list[Cell] = []
    wrong: list[str] = []
    for line, row in _rows(path):
        try:
            cells.append(_cell(row))
        except ValueError as exc:
            wrong.append(f"line {line}: {exc}")
    repeated = [
        one for one, count in Counter(replace(cell, wins=0, ties=0, n=0) for cell in cells).items() if count > 1
    ]
    wrong += [f"table {one.table!r} has the cell {one.cell!r} of {one.a!r} and {one.b!r} twice" for one in repeated]
    if wrong or not cells:
        raise DataError(
            f"{str(path)!r}: {'; '.join(wrong[:_MOST]) or 'there is no row'}", hint=f"The columns are {COLUMNS}."
        )
    return cells


def reanalyse(cells: Sequence[Cell]) -> list[Reading]:
    """Every cell with its interval, its exact test, and the corrections of its table and of all."""
    readings = [_reading(cell) for cell in cells]
    everywhere = holm([one.p_value for one in readings])
    readings = [replace(one, in_all=value) for one, value in zip(readings, everywhere, strict=True)]
    for table in dict.fromkeys(cell.table for cell in cells):
        places = [at for at, one in enumerate(readings) if one.cell.table == table]
        for at, value in zip(places, holm([readings[at].p_value for at in places]), strict=True):
            readings[at] = replace(readings[at], in_table=value)
    return readings


def summary(readings: Sequence[Reading]) -> dict[str, Any]:
    """What the tables say taken together."""
    sizes = Counter(one.cell.n for one in readings)
    usual = sizes.most_common(1)[0][0]
    return {
        "cells": len(readings),
        "below_alpha": sum(one.p_value < ALPHA for one in readings),
        "expected_by_chance": round(ALPHA * len(readings), 1),
        "after_holm": sum(one.in_all < ALPHA for one in readings),
        "least_after_holm": round(min(one.in_all for one in readings), 3),
        "tables": {
            table: {
                "cells": len(own),
                "below_alpha": sum(one.p_value < ALPHA for one in own),
                "after_holm": sum(one.in_table < ALPHA for one in own),
                "least_after_holm": round(min(one.in_table for one in own), 3),
            }
            for table in dict.fromkeys(one.cell.table for one in readings)
            if (own := [one for one in readings if one.cell.table == table])
        },
        "prompts": usual,
        "smallest_win_rate": smallest_rate(usual),
        "prompts_for_55": prompts_for(0.55),
        "prompts_for_60": prompts_for(0.60),
    }


def reading_data(reading: Reading) -> dict[str, Any]:
    """A reading as JSON has it, rounded to what it is worth."""
    numbers = {
        name: round(getattr(reading, name), 4) for name in ("rate", "low", "high", "p_value", "in_table", "in_all")
    }
    return {**asdict(reading.cell), **numbers, "prompts_needed": reading.prompts_needed}


def _reading(cell: Cell) -> Reading:
    counted = WinRate(cell.wins, cell.ties, cell.n - cell.wins - cell.ties)
    low, high = counted.interval()
    needed = None if counted.rate == 0.5 else prompts_for(counted.rate)
    return Reading(cell, counted.rate, low, high, counted.p_value, prompts_needed=needed)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    table = open_records(path)
    names = [name.strip().casefold() for name in table.columns]
    missing = {"table", "a", "b", "n"} - set(names)
    if missing or not {"wins", "rate"} & set(names):
        raise DataError(f"{str(path)!r} has not the columns it needs", hint=f"They are {COLUMNS}.")
    for line in table.lines():
        yield line.number, dict(zip(names, texts_of(line, table, names), strict=True))


def _cell(row: dict[str, str]) -> Cell:
    n, ties = _whole(row, "n"), _whole(row, "ties") if row.get("ties") else 0
    if n < 1:
        raise ValueError("n is a number of prompts, from 1 on")
    wins = _whole(row, "wins") if row.get("wins") else _wins_of(row.get("rate", ""), n, ties)
    if wins < 0 or ties < 0 or wins + ties > n:
        raise ValueError(f"{wins} wins and {ties} ties are not part of {n} prompts")
    return Cell(row["table"], row.get("cell", ""), row["a"], row["b"], wins, ties, n)


def _whole(row: dict[str, str], name: str) -> int:
    try:
        return int(row[name])
    except ValueError as exc:
        raise ValueError(f"{name} is {row[name]!r}, not a whole number") from exc


def _wins_of(rate: str, n: int, ties: int) -> int:
    """Wins out of a printed rate: `0.61`, `61 %` or `61`; a tie is half a win in it."""
    try:
        value = float(rate.rstrip("% ").strip())
    except ValueError as exc:
        raise ValueError(f"rate is {rate!r}, not a number") from exc
    share = value / 100 if rate.strip().endswith("%") or value > 1 else value
    if not 0 <= share <= 1:
        raise ValueError(f"rate is {rate!r}, which is no share")
    wins = share * n - ties / 2
    if abs(wins - round(wins)) > 0.06 * n / 100 + 1e-9:
        raise ValueError(f"a rate of {rate} is no whole number of wins out of {n}")
    return round(wins)
