"""A study's report on disk: Markdown and one page, beside its rows or where somebody wants them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import files
from ..errors import DataError
from ..home import expanded
from .report import report_data
from .report_page import page
from .report_text import markdown
from .results import study_named


def write_report(home: Path, name: str, out: Path | None) -> tuple[dict[str, Any], list[Path]]:
    """The report of a study as data, and its files. Raises DataError where the study has no row yet."""
    data = report_of(home, name)
    folder = expanded(out) if out else study_named(home, name).folder
    places = [folder / "report.md", folder / "report.html"]
    with files.writing(folder):
        files.folder(folder, shared=out is not None)
        for place, text in zip(places, (markdown(data), page(data)), strict=True):
            files.write_text(place, text, shared=out is not None)
    return data, places


def report_of(home: Path, name: str) -> dict[str, Any]:
    """The report of a study as data. Raises DataError where the study has no row yet."""
    results = study_named(home, name)
    description, rows = results.description(), results.rows_of_today()
    if not rows:
        raise DataError(f"the study {name!r} has no rows yet", hint="popcorn study run FILE.toml")
    return report_data(description, rows)
