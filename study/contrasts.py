"""Which of two values of a dimension does better, all else equal: enhanced or basic, one model or another, 10 or 50.

Units are paired over prompt and seed (LLMPopcorn, Tables 4 to 8, counts such wins over 100 prompts a cell). What is
compared is the predicted log2(comments). A tie counts half. Where each prompt gives one pair, the interval is Wilson's
and the test the exact sign test; where it gives several (seeds, other dimensions), the prompt is the witness: its mean
win is one observation, the rate is the mean of these, the interval Wilson's for clusters and the test the exact one of
sign flips. Holm corrects over all contrasts of a dimension, kinds included: that is the family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..tools.statistics.corrections import holm
from ..tools.statistics.sign_flips import sign_flip_test
from ..tools.statistics.win_rates import WinRate, clustered_wilson
from .pairing import DIMENSIONS, Match, RowPair, matches
from .types import Row


@dataclass(frozen=True, slots=True)
class Contrast:
    """One pair of values of one dimension."""

    dimension: str
    a: str
    b: str
    predictor: str
    kind: str
    """concrete, abstract, or empty for all prompts."""
    prompts: int
    pairs: int
    wins: int
    """Of a over b."""
    ties: int
    losses: int
    rate: float
    low: float
    high: float
    p_value: float
    corrected: float = 1.0
    """By Holm, over the dimension's contrasts."""
    evidence: float = 0.0
    """The share of pairs whose two scores the predictor has evidence for."""

    @property
    def told_apart(self) -> bool:
        """Whether these data tell the two apart, after correction."""
        return self.corrected < 0.05


def contrasts(rows: Iterable[Row]) -> list[Contrast]:
    """Every contrast that the rows allow, a dimension's together; failures are in none."""
    known, found = list(rows), list[Contrast]()
    for dimension in DIMENSIONS:
        family = [one for match in matches(known, dimension) for one in _by_kind(match)]
        corrected = holm([one.p_value for one in family])
        found += [replace(one, corrected=value) for one, value in zip(family, corrected, strict=True)]
    return found


def _by_kind(match: Match) -> Iterator[Contrast]:
    """Over all prompts, and over those of each kind where there are several."""
    kinds = sorted({pair.a.kind for pair in match.pairs} - {""})
    for kind in ["", *(kinds if len(kinds) > 1 else [])]:
        yield _contrast(match, kind, [pair for pair in match.pairs if kind in ("", pair.a.kind)])


def _contrast(match: Match, kind: str, pairs: Sequence[RowPair]) -> Contrast:
    by_prompt: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        by_prompt[pair.a.prompt_id].append(pair.win)
    wins, ties = sum(pair.win == 1 for pair in pairs), sum(pair.win == 0.5 for pair in pairs)
    counted = WinRate(wins, ties, len(pairs) - wins - ties)
    rate, low, high, p_value = counted.rate, *counted.interval(), counted.p_value
    if len(by_prompt) < len(pairs):
        means = np.array([np.mean(own) for own in by_prompt.values()])
        rate, (low, high) = float(means.mean()), clustered_wilson(means, len(pairs))
        p_value = sign_flip_test(means - 0.5)
    return Contrast(
        match.dimension,
        match.a,
        match.b,
        match.predictor,
        kind,
        prompts=len(by_prompt),
        pairs=len(pairs),
        wins=counted.wins,
        ties=counted.ties,
        losses=counted.losses,
        rate=rate,
        low=low,
        high=high,
        p_value=p_value,
        evidence=sum(pair.evidence for pair in pairs) / len(pairs),
    )
