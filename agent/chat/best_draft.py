"""Where a subject stands in a conversation: the titles it has had, and the draft with the highest score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...graphs.create.command import take_apart
from .answers import results_in

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from ...tools.popularity.types import Score
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


def best_of(messages: Sequence[BaseMessage], score: Score | None = None, subject: str = "") -> ScoredDraft | None:
    """The draft with the highest score on the subject that was spoken of last; None where there is none.

    It must be `subject`, where that is given. A title without a shot is no draft. Only scores of one predictor against
    one set are compared: those of `score`, or else those of the latest.
    """
    about = ""
    drafts: list[ScoredDraft] = []
    for result in results_in(messages):
        here = subject_of(result.about()) or about
        new = [one for one in scored_in(result) if one.video_prompt]
        drafts = [*(drafts if here == about else []), *new]
        about = here
    if not drafts or (subject and subject != about):
        return None
    kind = _kind(score or drafts[-1].score)
    return max((one for one in drafts if _kind(one.score) == kind), key=lambda one: one.score.percentile, default=None)


def subject_of(request: str) -> str:
    """What two requests for the same subject have in common: no command around it, no case."""
    return take_apart(request).idea.casefold() if request.strip() else ""


def scored_in(result: ToolResult) -> tuple[ScoredDraft, ...]:
    """Every draft with a score that a result holds."""
    brought = result.brings()
    return brought.drafts if brought else ()


def _kind(score: Score) -> tuple[str, str]:
    return score.predictor, score.against
