"""Drafts that somebody wrote, compared as the graph compares its own: each with each, ties by relevance and clarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .drafts import DraftText, ScoredDraft

if TYPE_CHECKING:
    from ...graphs.create.choice import Choice
    from ...graphs.create.policy import Table
    from ...graphs.create.state import Attempt
    from ...tools.popularity.types import Score
    from ...tools.references.types import Reference
    from .workbench import Workbench


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """What the choice model says of two drafts."""

    a: str
    b: str
    """Their titles."""
    probability_a: float | None
    """P(A draws more than B); None without evidence."""
    tied: bool
    evidence: bool


class Compared(NamedTuple):
    """Drafts, best first, how each compares with each, and how sure it is that the first is the best."""

    drafts: tuple[ScoredDraft, ...]
    comparisons: tuple[ComparedPair, ...]
    choice: Choice


def compared(
    bench: Workbench, drafts: Sequence[DraftText], request: str, references: Sequence[Reference] = ()
) -> Compared:
    """The drafts in their order, as drafts of `request` where that is known. Raises PredictionError.

    `references` are what was found for the request: an original draft repeats none of them.
    """
    from ...graphs.create.assessment import beside, compare
    from ...graphs.create.policy import choice_of, ordered

    subjects = [one.subject(bench.settings.platform, request) for one in drafts]
    attempts = _attempts(bench, drafts, bench.predictor.score(subjects), request, references)
    table = compare(subjects, bench.chooser)
    order = ordered(attempts, table)
    scored = [
        ScoredDraft(one.title, one.video_prompt, one.tag, score=attempt.score)
        for one, attempt in zip(drafts, attempts, strict=True)
    ]
    choice = choice_of([beside(order[0], attempts, table)], bench.chooser.name)
    return Compared(tuple(scored[at] for at in order), _pairs(drafts, table), choice)


def _attempts(
    bench: Workbench,
    drafts: Sequence[DraftText],
    scores: Sequence[Score],
    request: str,
    references: Sequence[Reference],
) -> list[Attempt]:
    """The drafts as the policy orders them; without a request none of them is nearer to it or has left it."""
    from ...graphs.create.assessment import clarity_of, weigh
    from ...graphs.create.judging import Judge
    from ...graphs.create.policy import RELEVANT_ENOUGH
    from ...graphs.create.state import Attempt, Draft

    texts = [Draft(one.title, one.video_prompt or one.title, "") for one in drafts]
    if not request:
        return [
            Attempt(1, one, score, RELEVANT_ENOUGH, clarity=clarity_of(one, one.title))
            for one, score in zip(texts, scores, strict=True)
        ]
    judged = Judge(bench.encoder, request, references).judge(texts)
    found = []
    for one, score, (near, original) in zip(texts, scores, judged, strict=True):
        relevance, faults = weigh(one, near, request, bench.settings.language, original, score.title_similarity)
        found.append(Attempt(1, one, score, relevance, original, faults=faults, clarity=clarity_of(one, request)))
    return found


def _pairs(drafts: Sequence[DraftText], table: Table) -> tuple[ComparedPair, ...]:
    return tuple(
        ComparedPair(
            drafts[a].title,
            drafts[b].title,
            round(found.probability_a, 4) if found.evidence else None,
            found.tied,
            found.evidence,
        )
        for (a, b), found in table.items()
    )
