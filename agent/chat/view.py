"""What a person sees of a conversation: cards, score bars, references. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...prompts.text import visible
from ...tools.references.catalogue_view import contrast_view, references_view
from ...tools.video.types import Estimate
from ..card import card
from ..layout import Bar, Indented, path_line
from ..toolbox.labels import label
from .events import Asked
from .past import Gave, gave
from .threads import Thread

Data = Mapping[str, Any]

_BAR = 24
_ACCEPTED = 60
"""The percentile from which on a score looks good."""
_SHOT = 300
"""Characters of a shot that a list of drafts shows."""
_MOST_ROWS = 12
"""Words of a title whose worth is shown."""
_MOST_NEAR = 5
"""Past videos that an explanation shows."""
_PARTS = {"text": "the words, all in all", "tag": "the tag", "frames": "the clip", "retrieval": "past videos like it"}
"""What an explanation takes away, in words for people; anything else is a word of the title."""


def result_view(name: str, data: Data) -> RenderableType:
    """A tool's result as a card."""
    return Indented(_VIEWS[name](data))


def asked_view(asked: Asked) -> RenderableType:
    """A call that waits for consent: what it is, and what it would take."""
    lines = [Text.assemble((f"{label(asked.name)}?", "bold yellow"), f"  {Estimate(**asked.estimate).told}")]
    for name, value in asked.arguments.items():
        if value not in ("", None, -1, 0):
            lines.append(Text(f"{name}: {_line(str(value), _SHOT)}", style="dim"))
    return Group(*lines)


def threads_view(threads: Sequence[Thread]) -> RenderableType:
    """Conversations, a line each, the latest first."""
    if not threads:
        return Text("no conversation is stored yet", style="dim")
    return Group(*(_thread_line(one) for one in threads))


def _thread_line(thread: Thread) -> Text:
    line = _named(thread.title or "(nothing said)", thread.id, thread.updated)
    line.append(f"  {thread.turns} turn{'s' * (thread.turns != 1)}", style="green")
    if thread.parent:
        line.append(f", from {thread.parent[-6:]}", style="dim")
    return line


def conversation_view(messages: Iterable[Any]) -> RenderableType:
    """What was said, and what each call gave: titles, scores, where a clip is."""
    lines: list[RenderableType] = []
    for message in messages:
        if message.type == "human":
            lines.append(Text(f"\n> {visible(message.text)}", style="bold"))
        elif message.type == "tool":
            lines.append(_gave_view(str(message.name), gave(message)))
        elif message.text:
            lines.append(Text(visible(message.text)))
    return Group(*lines)


def _gave_view(name: str, given: Gave) -> RenderableType:
    if given.failed:
        return Indented(Text(f"! {label(name)}: {given.told}", style="yellow"), below=0)
    lines: list[RenderableType] = [Text(f"{label(name)}: {given.told}".rstrip(": "), style="dim")]
    for number, row in enumerate(given.rows, start=1):
        mark = f"{number} " if given.numbered else ""
        lines.append(Text.assemble((mark, "bold yellow"), row.title, (f"  {row.told}" if row.told else "", "dim")))
    if given.path:
        lines.append(path_line(given.path))
    return Indented(Group(*lines), below=0)


def drafts_view(drafts: Sequence[Data]) -> RenderableType:
    """Drafts with their numbers and scores, best first."""
    parts: list[RenderableType] = []
    for number, one in enumerate(drafts, start=1):
        parts.append(Text.assemble((f"{number} ", "bold yellow"), (visible(one["title"]), "bold")))
        parts.append(Indented(_bar(one["score"]), below=0))
        if one.get("video_prompt"):
            parts.append(Padding(Text(_line(one["video_prompt"], _SHOT), style="dim"), (0, 0, 0, 2), expand=False))
        parts += [
            Padding(Text(f"! {visible(complaint)}", style="yellow"), (0, 0, 0, 2), expand=False)
            for complaint in one.get("complaints", ())
            if "predicted popularity" not in complaint
        ]
    return (
        Group(*parts, *_basis(drafts[0]["score"], "the first: " if len(drafts) > 1 else ""))
        if drafts
        else Text("no drafts", style="dim")
    )


def _bar(score: Data) -> Bar:
    return Bar(score["percentile"], _ACCEPTED, _BAR, f" above {score['percentile']:.0f} %", marked=False)


def _basis(score: Data, best: str = "") -> list[RenderableType]:
    low, high = (2 ** score["interval"][end] for end in ("low", "high"))
    lines = [
        Text(
            f"against {score['against']}; by {score['predictor']}, which read {', '.join(score['basis'])}", style="dim"
        ),
        Text(
            f"{best}about {score['comments']:,.0f} comments, {score['interval']['coverage']:.0%} of such "
            f"videos get {low:,.0f} to {high:,.0f}",
            style="dim",
        ),
    ]
    return [*lines, *_invented(score["illustrative"])]


