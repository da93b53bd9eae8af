"""What every page of a run has: its head, its clip, how it went, and what was said to models and tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...tools.popularity.feedback.types import PublishedVideo
from ..runs.sound_facts import sound_told
from .figures import call_facts, money, seconds, tokens, unfinished
from .page_templates import styled
from .story import Call, Phase, Story, nested

Data = Mapping[str, Any]
_UNFINISHED = {
    Phase.UNDER_WAY: "It is still under way: this is how far it had come.",
    Phase.LEFT: "It was stopped before its end: this is how far it had come.",
    Phase.FAILED: "",
    Phase.DONE: "",
}
_THINNEST = 0.6
"""Hundredths of the timeline that the shortest step is drawn with."""


@dataclass(frozen=True, slots=True)
class Media:
    """Where the page takes clip and cover from: data URLs, or names of files beside it; empty for none."""

    clip: str = ""
    cover: str = ""
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a run, as JSON values without secrets."""

    story: Story
    result: Data = field(default_factory=dict)
    """The data of `ask --json`; empty before the end."""
    manifest: Data = field(default_factory=dict)
    explanation: Data | None = None
    """What moved the score of the best attempt."""
    remark: str = ""
    """Why there is no explanation."""
    drew: PublishedVideo | None = None
    """What its published clip drew; None where nobody told of it."""


def common(known: Known, media: Media) -> dict[str, Any]:
    """What the template run_page.html needs, of a run of any kind."""
    story = known.story
    return (
        styled("page.css")
        | _head(story, known.result)
        | {
            "sources": "data: 'self' file:" if media.linked else "data:",
            "clip": media.clip,
            "cover": media.cover,
            "video": _video(known.result),
            "timeline": _timeline(story),
            "took": seconds(story.seconds + (story.setup_seconds or 0)),
            "calls": [_call(visit.node, call, within) for visit in story.visits for call, within in nested(visit)],
            "spent": _spent(story),
            "facts": _facts(known),
        }
    )


def _head(story: Story, result: Data) -> dict[str, Any]:
    run, video = story.run, result.get("video") or {}
    parent = f"{run.parent} before {run.node}" if run.node else run.parent
    return {
        "title": result.get("title") or run.request,
        "request": run.request,
        "run_id": run.run_id,
        "began": f"{datetime.fromisoformat(run.created):%-d %B %Y, %H:%M} UTC" if run.created else "",
        "parent": parent,
        "error": story.error,
        "unfinished": _UNFINISHED[story.phase],
        "notices": [*story.notices, *(one for one in result.get("notices", ()) if one not in story.notices)],
        "sha256": video.get("sha256", ""),
        "demo": video.get("demo", False),
    }


def _video(result: Data) -> dict[str, Any]:
    video = result.get("video")
    if not video:
        return {"width": 0, "height": 0, "told": ""}
    told_of = f"{video['seconds']:.2g} s, {video['width']}×{video['height']}, made by {video['renderer']}"
    told_of += " (a demo stand-in)" if video.get("demo") else ""
    shots = len(result.get("shots") or ())
    told_of += f", of {shots} shots" if shots else ""
    heard = ", silent" if video.get("silent") else f"; {sound_told(result)}" if result.get("sound") else ""
    return {**video, "told": f"{told_of}{heard}"}


def _timeline(story: Story) -> list[dict[str, Any]]:
    """The steps one after another; the time between two walks of a run is left out."""
    steps: list[tuple[str, str, float | None]] = []
    if story.setup_seconds:
        steps.append(("setup", "setup", story.setup_seconds))
    for visit in story.visits:
        again = f" {visit.number}" if visit.number > 1 else ""
        look = visit.phase.value if visit.phase in {Phase.FAILED, Phase.LEFT} else ""
        steps.append((f"{visit.node.replace('_', ' ')}{again}", look, visit.seconds))
    whole = sum(took or 0 for _, _, took in steps) or 1.0
    shown, x = [], 0.0
    for name, look, took in steps:
        width = max(_THINNEST, 100 * (took or 0) / whole)
        at = min(x, 100 - width)
        shown.append(
            {
                "name": name,
                "look": look,
                "x": round(at, 2),
                "width": round(width, 2),
                "took": (look and unfinished(Phase(look))) if took is None else seconds(took),
            }
        )
        x += 100 * (took or 0) / whole
    return shown


def _call(node: str, call: Call, within: Call | None) -> dict[str, Any]:
    return {
        "node": node,
        "name": call.name,
        "under": within.name if within else "",
        "told": ", ".join(call_facts(call)),
        "error": call.error,
        "parts": list(_parts(call)),
    }


def _parts(call: Call) -> Iterator[dict[str, Any]]:
    """All that was said, a fold each; the reply stands open."""
    told_of = [(message["role"], _said(message)) for message in call.messages]
    told_of += [("input", call.input), ("reasoning", call.reasoning), ("reply", _indented(call.reply))]
    told_of += [("output", call.output), ("cut", "\n".join(call.cut))]
    if call.tool_calls:
        told_of.append(("calls", json.dumps(call.tool_calls, ensure_ascii=False, indent=2)))
    for role, text in told_of:
        if text:
            opened = role in {"reply", "output", "calls"}
            yield {"role": role, "text": text, "size": f"{len(text):,} characters", "open": opened}


def _said(message: Data) -> str:
    calls = message.get("tool_calls")
    return str(message["text"]) + (f"\n{json.dumps(calls, ensure_ascii=False, indent=2)}" if calls else "")


def _indented(text: str) -> str:
    """A reply that is JSON in a form that people can read; any other as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _spent(story: Story) -> str:
    sent, got = (sum(getattr(call, name) for call in story.calls) for name in ("input_tokens", "output_tokens"))
    return f"{tokens(sent, got)}{money(story.cost_usd)}" if sent or got else ""


def _facts(known: Known) -> list[tuple[str, str]]:
    groups: Sequence[tuple[str, Data]] = (
        ("model", known.result.get("models") or {}),
        ("setting", known.story.run.settings),
        ("data", known.manifest.get("facts") or {}),
        ("version", known.manifest.get("packages") or {}),
    )
    facts = [("prompt", str(prompt)) for prompt in known.manifest.get("prompts") or ()]
    return facts + [(name, str(value)) for _, group in groups for name, value in group.items() if value not in ("", {})]
