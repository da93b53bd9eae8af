"""An ad as people see it before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def estimate_view(name: str, data: Mapping[str, Any]) -> RenderableType:
    """What the ads take, a row each, and what has to be known about it."""
    table = Table.grid(padding=(0, 2))
    count = data["variants"]
    rows = {
        "clips": f"{data['clips']:,} of {data['surveyed']:,} can be used" + _left_out(data["left_out"]),
        "length": f"up to {data['seconds']:g} s in {data['lines']} lines" + (f", {count} times" if count > 1 else ""),
        "calls": _calls(data),
        "money": _money(data),
        "made by": f"{data['models']['chat']}, spoken by {data['models']['voice']} ({data['language']})",
    }
    for label, value in rows.items():
        table.add_row(Text(label, style="dim"), Text(value))
    notices = [Text(f"! {notice}", style="yellow") for notice in data["notices"]]
    return Group(Text(name, style="bold"), table, *notices, Text("nothing was made or spent", style="dim"))


def _left_out(count: int) -> str:
    return f", {count} file{'s' * (count != 1)} left out" if count else ""


def _calls(data: Mapping[str, Any]) -> str:
    if not data["calls"]:
        return "none: no language model is asked"
    shown = f" with {data['images']} pictures" if data["images"] else ""
    each = f"about {data['input_tokens']:,} tokens{shown}, and at most {data['output_tokens']:,} of the reply"
    return f"{data['calls']}, at most {data['most_calls']} where lines are written anew; each {each}"


def _money(data: Mapping[str, Any]) -> str:
    if data["cost_usd"] is None:
        return "not known: the model has no price"
    return f"${data['cost_usd']:.4f}" + (f", at most ${data['most_cost_usd']:.4f}" if data["calls"] else "")
