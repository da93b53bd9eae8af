"""How far a predictor's scale may be believed: ranks as shown against ranks as they were, on videos kept apart.

Cross-fitted: each tenth of the videos is read by a scale that the other nine made, and no group of videos (a channel)
is on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .calibration import FEWEST, fit_scale, ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .calibration import Reading

_FOLDS = 10
_BINS = 10
_FEWEST_OF_BIN = 20
_SLACK = 0.15
_SURE = 1.64  # standard errors: 90 % of chance


@dataclass(frozen=True, slots=True)
class Bin:
    """Videos that were shown about the same rank."""

    shown: float
    """The mean of the ranks that they were shown."""
    real: float
    """The mean of their ranks among the real labels."""
    low: float
    high: float
    """Between these lie 80 % of their real ranks."""
    videos: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """What was shown for videos kept apart, against what they got."""

    videos: int
    slope: float
    """Of the real rank over the shown one: 1 for a scale that may be taken at its word, below for one that boasts."""
    error: float
    """How far the shown rank is from the real one, in points, on average."""
    error_of_50: float
    """How far 50 is from it."""
    range_holds: float
    """The share of videos whose real rank lay in the range."""
    interval_holds: float
    """The share of videos whose log2(comments) lay in the interval."""
    bins: tuple[Bin, ...]
    slope_error: float = 0.0
    """The standard error of the slope."""

    def __post_init__(self) -> None:
        """Restore tuples: JSON gives every tuple back as a list."""
        object.__setattr__(self, "bins", tuple(self.bins))

    @property
    def holds(self) -> bool:
        """Whether the slope may be as near to 1 as a scale needs: 0.85 to 1.15, give or take what chance does."""
        return abs(self.slope - 1) <= _SLACK + _SURE * self.slope_error


def cross_fitted(
    predictions: NDArray[np.float64],
    labels: NDArray[np.float64],
    groups: NDArray[np.int64] | None = None,
    *,
    kept: float = 1.0,
    fewest: int = FEWEST,
) -> Reliability | None:
    """How reliable the scale of these held-out predictions (M,) and labels is; None where it says nothing.

    Videos of one of the `groups` (M,) are read by a scale that knows none of them, of at least `fewest` videos.
    """
    apart = np.arange(len(labels)) if groups is None else np.unique(groups, return_inverse=True)[1]
    fold = np.random.default_rng(0).permutation(int(apart.max(initial=0)) + 1)[apart] % _FOLDS
    found: list[Reading | None] = [None] * len(labels)
    for number in np.unique(fold):
        scale = fit_scale(predictions[fold != number], labels[fold != number], kept=kept, fewest=fewest)
        for row in np.flatnonzero(fold == number):
            found[row] = None if scale.reason else scale.read(float(predictions[row]))
    readings = [one for one in found if one is not None]
    return reliability(readings, labels) if len(readings) == len(labels) else None


def reliability(readings: Sequence[Reading], labels: NDArray[np.float64]) -> Reliability:
    """Readings of videos (M) against their labels (M,), ranked among one another."""
    real, shown = ranks(labels), np.array([one.rank for one in readings])
    ends = np.array([(one.low, one.high) for one in readings])
    bounds = np.array([(one.interval.low, one.interval.high) for one in readings])
    spread = float(shown.var())
    slope = float(np.mean((shown - shown.mean()) * (real - real.mean()))) / spread if spread else 0.0
    rest = real - real.mean() - slope * (shown - shown.mean())
    return Reliability(
        videos=len(labels),
        slope=slope,
        error=float(np.abs(shown - real).mean()),
        error_of_50=float(np.abs(50 - real).mean()),
        range_holds=float(np.mean((ends[:, 0] <= real) & (real <= ends[:, 1]))),
        interval_holds=float(np.mean((bounds[:, 0] <= labels) & (labels <= bounds[:, 1]))),
        bins=_bins(shown, real),
        slope_error=float(np.sqrt(rest.var() / (len(labels) * spread))) if spread else 0.0,
    )


def _bins(shown: NDArray[np.float64], real: NDArray[np.float64]) -> tuple[Bin, ...]:
    order = np.argsort(shown, kind="stable")
    parts = np.array_split(order, max(1, min(_BINS, len(order) // _FEWEST_OF_BIN)))
    return tuple(_bin(shown[part], real[part]) for part in parts)


def _bin(shown: NDArray[np.float64], real: NDArray[np.float64]) -> Bin:
    low, high = np.quantile(real, (0.1, 0.9)).tolist()
    return Bin(float(shown.mean()), float(real.mean()), low, high, len(real))
