"""Where studies stand: all of a home, or one of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ..errors import DataError
from .results import StudyFolder, studies_folder, study_named
from .types import Ledger

_MOST_REASONS = 10


def studies(home: Path) -> list[dict[str, Any]]:
    """Every study of the home that can be read, by name."""
    found = []
    for folder in sorted(studies_folder(home).glob("*/study.json")):
        results = StudyFolder(folder.parent)
        try:
            description, rows = results.description(), results.rows_of_today()
        except DataError:  # one that is damaged hides no other; `status` says what is wrong with it
            continue
        failures = sum(row.failed for row in rows)
        found.append(
            {
                "name": folder.parent.name,
                "question": description["study"]["question"],
                "rows": len(rows),
                "failures": failures,
                "folder": str(folder.parent),
            }
        )
    return found


def status_of(home: Path, name: str) -> dict[str, Any]:
    """Rows, failures by reason, money and time of one study. Raises RequestError where there is none of that name."""
    results = study_named(home, name)
    description = results.description()
    every = list(results.rows().values())
    rows = results.rows_of_today()
    failed = [row for row in rows if row.failed]
    reasons = Counter((row.error, row.reason) for row in failed).most_common(_MOST_REASONS)
    return {
        "name": results.folder.name,
        "folder": str(results.folder),
        "question": description["study"]["question"],
        "prompts": description["prompts"],
        "units": description.get("units"),
        "rows": len(rows),
        "failures": [{"error": code, "reason": reason, "units": units} for (code, reason), units in reasons],
        "rows_before": len(every) - len(rows),
        "cost_usd": round(Ledger(every).total, 4),
        "draft_seconds": round(sum(row.draft_seconds for row in rows), 1),
        "render_seconds": round(sum(row.render_seconds for row in rows), 1),
        "damaged_lines": results.bad_lines,
        "last": max((row.finished for row in rows), default=""),
    }
