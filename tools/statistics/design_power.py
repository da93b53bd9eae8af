"""What a planned study can tell, by simulation: prompts differ, seeds repeat them, and a prompt is one witness.

A prompt's own win rate scatters around the true one (a beta distribution whose intraclass correlation is `likeness`);
its seeds are drawn from it. The test is that of the report: the mean of each prompt's wins against a half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .win_rates import ALPHA, POWER

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIMULATIONS = 2_000
LIKENESS = 0.2
"""How alike the seeds of one prompt are, where nothing was measured: between independent (0) and the same (1)."""


@dataclass(frozen=True, slots=True)
class Design:
    """What is planned: so many prompts, each with so many seeds."""

    prompts: int
    seeds: int = 1
    likeness: float = LIKENESS


def power_of(design: Design, rate: float, *, alpha: float = ALPHA, seed: int = 0) -> float:
    """The share of simulated studies in which a true win rate `rate` is told from a half."""
    wins = _wins(design, rate, np.random.default_rng(seed)) / design.seeds
    return float(np.mean(cluster_test(wins) < alpha))


def cluster_test(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two-sided p values of studies (S, P): each row the win rates of P prompts, tested against a half by their t test.

    A row whose prompts all agree is judged by the exact sign test instead: it has no spread to divide by.
    """
    from scipy import stats

    prompts = means.shape[1]
    spread = means.std(axis=1, ddof=1) if prompts > 1 else np.zeros(len(means))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (means.mean(axis=1) - 0.5) / (spread / np.sqrt(prompts))
    p_values = 2 * stats.t.sf(np.abs(t), max(1, prompts - 1))
    alike = np.where(means[:, 0] == 0.5, 1.0, min(1.0, 2 * 0.5**prompts))
    result: NDArray[np.float64] = np.where(spread > 0, p_values, alike)
    return result


def smallest_rate_of(design: Design, *, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """The smallest win rate above a half, to a hundredth, that this design tells from it so often; None where none."""
    steps = [at / 100 for at in range(51, 100)]
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high) // 2
        enough = power_of(design, steps[middle], alpha=alpha) >= power
        low, high = (low, middle) if enough else (middle + 1, high)
    return steps[low] if low < len(steps) else None


def prompts_needed(rate: float, seeds: int = 1, likeness: float = LIKENESS) -> int:
    """How many prompts tell `rate` from a half with so many seeds each: seeds add what is not alike (Kish 1965)."""
    from .win_rates import prompts_for

    return int(np.ceil(prompts_for(rate) * (1 + (seeds - 1) * likeness) / seeds))


def _wins(design: Design, rate: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Wins (S, P) out of each prompt's seeds."""
    shape = (SIMULATIONS, design.prompts)
    if design.likeness <= 0 or design.seeds == 1:
        return rng.binomial(design.seeds, rate, shape).astype(np.float64)
    if design.likeness >= 1:
        return rng.binomial(1, rate, shape).astype(np.float64) * design.seeds
    strength = 1 / design.likeness - 1
    own = rng.beta(rate * strength, (1 - rate) * strength, shape)
    return rng.binomial(design.seeds, own).astype(np.float64)
