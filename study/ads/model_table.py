"""Models side by side: means with intervals, what they are above chance, and paired differences, clustered by product.

Ads of one product are no independent witnesses: whole products are drawn anew (tools/statistics/intervals.py). Two
models are compared on the ads that both answered. Intervals are each for itself; nothing is corrected for how many
there are.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ...tools.statistics.intervals import Estimate, clustered_means, share_interval
from .scores import MEASURES, SHARES, Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_PRODUCTS = 6
"""Below, nothing is told apart: products that all agree may be chance (2 * 0.5 ** 5 > 0.05), and drawing them anew
shows no spread."""
MOST_PAIRED = 24
"""Models that are compared each with each; of more, each is compared with the best one."""
Column = tuple[str, str]
"""Model and measure."""
Name = TypeVar("Name")


def is_above(difference: Estimate) -> bool:
    """Whether a difference is told from 0, and above it."""
    return difference.low is not None and difference.low > 0 and difference.clusters >= LEAST_PRODUCTS


def is_below(difference: Estimate) -> bool:
    """Whether a difference is told from 0, and below it."""
    return difference.high is not None and difference.high < 0 and difference.clusters >= LEAST_PRODUCTS


def _share(estimate: Estimate) -> Estimate:
    """A share of 0 or 1 has no spread to be drawn anew: its interval is Wilson's, with the products as its trials."""
    if estimate.mean not in (0.0, 1.0) or estimate.clusters < 2:
        return estimate
    low, high = share_interval(round(estimate.mean * estimate.clusters), estimate.clusters)
    return replace(estimate, low=low, high=high)


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What one model reaches."""

    model: str
    estimates: dict[str, Estimate]
    """By measure."""
    over_chance: dict[str, Estimate]
    """By how much it is above a random answer to the same tasks, by measure; where chance is known."""
    variants: dict[tuple[str, str], tuple[float, int]]
    """Mean and number of answers under other conventions, by measure and convention."""
    targets: dict[str, int]
    """Word counts by what their targets are made of."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """By how much one model is above another, on the same ads."""

    measure: str
    a: str
    b: str
    difference: Estimate

    @property
    def told_apart(self) -> bool:
        """Whether the interval leaves 0 out, of products enough."""
        return is_above(self.difference) or is_below(self.difference)


@dataclass(frozen=True, slots=True)
class ModelTable:
    """All models, those first that get most orders wholly right, then most positions."""

    rows: tuple[ModelRow, ...]
    pairs: tuple[PairedDifference, ...]
    ads: int
    products: int


@dataclass(slots=True)
class _Cells:
    """The values of one model in one measure, by ad."""

    ads: array[int] = field(default_factory=lambda: array("l"))
    values: array[float] = field(default_factory=lambda: array("d"))

    def add(self, ad: int, value: float) -> None:
        self.ads.append(ad)
        self.values.append(value)

    def column(self, ads: int) -> NDArray[np.float64]:
        """The values of all ads (ads,), NaN where there is none."""
        found = np.full(ads, np.nan)
        found[np.array(self.ads, np.int64)] = np.array(self.values, np.float64)
        return found


class Tally:
    """Takes scores in, one at a time: eight bytes a value stay in memory."""

    def __init__(self) -> None:
        self._ads: dict[tuple[str, str], int] = {}
        self._products: dict[str, int] = {}
        self._clusters = array("l")
        self._cells: dict[Column, _Cells] = defaultdict(_Cells)
        self._chance: dict[Column, _Cells] = defaultdict(_Cells)
        self._variants: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(
            lambda: defaultdict(lambda: [0.0, 0])
        )
        self._targets: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, scores: Scores) -> None:
        """Count one answer."""
        ad = self._ads.setdefault((scores.ad, scores.product), len(self._ads))
        if ad == len(self._clusters):
            self._clusters.append(self._products.setdefault(scores.product, len(self._products)))
        for measure, value in scores.values.items():
            self._cells[scores.model, measure].add(ad, value)
            if measure in scores.chance:
                self._chance[scores.model, measure].add(ad, value - scores.chance[measure])
        for convention, value in scores.variants.items():
            cell = self._variants[scores.model][convention]
            cell[0] += value
            cell[1] += 1
        for name, count in scores.targets.items():
            self._targets[scores.model][name] += count

    def table(self) -> ModelTable:
        """The models with their intervals, and every difference."""
        measures = _in_order(measure for _, measure in self._cells)
        rows = self._rows(measures)
        pairs = self._pairs([row.model for row in rows], measures)
        return ModelTable(tuple(rows), tuple(pairs), len(self._ads), len(self._products))

    def _rows(self, measures: Sequence[str]) -> list[ModelRow]:
        models = list(dict.fromkeys(model for model, _ in self._cells))
        own, chance = self._means(self._cells), self._means(self._chance)
        own = {(model, name): _share(one) if name in SHARES else one for (model, name), one in own.items()}
        rows = [
            ModelRow(
                model,
                {measure: own[model, measure] for measure in measures if (model, measure) in own},
                {measure: chance[model, measure] for measure in measures if (model, measure) in chance},
                {name: (total / int(count), int(count)) for name, (total, count) in self._variants[model].items()},
                dict(self._targets[model]),
            )
            for model in models
        ]
        return sorted(rows, key=lambda row: (*(_place(row, name) for name in MEASURES), row.model))

    def _means(self, cells: dict[Column, _Cells]) -> dict[Column, Estimate]:
        return self._estimates({name: one.column(len(self._ads)) for name, one in cells.items()})

    def _pairs(self, models: Sequence[str], measures: Sequence[str]) -> list[PairedDifference]:
        pairs = combinations(models, 2) if len(models) <= MOST_PAIRED else ((models[0], one) for one in models[1:])
        chosen = [(measure, a, b) for a, b in pairs for measure in measures]
        columns = {
            (measure, a, b): self._cells[a, measure].column(len(self._ads))
            - self._cells[b, measure].column(len(self._ads))
            for measure, a, b in chosen
            if (a, measure) in self._cells and (b, measure) in self._cells
        }
        found = self._estimates(columns)
        return sorted(
            (PairedDifference(*name, difference) for name, difference in found.items()),
            key=lambda one: measures.index(one.measure),
        )

    def _estimates(self, columns: dict[Name, NDArray[np.float64]]) -> dict[Name, Estimate]:
        if not columns:
            return {}
        estimates = clustered_means(np.stack(list(columns.values()), axis=1), np.array(self._clusters, np.int64))
        return {name: one for name, one in zip(columns, estimates, strict=True) if one is not None}


def _in_order(measures: Iterable[str]) -> list[str]:
    """Those of rules first, then those of judges, as they came."""
    found = dict.fromkeys(measures)
    return [name for name in MEASURES if name in found] + [name for name in found if name not in MEASURES]


def _place(row: ModelRow, measure: str) -> float:
    return -row.estimates[measure].mean if measure in row.estimates else 1.0
