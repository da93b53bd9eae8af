"""What a language model is told of each result: short, with what the next call needs, data behind its fence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...prompts import fence
from ...prompts.fence import JSONValue
from ...prompts.text import visible

Data = Mapping[str, Any]

_TITLE = 150
_DIFFERENCES = 5
_WORDS = 8
_SHOT = 1_200


def references_brief(data: Data) -> str:
    """Both sides with their counts, and what sets them apart."""
    sides: dict[str, Any] = {"popular": [], "unpopular": []}
    for found in data["references"]:
        sides[found["side"]].append({"title": _line(found["title"], _TITLE), "comments": found["comments"]})
    blocks = [
        f"{len(data['references'])} references of {data['catalogue']!r} in {', '.join(data['tags']) or 'no tag'}."
        + _invented(any(found["illustrative"] for found in data["references"])),
        fence("references", sides),
        fence("differences", [finding["text"] for finding in data["contrast"][:_DIFFERENCES]]),
    ]
    return "\n".join(blocks)


def drafts_brief(data: Data) -> str:
    """The drafts, best first, each whole, so that it can be rendered."""
    drafts = data["drafts"]
    against = drafts[0]["score"] if drafts else {}
    rows: list[JSONValue] = [
        {
            "number": number,
            "title": one["title"],
            "video_prompt": _line(one["video_prompt"], _SHOT),
            "tag": one["tag"],
            "percentile": round(one["score"]["percentile"], 1),
        }
        | ({"complaints": one["complaints"]} if one.get("complaints") else {})
        for number, one in enumerate(drafts, start=1)
    ]
    return "\n".join((f"{len(rows)} drafts, best first. {_against(against)}", fence("drafts", rows)))


def score_brief(data: Data) -> str:
    """A score with what it means."""
    score = data["score"]
    low, high = (2 ** score["interval"][end] for end in ("low", "high"))
    return (
        f"{data['title']!r} (tag {data['tag'] or 'none'}): percentile {score['percentile']:.1f}, about "
        f"{score['comments']:.0f} comments, {score['interval']['coverage']:.0%} of such videos get {low:.0f} to "
        f"{high:.0f}. {_against(score)}"
    )


def explanation_brief(data: Data) -> str:
    """What moved a score: parts and words as factors on the comments, and the videos it rests on."""
    words = sorted(data["words"], key=lambda one: -abs(one["change"]))[:_WORDS]
    near: list[JSONValue] = [
        {"title": _line(one["title"] or one["id"], _TITLE), "comments": round(one["comments"]), "share": one["share"]}
        for one in data["neighbours"][:_DIFFERENCES]
    ]
    return "\n".join(
        (
            score_brief(data),
            f"What each part is worth as a factor on comments: {_factors(data['without'])}.",
            f"What each word of the title is worth: {_factors(words) or 'not known'}.",
            fence("rests_on", near),
        )
    )


def clip_brief(data: Data) -> str:
    """Where a clip is, and what it is."""
    video = data["video"]
    facts = f"{video['width']}x{video['height']}, {video['seconds']:.2f} s" + (", silent" if video["silent"] else "")
    demo = " It is a drawn stand-in, not a film." if video["demo"] else ""
    return (
        f"Rendered {data['title']!r} with {video['renderer']}: {facts}.{demo} The clip is kept at {video['path']}"
        + "".join(f"\nNote: {_line(notice, 200)}." for notice in video.get("notices", ()))
    )


def run_brief(data: Data) -> str:
    """What a run gave, or how far it came."""
    if not data.get("finished", True):
        done = ", ".join(data["nodes_done"]) or "nothing"
        failed = f" It failed: {_line(data['error'], 500)}" if data["error"] else ""
        return f"Run {data['run_id']} is not finished ({data['status']}); done: {done}.{failed}"
    kept = {
        "run_id": data["run_id"],
        "request": _line(data["request"], 500),
        "title": data["title"],
        "video_prompt": _line(data["video_prompt"], _SHOT),
        "tag": data["tags"][0] if data["tags"] else "",
        "percentile": round(data["score"]["percentile"], 1),
        "accepted": data["accepted"],
        "attempts": [
            {"title": one["title"], "percentile": round(one["score"]["percentile"], 1)} for one in data["attempts"]
        ],
        "renderer": data["video"]["renderer"],
    }
    head = f"Run {data['run_id']}; its clip is kept at {data['video']['path']}\n{_against(data['score'])}"
    return "\n".join((head, fence("run", kept)))


def runs_brief(data: Data) -> str:
    """Runs, the latest first."""
    if not data["runs"]:
        return "No run fits."
    rows: list[JSONValue] = [
        {
            "run_id": row["run_id"],
            "when": row["created"][:16],
            "status": row["status"],
            "request": _line(row["request"], _TITLE),
            "title": row["title"],
            "percentile": None if row["percentile"] is None else round(row["percentile"], 1),
        }
        for row in data["runs"]
    ]
    return "\n".join((f"{len(rows)} runs, the latest first.", fence("runs", rows)))


def _against(score: Data) -> str:
    if not score:
        return ""
    basis = ", ".join(score["basis"]) or "nothing"
    said = f"Percentiles are against {score['against']}, by the predictor {score['predictor']}, which read {basis}."
    return said + _invented(score["illustrative"])


def _invented(illustrative: bool) -> str:
    return " These counts are invented samples: say so." if illustrative else ""


def _factors(rows: Sequence[Data]) -> str:
    return ", ".join(f"{one['without']} x{2 ** one['change']:.2f}" for one in rows)


def _line(text: str, most: int) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
