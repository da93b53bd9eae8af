"""Whether a win rate holds over seeds: each seed's own rate, how alike the seeds of one prompt are, and Cochran's test.

The test asks whether the seeds' rates differ more than chance lets them (Cochran 1950), in the form that ties as halves
allow: within each prompt the seeds are exchangeable, which gives the variance. `likeness` is the intraclass
correlation of one prompt's wins (Shrout and Fleiss 1979, ICC(1,1)): near 0 a further seed is worth a further prompt,
near 1 nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .pairing import DIMENSIONS, Match, matches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .types import Row


@dataclass(frozen=True, slots=True)
class Stability:
    """One contrast, seed by seed."""

    dimension: str
    a: str
    b: str
    predictor: str
    prompts: int
    """Those that have every seed."""
    seeds: tuple[int, ...]
    rates: tuple[float, ...]
    """Of a over b, by seed."""
    agree: int
    """Seeds whose rate is on the side of the rate of all."""
    likeness: float | None
    """None where no two wins differ."""
    p_value: float
    """That the seeds' rates are one; small where they are not."""


def stabilities(rows: Iterable[Row]) -> list[Stability]:
    """Every contrast whose pairs came under several seeds."""
    known = list(rows)
    found = (_stability(match) for dimension in DIMENSIONS for match in matches(known, dimension))
    return [one for one in found if one is not None]


def _stability(match: Match) -> Stability | None:
    wins: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for pair in match.pairs:
        wins[pair.a.prompt_id][pair.a.seed].append(pair.win)
    seeds = tuple(sorted({seed for own in wins.values() for seed in own}))
    table = np.array([[np.mean(own[seed]) for seed in seeds] for own in wins.values() if len(own) == len(seeds)])
    if len(seeds) < 2 or len(table) < 2:
        return None
    rates = table.mean(axis=0)
    side = np.sign(rates.mean() - 0.5)
    return Stability(
        match.dimension,
        match.a,
        match.b,
        match.predictor,
        prompts=len(table),
        seeds=seeds,
        rates=tuple(map(float, rates)),
        agree=int((np.sign(rates - 0.5) == side).sum()),
        likeness=likeness(table),
        p_value=cochran(table),
    )


def likeness(table: NDArray[np.float64]) -> float | None:
    """The intraclass correlation of wins (prompts, seeds), both at least 2; None where no two of them differ."""
    prompts, seeds = table.shape
    means = table.mean(axis=1, keepdims=True)
    between = seeds * float(((means - table.mean()) ** 2).sum()) / (prompts - 1)
    within = float(((table - means) ** 2).sum()) / (prompts * (seeds - 1))
    whole = between + (seeds - 1) * within
    return (between - within) / whole if whole > 0 else None


def cochran(table: NDArray[np.float64]) -> float:
    """The p value of Cochran's Q over wins (prompts, seeds), by chi squared; 1 where no prompt's seeds differ."""
    from scipy import stats

    seeds = table.shape[1]
    sums = table.sum(axis=0)
    spread = float((seeds * (table**2).sum(axis=1) - table.sum(axis=1) ** 2).sum())
    if spread <= 0:
        return 1.0
    q = seeds * (seeds - 1) * float(((sums - sums.mean()) ** 2).sum()) / spread
    return float(stats.chi2.sf(q, seeds - 1))
