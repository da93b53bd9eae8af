"""The runs of a visitor, page by page, found by words; each a line to choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..agent.runs.machines import GRAPH_KINDS
from ..agent.runs.run_store import Kind
from ..agent.toolbox.run_history import run_rows
from ..agent.trace.run_finder import read_story
from ..agent.trace.run_list import row_of
from ..prompts.text import visible
from ..tools.popularity.standing import brief_rank

if TYPE_CHECKING:
    from ..agent.runs.run_store import RunStore

PAGE = 12
"""Runs on a page of the list."""
_LONGEST = 90
"""Characters of a title in the list."""


@dataclass(frozen=True, slots=True)
class RunIndex:
    """A page of the list."""

    lines: tuple[tuple[str, str], ...]
    """What is read, and the run's id, the latest first."""
    page: int
    """From 0."""
    more: bool
    """Whether there are older ones."""
    told: str
    """What the list shows, in a sentence; what to do where it is empty."""


def run_index(store: RunStore, words: str, page: int) -> RunIndex:
    """The runs whose request or title has every word, on that page; of a page too far, the last one."""
    page = max(page, 0)
    rows = run_rows(store, words, "", "", (page + 1) * PAGE + 1)
    if page and len(rows) <= page * PAGE:
        return run_index(store, words, (len(rows) - 1) // PAGE if rows else 0)
    shown = rows[page * PAGE : (page + 1) * PAGE]
    lines = tuple((line_of(row_of(store, store.find(row.run_id))), row.run_id) for row in shown)
    return RunIndex(lines, page, len(rows) > (page + 1) * PAGE, _told(len(lines), words, page))


def line_of(row: dict[str, Any]) -> str:
    """A run in two lines: what it is, and how it went."""
    title = " ".join(visible(row["title"] or row["request"]).split()) or row["run_id"]
    title = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    facts = [when(row["created"]), row["ended"]]
    if row["kind"] == Kind.AD:
        facts.append("an ad")
    elif row["evidence"]:
        facts.append(brief_rank(row["percentile"]))
    elif row["evidence"] is False:
        facts.append("no evidence")
    if row["parent"]:
        facts.append("a fork")
    return f"{title}\n{', '.join(facts)}"


def when(stamp: str) -> str:
    """A time of ISO 8601 in UTC, for people."""
    return f"{datetime.fromisoformat(stamp):%-d %b %Y, %H:%M} UTC" if stamp else "at an unknown time"


def forkable(store: RunStore, run_id: str) -> list[str]:
    """The steps that a run came to, before each of which another one can leave it: `draft`, `choose:2`."""
    run = store.find(run_id)
    if run.kind not in GRAPH_KINDS:
        return []
    visits = read_story(store, run).visits
    return [visit.node if visit.number == 1 else f"{visit.node}:{visit.number}" for visit in visits]


def _told(count: int, words: str, page: int) -> str:
    if not count and words.strip():
        return f"No run has “{' '.join(visible(words).split())[:_LONGEST]}” in its request or title."
    if not count:
        return "No run yet: make a clip in the tab Make, or an ad in the tab Ads."
    which = "with these words, " if words.strip() else ""
    return f"Runs {which}the latest first, {page * PAGE + 1} to {page * PAGE + count}."
