"""The drafts that there are of one idea: of the runs of a home, and of studies."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import StoreError
from ...graphs.create.state import Attempt
from ..results import study_named
from ..types import HUMAN
from .types import Draft, Idea, Source, platform_named

if TYPE_CHECKING:
    from ...agent.runs.run_store import RunStore

UNREADABLE, UNTITLED = "runs whose drafts are no longer there", "drafts without a title"


def ideas_of_runs(store: RunStore, left_out: Counter[str]) -> Iterator[Idea]:
    """The drafts of each request of `popcorn ask`, those of all its runs together."""
    from ...agent.runs.run_store import Status
    from ...agent.runs.states import last_values

    known = [run for run in store.runs() if run.status is not Status.RUNNING]
    drafts: dict[tuple[str, str, str], dict[Draft, None]] = {}
    for run in reversed(known):
        try:
            values = asyncio.run(last_values(store, run.run_id))
        except StoreError:
            values = {}
        attempts: list[Attempt] = values.get("attempts") or []
        if not attempts:
            left_out[UNREADABLE] += 1
            continue
        plan = values["plan"]
        kept = drafts.setdefault((values["request"], plan.platform, plan.language), {})
        for attempt in attempts:
            one = attempt.draft
            kept[Draft(one.title, one.video_prompt, one.cover_prompt, one.render_prompt)] = None
    for (request, platform, language), found in drafts.items():
        yield Idea(request, _titled(found, left_out), Source.RUN, platform_named(platform), language)


def ideas_of_study(home: Path, name: str, platform: str, left_out: Counter[str]) -> Iterator[Idea]:
    """The drafts of each prompt of a study, those of all its arms and seeds together; real titles are none.

    `platform` is the one that its drafts are meant for.
    Raises RequestError where there is no such study.
    """
    drafts: dict[str, dict[Draft, None]] = {}
    for row in study_named(home, name).rows_of_today():
        if not row.failed and row.model != HUMAN:
            drafts.setdefault(row.prompt, {})[Draft(row.title, row.video_prompt, row.cover_prompt)] = None
    for prompt, found in drafts.items():
        yield Idea(prompt, _titled(found, left_out), Source.STUDY, platform_named(platform))


def _titled(drafts: Iterable[Draft], left_out: Counter[str]) -> tuple[Draft, ...]:
    every = [*drafts]
    titled = tuple(draft for draft in every if draft.title.strip())
    if len(titled) < len(every):
        left_out[UNTITLED] += len(every) - len(titled)
    return titled