def _score(data: Data) -> RenderableType:
    return Group(*_headed(data), *_basis(data["score"]))


def _explanation(data: Data) -> RenderableType:
    """What raises and lowers a score, as factors on comments, and the past videos it rests on."""
    parts: list[RenderableType] = [*_headed(data), Text("what it is worth, as a factor on comments", style="dim")]
    worth = _table("right")
    parts_of_it = [(one["change"], _PARTS.get(one["without"], one["without"])) for one in data["without"]]
    words = sorted(data["words"], key=lambda word: -word["change"])[:_MOST_ROWS]
    for change, name in (*parts_of_it, *((one["change"], f"“{one['without']}”") for one in words)):
        factor = 2**change
        style = "green" if factor >= 1.02 else "red" if factor <= 0.98 else "dim"
        worth.add_row(Text(f"x {factor:.2f}", style=style), Text(visible(name)))
    parts += [Padding(worth, (0, 0, 0, 2), expand=False), Text("past videos it rests on: share, comments", style="dim")]
    near = _table("right", "right")
    for one in data["neighbours"][:_MOST_NEAR]:
        name = Text(visible(one["title"] or one["id"]), overflow="ellipsis", no_wrap=True)
        near.add_row(f"{one['share']:.0%}", f"{one['comments']:,.0f}", name)
    return Group(*parts, Padding(near, (0, 0, 0, 2), expand=False), *_basis(data["score"]))


def _headed(data: Data) -> list[RenderableType]:
    return [Text(visible(data["title"]), style="bold"), _bar(data["score"])]


def _references(data: Data) -> RenderableType:
    head = Text(f"{', '.join(data['tags'])} of {data['catalogue']}", style="bold")
    invented = _invented(any(found["illustrative"] for found in data["references"]))
    return Group(head, references_view(data["references"]), contrast_view(data["contrast"]), *invented)


def _clip(data: Data) -> RenderableType:
    video = data["video"]
    facts = f"{video['width']}x{video['height']}, {video['seconds']:.2f} s" + (", silent" if video["silent"] else "")
    stand_in = " (a drawn stand-in)" if video["demo"] else ""
    return Group(
        Text(visible(data["title"]), style="bold"),
        path_line(video["path"]),
        Text(f"{facts}; made by {video['renderer']}{stand_in}", style="dim"),
        path_line(data["cover"]["path"]),
    )


def _runs(data: Data) -> RenderableType:
    if not data["runs"]:
        return Text("no run fits", style="dim")
    return Group(*(_run_line(row) for row in data["runs"]))


def _run_line(row: Data) -> Text:
    named = _named(row["title"] or row["request"], row["run_id"], row["created"])
    if row["percentile"] is not None:
        named.append(
            f"  above {row['percentile']:.0f} %", style="green" if row["percentile"] >= _ACCEPTED else "yellow"
        )
    elif row["status"] != "done":
        named.append(f"  {row['status']}", style="yellow")
    return named


def _named(title: str, name: str, stamp: str) -> Text:
    """What something is called, and below it by which id and when; an id is never cut, as it will be typed."""
    day = datetime.fromisoformat(stamp).astimezone()
    return Text.assemble((_line(title, 200), "bold"), "\n  ", (name, "cyan"), (f"  {day:%b %d %H:%M}", "dim"))


def _run(data: Data) -> RenderableType:
    if data.get("finished", True):
        return card(data)
    done = ", ".join(data["nodes_done"]) or "nothing"
    return Text(f"run {data['run_id']} ({data['status']}) about {visible(data['request'])}; done: {done}")


_VIEWS: dict[str, Callable[[Data], RenderableType]] = {
    "find_references": _references,
    "draft_video": lambda data: drafts_view(data["drafts"]),
    "compare_drafts": lambda data: drafts_view(data["drafts"]),
    "score_popularity": _score,
    "explain_score": _explanation,
    "render_video": _clip,
    "make_video": card,
    "list_runs": _runs,
    "show_run": _run,
}


def _invented(illustrative: bool) -> list[RenderableType]:
    return [Text("illustrative: these counts are invented samples", style="yellow")] if illustrative else []


def _table(*columns: Literal["left", "right"]) -> Table:
    """Rows without lines; `columns` says where the first ones are set, the rest is set left."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for column in columns:
        table.add_column(justify=column, no_wrap=True)
    return table


def _line(text: str, most: int) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
