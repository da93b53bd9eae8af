"""A printed table of win rates, read again: exact tests, intervals, Holm's correction, and what it could have told.

A published table says how often one side won over n prompts. That is all these tests need: whether wins and losses are
even (two-sided, exact, binomial; ties, where a table has them, are left out of the test and half a win in the rate).
The family of Holm's correction is named twice over: each table by itself, and all tables together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..tools.statistics.corrections import holm
from ..tools.statistics.win_rates import ALPHA, WinRate, prompts_for, smallest_rate
from .printed_tables import Cell


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
    counted = WinRate(cell.wins, cell.ties, cell.losses)
    low, high = counted.interval()
    needed = None if counted.rate == 0.5 else prompts_for(counted.rate)
    return Reading(cell, counted.rate, low, high, counted.p_value, prompts_needed=needed)
