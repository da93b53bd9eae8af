"""Pieces of the cards that people see of results: titles over score bars, lists, tables. Prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...prompts.text import visible
from .layout import Bar, Indented
from .score_phrases import above, one_line

if TYPE_CHECKING:
    from ...tools.popularity.types import Score
    from .drafts import ScoredDraft

ACCEPTED = 60
"""The percentile from which on a score looks good."""
SHOT = 300
"""Characters of a shot that a card shows."""
_BAR = 24
_NAME = 200


def drafts_card(drafts: Sequence[ScoredDraft]) -> RenderableType:
    """Drafts with their numbers and scores, best first."""
    if not drafts:
        return Text("no drafts", style="dim")
    parts: list[RenderableType] = []
    for number, one in enumerate(drafts, start=1):
        parts.append(Text.assemble((f"{number} ", "bold yellow"), (visible(one.title), "bold")))
        parts.append(Indented(score_bar(one.score), below=0))
        if one.video_prompt:
            parts.append(indented(Text(one_line(one.video_prompt, SHOT), style="dim")))
        parts += [
            indented(Text(f"! {visible(complaint)}", style="yellow"))
            for complaint in one.speaks_against
            if "predicted popularity" not in complaint
        ]
    return Group(*parts, *score_basis(drafts[0].score, "the first: " if len(drafts) > 1 else ""))


def headed(title: str, score: Score) -> list[RenderableType]:
    """A title over the bar of its score."""
    return [Text(visible(title), style="bold"), score_bar(score)]


def score_bar(score: Score) -> Bar:
    """A percentile as a bar."""
    return Bar(score.percentile, ACCEPTED, _BAR, f" {above(score)}", marked=False)


def score_basis(score: Score, best: str = "") -> list[RenderableType]:
    """What a score is measured against, who gave it, and how many comments it stands for."""
    low, high = 2**score.interval.low, 2**score.interval.high
    lines = [
        Text(f"against {score.against}; by {score.predictor}, which read {', '.join(score.basis)}", style="dim"),
        Text(
            f"{best}about {score.comments:,.0f} comments, {score.interval.coverage:.0%} of such "
            f"videos get {low:,.0f} to {high:,.0f}",
            style="dim",
        ),
    ]
    return [*lines, *illustrative_line(score.illustrative)]


def illustrative_line(illustrative: bool) -> list[RenderableType]:
    """A warning where counts are invented; nothing where they are real."""
    return [Text("illustrative: these counts are invented samples", style="yellow")] if illustrative else []


def named_line(title: str, name: str, stamp: str) -> Text:
    """What something is called, and below it by which id and when; an id is never cut, as it will be typed."""
    day = datetime.fromisoformat(stamp).astimezone()
    return Text.assemble((one_line(title, _NAME), "bold"), "\n  ", (name, "cyan"), (f"  {day:%b %d %H:%M}", "dim"))


def plain_table(*columns: Literal["left", "right"]) -> Table:
    """Rows without lines; `columns` says where the first ones are set, the rest is set left."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for column in columns:
        table.add_column(justify=column, no_wrap=True)
    return table


def indented(body: RenderableType) -> Padding:
    """Two columns to the right."""
    return Padding(body, (0, 0, 0, 2), expand=False)
