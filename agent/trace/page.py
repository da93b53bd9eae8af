"""A run as one HTML page that needs nothing else: no script, no request, readable in light, dark and on a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...graphs.create.choice import picked, read_choice, why_not
from ...tools.popularity.standing import briefly, place, rank_of, read_score, reasons, standing
from ...tools.popularity.types import read
from ..models.offline.shaping import shaped_by
from .figures import call_facts, money, seconds, tokens, unfinished
from .page_templates import styled, template
from .score_axis import axis, rounded
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


def page(known: Known, media: Media) -> str:
    """The page. Every text of the run is escaped, and hidden characters are taken out."""
    result, story = known.result, known.story
    return template("page.html").render(
        styled("page.css")
        | _head(story, result)
        | _judged(known)
        | {
            "sources": "data: 'self' file:" if media.linked else "data:",
            "clip": media.clip,
            "cover": media.cover,
            "video": _video(result),
            "draft": result or None,
            "reasoning": result.get("reasoning", ()),
            "references": [_reference(one) for one in result.get("references", ())],
            "shaped": shaped_by(result),
            "tags": ", ".join(result.get("tags", ())),
            "invented": _invented(result),
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


def _judged(known: Known) -> dict[str, Any]:
    """The score and what goes with it; attempts are there before a result is."""
    result, story = known.result, known.story
    score, near = result.get("score"), (known.explanation or {}).get("neighbours", ())
    threshold = result.get("threshold", story.run.settings.get("threshold", 0))
    choice = read_choice(result.get("choice"))
    return {
        "score": _score(score, result) if score else None,
        "picked": [line for line in (picked(choice), why_not(choice)) if line],
        "accepted": result.get("accepted", False),
        "threshold": f"{threshold:g}",
        "mark": float(threshold),
        "axis": axis(score, near) if score and read_score(score).interval else None,
        "moved": _moved(known.explanation) if known.explanation else None,
        "moved_remark": known.remark,
        "attempts": [_attempt(one, result) for one in result.get("attempts") or story.attempts],
    }


def _score(data: Data, result: Data) -> dict[str, Any]:
    """A score for people: its rank as an ordinal with its range, or why there is none."""
    score = read_score(data)
    unknown, rank = "" if _invented(result) else score.unknown_tag, rank_of(score)
    return {
        **dict(data),
        "rank": rank.best if rank else None,
        "place": place(rank.best) if rank else "",
        "standing": standing(score),
        "why_none": reasons(score),
        "comments_told": rounded(score.comments),
        "basis": read(score.basis, unknown),
    }


def _invented(result: Data) -> bool:
    return any(one["illustrative"] for one in result.get("references", ()))


def _attempt(attempt: Data, result: Data) -> dict[str, Any]:
    score = read_score(attempt["score"])
    won = all(attempt.get(name) == result.get(name) for name in ("title", "video_prompt")) if result else False
    return {
        "title": attempt["title"],
        "rank": score.percentile,
        "stands": briefly(score),
        "complaints": attempt.get("complaints", ()),
        "won": won,
    }


def _moved(explanation: Data) -> dict[str, Any]:
    words = [
        {"word": one["without"], "factor": f"×{2 ** one['change']:.2f}", "way": "up" if one["change"] > 0 else "down"}
        for one in explanation["words"]
    ]
    near = [
        {
            "tag": one["tag"],
            "title": one.get("title", ""),
            "comments": f"{one['comments']:,.0f}",
            "similarity": f"{one['similarity']:.2f}",
            "share": f"{one['share']:.0%}",
        }
        for one in explanation["neighbours"]
    ]
    return {"words": words, "near": near}


def _reference(one: Data) -> dict[str, Any]:
    comments = "?" if one["comments"] is None else f"{one['comments']:,.0f}"
    return {**one, "comments": comments, "similarity": f"{one['similarity']:.2f}"}


def _video(result: Data) -> dict[str, Any]:
    video = result.get("video")
    if not video:
        return {"width": 0, "height": 0, "told": ""}
    told_of = f"{video['seconds']:.2g} s, {video['width']}×{video['height']}, made by {video['renderer']}"
    told_of += " (a demo stand-in)" if video.get("demo") else ""
    return {**video, "told": f"{told_of}{', silent' if video.get('silent') else ''}"}


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
