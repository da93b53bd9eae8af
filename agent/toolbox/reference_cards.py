"""References for people: both sides of a retrieved set, and what sets them apart. Prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...tools.references.types import Side

Data = Mapping[str, Any]
_DIFFERENCES = 6
"""Differences between the sides that are shown to people."""


def contrast_view(contrast: Sequence[Data]) -> RenderableType:
    """What sets the sides apart, strongest first, a line each: how many of both sides' titles have it, or mean."""
    if not contrast:
        return Text("nothing is known to set the sides apart", style="dim")
    table = lines_of(("right", 7), ("right", 7), ("left", None))
    for finding in contrast[:_DIFFERENCES]:
        form = "{:.1f}" if finding["kind"] == "length" else "{:.0%}"
        sides = (form.format(finding[side]) for side in ("popular", "unpopular"))
        table.add_row(
            *(Text(f"{shown} {sign}") for shown, sign in zip(sides, "▲▼", strict=True)), Text(finding["text"])
        )
    support = "{popular_support:,} popular and {unpopular_support:,} unpopular titles".format_map(contrast[0])
    return Group(Text(f"what sets them apart, in {support}", style="dim"), table)


_BETWEEN = "·"


def references_view(references: Sequence[Data]) -> RenderableType:
    """Both sides of a retrieved set, a line each: comments, title, similarity."""
    table = lines_of(("right", 9), ("left", None), ("right", 5))
    for reference in references:
        sign, style = _side(reference)
        count = Text(f"{figure(reference['comments'])} {sign}", style=style)
        title = Text(reference["title"] or reference.get("description") or "(no title)")
        table.add_row(count, title, Text(f"{reference['similarity']:.2f}", style="dim"))
    told = "comments, title, similarity; ▲ popular side, ▼ unpopular side"
    if any(_side(reference)[0] == _BETWEEN for reference in references):
        told += f", {_BETWEEN} in between, by the middle of the catalogue"
    return Group(table, Text(told, style="dim"))


def _side(reference: Data) -> tuple[str, str]:
    """The sign of a reference and its style; `upper`, where it is known, says on which half of the catalogue it is."""
    popular = reference["side"] == Side.POPULAR.value
    if reference.get("upper", popular) not in (popular, None):
        return _BETWEEN, "dim"
    return ("▲", "green") if popular else ("▼", "red")


def lines_of(*columns: tuple[Any, int | None], fold: bool = False) -> Table:
    """A bare table; a column of no width takes what is left."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
    for justify, width in columns:
        table.add_column(
            justify=justify,
            width=width,
            ratio=None if width else 1,
            no_wrap=not fold,
            overflow="fold" if fold else "ellipsis",
        )
    return table


def figure(number: float | None) -> str:
    """A count, or that it is not known."""
    return "?" if number is None else f"{number:,.0f}"
