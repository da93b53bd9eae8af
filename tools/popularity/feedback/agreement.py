"""How what was predicted agrees with what happened: order, ranks, counts, and whether that changes over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..calibration import Reading
from ..reliability import Reliability, reliability
from ..types import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .types import Prediction

FEWEST_ORDER = 5
"""Videos below which no interval of a rank correlation is worth its name."""
FEWEST_DRIFT = 20
_BINS, _FEWEST_OF_BIN = 5, 10
_NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Order:
    """Spearman's rank correlation of prediction and label."""

    value: float | None
    """None where there are too few videos, or all predictions or labels are equal."""
    low: float | None
    high: float | None
    """The ends of the 95 % interval (Bonett and Wright, Psychometrika 65, 2000)."""

    @property
    def tells(self) -> bool:
        """Whether the predictions order the videos at all: nought is outside of the interval."""
        return self.low is not None and self.low > 0


@dataclass(frozen=True, slots=True)
class CountBin:
    """Videos that were predicted about the same count, on the scale of log2(comments)."""

    predicted: float
    real: float
    videos: int


@dataclass(frozen=True, slots=True)
class CountAgreement:
    """Counts as predicted against counts as they were, in log2: 1 is a factor of two."""

    bias: float
    """Real less predicted, on average: above 0 where videos drew more than was said."""
    bias_low: float | None
    bias_high: float | None
    error: float
    """How far predicted and real are from each other, on average."""
    interval_holds: float | None
    """The share of videos in whose interval the label lay; None where none had an interval."""
    bins: tuple[CountBin, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """Whether real less predicted changes with the time at which it was predicted."""

    earlier: float
    later: float
    """Its mean in the earlier and in the later half of the videos, in log2."""
    change: float
    low: float
    high: float
    """later less earlier, and the ends of its 95 % interval."""

    @property
    def found(self) -> bool:
        """Whether nought is outside of the interval."""
        return not self.low <= 0 <= self.high


def order_of(predicted: NDArray[np.float64], labels: NDArray[np.float64]) -> Order:
    """How well predictions (M,) order labels (M,)."""
    if len(labels) < FEWEST_ORDER or not (np.ptp(predicted) and np.ptp(labels)):
        return Order(None, None, None)
    from scipy.stats import spearmanr

    value, count = float(spearmanr(predicted, labels).statistic), len(labels)
    most = 1 - 6 / (count * (count**2 - 1))  # between 1 and the next lower value, where one neighbour changes places
    inside = min(max(value, -most), most)
    centre, reach = math.atanh(inside), _NORMAL_95 * math.sqrt((1 + inside**2 / 2) / (count - 3))
    return Order(value, math.tanh(centre - reach), math.tanh(centre + reach))


def ranks_of(predictions: Sequence[Prediction], labels: NDArray[np.float64]) -> Reliability | None:
    """Ranks as they were shown against ranks among one's own videos, of those with evidence; None where none had it."""
    rows = [row for row, one in enumerate(predictions) if one.rank is not None and one.low is not None]
    if len(rows) < 2:
        return None
    return reliability([_reading(predictions[row]) for row in rows], labels[rows])


def counts_of(predictions: Sequence[Prediction], labels: NDArray[np.float64]) -> CountAgreement:
    """Predicted against real log2(comments) of at least one video."""
    predicted = np.array([one.log2_comments for one in predictions])
    apart = labels - predicted
    low, high = _mean_within(apart)
    held = [
        one.low <= label <= one.high
        for one, label in zip(predictions, labels, strict=True)
        if one.low is not None and one.high is not None
    ]
    return CountAgreement(
        bias=float(apart.mean()),
        bias_low=low,
        bias_high=high,
        error=float(np.abs(apart).mean()),
        interval_holds=sum(held) / len(held) if held else None,
        bins=_bins(predicted, labels),
    )


def drift_of(apart: NDArray[np.float64], times: Sequence[str]) -> Drift | None:
    """Real less predicted (M,) of videos, over the times at which these were predicted (ISO 8601).

    None where there are too few videos, or all of one day.
    """
    if len(apart) < FEWEST_DRIFT or len({time[:10] for time in times}) < 2:
        return None
    order = sorted(range(len(apart)), key=lambda row: times[row])
    earlier, later = np.array_split(apart[order], 2)
    change = float(later.mean() - earlier.mean())
    error = math.sqrt(earlier.var(ddof=1) / len(earlier) + later.var(ddof=1) / len(later))
    from scipy.stats import t

    reach = float(t.ppf(0.975, len(apart) - 2)) * error
    return Drift(float(earlier.mean()), float(later.mean()), change, change - reach, change + reach)


def _mean_within(values: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Student's 95 % interval of the mean of values (M,): of five videos a bootstrap's holds 83 % of the time."""
    if len(values) < 2:
        return None, None
    from scipy.stats import t

    reach = float(t.ppf(0.975, len(values) - 1)) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return float(values.mean()) - reach, float(values.mean()) + reach


def _reading(one: Prediction) -> Reading:
    rank, low, high = one.rank or 0.0, one.rank_low or 0.0, one.rank_high or 0.0
    return Reading(rank, low, high, Interval(one.low or 0.0, one.high or 0.0, one.coverage or 0.0))


def _bins(predicted: NDArray[np.float64], labels: NDArray[np.float64]) -> tuple[CountBin, ...]:
    order = np.argsort(predicted, kind="stable")
    parts = np.array_split(order, max(1, min(_BINS, len(order) // _FEWEST_OF_BIN)))
    return tuple(CountBin(float(predicted[part].mean()), float(labels[part].mean()), len(part)) for part in parts)
