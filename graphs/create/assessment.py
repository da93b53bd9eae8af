"""What drafts are worth before they are rendered: their scores, what speaks against them, whether they are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...tools.popularity.types import Subject
from .judging import Judge
from .policy import complaints
from .state import Attempt, CreateState, Draft, Originality, Render

if TYPE_CHECKING:
    from ...tools.popularity.types import Score
    from .context import CreateContext


def assess(state: CreateState, context: CreateContext) -> list[Attempt]:
    """Every candidate as an attempt of the coming number."""
    references = [found.reference for found in state.retrieval.references] if state.retrieval else []
    judged = Judge(context.encoder, state.request, references).judge(state.candidates)
    scores = context.predictor.score([subject_of(one, state) for one in state.candidates])
    number = len(state.attempts) + 1
    return [
        _attempt(number, one, points, relevance, originality, state)
        for one, points, (relevance, originality) in zip(state.candidates, scores, judged, strict=True)
    ]


def assess_clip(state: CreateState, context: CreateContext, attempt: Attempt, made: Render) -> Attempt:
    """The attempt again, scored with its clip."""
    (points,) = context.predictor.score([subject_of(attempt.draft, state, made)])
    return _attempt(attempt.number, attempt.draft, points, attempt.relevance, attempt.originality, state)


def subject_of(one: Draft, state: CreateState, made: Render | None = None) -> Subject:
    """A draft as a predictor takes it, with the tag that was chosen for the request."""
    return Subject(one.title, one.video_prompt, tag_of(state), made.clip.path if made else None)


def tag_of(state: CreateState) -> str:
    """The tag that was chosen first; empty where nothing was retrieved."""
    return state.retrieval.tags[0].tag if state.retrieval and state.retrieval.tags else ""


def _attempt(
    number: int, one: Draft, points: Score, relevance: float, originality: Originality | None, state: CreateState
) -> Attempt:
    found = complaints(
        percentile=points.percentile,
        relevance=relevance,
        originality=originality,
        plan=state.plan,
        title=one.title,
        title_similarity=points.title_similarity,
    )
    return Attempt(
        number=number,
        draft=one,
        score=points,
        relevance=relevance,
        originality=originality,
        complaints=found,
        accepted=not found,
    )
