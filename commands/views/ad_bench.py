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


def bench_view(data: Data) -> RenderableType:
    """The table over models, and what it says; the rest stands in --json and the report."""
    models, measures = data["models"], data["measures"]
    table = Table(box=None, pad_edge=False)
    longest = max(len(model["model"]) for model in models[:_MOST])
    table.add_column("model", overflow="fold", min_width=min(longest, 20))
    for measure in measures:
        table.add_column(measure["short"], justify="right")
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
    count = f" ({one['count']:,})" if measure["counted"] else ""
    mean = Text(f"{one['mean']:.{digits}f}{count}")
    if one["low"] is None or not interval:
        return mean
    shown = max(1, digits - 2)
    return mean + Text(f"\n{one['low']:.{shown}f} to {one['high']:.{shown}f}", style="dim")
