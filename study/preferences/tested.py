"""Preferences out of pairs that were tried, one after the other: the table that `predictor train --pairs` reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ...tools.popularity.choice.pair_tables import each_labelled
from ...tools.popularity.choice.pairs import WON, LabelledPair
from .types import Draft, Preference, Source, platform_named

TIES, SAME = "even: neither side drew more", "the same draft on both sides"


def tried(file: Path, left_out: Counter[str], encoding: str = "") -> Iterator[Preference]:
    """The pairs of the table in which one side drew more. Raises RequestError for a table that is none."""
    for pair in each_labelled(file, encoding):
        if (pair.title_a, pair.prompt_a) == (pair.title_b, pair.prompt_b):
            left_out[SAME] += 1
        elif not pair.z:
            left_out[TIES] += 1
        else:
            yield _preference(pair)


def _preference(pair: LabelledPair) -> Preference:
    """The trust in a counted pair is the probability that its sign is right, before anything else is known."""
    from scipy.special import ndtr

    a, b = Draft(pair.title_a, pair.prompt_a), Draft(pair.title_b, pair.prompt_b)
    chosen, rejected = (a, b) if pair.z > 0 else (b, a)
    probability = float(ndtr(abs(pair.z)))
    counted = abs(pair.z) != WON  # a bare winner says nothing of how clear it was
    return Preference(
        chosen,
        rejected,
        Source.TEST,
        probability,
        trust=probability if counted else None,
        z=abs(pair.z) if counted else None,
        request=pair.request,
        platform=platform_named(pair.platform),
        story=pair.story,
        test=pair.test,
    )
