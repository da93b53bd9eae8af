"""list_runs: videos and ads that were made before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ....prompts import fence
from ....tools.popularity.standing import brief_rank
from ...runs.run_store import Kind
from .. import run_history
from ..run_history import RunRow
from ..score_phrases import LONGEST_TITLE, one_line
from ..tool import Arguments, Tool, within
from ..tool_result import Row, Summary, ToolResult
from ..work import Quick

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from ....prompts.fence import JSONValue
    from ..workbench import Workbench

_MOST = 50
_MINUTES = 16
"""Characters of a time of ISO 8601, to the minute."""


class ListRuns(Arguments):
    """Which runs are listed."""

    about: Annotated[str, Field(description="words that the request or title must have.")] = ""
    since: Annotated[str, Field(description="first day, YYYY-MM-DD.")] = ""
    until: Annotated[str, Field(description="last day, YYYY-MM-DD.")] = ""
    most: Annotated[int, Field(description="how many at most, 1 to 50.")] = 10


@dataclass(frozen=True, slots=True)
class ListedRuns(ToolResult):
    """Runs, the latest first."""

    runs: tuple[RunRow, ...]

    def brief(self) -> str:
        """A row each."""
        if not self.runs:
            return "No run fits."
        rows: list[JSONValue] = [
            {
                "run_id": row.run_id,
                "when": row.created[:_MINUTES],
                "status": row.status,
                "request": one_line(row.request, LONGEST_TITLE),
                "title": row.title,
                "kind": row.kind,
                "rank_of_100": _standing(row) if row.percentile is None else round(row.percentile),
            }
            for row in self.runs
        ]
        return "\n".join((f"{len(rows)} runs, the latest first.", fence("runs", rows)))

    def card(self) -> RenderableType:
        """Two lines each: what it is called, and below it its id."""
        from rich.console import Group
        from rich.text import Text

        return Group(*map(_line, self.runs)) if self.runs else Text("no run fits", style="dim")

    def summary(self) -> Summary:
        """A line each."""
        rows = tuple(
            Row(one_line(row.title or row.request), f"{_standing(row) or row.status}, run {row.run_id}")
            for row in self.runs
        )
        return Summary("" if rows else "no run fits", rows)


def _list(bench: Workbench, asked: ListRuns) -> ListedRuns:
    """List videos made before, the latest first: ids, requests, titles, scores.

    Example: list_runs(about="biryani", since="2026-01-30", until="2026-01-30")
    """
    return ListedRuns(
        run_history.run_rows(bench.store, asked.about, asked.since, asked.until, within(asked.most, _MOST))
    )


def _line(row: RunRow) -> Text:
    from ..card_pieces import ACCEPTED, named_line

    line = named_line(row.title or row.request, row.run_id, row.created)
    if row.title:
        good = row.percentile is not None and row.percentile >= ACCEPTED
        line.append(f"  {_standing(row)}", style="green" if good else "yellow")
    elif row.status != "done":
        line.append(f"  {row.status}", style="yellow")
    return line


def _standing(row: RunRow) -> str:
    """Where a finished run's draft stands, which an ad's does not; empty of one that is not finished."""
    if row.kind == Kind.AD:
        return "an ad" if row.title else ""
    return brief_rank(row.percentile) if row.title else ""


list_runs = Tool(
    name="list_runs",
    label="look for runs",
    arguments=ListRuns,
    work=Quick(_list),
    read=ListedRuns.read,
)
