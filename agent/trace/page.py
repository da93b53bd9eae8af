"""A run as one HTML page that needs nothing else: no script, no request, readable in light, dark and on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...graphs.create.choice import picked, read_choice, why_not
from ...tools.popularity.feedback.told import count_told, prediction_told
from ...tools.popularity.feedback.types import PublishedVideo
from ...tools.popularity.platforms import in_words
from ...tools.popularity.standing import briefly, place, rank_of, read_score, reasons, standing
from ...tools.popularity.types import read
from ..models.offline.shaping import shaped_by
from .page_templates import template
from .run_page import Data, Known, Media, common
from .score_axis import axis, rounded


def page(known: Known, media: Media) -> str:
    """The page. Every text of the run is escaped, and hidden characters are taken out."""
    return template("page.html").render(shown(known, media))


def shown(known: Known, media: Media) -> dict[str, Any]:
    """What a template shows of a run of the create graph."""
    result = known.result
    return (
        common(known, media)
        | _judged(known)
        | {
            "drew": _drew(known.drew) if known.drew else None,
            "draft": result or None,
            "reasoning": result.get("reasoning", ()),
            "references": [_reference(one) for one in result.get("references", ())],
            "shaped": shaped_by(result),
            "tags": ", ".join(result.get("tags", ())),
            "invented": _invented(result),
        }
    )


def _drew(video: PublishedVideo) -> dict[str, Any]:
    """What its published clip drew, beside what was predicted."""
    return {
        "platform": in_words(video.platform),
        "predicted": prediction_told(video.prediction),
        "counts": [count_told(one) for one in video.counts],
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
        "axis": axis(score, _on_its_scale(known, near)) if score and read_score(score).interval else None,
        "moved": moved(known.explanation) if known.explanation else None,
        "moved_remark": known.remark,
        "attempts": [_attempt(one, result) for one in result.get("attempts") or story.attempts],
    }


def _on_its_scale(known: Known, near: Sequence[Data]) -> Sequence[Data]:
    """The past videos, unless the score's scale is of other videos: counts of two platforms share no axis."""
    shift = str(known.manifest.get("facts", {}).get("predictor_shift", ""))
    return near if shift in {"", "0", "0.0"} else ()


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


def moved(explanation: Data) -> dict[str, Any]:
    """What moved a score, for a template: its words as factors, and the past videos that it leaned on."""
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
