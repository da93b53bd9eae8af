"""What a result comes to, in a sentence or two: how the offline router speaks of what the tools gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..standing import best_of, scored_in, subject_of
from .wishes import Data

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage, ToolMessage

_GOOD, _MIDDLING = 60, 40
"""Percentiles from which a score is called good, and in the middle; a session accepts from 60 unless it is told."""
_LITTLE = 0.03
"""A share of the comments that is hardly worth a change."""
_PARTS = {
    "text": "what title and shot say as a whole",
    "tag": "the category",
    "frames": "the pictures",
    "retrieval": "its likeness to past videos",
}


def told(answers: Sequence[ToolMessage], before: Sequence[BaseMessage], line: str) -> str:
    """What the answers of a turn come to; `before` is all that was said before `line`."""
    data = [one.artifact for one in answers if one.status != "error" and isinstance(one.artifact, Mapping)]
    failed = len(answers) - len(data)
    parts = ["That did not work; what is wrong stands above."] if failed else []
    if failed and data:
        parts = [f"{failed} of {len(answers)} did not work; what is wrong stands above."]
    names = [str(one.name) for one in answers if one.status != "error" and isinstance(one.artifact, Mapping)]
    if set(names) == {"render_video"}:
        return " ".join([_rendered(data), *parts])
    said = [
        _explained(one, line) if name == "explain_score" else _SENTENCES[name](one, before)
        for name, one in zip(names, data, strict=True)
    ]
    return " ".join([*said, *parts])


def _above(score: Data) -> str:
    return f"above {score['percentile']:.0f} % of {score['against']}"


def _drafts_told(data: Data, before: Sequence[BaseMessage]) -> str:
    best, count = data["drafts"][0], len(data["drafts"])
    first = f"“{best['title']}” is the best of {count}" if count > 1 else f"“{best['title']}”"
    stands, falls = _stands(data, best, before)
    which = "best" if falls else "first"
    return f"{first}: {_above(best['score'])}. {stands}Next: `why?`, `shorter title`, or `render the {which}`."


def _scored_told(data: Data, before: Sequence[BaseMessage]) -> str:
    stands, _ = _stands(data, data, before)
    return f"“{data['title']}”: {_above(data['score'])}. {stands}Next: `why?`"


def _stands(data: Data, draft: Data, before: Sequence[BaseMessage]) -> tuple[str, bool]:
    """How a draft stands beside the best so far of its subject, and whether it falls short of it."""
    if not draft.get("video_prompt"):
        return "", False
    best = best_of(before, draft["score"], subject_of(str(data.get("request", ""))))
    if best is None or best["title"] in {one["title"] for one in scored_in(data)}:
        return "", False
    old, new = round(best["score"]["percentile"]), round(draft["score"]["percentile"])
    if new < old:
        return f"That is below the {old} % of “{best['title']}”, which stays the best. ", True
    if new == old:
        return f"That is level with “{best['title']}”. ", False
    return f"That is above the {old} % of “{best['title']}”, which was the best so far. ", False


def _explained(data: Data, line: str) -> str:
    """Whether the score is low, and what to change."""
    return " ".join([_level(data["score"], line), *_helps(data), _costs(data)])


def _level(score: Data, line: str) -> str:
    percentile, doubted = score["percentile"], any(word in line.casefold() for word in ("low", "bad", "weak"))
    if percentile >= _GOOD:
        return f"{'It is not low' if doubted else 'It stands well'}: {_above(score)}."
    if percentile >= _MIDDLING:
        return f"It is in the middle: {_above(score)}."
    return f"It is low: {_above(score)}."


def _helps(data: Data) -> list[str]:
    best = max(data["words"], key=lambda one: one["change"], default=None)
    more = _factor(best) - 1 if best else 0.0
    if best is None or more < _LITTLE:
        return []
    worth = f"{_factor(best):.1f} times the comments" if more >= 1 else f"{100 * more:.0f} % more comments"
    return [f"“{_bare(best['without'])}” helps most: {worth} with it."]


def _costs(data: Data) -> str:
    """The word or the part that costs most, and what to try; never an advice to change what costs nothing."""
    words = [one for one in data["words"] if _bare(one["without"])]
    worst = min(words, key=lambda one: one["change"], default=None)
    part = min(data["without"], key=lambda one: one["change"], default=None)
    if part and part["change"] < min(0.0, worst["change"] if worst else 0.0):
        name = _PARTS.get(part["without"], part["without"])
        lost = 1 - _factor(part)
        return f"What costs most is {name}: {100 * lost:.0f} % of the comments. Try other drafts: `three more`."
    if worst is None or len(data["words"]) < 2:
        return "The title is one word, so none can be left out. Try other drafts: `three more`."
    if (lost := 1 - _factor(worst)) <= 0:
        return "No word costs anything. Try other drafts: `three more`."
    little = ", which is little" if lost < _LITTLE else ""
    word = _bare(worst["without"])
    return f'“{word}” costs most: about {100 * lost:.0f} % of the comments{little}. Try: `try it without "{word}"`.'


def _factor(one: Data) -> float:
    return float(2 ** one["change"])


def _bare(word: str) -> str:
    return word.strip(" \"'“”‘’,.:;!?()–—-")


def _rendered(clips: Sequence[Data]) -> str:
    renderers = " and ".join(dict.fromkeys(one["video"]["renderer"] for one in clips))
    if len(clips) == 1:
        return f"Rendered with {renderers}. /open shows the clip."
    return f"{len(clips)} clips, rendered with {renderers}. /open shows the last of them; the paths stand above."


def _made(data: Data, before: Sequence[BaseMessage]) -> str:
    verdict = "accepted" if data["accepted"] else f"below the threshold of {data['threshold']:g}"
    return f"Done: “{data['title']}”, {_above(data['score'])}, {verdict}. /open shows the clip, /trace what happened."


def _shown(data: Data, before: Sequence[BaseMessage]) -> str:
    return _made(data, before) if data["finished"] else f"That run is not finished: {data['status']}."


def _found(data: Data, before: Sequence[BaseMessage]) -> str:
    return f"{len(data['references'])} references. Next: `draft {data['query']}`."


def _listed(data: Data, before: Sequence[BaseMessage]) -> str:
    return f"{len(data['runs'])} found." if data["runs"] else "Nothing of that kind was made."


_SENTENCES: dict[str, Callable[[Data, Sequence[BaseMessage]], str]] = {
    "find_references": _found,
    "draft_video": _drafts_told,
    "compare_drafts": _drafts_told,
    "score_popularity": _scored_told,
    "make_video": _made,
    "list_runs": _listed,
    "show_run": _shown,
}
