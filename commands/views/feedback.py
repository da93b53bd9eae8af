"""Feedback for a terminal and as JSON. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from ...agent.runs.feedback_store import notices_of
from ...prompts.text import visible
from ...tools.popularity.feedback.series import days
from ...tools.popularity.feedback.told import prediction_told, real_told
from ...tools.popularity.platforms import videos_on

if TYPE_CHECKING:
    from ...agent.runs.feedback_store import Added
    from ...tools.popularity.feedback.types import Count, PublishedVideo


def published_lines(video: PublishedVideo | None) -> list[RenderableType]:
    """What was predicted of a run's video beside what it drew; nothing where nobody told of it."""
    if video is None:
        return []
    return [
        Text(),
        Text.assemble(("predicted  ", "dim"), prediction_told(video.prediction)),
        Text.assemble(("real       ", "dim"), real_told(video)),
    ]


def video_data(video: PublishedVideo) -> dict[str, Any]:
    """A published video with all its counts, as JSON has it."""
    facts = asdict(video)
    return facts | {"counts": [asdict(one) for one in video.counts]}


def added_data(added: Added) -> dict[str, Any]:
    """What became of a count, as JSON has it."""
    return {
        "run_id": added.video.run_id,
        "count": asdict(added.count),
        "replaced": asdict(added.replaced) if added.replaced else None,
        "again": added.again,
        "video": video_data(added.video),
        "notices": notices_of(added),
    }


def added_view(added: Added) -> RenderableType:
    """The count beside what was predicted."""
    head = Text.assemble((visible(added.video.title), "bold"), f"  run {added.video.run_id}")
    return Group(head, *published_lines(added.video)[1:])


def imported_data(added: Sequence[Added]) -> dict[str, Any]:
    """What became of a table of counts, as JSON has it."""
    replaced, again = sum(one.replaced is not None for one in added), sum(one.again for one in added)
    older = sum("older than its run" in note for one in added for note in notices_of(one))
    more = sum("more than" in note for one in added for note in notices_of(one))
    notices = [f"kept before, with the same numbers: {counts_told(again)}"] if again else []
    notices += [f"put in the place of one of the same run and age: {counts_told(replaced)}"] if replaced else []
    notices += [f"of videos older than their runs, check the ages: {counts_told(older)}"] if older else []
    notices += [f"more comments than views, check these columns: {counts_told(more)}"] if more else []
    return {
        "rows": len(added),
        "videos": len({one.video.run_id for one in added}),
        "platform": added[0].video.platform,
        "replaced": replaced,
        "again": again,
        "notices": notices,
    }


def removed_data(run_id: str, removed: Sequence[Count]) -> dict[str, Any]:
    """What was taken away, as JSON has it."""
    return {"run_id": run_id, "removed": [asdict(one) for one in removed]}


def removed_view(data: Mapping[str, Any]) -> RenderableType:
    """A line."""
    ages = ", ".join(days(one["age_days"]) for one in data["removed"])
    return Text(f"{counts_told(len(data['removed']))} of run {data['run_id']} taken away: at {ages}")


def counts_told(number: int) -> str:
    """So many counts for people."""
    return f"{number:,} count{'s' * (number != 1)}"


def imported_view(data: Mapping[str, Any]) -> RenderableType:
    """A line."""
    counts, videos = data["rows"], data["videos"]
    return Text(f"{counts_told(counts)} of {videos:,} published {videos_on(data['platform'], videos)} kept")
