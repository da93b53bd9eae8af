"""The numbers and decisions of a run, as arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ...tools.references.types import Routing
from .state import Attempt, Mode, Originality, Plan

MINIMUM_GAIN = 1.0
"""Percentile points by which an attempt has to better the best before it counts as progress."""
PATIENCE = 2
"""Attempts without progress after which refinement stops."""
COPIED_RUN = 5
"""Words in a row, shared with a reference and not with the request, at which a draft counts as copied."""
COPIED_SIMILARITY = 0.92
"""Cosine similarity of two titles at which one counts as a copy of the other."""
KNOWN_TITLE = 0.95
"""Cosine similarity of a title to a video that the predictor learned from at which one counts as a copy of it."""
MOST_REPEATED = 3
LOWEST_RELEVANCE = 0.3
"""Cosine similarity under which a draft has left the request's subject."""


def plan_for(plan: Plan) -> Plan:
    """`plan` with what its mode fixes: the published shape knows no candidates and no refinement."""
    if plan.mode is not Mode.PAPER:
        return plan
    return replace(plan, routing=Routing.TAG_NAME, candidates=1, attempts=1)


def needs_translation(language: str) -> bool:
    """True when drafts in `language` need an English prompt beside them, for renderers that read no other."""
    return re.split(r"[-_ ]", language.strip().casefold())[0] not in {"", "en", "eng", "english"}


def complaints(
    percentile: float,
    relevance: float,
    originality: Originality | None,
    plan: Plan,
    *,
    title: str = "",
    title_similarity: float = 0.0,
) -> tuple[str, ...]:
    """What keeps an attempt from being accepted, most important first; empty when nothing does."""
    found = list(faults(relevance, originality, title=title, title_similarity=title_similarity))
    if percentile < plan.threshold:
        found.append(f"the predicted popularity is at percentile {percentile:.0f}, below {plan.threshold:.0f}")
    return tuple(found)


def faults(
    relevance: float, originality: Originality | None, *, title: str = "", title_similarity: float = 0.0
) -> tuple[str, ...]:
    """What no score makes up for: a copied reference, a title the predictor knows, stuffing, a subject left."""
    found = []
    if originality and originality.shared_words >= COPIED_RUN:
        found.append(f"it shares the words {originality.shared!r} with a reference; use other words")
    elif originality and originality.similarity >= COPIED_SIMILARITY:
        found.append("its title says what a reference's title says; find another angle")
    if title_similarity >= KNOWN_TITLE:
        found.append("its title says what a video says that the predictor learned from; find another angle")
    if _repeats(title):
        found.append("its title repeats words; say it once")
    if relevance < LOWEST_RELEVANCE:
        found.append("it has left the subject of the request; come back to it")
    return tuple(found)


def _repeats(title: str) -> bool:
    """Three of a title's words, or more, are there already: a word piled up to please a predictor."""
    said = re.findall(r"\w{3,}", title.casefold())
    return len(said) - len(set(said)) >= MOST_REPEATED


def rank(attempt: Attempt) -> tuple[int, float, float]:
    """The order of attempts: without faults first, then the score, then relevance."""
    score = attempt.score
    found = faults(
        attempt.relevance,
        attempt.originality,
        title=attempt.draft.title,
        title_similarity=score.title_similarity,
    )
    return (-len(found), score.percentile, attempt.relevance)


def best_of(attempts: Sequence[Attempt]) -> Attempt:
    """The best attempt, the earliest where two are equal; never simply the last. Raises ValueError on none."""
    return max(attempts, key=lambda attempt: (*rank(attempt), -attempt.number))


def may_refine(attempts: Sequence[Attempt], plan: Plan) -> bool:
    """True while nothing is accepted, attempts are left and refinement still gains something."""
    if attempts[-1].accepted or len(attempts) >= plan.attempts:
        return False
    return _attempts_without_gain(attempts) < PATIENCE


def _attempts_without_gain(attempts: Sequence[Attempt]) -> int:
    """How many attempts at the end failed to better all before them by MINIMUM_GAIN."""
    best, idle = attempts[0], 0
    for attempt in attempts[1:]:
        fewer_faults = rank(attempt)[0] > rank(best)[0]
        gained = rank(attempt)[0] == rank(best)[0] and (
            attempt.score.percentile >= best.score.percentile + MINIMUM_GAIN
        )
        idle = 0 if fewer_faults or gained else idle + 1
        best = best_of((best, attempt))
    return idle
