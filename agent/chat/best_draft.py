"""Where a subject stands in a conversation: the titles it has had, and the draft that was picked over others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...graphs.create.request.command import take_apart
from .answers import results_in

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from ..toolbox.drafts import ScoredDraft
    from ..toolbox.tool_result import ToolResult


def titles_for(request: str, messages: Sequence[BaseMessage]) -> tuple[str, ...]:
    """The titles that the conversation has brought for the subject of `request`, each once, in their order."""
    wanted = subject_of(request)
    titles = (
        draft.title
        for result in results_in(messages)
        if subject_of(result.about()) == wanted
        for draft in scored_in(result)
    )
    return tuple(dict.fromkeys(titles))


def best_of(messages: Sequence[BaseMessage], subject: str = "") -> ScoredDraft | None:
    """The draft on the subject that was spoken of last which was picked over others last; None where there is none.

    The subject must be `subject`, where that is given. A title without a shot is no draft. Scores are not compared
    here: which of several drafts is taken, the tools have said. One that came alone takes nobody's place.
    """
    about, best = "", None
    for result in results_in(messages):
        here = subject_of(result.about()) or about
        best = best if here == about else None
        about, new = here, [one for one in scored_in(result) if one.video_prompt]
        if new and (best is None or len(new) > 1):
            best = new[0]
    return None if subject and subject != about else best


def request_of(title: str, messages: Sequence[BaseMessage]) -> str:
    """The request that the draft of this title was written for last; empty where the conversation brought none."""
    asked = [one.about() for one in results_in(messages) if title in {draft.title for draft in scored_in(one)}]
    return next(filter(None, reversed(asked)), "")


def subject_of(request: str) -> str:
    """What two requests for the same subject have in common: no command around it, no case."""
    return take_apart(request).idea.casefold() if request.strip() else ""


def scored_in(result: ToolResult) -> tuple[ScoredDraft, ...]:
    """Every draft with a score that a result holds."""
    brought = result.brings()
    return brought.drafts if brought else ()
