"""An ad as people see it before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...agent.runs.ad_estimate import estimate_rows


def estimate_view(name: str, data: Mapping[str, Any]) -> RenderableType:
    """What the ads take, a row each, and what has to be known about it."""
    table = Table.grid(padding=(0, 2))
    for label, value in estimate_rows(data).items():
        table.add_row(Text(label, style="dim"), Text(value))
    notices = [Text(f"! {notice}", style="yellow") for notice in data["notices"]]
    return Group(Text(name, style="bold"), table, *notices, Text("nothing was made or spent", style="dim"))
