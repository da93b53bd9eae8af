"""Answers that take no model: so many clips as the ad has, drawn by chance, or those that are shown first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from ..baselines.role_model import RoleModel, read_labelled
from ..baselines.simple import FactOrder
from ..baselines.types import Baseline, OrderTask
from ..samples import Sample
from .types import PlannedAd, Planner


class RandomClips:
    """As many clips as the ad has, in an order drawn by seed."""

    name = "baseline: random clips"

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    def plan(self, samples: Sequence[Sample]) -> list[PlannedAd]:
        """Another draw for every sample."""
        return [PlannedAd(self._drawn(sample)) for sample in samples]

    def _drawn(self, sample: Sample) -> tuple[str, ...]:
        drawing = random.Random(f"{self._seed} {sample.name}")  # noqa: S311 - nothing secret is drawn
        numbers = [str(number) for number in range(1, len(sample.candidates) + 1)]
        return tuple(drawing.sample(numbers, len(sample.answer)))


class FirstClips:
    """As many clips as the ad has, as they are shown."""

    name = "baseline: the first clips"

    def plan(self, samples: Sequence[Sample]) -> list[PlannedAd]:
        """1, 2, 3 and so on."""
        return [PlannedAd(tuple(str(number) for number in range(1, len(one.answer) + 1))) for one in samples]


class TheirOrder:
    """A baseline that puts lines in order: it is told which clips belong, and what people said over each."""

    def __init__(self, baseline: Baseline) -> None:
        self.name = baseline.name
        self._baseline = baseline

    def plan(self, samples: Sequence[Sample]) -> list[PlannedAd]:
        """The order of each ad's own clips."""
        return [PlannedAd(tuple(self._baseline.order(_task(sample))), told=True) for sample in samples]


def _task(sample: Sample) -> OrderTask:
    """The ad's own clips as they are shown, with their lines."""
    ad, numbers = sample.ad, sorted(sample.answer)
    lines = tuple(sample.clip(number).script for number in numbers)
    clips = tuple(map(str, numbers))
    product = ad.product
    return OrderTask(ad.name, ad.product_key, clips, lines, product.facts, product.brand, ad.language)


def line_baselines(labelled: Path | None, seed: int) -> list[Planner]:
    """Clips by chance and as shown; and who puts lines in order, by facts and by learned roles.

    Raises RequestError and DataError where the labelled ads cannot be read.
    """
    ordering: list[Baseline] = [FactOrder(), *([RoleModel(read_labelled(labelled))] if labelled else [])]
    return [RandomClips(seed), FirstClips(), *map(TheirOrder, ordering)]
