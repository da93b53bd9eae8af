"""Whether a mode's win carries over: its rate under each renderer (or model), and how far the two rates are apart.

The difference is taken prompt by prompt, over the prompts that both have: the prompt is the witness, its interval is
Student's over prompts, within -1 and 1, and its test that of the contrasts (sign flips). Holm corrects over all
differences of one report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt

import numpy as np

from ..tools.statistics.corrections import holm
from ..tools.statistics.intervals import COVERAGE
from ..tools.statistics.sign_flips import sign_flip_test
from .pairing import Match, RowPair, matches
from .types import Row

OF, ACROSS = "mode", ("renderer", "model")


@dataclass(frozen=True, slots=True)
class Interaction:
    """How often a beat b under `first` and under `second`."""

    dimension: str
    """renderer or model."""
    a: str
    b: str
    """Modes."""
    predictor: str
    first: str
    second: str
    prompts: int
    """That both have."""
    rate_first: float
    rate_second: float
    difference: float
    """rate_first less rate_second."""
    low: float
    high: float
    p_value: float
    corrected: float = 1.0

    @property
    def told_apart(self) -> bool:
        """Whether these data tell the two rates apart, after correction."""
        return self.corrected < 0.05


def interactions(rows: Iterable[Row]) -> list[Interaction]:
    """Every two renderers, and every two models, under which the same two modes were compared."""
    found = [one for match in matches(rows, OF) for dimension in ACROSS for one in _across(match, dimension)]
    corrected = holm([one.p_value for one in found])
    return [replace(one, corrected=value) for one, value in zip(found, corrected, strict=True)]


def _across(match: Match, dimension: str) -> Iterator[Interaction]:
    values: dict[str, list[RowPair]] = defaultdict(list)
    for pair in match.pairs:
        values[str(pair.value(dimension))].append(pair)
    means = {value: _by_prompt(pairs) for value, pairs in values.items() if value}
    for first, second in combinations(means, 2):
        shared = [prompt for prompt in means[first] if prompt in means[second]]
        if len(shared) > 1:
            rates = np.array([[means[value][prompt] for prompt in shared] for value in (first, second)])
            yield _interaction(match, dimension, first, second, rates)


def _by_prompt(pairs: Sequence[RowPair]) -> dict[str, float]:
    """The mean win of each prompt."""
    wins: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        wins[pair.a.prompt_id].append(pair.win)
    return {prompt: sum(own) / len(own) for prompt, own in wins.items()}


def _interaction(
    match: Match, dimension: str, first: str, second: str, rates: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> Interaction:
    """Of rates (2, prompts)."""
    gaps = rates[0] - rates[1]
    mean = float(gaps.mean())
    reach = _student(len(gaps)) * float(gaps.std(ddof=1)) / sqrt(len(gaps))
    return Interaction(
        dimension,
        match.a,
        match.b,
        match.predictor,
        first,
        second,
        prompts=len(gaps),
        rate_first=float(rates[0].mean()),
        rate_second=float(rates[1].mean()),
        difference=mean,
        low=max(-1.0, mean - reach),
        high=min(1.0, mean + reach),
        p_value=sign_flip_test(gaps),
    )


def _student(prompts: int) -> float:
    from scipy import stats

    return float(stats.t.ppf((1 + COVERAGE) / 2, prompts - 1))
