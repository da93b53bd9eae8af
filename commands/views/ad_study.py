"""Data sets out of ads, and what was learned from them, as people see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def dataset_view(data: Mapping[str, Any]) -> RenderableType:
    """What a data set holds, and what was left out."""
    facts = Table.grid(padding=(0, 2))
    train, test = (data["splits"][name]["ads"] for name in ("train", "test"))
    rows = {
        "ads": f"{train:,} in train, {test:,} in test, {data['ads_for_distractors']:,} for distractors alone",
        "products": f"{data['products']:,}, {data['test_products']:,} of them for the test",
        "samples": f"{data['samples']:,} in {len(data['rows'])} files",
        "judged by": ", ".join(f"{name} ({count:,})" for name, count in data["judged_by"].items()),
        "Z by": ", ".join(f"{name} ({count:,})" for name, count in data["z_by"].items()),
        "left out": f"{data['rejected']:,} of {data['files']:,} files",
    }
    for label, value in rows.items():
        facts.add_row(Text(label, style="dim"), Text(value))
    for reason, count in data["reasons"].items():
        facts.add_row("", Text(f"{count:,} {reason}"))
    return Group(Text(data["folder"], style="bold"), facts)


def finetuning_view(data: Mapping[str, Any]) -> RenderableType:
    """What was learned, and how it is used."""
    facts = Table.grid(padding=(0, 2))
    recipe, losses, test = data["recipe"], data["losses"], data["test"]
    course = (
        f"{losses[0]['loss']:.3f} at the first step, {losses[-1]['loss']:.3f} at the last" if losses else "not known"
    )
    rows = {
        "learned": f"{data['learned']:,} of {data['weights']:,} weights ({recipe['method']}), the encoder frozen",
        "from": f"{data['rows']:,} rows in {data['steps']:,} steps of {recipe['batch']:,}",
        "loss": course,
        "held out": f"loss {test['loss']:.3f} on {test['rows']:,} rows" if test else "no row",
        "time": f"{data['seconds']:,.0f} s on {data['device']}",
    }
    for label, value in rows.items():
        facts.add_row(Text(label, style="dim"), Text(value))
    use = f"popcorn ad make --llm hf:{data['model']} --product FILE --footage DIR"
    return Group(Text(data["model"], style="bold"), facts, Text(use))
