"""The bench of ads on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

Data = Mapping[str, Any]
_MOST = 40
_ROOM = 6
"""Measures beside which intervals have room."""
_INTERVAL = 10
"""Columns that an interval takes: [.54, .65]."""


def bench_view(data: Data) -> RenderableType:
    """The table over models, and what it says; the rest stands in --json and the report."""
    models, measures = data["models"], data["measures"]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    longest = max(len(model["model"]) for model in models[:_MOST])
    table.add_column("model", overflow="fold", min_width=min(longest, 20))
    for measure in measures:
        table.add_column(measure["short"], justify="right", min_width=_INTERVAL)
    for model in models[:_MOST]:
        table.add_row(Text(model["model"]), *(_cell(model, measure, len(measures) <= _ROOM) for measure in measures))
    lines: list[RenderableType] = [table, Text("")]
    if len(models) > _MOST:
        lines.append(Text(f"{len(models) - _MOST} more models: --json", style="dim"))
    lines += [Text(f"- {sentence}") for sentence in data["says"]]
    lines += [Text(""), Text(data["lines"]["sentence"], style="dim")]
    lines += [Text(file, style="dim", overflow="fold") for file in data.get("files", ())]
    return Group(*lines)


def _cell(model: Data, measure: Data, interval: bool) -> Text:
    """The mean with how many answers it is of, and its interval below it where there is room."""
    one = model["intervals"].get(measure["key"])
    if one is None:
        return Text("-", style="dim")
    digits = measure["digits"]
    count = f"\n({one['count']:,})" if measure["counted"] else ""
    mean = Text(f"{one['mean']:.{digits}f}") + Text(count, style="dim")
    if one["low"] is None or not interval:
        return mean
    low, high = (_short(one[end], max(0, digits - 2)) for end in ("low", "high"))
    return mean + Text(f"\n[{low}, {high}]", style="dim")


def _short(value: float, digits: int) -> str:
    """A number as narrow as it goes: .54 for 0.54, which keeps an interval on one line of a column."""
    whole, dot, rest = f"{value:.{digits}f}".partition(".")
    return (whole.removesuffix("0") if whole in {"0", "-0"} and dot else whole) + dot + rest
