"""The bench's report on disk: Markdown, and one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from ... import files
from ..plots import forest
from ..report_page import rendered
from . import bench_text
from .bench_report import NAMES

Data = Mapping[str, Any]
_DRAWN = ("positions", "selection_exact")


def write_report(data: Data, folder: Path) -> list[Path]:
    """Write report.md and report.html into a folder, which is made. Raises StoreError."""
    place = folder.expanduser()
    targets = [place / "report.md", place / "report.html"]
    with files.writing(place):
        files.folder(place, shared=True)
        for target, text in zip(targets, (bench_text.markdown(data), page(data)), strict=True):
            files.write_text(target, text, shared=True)
    return targets


def page(data: Data) -> str:
    """The page; every text is escaped."""
    template = (package_files(__package__) / "bench.html").read_text(encoding="utf-8")
    return rendered(template, dict(data) | {"tables": list(_tables(data))})


def _tables(data: Data) -> Iterator[tuple[str, str, Sequence[str], list[list[str]], str]]:
    """Title, note, head, rows and drawing of each table that has rows."""
    models = data["models"]
    yield ("Models", "", *bench_text.columns_of(data), "")
    paper = [bench_text.paper_row(cell) for cell in data["paper"]]
    yield ("The paper's figures", data["paper_note"], bench_text.PAPER, paper, "")
    for measure in _DRAWN:
        if rows := [row for row in bench_text.chance_rows(models) if row[1] == NAMES[measure]]:
            yield (f"Above chance: {NAMES[measure]}", "", bench_text.CHANCE, rows, _drawing(models, measure))
    if judge := data["judge"]:
        yield (f"The judge: {judge['judge']}", "", bench_text.JUDGED, bench_text.judge_rows(judge), "")
    if published := bench_text.published_rows(data):
        yield ("Beside published judgements (Spearman's rho)", "", bench_text.PUBLISHED, published, "")
    if pairs := bench_text.pair_rows(data["pairs"]):
        yield ("Differences on the same ads", "", bench_text.PAIRS, pairs, "")
    if variants := bench_text.variant_rows(models):
        yield ("How much conventions matter", "", bench_text.VARIANTS, variants, "")


def _drawing(models: list[Data], measure: str) -> str:
    """A line a model that has an interval, beside the line of chance."""
    from markupsafe import Markup

    found = [(model["model"], model["over_chance"][measure]) for model in models if measure in model["over_chance"]]
    rows = [(name, one["mean"], one["low"], one["high"]) for name, one in found if one["low"] is not None]
    return Markup(forest(rows, 0, f"{NAMES[measure]}, above chance", None))  # noqa: S704 - drawn here, texts escaped by matplotlib
