"""Folders of preferences, as people see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def preferences_view(data: Mapping[str, Any]) -> RenderableType:
    """How many rows of what there are, and what was left out."""
    rows, facts = data["rows"], Table.grid(padding=(0, 2))
    shown = {
        name: f"{rows[kind]:,} rows, {rows[f'{kind}-test']:,} held out"
        for name, kind in (("pairs (DPO)", "dpo"), ("winners (SFT)", "sft"), ("prompts (GRPO)", "grpo"))
    }
    shown["sources"] = ", ".join(f"{name} {one['pairs']:,}" for name, one in data["sources"].items()) or "no pair"
    shown["stories"] = f"{data['stories']:,}, {data['test_stories']:,} held out"
    shown["reward"] = f"{data['reward']['model']}: {data['reward']['verdict']}"
    for label, value in shown.items():
        facts.add_row(Text(label, style="dim"), Text(value))
    for reason, count in data["left_out"].items():
        facts.add_row(Text("left out", style="dim"), Text(f"{count:,} {reason}"))
    return Group(Text(data["folder"], style="bold"), facts)


def tuning_view(data: Mapping[str, Any]) -> RenderableType:
    """What was learned, and how it is used."""
    recipe, found, test, facts = data["recipe"], data["losses"], data["test"], Table.grid(padding=(0, 2))
    rows = {
        "learned": f"{data['learned']:,} of {data['weights']:,} weights ({recipe['weights']}) by {recipe['method']}",
        "from": f"{data['rows']:,} rows in {data['steps']:,} steps of {recipe['batch']:,}",
        "loss": f"{found[0]['loss']:.3f} at the first step, {found[-1]['loss']:.3f} at the last"
        if found
        else "unknown",
    }
    if data["rewards"]:
        first, last = data["rewards"][0], data["rewards"][-1]
        rows["reward"] = f"{first:.3f} at the first step, {last:.3f} at the last, by {data['reward']['model']}"
    rows["held out"] = ", ".join(f"{name} {value}" for name, value in test.items()) if test else "nothing measured"
    rows["time"] = f"{data['seconds']:,.0f} s on {data['device']}"
    for label, value in rows.items():
        facts.add_row(Text(label, style="dim"), Text(value))
    return Group(Text(data["model"], style="bold"), facts, Text(f"popcorn ask --llm hf:{data['model']}"))
