"""The messages of each node: the unchanging instructions first, then the data behind its fence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ...prompts import load
from ...prompts.fence import JSONValue
from ...prompts.text import visible
from ...tools.popularity.standing import rank_of, reasons
from ..asking.fitting import fenced, fit_blocks
from ..asking.window import Window, fit_references
from .choice import Rival
from .policy import best_of
from .state import Attempt, CreateState, Mode

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MOST_COMPARED = 12
"""Comparisons of drafts that a prompt shows."""


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


def refine_messages(state: CreateState, window: Window, number: int = 0) -> Question:
    """What `refine` asks: candidates that answer the complaints about what was tried.

    It never shows what single words are worth to a prediction: a model that sees that writes for the predictor.
    """
    names = ("contrast", "reasoning", "score", "compared", "tried", "language")
    return _question("refine", state, window, *names, **_wanted(state, number))


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
    """Where the best draft stands among real videos, or why nobody can tell."""
    rank = rank_of(attempt.score)
    if rank is None:
        return {"title": attempt.draft.title, "no_evidence": reasons(attempt.score)}
    best, low, high = map(round, rank)
    return {"title": attempt.draft.title, "rank_of_100": best, "likely": [low, high], "against": attempt.score.against}


def _compared(state: CreateState) -> JSONValue:
    """How each draft that was taken compares with its rivals, as far as the choice model can separate them."""
    rows: list[JSONValue] = [
        {"draft": attempt.draft.title, "beside": rival.title, "draws_more": _more(rival)}
        for attempt in reversed(state.attempts)
        for rival in attempt.rivals
    ]
    return rows[:MOST_COMPARED]


def _more(rival: Rival) -> str:
    found = rival.comparison
    if not found.evidence:
        return "no evidence"
    if found.tied:
        return "cannot be told apart"
    return "the draft" if found.probability_a > 1 - found.probability_a else "the one beside it"


def _tried(attempt: Attempt) -> JSONValue:
    return {
        "title": attempt.draft.title,
        "video_prompt": attempt.draft.video_prompt,
        "complaints": list(attempt.complaints),
    }


_MAKERS: dict[str, Callable[[CreateState], JSONValue]] = {
    "contrast": _contrast,
    "reasoning": lambda state: [{"step": thought.step, "text": thought.text} for thought in state.reasoning],
    "score": lambda state: _score(best_of(state.attempts)),
    "compared": _compared,
    "tried": lambda state: [_tried(attempt) for attempt in state.attempts],
    "language": lambda state: state.plan.language,
    "candidates": lambda state: state.plan.candidates,
}
