"""Showings and adoption rates on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from ...agent.trace.showing_page import script_of
from ...prompts.text import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ...agent.runs.showings import Showing
    from ...agent.trace.adoption import Adoption


def showing_view(showing: Showing, ads: Mapping[str, Mapping[str, Any]]) -> RenderableType:
    """Ads side by side: letter, length and what is said; nothing of how they were made."""
    table = Table(title=Text(f"{len(showing.ads)} ads for {visible(showing.ads[0].product)}"), title_justify="left")
    table.add_column("ad", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("what is said")
    table.add_column("file", overflow="fold")
    for shown in showing.ads:
        data = ads[shown.run_id]
        said = Text(visible("\n".join(script_of(data["segments"]))))
        table.add_row(shown.letter, f"{data['video']['seconds']:.0f}", said, Text(visible(str(data["video"]["path"]))))
    return table


def adoption_view(adoption: Adoption) -> RenderableType:
    """Ads taken and shown, by strategy."""
    table = Table()
    for name in ("strategy", "taken", "shown", "rate"):
        table.add_column(name, justify="left" if name == "strategy" else "right")
    for strategy, (taken, shown) in adoption.rates.items():
        table.add_row(Text(visible(strategy)), str(taken), str(shown), f"{taken / shown:.0%}")
    return table
