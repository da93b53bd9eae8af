"""How many impressions a test of two rates takes: the normal approximation without a correction for continuity.

Each arm is shown to other people, each impression counts for itself, and the answer is yes or no: a click, a view to
the end, a purchase (Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, section 4.2).
"""

from __future__ import annotations

import math

from .intervals import COVERAGE

POWER = 0.8


def impressions_per_arm(
    base: float, lift: float, *, arms: int = 2, power: float = POWER, confidence: float = COVERAGE
) -> int:
    """How many impressions each of `arms` needs for a lift of the rate `base` to be found as often as `power` says.

    `lift` is relative: 0.2 for a fifth more, -0.2 for a fifth less. With more than two arms every pair is compared, and
    the chance to find a difference where there is none is held over all of them (Bonferroni). Raises ValueError for
    what is no rate, no lift, no power or no two arms.
    """
    other = _other(base, lift)
    if not (0 < power < 1 and 0 < confidence < 1 and arms >= 2):
        raise ValueError(
            f"power {power} and confidence {confidence} lie between 0 and 1, and {arms} arms are two or more"
        )
    mean = (base + other) / 2
    wanted = _quantile(1 - _two_sided(arms, confidence)) * math.sqrt(2 * mean * (1 - mean))
    wanted += _quantile(power) * math.sqrt(base * (1 - base) + other * (1 - other))
    return math.ceil((wanted / (other - base)) ** 2)


def power_with(impressions: int, base: float, lift: float, *, arms: int = 2, confidence: float = COVERAGE) -> float:
    """How often a lift is found with so many impressions an arm, from 0 to 1. Raises ValueError as above."""
    from scipy import stats

    other = _other(base, lift)
    mean = (base + other) / 2
    wanted = abs(other - base) * math.sqrt(impressions)
    wanted -= _quantile(1 - _two_sided(arms, confidence)) * math.sqrt(2 * mean * (1 - mean))
    return float(stats.norm.cdf(wanted / math.sqrt(base * (1 - base) + other * (1 - other))))


def _other(base: float, lift: float) -> float:
    """The rate with the lift."""
    other = base * (1 + lift)
    if not (0 < base < 1 and 0 < other < 1 and lift):
        raise ValueError(f"a rate of {base} with a lift of {lift} is {other}: both lie between 0 and 1, and differ")
    return other


def _two_sided(arms: int, confidence: float) -> float:
    """The error at each end that each comparison may make."""
    return (1 - confidence) / 2 / (arms * (arms - 1) / 2)


def _quantile(probability: float) -> float:
    from scipy import stats

    return float(stats.norm.ppf(probability))
