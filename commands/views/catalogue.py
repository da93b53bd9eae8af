"""Imports, searches and figures of catalogues for people, at 80 columns. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ...agent.toolbox.reference_cards import contrast_view, lines_of, references_view

Data = Mapping[str, Any]
_FOLD = 12
"""Remarks of an import and tags of a catalogue that are shown before the rest is counted."""


def search_view(results: Sequence[Data]) -> RenderableType:
    """What each query found: tags, both sides, nearest first, and what sets them apart."""
    return Group(*(_found(result) for result in results))


def _found(result: Data) -> RenderableType:
    weights = zip(result["tags"], result["tag_weights"], strict=True)
    head = Text(result["query"], style="bold", overflow="ellipsis", no_wrap=True)
    tags = Text("in " + ", ".join(f"{tag} ({weight:.0%})" for tag, weight in weights), style="dim")
    notices = [Text(f"! {notice}", style="yellow") for notice in result["notices"]]
    body = Group(references_view(result["references"]), contrast_view(result["contrast"]), *notices)
    return Group(head, tags, Padding(body, (0, 0, 1, 2)))


def import_view(data: Data) -> RenderableType:
    """What an import read, what it made of it, and what came out."""
    report, seconds = data["report"], data["seconds"]
    state = "built" if data["built"] else "already up to date"
    state += f"; replaces {data['replaced']:,} references" if data["replaced"] else ""
    figures = f"{report['read']:,} rows read, {report['kept']:,} kept, {report['repaired']:,} repaired"
    figures += f", {report['rejected']:,} rejected"
    if report["unused_lines"]:
        figures += f"; {report['unused_lines']:,} lines of other files not used"
    lines = [
        Text.assemble((data["name"], "bold"), f": {data['rows']:,} references, {state}"),
        Text(figures),
        *(Text(f"- {note}", style="dim") for note in report["notes"]),
        *_remarks(report),
        Text(f"encoder {data['encoder']}; read in {seconds['reading']:.1f} s, built in {seconds['building']:.1f} s"),
        Text(f'next: popcorn ask "..." --catalogue {data["name"]}', style="cyan"),
    ]
    return Group(*lines)


def _remarks(report: Data) -> list[RenderableType]:
    if not report["reasons"]:
        return []
    reasons = lines_of(("right", 9), ("left", None))
    for reason, times in list(report["reasons"].items())[:_FOLD]:
        reasons.add_row(f"{times:,}", Text(reason, style="yellow"))
    places = lines_of(("left", None))
    for remark in report["first"][:_FOLD]:
        value = f": {remark['value']!r}" if remark["value"] else ""
        places.add_row(Text(f"{remark['file']}:{remark['line']} {remark['action']}, {remark['reason']}{value}"))
    return [reasons, Text("the first of them", style="dim"), places]


def stats_view(data: Data) -> RenderableType:
    """What a catalogue holds."""
    comments = data["comments"]
    facts = lines_of(("left", 10), ("left", None), fold=True)
    facts.add_row("source", Text(data["source"] + (" (invented figures)" if data["illustrative"] else "")))
    if data["imported_from"]:
        facts.add_row("imported", Text(data["imported_from"], style="cyan"))
    facts.add_row("encoder", f"{data['encoder']}, {data['dimension']} dimensions")
    facts.add_row("made", f"{data['created']} by popcorn {data['popcorn_version']}")
    facts.add_row("folder", Text(data["folder"], style="cyan"))
    facts.add_row("comments", _comments(comments))
    if splits := {name: times for name, times in data["splits"].items() if name}:
        facts.add_row("splits", ", ".join(f"{name} {times:,}" for name, times in splits.items()))
    return Group(
        Text.assemble((data["catalogue"], "bold"), f": {data['rows']:,} references"),
        Padding(facts, (0, 0, 0, 2)),
        Text("tags", style="bold"),
        Padding(_tags(data["tags"]), (0, 0, 0, 2)),
    )


def _comments(comments: Data) -> Text:
    if not comments["counted"]:
        return Text("none of the references has a count")
    quartiles = (comments[name] for name in ("lower_quartile", "median", "upper_quartile"))
    text = f"{comments['minimum']:,.0f} to {comments['maximum']:,.0f}; quartiles " + ", ".join(
        f"{value:,.0f}" for value in quartiles
    )
    missing = f"; {comments['uncounted']:,} without a count" if comments["uncounted"] else ""
    return Text(text + missing)


def _tags(tags: Mapping[str, int]) -> RenderableType:
    most = max(tags.values())
    table = lines_of(("left", 26), ("right", 9), ("left", None))
    for tag, times in list(tags.items())[: 2 * _FOLD]:
        table.add_row(
            Text(tag or "(no tag)"), f"{times:,}", Text("━" * max(1, round(30 * times / most)), style="green")
        )
    if len(tags) > 2 * _FOLD:
        table.add_row(Text(f"and {len(tags) - 2 * _FOLD} more", style="dim"), "", "")
    return table
