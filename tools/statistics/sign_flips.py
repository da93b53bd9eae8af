"""Whether the mean of paired differences is zero, when all that is supposed of them is that sides could be exchanged.

Were two things equal, each prompt's difference would be as likely to come with the other sign. The p value is the share
of all sign patterns whose sum is at least as far from zero as the one that came: exact, two-sided (Fisher 1935, The
Design of Experiments, section 21; Pitman 1937). Where each prompt gives one win, tie or loss it is the sign test; where
it gives the mean of several seeds, it is the sign test's own extension, and never calls five prompts a difference.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FINEST = 1_000
"""The largest denominator that a mean of halves is taken to have: 500 pairs of one prompt."""
_STEPS = 100_000
"""Steps between the least and the largest sum; where differences need more to be whole, they are rounded to these."""
_ENUMERATED = 12
"""Prompts up to which many studies at once are judged by all patterns of signs; beyond, by the normal limit."""


def sign_flip_test(gaps: NDArray[np.float64]) -> float:
    """The p value of differences (P,), each between -1 and 1; 1 where all are zero, or none is there.

    The sums of all 2 ** P patterns are counted by adding one prompt after the other, not one pattern after the other.
    """
    sizes = _whole(np.abs(gaps))
    reach = int(sizes.sum())
    if not reach:
        return 1.0
    chances = np.zeros(reach + 1)
    """Of each sum of the differences that are positive."""
    chances[0] = 1.0
    for size in sizes[sizes > 0].tolist():
        chances *= 0.5
        chances[size:] += chances[:-size].copy()
    came = abs(2 * int(sizes[gaps > 0].sum()) - reach)
    far = np.abs(2 * np.arange(reach + 1) - reach) >= came
    return min(1.0, float(chances[far].sum()))


def sign_flip_tests(gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The p values of many studies (S, P) at once: exact for few prompts, else by the normal limit of the same sum."""
    from scipy import stats

    sums, prompts = gaps.sum(axis=1), gaps.shape[1]
    if prompts <= _ENUMERATED:
        signs = 1.0 - 2.0 * (np.arange(2**prompts)[:, None] >> np.arange(prompts) & 1)
        patterns = np.abs(gaps @ signs.T)
        share: NDArray[np.float64] = (patterns >= np.abs(sums)[:, None] - 1e-9).mean(axis=1)
        return share
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.nan_to_num(sums / np.sqrt((gaps**2).sum(axis=1)))
    p_values: NDArray[np.float64] = 2 * stats.norm.sf(np.abs(z))
    return p_values


def _whole(sizes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Sizes (P,) as whole multiples of what all of them share."""
    whole = lcm(*(Fraction(size).limit_denominator(_FINEST).denominator for size in sizes.tolist()))
    steps = min(float(whole), _STEPS / max(float(sizes.sum()), 1.0))
    return np.rint(sizes * steps).astype(np.int64)
