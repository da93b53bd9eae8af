"""How often one of two things beat the other over shared prompts: rate, interval and exact test.

Pairs share prompt and seed. A tie counts half a win in the rate (the sign test's estimate, Conover 1999, section 3.4)
and is left out of the test, which asks whether wins and losses are even: exact, two-sided, binomial. On paired
yes-and-no answers the same test is McNemar's exact one (McNemar 1947): only the pairs that differ speak.

Wilson's interval takes every pair for a win or a loss. A tie varies less, so with many ties the interval is wider than
it need be: it may hold a half where the test, which leaves ties out, tells the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

from .intervals import COVERAGE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALPHA = 0.05
"""The error of the first kind that tables and plans speak of."""
POWER = 0.8


@dataclass(frozen=True, slots=True)
class WinRate:
    """Wins, ties and losses over independent pairs."""

    wins: int
    ties: int
    losses: int

    @property
    def pairs(self) -> int:
        """How many pairs there were."""
        return self.wins + self.ties + self.losses

    @property
    def rate(self) -> float:
        """Wins and half the ties, as a share of the pairs; a half where there are none."""
        return (self.wins + self.ties / 2) / self.pairs if self.pairs else 0.5

    def interval(self, coverage: float = COVERAGE) -> tuple[float, float]:
        """Wilson's interval of the rate (Wilson 1927), a tie as half a win; all of 0 to 1 without a pair."""
        return wilson(self.rate, self.pairs, coverage) if self.pairs else (0.0, 1.0)

    @property
    def p_value(self) -> float:
        """Of the sign test."""
        return sign_test(self.wins, self.losses)


def wilson(share: float, trials: float, coverage: float = COVERAGE) -> tuple[float, float]:
    """Wilson's interval of a share of `trials`; neither they nor the share of them need be whole (half wins)."""
    from scipy import stats

    z = float(stats.norm.ppf((1 + coverage) / 2))
    whole = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / whole
    half = z / whole * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def clustered_wilson(rates: NDArray[np.float64], pairs: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """Wilson's interval of the mean of prompts' win rates (P,), which `pairs` pairs have given in all.

    The pairs count as so many independent ones as would give the mean the variance that it has between prompts (Kish
    1965), with Student's quantile in the normal's place (Korn and Graubard 1998); never as more than there are. Prompts
    that all agree have no variance: each counts once. All of 0 to 1 for a single prompt.
    """
    from scipy import stats

    prompts = len(rates)
    if prompts < 2:
        return 0.0, 1.0
    mean, variance = float(rates.mean()), float(rates.var(ddof=1)) / prompts
    worth = min(float(pairs), mean * (1 - mean) / variance) if variance else float(prompts)
    tail = (1 + coverage) / 2
    return wilson(mean, worth * float(stats.norm.ppf(tail) / stats.t.ppf(tail, prompts - 1)) ** 2, coverage)


def sign_test(wins: int, losses: int) -> float:
    """The exact two-sided p value of `wins` against `losses`; 1 where nothing differs (Dixon and Mood 1946)."""
    from scipy import stats

    return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def prompts_for(rate: float, *, alpha: float = ALPHA, power: float = POWER) -> int:
    """How many prompts tell a true win rate from a half, two-sided, by the normal approximation (Fleiss 1981, ch. 2).

    783 for 0.55 and 194 for 0.60 at the usual 5 % and 80 %. Raises ValueError for a half: nothing is told from itself.
    """
    from scipy import stats

    if rate == 0.5:
        raise ValueError("a win rate of a half is no difference")
    error, reach = float(stats.norm.ppf(1 - alpha / 2)), float(stats.norm.ppf(power))
    return ceil(((error / 2 + reach * sqrt(rate * (1 - rate))) / (rate - 0.5)) ** 2)


def smallest_rate(prompts: int, *, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """The smallest win rate above a half, to a thousandth, that so many prompts tell from it; None where none is."""
    rates = (at / 1000 for at in range(501, 1000))
    return next((rate for rate in rates if prompts_for(rate, alpha=alpha, power=power) <= prompts), None)
