"""A prediction that a template cannot lift: the least span decides, and the title as a whole only nudges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .least_span import Encode, LeastSpan

NUDGE = 0.18
"""How far the whole title may move a prediction either way, in standard deviations of what the least span says."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How what the least span and the whole title say become one prediction, in log2(comments)."""

    level: float
    slope: float
    """What the label is for the least span's word: level + slope * least; the slope is above 0."""
    whole_level: float
    whole_slope: float
    """What the blend says of the whole title, as far as the least span tells: whole_level + whole_slope * least."""
    nudge: float
    """The most that the rest of it adds, or takes away: words around a topic gain at most twice that."""


@dataclass(frozen=True, slots=True)
class Steady:
    """The least span with its bounds."""

    least: LeastSpan
    bounds: Bounds

    def predict(self, whole: NDArray[np.float64], titles: Sequence[str], encode: Encode) -> NDArray[np.float64]:
        """What titles promise (Q,), given what the blend says of each as a whole (Q,)."""
        return bounded(self.least.predict(titles, encode), whole, self.bounds)

    def parts(self, whole: float, title: str, encode: Encode) -> tuple[float, float]:
        """What the least span says of one title, as log2(comments), and what the rest of the title adds to that."""
        (least,) = self.least.predict([title], encode).tolist()
        alone = self.bounds.level + self.bounds.slope * least
        (both,) = self.predict(np.array([whole]), [title], encode).tolist()
        return alone, both - alone


def bounded(least: NDArray[np.float64], whole: NDArray[np.float64], bounds: Bounds) -> NDArray[np.float64]:
    """The prediction (Q,): no higher for words around a topic than without them, but for twice the nudge."""
    rest = whole - bounds.whole_level - bounds.whole_slope * least
    found: NDArray[np.float64] = bounds.level + bounds.slope * least + np.clip(rest, -bounds.nudge, bounds.nudge)
    return found


def fit_bounds(least: NDArray[np.float64], whole: NDArray[np.float64], labels: NDArray[np.float64]) -> Bounds:
    """From what both say of videos that neither has learned from, (M,) each, and their labels (M,)."""
    slope, level = np.polyfit(least, labels, 1).tolist()
    whole_slope, whole_level = np.polyfit(least, whole, 1).tolist()
    slope = max(slope, 0.0)
    return Bounds(level, slope, whole_level, whole_slope, NUDGE * slope * float(np.std(least)))
