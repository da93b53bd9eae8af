"""What the tools of a conversation gave, shortly, for people who look back at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...prompts.text import visible

Data = Mapping[str, Any]

_FAILURE = 200
"""Characters of a failure that are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of a list, such as a draft."""

    title: str
    told: str = ""
    """What is said of it, such as its score."""
    shot: str = ""
    """What its three seconds show; empty where that is what those of the row before show."""


@dataclass(frozen=True, slots=True)
class Gave:
    """What one call of a tool gave."""

    told: str
    """One line; empty where the rows say all."""
    rows: tuple[Row, ...] = ()
    numbered: bool = False
    """The rows are known by their numbers."""
    path: str = ""
    """Where its clip is."""
    failed: bool = False


def gave(message: Any) -> Gave:
    """What a tool's message holds for people; a failure as one line."""
    data = message.artifact
    if message.status == "error" or not isinstance(data, Mapping) or message.name not in _TOLD:
        return Gave(_line(message.text)[:_FAILURE], failed=message.status == "error")
    try:
        return _TOLD[message.name](data)
    except (KeyError, TypeError, IndexError):  # an older Popcorn kept other things
        return Gave(_line(message.text)[:_FAILURE])


def _drafts(data: Data) -> Gave:
    rows: list[Row] = []
    shot = ""
    for one in data["drafts"]:
        before, shot = shot, _line(one.get("video_prompt") or "")
        rows.append(Row(_line(one["title"]), _above(one), "" if shot == before else shot))
    return Gave(_against(data["drafts"]), tuple(rows), numbered=True)


def _score(data: Data) -> Gave:
    return Gave(_against([data]), (Row(_line(data["title"]), _above(data)),))


def _clip(data: Data) -> Gave:
    return Gave(_made(data["video"]), (Row(_line(data["title"])),), path=str(data["video"]["path"]))


def _video(data: Data) -> Gave:
    if not data.get("finished", True):
        return Gave(f"run {data['run_id']}, {data['status']}: {_line(data['request'])}")
    row = Row(_line(data["title"]), _above(data), _line(data.get("video_prompt") or ""))
    told = f"{_made(data['video'])}; run {data['run_id']}"
    return Gave(told, (row,), path=str(data["video"]["path"]))


def _references(data: Data) -> Gave:
    rows = tuple(
        Row(_line(one["title"] or "(no title)"), "comments unknown" if one["comments"] is None else _comments(one))
        for one in data["references"]
    )
    return Gave(f"past videos about {', '.join(data['tags']) or 'no tag'}, of {data['catalogue']}", rows)


def _runs(data: Data) -> Gave:
    rows = tuple(
        Row(_line(one["title"] or one["request"]), f"{_above(one) or one['status']}, run {one['run_id']}")
        for one in data["runs"]
    )
    return Gave("" if rows else "no run fits", rows)


_TOLD: dict[str, Callable[[Data], Gave]] = {
    "find_references": _references,
    "draft_video": _drafts,
    "compare_drafts": _drafts,
    "score_popularity": _score,
    "explain_score": _score,
    "render_video": _clip,
    "make_video": _video,
    "list_runs": _runs,
    "show_run": _video,
}


def _above(data: Data) -> str:
    points = data["score"]["percentile"] if "score" in data else data.get("percentile")
    return "" if points is None else f"above {points:.0f} %"


def _against(drafts: Sequence[Data]) -> str:
    return f"against {drafts[0]['score']['against']}" if drafts else "no drafts"


def _comments(reference: Data) -> str:
    return f"{reference['comments']:,} comment{'s' * (reference['comments'] != 1)}"


def _made(video: Data) -> str:
    stand_in = " (a drawn stand-in)" if video["demo"] else ""
    return f"{video['width']}x{video['height']}, {video['seconds']:.2g} s, made by {video['renderer']}{stand_in}"


def _line(text: str) -> str:
    return " ".join(visible(text).split())
