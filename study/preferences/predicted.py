"""Preferences out of what a choice model says of drafts that nobody has published."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, islice
from typing import TYPE_CHECKING

from ...tools.popularity.choice.types import Pair
from ...tools.popularity.types import Subject
from .types import Draft, Idea, Preference

if TYPE_CHECKING:
    from ...tools.popularity.choice.types import ChoiceModel, Comparison
    from .trust import Trust

MOST = 50
"""Pairs of one idea; of more drafts than give so many, as many pairs are drawn."""
TIED, NO_EVIDENCE = "the model cannot tell the two apart", "the model has no evidence for such drafts"
_AT_ONCE = 500


def predicted(
    ideas: Iterable[Idea],
    model: ChoiceModel,
    trust: Trust,
    left_out: Counter[str],
    *,
    without_evidence: bool = False,
) -> Iterator[Preference]:
    """The pairs of each idea of which the model prefers one, with the measured trust in it.

    `without_evidence` takes its word also for drafts that it was not measured on.
    """
    found = trust.agreement
    pairs = _pairs(ideas, left_out)
    while group := [*islice(pairs, _AT_ONCE)]:
        compared = model.compare([Pair(_subject(idea, a), _subject(idea, b)) for idea, a, b in group])
        for (idea, a, b), one in zip(group, compared, strict=True):
            if not (one.evidence or without_evidence):
                left_out[NO_EVIDENCE] += 1
            elif preferred(one, without_evidence=without_evidence) == 0.5:
                left_out[TIED] += 1
            else:
                first = one.probability_a > 0.5
                yield Preference(
                    *((a, b) if first else (b, a)),
                    idea.source,
                    max(one.probability_a, 1 - one.probability_a),
                    trust=found.mean if found else None,
                    trust_low=found.low if found else None,
                    trust_high=found.high if found else None,
                    evidence=one.evidence,
                    request=idea.request,
                    language=idea.language,
                    platform=idea.platform,
                )


def preferred(one: Comparison, *, without_evidence: bool) -> float:
    """P(A draws more), and 0.5 where the model cannot tell; without evidence it always calls a tie."""
    if one.evidence:
        return 0.5 if one.tied else one.probability_a
    return one.probability_a if without_evidence else 0.5


def _pairs(ideas: Iterable[Idea], left_out: Counter[str]) -> Iterator[tuple[Idea, Draft, Draft]]:
    for idea in ideas:
        pairs = [*combinations(idea.drafts, 2)]
        if len(pairs) > MOST:
            left_out[f"more than {MOST} pairs of one request"] += len(pairs) - MOST
            pairs = random.Random(idea.request).sample(pairs, MOST)  # noqa: S311 - nothing secret
        yield from ((idea, a, b) for a, b in pairs)


def _subject(idea: Idea, draft: Draft) -> Subject:
    return Subject(draft.title, draft.video_prompt, request=idea.request, platform=idea.platform)
