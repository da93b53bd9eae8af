"""One order out of many pairs: strengths by the model of Bradley and Terry (1952), and who cannot be told apart.

Fitted by choix with a small prior (`PRIOR`), so that one who never wins and a graph that falls apart have finite
strengths. A tie is half a win for each. Prompts are drawn anew as whole clusters for the intervals, since pairs of one
prompt are no independent witnesses; two whose difference has zero in its interval are in one tie set. These intervals
are each for itself: no correction for how many are looked at. Of one who never won the data know no lower end: the one
that is given is the prior's; and none is an upper end of one who never lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .intervals import COVERAGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRIOR = 0.1
"""choix's `alpha`: as if each had met each in a tenth of a win and a tenth of a loss."""
RESAMPLES = 400
LEAST_PROMPTS = 6
"""Below, nobody is told apart: prompts that all agree may be chance (2 * 0.5 ** 5 > 0.05), and drawing them anew shows
no spread."""
_SAME = 1e-9
"""What rounding makes of no difference."""


@dataclass(frozen=True, slots=True)
class Strength:
    """One contestant's place."""

    name: str
    strength: float
    """Log odds against the average contestant."""
    low: float
    high: float
    tied_with: tuple[str, ...]
    """The others from whom these data do not tell it apart."""


def strengths(names: Sequence[str], wins: NDArray[np.float64], *, seed: int = 0) -> list[Strength]:
    """The strengths, strongest first, from wins (prompts, N, N): of row over column, half a win each for a tie.

    N is at least 2. A contestant who met nobody has strength 0 and an interval that spans what the prior allows.
    """
    fitted = _fit(wins.sum(axis=0))
    rng = np.random.default_rng(seed)
    draws = np.stack([_fit(wins[rng.integers(0, len(wins), len(wins))].sum(axis=0)) for _ in range(RESAMPLES)])
    edges = ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2)
    low, high = np.quantile(draws, edges, axis=0)
    total = wins.sum(axis=0)
    high = np.maximum(high, _least_record(total, len(wins)))
    low = np.minimum(low, -_least_record(total.T, len(wins)))
    gap_low, gap_high = np.quantile(draws[:, :, None] - draws[:, None, :], edges, axis=0)
    tied = (gap_low <= _SAME) & (gap_high >= -_SAME) | (len(wins) < LEAST_PROMPTS)
    met = _linked(wins.sum(axis=0))
    order = np.argsort(-fitted, kind="stable")
    return [
        Strength(
            names[at],
            float(fitted[at]),
            float(low[at]),
            float(high[at]),
            tuple(names[other] for other in order if other != at and (tied[at, other] or not met[at, other])),
        )
        for at in order
    ]


def _least_record(total: NDArray[np.float64], prompts: int) -> NDArray[np.float64]:
    """The strengths (N,) that those who never won could have all the same; minus infinity for the others.

    Drawn anew, prompts without a win have none again. Wilson's upper end for none of so many prompts is z^2 / (prompts
    + z^2): that share of each loss is taken for a win. Of wins (N, N) the other way round it is for those who never
    lost.
    """
    from scipy import stats

    z = float(stats.norm.ppf((1 + COVERAGE) / 2))
    share = z * z / (prompts + z * z)
    ends = np.full(len(total), -np.inf)
    for at in np.flatnonzero((total.sum(axis=1) == 0) & (total.sum(axis=0) > 0)):
        other = total.copy()
        other[at], other[:, at] = share * total[:, at], (1 - share) * total[:, at]
        ends[at] = _fit(other)[at]
    return ends


def _fit(wins: NDArray[np.float64]) -> NDArray[np.float64]:
    import choix

    fitted: NDArray[np.float64] = choix.ilsr_pairwise_dense(wins, alpha=PRIOR)
    centred: NDArray[np.float64] = fitted - fitted.mean()
    return centred


def _linked(wins: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether two contestants are joined by a chain of meetings (N, N): without one nothing tells them apart."""
    from scipy.sparse.csgraph import connected_components

    _, part = connected_components(wins + wins.T > 0, directed=False)
    linked: NDArray[np.bool_] = part[:, None] == part[None, :]
    return linked
