"""What a prompt shows of a run, as JSON: past videos, how their sides differ, what was thought, what was tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...prompts.fence import JSONValue
from ...prompts.text import visible
from ...tools.popularity.standing import rank_of, reasons
from ...tools.references.types import ContrastFinding, RetrievedReference, Side
from ..asking.window import shortened
from .choice import Rival
from .policy import best_of
from .state import Attempt, CreateState, Mode, Thought

MOST_COMPARED = 12
"""Comparisons of drafts that a prompt shows."""
MOST_WORDS = 3
"""Single words and hashtags of a contrast that a prompt shows: what a title does tells more than what it says."""
HANDED_ON = ("examine", "brainstorm", "refine")
"""The steps of a reasoning that drafts build on; the others lead from one of these to the next."""
LONGEST_STEP = 320
"""Characters of a step that are handed on."""
_NOTHING_TO_SHOW = {
    Side.POPULAR: "the model is shown no popular reference: all near ones drew fewer comments than half of the "
    "catalogue",
    Side.UNPOPULAR: "the model is shown no unpopular reference: all near ones drew more comments than half of the "
    "catalogue",
}
_VOCABULARY = ("word", "hashtag")
_OVER_ALL = ", over all tags"


def shown_references(state: CreateState) -> tuple[Sequence[RetrievedReference], list[str]]:
    """The references that a prompt may show, and a notice where that leaves a side with none.

    The published rule calls nine tenths of a pool popular. That is shown as popular which drew at least as many
    comments as the middle of the catalogue, that as unpopular which drew fewer; paper mode keeps to the published rule.
    """
    found = state.retrieval.references if state.retrieval else ()
    if state.plan.mode is Mode.PAPER:
        return found, []
    shown = [one for one in found if one.upper is None or one.upper == (one.side is Side.POPULAR)]
    emptied = [side for side in Side if side in {one.side for one in found} - {one.side for one in shown}]
    return shown, [_NOTHING_TO_SHOW[side] for side in emptied]


def material(name: str, state: CreateState) -> JSONValue:
    """The block of this name; empty where there is nothing to show."""
    return _MAKERS[name](state)


def condensed(thoughts: Sequence[Thought]) -> dict[str, JSONValue]:
    """The steps that drafts build on, each with as many whole sentences as are short; of steps with other names the
    first two and the last."""
    named = [one for one in thoughts if one.step.strip().casefold() in HANDED_ON]
    kept = named or [*thoughts[:2], *thoughts[2:][-1:]]
    return {one.step: _beginning(one.text) for one in kept}


def _beginning(text: str) -> str:
    """The whole sentences at the beginning of a text that fit, or as many words of the first one."""
    whole = shortened(text, len(text))
    if len(whole) <= LONGEST_STEP:
        return whole
    ends = [at + 1 for at, sign in enumerate(whole[:LONGEST_STEP]) if sign in ".!?。！？"]
    return whole[: ends[-1]] if ends else shortened(whole, LONGEST_STEP)


def _contrast(findings: Sequence[ContrastFinding]) -> JSONValue:
    """The figures of each kind, what a title does before what words it has."""
    words = [one for one in findings if one.kind in _VOCABULARY]
    shown = [*(one for one in findings if one.kind not in _VOCABULARY), *words[:MOST_WORDS]]
    if not shown:
        return None
    first = shown[0]
    kinds: dict[str, JSONValue] = {
        "videos": f"{first.popular_support} and {first.unpopular_support}{' of all tags' * first.over_all_tags}"
    }
    for kind in dict.fromkeys(one.kind for one in shown):
        kinds[kind] = [
            [visible(one.text).removesuffix(_OVER_ALL), _figure(one, one.popular), _figure(one, one.unpopular)]
            for one in shown
            if one.kind == kind
        ]
    return kinds


def _figure(finding: ContrastFinding, value: float) -> float:
    return round(value, 1 if finding.kind == "length" else 2)


def _score(attempt: Attempt) -> JSONValue:
    """Where the best draft stands among real videos, or why nobody can tell."""
    rank = rank_of(attempt.score)
    if rank is None:
        return {"title": attempt.draft.title, "no_evidence": reasons(attempt.score)}
    best, low, high = map(round, rank)
    return {"title": attempt.draft.title, "rank_of_100": best, "likely": [low, high], "against": attempt.score.against}


def _compared(state: CreateState) -> JSONValue:
    """How each draft that was taken compares with its rivals, where the choice model can tell."""
    rows: list[JSONValue] = [
        {"draft": attempt.draft.title, "beside": rival.title, "draws_more": _more(rival)}
        for attempt in reversed(state.attempts)
        for rival in attempt.rivals
        if rival.comparison.evidence
    ]
    return rows[:MOST_COMPARED]


def _more(rival: Rival) -> str:
    found = rival.comparison
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
    "contrast": lambda state: _contrast(state.contrast),
    "reasoning": lambda state: condensed(state.reasoning),
    "score": lambda state: _score(best_of(state.attempts)),
    "compared": _compared,
    "tried": lambda state: [_tried(attempt) for attempt in state.attempts],
}
