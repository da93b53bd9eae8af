"""Pieces of the cards that people see of results: titles over score bars, lists, tables. Prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...graphs.create.choice import picked, why_not
from ...graphs.create.state import Plan
from ...prompts.text import visible
from ...tools.popularity.standing import briefly, comments, reasons, standing
from .layout import Bar, Indented
from .score_phrases import one_line

if TYPE_CHECKING:
    from ...graphs.create.choice import Choice
    from ...tools.popularity.types import Score
    from .drafts import ScoredDraft

ACCEPTED = Plan().threshold
"""The expected rank of 100 from which on a score looks good: what a run accepts unless it is told otherwise."""
SHOT = 300
"""Characters of a shot that a card shows."""
_BAR = 24
_NAME = 200


def drafts_card(drafts: Sequence[ScoredDraft], choice: Choice | None = None) -> RenderableType:
    """Drafts with their numbers and scores, best first, and how sure it is that the first is the best."""
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
    several = len(drafts) > 1
    return Group(*parts, *choice_lines(choice), *score_basis(drafts[0].score, "the first: " if several else ""))


def choice_lines(choice: Choice | None) -> list[RenderableType]:
    """Over how many others a draft was picked and how often that is right, or why nobody can tell."""
    told = [f"the first was {line}" for line in (picked(choice),) if line]
    return [Text(line, style="dim") for line in (*told, why_not(choice)) if line]


def headed(title: str, score: Score) -> list[RenderableType]:
    """A title over the bar of its score."""
    return [Text(visible(title), style="bold"), score_bar(score)]


def score_bar(score: Score) -> Bar:
    """A rank as a bar, or that there is no evidence."""
    return Bar(score.percentile, ACCEPTED, _BAR, f" {briefly(score)}", marked=False)


def score_basis(score: Score, best: str = "") -> list[RenderableType]:
    """Where a score stands and against what, who gave it, and how many comments it stands for; or why nobody knows."""
    if why := reasons(score):
        lines = [f"{best}no evidence how it would do: {visible(why)}", f"by {score.predictor}"]
    else:
        lines = [
            f"{best}{standing(score)}",
            f"against {score.against}; by {score.predictor}, which read {', '.join(score.basis)}",
            comments(score),
        ]
    return [*(Text(line, style="dim") for line in lines), *illustrative_line(score.illustrative)]


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
