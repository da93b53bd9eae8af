"""The messages of each node: the unchanging instructions first, then the data behind its fence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ...prompts import load
from ...prompts.fence import JSONValue
from ...prompts.text import visible
from ...tools.popularity.types import Explanation
from ..asking.fitting import fenced, fit_blocks
from ..asking.window import Window, fit_references
from .policy import best_of
from .state import Attempt, CreateState, Mode

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MOST_WORDS = 8
"""Words of a title whose worth a prompt shows."""


class Question(NamedTuple):
    """What a node asks."""

    messages: list[BaseMessage]
    notices: list[str]
    """What a reader has to be told about it, such as references that did not fit."""


def reason_messages(state: CreateState, window: Window) -> Question:
    """What `reason` asks: seven steps over both sides."""
    return _question("reason", state, window, "references", "contrast")


def draft_prompt(state: CreateState) -> str:
    """The template `draft` uses in this mode."""
    return "paper" if state.plan.mode is Mode.PAPER else "draft"


def draft_messages(state: CreateState, window: Window, number: int = 0) -> Question:
    """What `draft` asks: candidates, in paper mode with the reasoning in the same reply; or the one of `number`."""
    if state.plan.mode is Mode.PAPER:
        return _question("paper", state, window, "references", "language", "candidates")
    return _question("draft", state, window, "contrast", "reasoning", "language", **_wanted(state, number))


def refine_messages(state: CreateState, window: Window, explanation: Explanation, number: int = 0) -> Question:
    """What `refine` asks: candidates that answer the complaints about what was tried; `explanation` is the best's."""
    names = ("contrast", "reasoning", "score", "tried", "language")
    return _question("refine", state, window, *names, explanation=_explained(explanation), **_wanted(state, number))


def _wanted(state: CreateState, number: int) -> dict[str, JSONValue]:
    """How many drafts, or which one of them; it stands last, so that all before it is the same for each."""
    count = state.plan.candidates
    if not number:
        return {"candidates": count}
    angles = load("angles").text.splitlines()
    angle = angles[(len(state.attempts) * count + number - 1) % len(angles)]
    return {"candidate": {"number": number, "of": count, "angle": angle}}


def _question(task: str, state: CreateState, window: Window, *names: str, **more: JSONValue) -> Question:
    """The unchanging instructions, then the fenced blocks, without those that have nothing in them."""
    from langchain_core.messages import HumanMessage, SystemMessage

    system, template = load("system").render({}), load(task)
    blocks: dict[str, JSONValue] = {"task": task, "request": state.request, "references": None}
    blocks.update((name, _MAKERS[name](state)) for name in names if name != "references")
    blocks.update(more)
    references = state.retrieval.references if "references" in names and state.retrieval else ()
    bare = window.count(system + template.render({"data": ""}))
    room = (bare + window.room) // 2 if references else window.room
    shown, notices = fit_blocks(blocks, bare, room, window)
    if references:
        fitted, said = fit_references(references, bare + window.count(fenced(shown)), window)
        shown, notices = {**shown, "references": fitted}, [*notices, *said]
    return Question([SystemMessage(system), HumanMessage(template.render({"data": fenced(shown)}))], notices)


def _contrast(state: CreateState) -> JSONValue:
    return [
        {
            "kind": finding.kind,
            "text": visible(finding.text),
            "popular": round(finding.popular, 3),
            "unpopular": round(finding.unpopular, 3),
            "popular_support": finding.popular_support,
            "unpopular_support": finding.unpopular_support,
        }
        for finding in state.contrast
    ]


def _score(attempt: Attempt) -> JSONValue:
    score = attempt.score
    return {
        "title": attempt.draft.title,
        "percentile": round(score.percentile, 1),
        "against": score.against,
        "log2_comments": round(score.log2_comments, 2),
        "interval": [round(score.interval.low, 2), round(score.interval.high, 2)],
        "coverage": score.interval.coverage,
    }


def _explained(explanation: Explanation) -> JSONValue:
    """What each part of the best draft is worth: a factor on its comments, above 1 for what raises them."""
    parts: dict[str, JSONValue] = {one.without: round(2**one.change, 2) for one in explanation.without}
    words: list[JSONValue] = [
        {"word": one.without, "worth": round(2**one.change, 2)}
        for one in sorted(explanation.words, key=lambda one: -abs(one.change))[:MOST_WORDS]
    ]
    return {"worth_of_parts": parts, "worth_of_words": words}


def _tried(attempt: Attempt) -> JSONValue:
    return {
        "title": attempt.draft.title,
        "video_prompt": attempt.draft.video_prompt,
        "percentile": round(attempt.score.percentile, 1),
        "complaints": list(attempt.complaints),
    }


_MAKERS: dict[str, Callable[[CreateState], JSONValue]] = {
    "contrast": _contrast,
    "reasoning": lambda state: [{"step": thought.step, "text": thought.text} for thought in state.reasoning],
    "score": lambda state: _score(best_of(state.attempts)),
    "tried": lambda state: [_tried(attempt) for attempt in state.attempts],
    "language": lambda state: state.plan.language,
    "candidates": lambda state: state.plan.candidates,
}
