"""Feedback for a terminal and as JSON. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from ...prompts.text import visible
from ...tools.popularity.feedback.series import days
from ...tools.popularity.platforms import in_words, videos_on
from ...tools.popularity.standing import brief_rank, count

if TYPE_CHECKING:
    from ...agent.runs.feedback_store import Added
    from ...tools.popularity.feedback.types import PublishedVideo


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
        "video": video_data(added.video),
        "notices": notices_of(added),
    }


def added_view(data: Mapping[str, Any]) -> RenderableType:
    """The count beside what was predicted."""
    video, told = data["video"], data["count"]
    said = video["prediction"]
    first = Text.assemble((visible(video["title"]), "bold"), f"  run {video['run_id']}")
    real = f"{told['comments']:,} comments at {days(told['age_days'])} on {in_words(video['platform'])}"
    predicted = f"predicted by {said['predictor']}: about {count(2 ** said['log2_comments'])} comments"
    rank = brief_rank(said["rank"])
    return Group(first, Text(f"{real}; {predicted}, {rank}"))


def notices_of(added: Added) -> list[str]:
    """What a person should know of a count that was kept."""
    told, video = added.count, added.video
    notices = []
    if added.replaced:
        notices.append(
            f"it replaces the count of the same age, {added.replaced.comments:,} comments at {days(told.age_days)}"
        )
    if video.made and told.published < datetime.fromisoformat(video.made):
        notices.append(
            f"a video of {days(told.age_days)} is older than its run, made on {video.made[:10]}: check the age"
        )
    if told.views is not None and told.comments > told.views:
        notices.append(f"{told.comments:,} comments are more than {told.views:,} views: check both")
    return notices


def imported_data(added: Sequence[Added]) -> dict[str, Any]:
    """What became of a table of counts, as JSON has it."""
    replaced = sum(one.replaced is not None for one in added)
    older = sum("older than its run" in note for one in added for note in notices_of(one))
    more = sum("more than" in note for one in added for note in notices_of(one))
    notices = [f"{replaced:,} counts replaced one of the same run and age"] if replaced else []
    notices += [f"{older:,} counts are of videos older than their runs: check the ages"] if older else []
    notices += [f"{more:,} rows have more comments than views: check these columns"] if more else []
    return {
        "rows": len(added),
        "videos": len({one.video.run_id for one in added}),
        "platform": added[0].video.platform,
        "replaced": replaced,
        "notices": notices,
    }


def imported_view(data: Mapping[str, Any]) -> RenderableType:
    """A line."""
    counts, videos = data["rows"], data["videos"]
    return Text(f"{counts:,} count{'s' * (counts != 1)} of {videos:,} published {videos_on(data['platform'])} kept")
