"""What a planned study can tell, by simulation: prompts differ, seeds repeat them, and a prompt is one witness.

A prompt's own win rate scatters around the true one (a beta distribution whose intraclass correlation is `likeness`);
its seeds are drawn from it. The test is that of the report, sign flips of each prompt's mean; beyond twelve prompts its
normal limit, as in `prompts_for`: the exact test wants a few prompts more (at 100 prompts 61 wins, its limit 60). Ties
are not foreseen: with them a study tells less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .sign_flips import sign_flip_tests
from .win_rates import ALPHA, POWER, prompts_for

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
    means = _wins(design, rate, np.random.default_rng(seed)) / design.seeds
    return float(np.mean(sign_flip_tests(means - 0.5) < alpha))


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
