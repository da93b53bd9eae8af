"""The card of a finished ad: what a person reads after `popcorn ad make`. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...prompts.text import visible
from .layout import Indented, path_line

Data = Mapping[str, Any]
_BACKED = "backed"


def ad_card(data: Data) -> RenderableType:
    """Lines over their clips, claims, checks, files and notices of `ad make --json` data."""
    parts = [_title(data), _lines(data), _claims(data), _checks(data), _files(data), _remarks(data)]
    return Group(*(part for part in parts if part is not None))


def ads_card(data: Data) -> RenderableType:
    """Every variant's card, then how far they are apart, which to try first, and how to choose between them."""
    ads = data["variants"]
    order = ", ".join(str(one["variant"]) for one in data["ranking"]["order"])
    lines = [Text(f"try first: {order}; {visible(data['ranking']['told'])}")]
    lines += [
        Text(f"{one['a']} and {one['b']} are {one['whole']:.2f} of 1 apart", style="dim") for one in data["distances"]
    ]
    runs = " ".join(one["run_id"] for one in ads)
    lines.append(Text(f"side by side: popcorn ad show {runs} -o page.html", style="dim"))
    lines.append(Text("how many people a test needs: popcorn ad test-plan --variants " + str(len(ads)), style="dim"))
    return Group(*(ad_card(one) for one in ads), _section("variants", Group(*lines)))


def _title(data: Data) -> RenderableType:
    video = data["video"]
    count = len({one["clip"] for one in data["segments"]})
    clips = "1 clip" if count == 1 else f"{count} clips"
    facts = f"{video['seconds']:.1f} s, {clips}, {data['language']}, {data['strategy']}"
    return Text.assemble((visible(str(data["title"])), "bold"), (f"  {facts}", "dim"), "\n")


def _lines(data: Data) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
    for width in (5, 11, 9):
        table.add_column(no_wrap=True, width=width)
    table.add_column(overflow="fold", ratio=1)
    for one in data["segments"]:
        clip = Text(f"clip {one['clip']}", style="cyan")
        table.add_row(Text(f"{one['at']:.1f}"), Text(one["role"], style="dim"), clip, Text(visible(one["script"])))
    return _section("lines", table)


def _claims(data: Data) -> RenderableType | None:
    if not data["claims"]:
        return None
    lines = []
    for claim in data["claims"]:
        backed = claim["verdict"] == _BACKED
        told = f"{claim['kind']}, {claim['verdict']}" + (f": {claim['source']}" if claim["source"] else "")
        lines.append(
            Text.assemble(("✓ " if backed else "! ", "green" if backed else "yellow"), visible(claim["text"]), "  ")
            + Text(visible(told), style="dim")
        )
    return _section("claims", Group(*lines))


def _checks(data: Data) -> RenderableType:
    """What was measured, a line each; what could not be measured says so."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
    for width in (1, 31):
        table.add_column(no_wrap=True, width=width)
    table.add_column(overflow="fold", ratio=1)
    for one in data["checks"]:
        mark = ("✓", "green") if one["ok"] else ("✗", "red")
        value = f"{one['value']} (allowed: {one['limit']})" if not one["ok"] else str(one["value"])
        table.add_row(Text(*mark), one["name"], Text(value, style="dim"))
    return _section("checks", table)


def _files(data: Data) -> RenderableType:
    video = data["video"]
    facts = f"{video['width']}x{video['height']}, {video['seconds']:.2f} s, {video['fps']:g} fps, {video['codec']}"
    paths = [data["cover"]["path"], *data["edit_lists"], *data["subtitles"].values()]
    lines = [path_line(str(video["path"])), Text(facts, style="dim"), *(path_line(str(path)) for path in paths)]
    if copy := video.get("copy"):
        lines.insert(0, path_line(str(copy), "bold cyan"))
    return _section("files", Group(*lines))


def _remarks(data: Data) -> RenderableType:
    models = data["models"]
    lines = [Text(f"written by {models['chat']}, spoken by {models['voice']}", style="dim")]
    lines += [Text(f"! {visible(notice)}", style="yellow") for notice in data["notices"]]
    lines.append(Text(f"run {data['run_id']}", style="dim"))
    return _section("", Group(*lines))


def _section(name: str, body: RenderableType) -> RenderableType:
    head = [Text(name, style="bold")] if name else []
    return Group(*head, Indented(body))
