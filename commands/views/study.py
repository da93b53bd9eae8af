"""A study as people see it: before and after it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def estimate_view(name: str, data: Mapping[str, Any]) -> RenderableType:
    """What a study takes, and what it can tell."""
    table = Table.grid(padding=(0, 2))
    hours, cost = data["render_hours"], data["cost_usd"]
    rows = {
        "units": f"{data['units_left']:,} left of {data['units']:,}",
        "calls": f"{data['calls']:,} at most, about {data['tokens']:,} tokens",
        "renders": f"{data['renders']:,}" + ("" if not data["renders"] else _hours(hours)),
        "money": f"${cost:.2f}" if cost is not None else f"not known: {', '.join(data['unpriced'])} has no price",
        "can tell": _can_tell(data),
    }
    for label, value in rows.items():
        table.add_row(Text(label, style="dim"), value)
    return Group(Text(name, style="bold"), table)


def _hours(hours: float | None) -> str:
    return ", nobody knows how long they take" if hours is None else f", about {hours:g} h"


def _can_tell(data: Mapping[str, Any]) -> str:
    rate = data["smallest_win_rate"]
    able = (
        f"a win rate of {100 * rate:.0f} % from a half, in 80 % of such studies"
        if rate is not None
        else "nothing: too few prompts"
    )
    missing = data["prompts_missing"]
    return able + (f"; 55 % would take {missing:,} prompts more" if missing else "")


def outcome_view(name: str, data: Mapping[str, Any]) -> RenderableType:
    """What a run of a study did."""
    lines = [f"{data['units_done']:,} of {data['units']:,} units done, {data['units_new']:,} of them now"]
    if data["failures"]:
        lines.append(f"{data['failures']:,} failed: popcorn study status {name}, then run it with --retry-failed")
    if data["bad_lines"]:
        lines.append(f"{data['bad_lines']:,} damaged lines of an earlier run were done again")
    lines.append(f"popcorn study report {name}")
    return Group(*map(Text, lines))


def list_view(data: Mapping[str, Any]) -> RenderableType:
    """The studies of a home, and the presets."""
    table = Table(box=None, pad_edge=False)
    for column in ("study", "rows", "failed", "question"):
        table.add_column(column, justify="right" if column in {"rows", "failed"} else "left")
    for one in data["studies"]:
        table.add_row(one["name"], f"{one['rows']:,}", f"{one['failures']:,}", one["question"])
    return Group(
        table if data["studies"] else Text("No study yet."), Text(f"Presets: {', '.join(data['presets'])}", style="dim")
    )


def status_view(data: Mapping[str, Any]) -> RenderableType:
    """Where one study stands."""
    lines: list[RenderableType] = [Text(data["name"], style="bold"), Text(data["question"])] if data["question"] else []
    whole = f" of {data['units']:,}" if data["units"] else ""
    lines.append(Text(f"{data['rows']:,}{whole} rows over {data['prompts']:,} prompts, ${data['cost_usd']:.2f}"))
    lines.append(Text(f"drafting {data['draft_seconds']:,} s, rendering {data['render_seconds']:,} s", style="dim"))
    lines += [Text(f"{one['units']:,} x {one['error']}: {one['reason']}", style="yellow") for one in data["failures"]]
    return Group(*lines)
