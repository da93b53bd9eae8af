"""Nearest neighbours in a memory bank, and what their labels say together.

A prediction is the mean of the k nearest labels, weighted by exp(similarity / temperature), where a video of the same
tag is taken as `tag_bonus` nearer than it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .memory_bank import MemoryBank

SHORTLIST = 200
"""Nearest videos among which the tag bonus may change the order."""
CHUNK = 256
"""Queries at a time: at 16,000 rows their similarities take 16 MB."""
SIZES = (5, 10, 25, 50, 100)
TEMPERATURES = (0.03, 0.05, 0.08, 0.12, 0.2)
TAG_BONUSES = (0.0, 0.05, 0.1, 0.2)
NO_TAG = -2
"""The code of a draft without a tag, which no video has."""
MOST_CHOOSING = 4000
"""Held-out videos that the choice of settings looks at, evenly spaced."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How neighbours are weighted; chosen by `choose_settings`, not by hand."""

    neighbours: int
    temperature: float
    tag_bonus: float


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The nearest rows of a bank for Q queries, nearest first: rows (Q, S) int64, similarities (Q, S) float32."""

    rows: NDArray[np.int64]
    similarities: NDArray[np.float32]

    def take(self, queries: NDArray[np.int64]) -> Shortlist:
        """That of some of the queries."""
        return Shortlist(self.rows[queries], self.similarities[queries])


def shortlist(bank: MemoryBank, queries: NDArray[np.float32], itself: NDArray[np.int64] | None = None) -> Shortlist:
    """The SHORTLIST nearest rows (fewer in a small bank) of each query (Q, D).

    `itself` (Q,) names for each query a row that is left out: the query's own, for leaving one out.
    """
    similarities = queries @ bank.vectors.T
    size = min(SHORTLIST, len(bank) - (itself is not None))
    if itself is not None:
        similarities[np.arange(len(queries)), itself] = -np.inf
    rows = np.argpartition(-similarities, size - 1, axis=1)[:, :size]
    found = np.take_along_axis(similarities, rows, axis=1)
    order = np.lexsort((rows, -found), axis=1)
    return Shortlist(np.take_along_axis(rows, order, axis=1), np.take_along_axis(found, order, axis=1))


def held_out(
    bank: MemoryBank, rows: NDArray[np.int64], progress: Callable[[int, int], None] | None = None
) -> Shortlist:
    """The shortlist of every bank row in `rows` (Q,) among all other rows."""
    return shortlists(bank, bank.vectors[rows], rows, progress)


def shortlists(
    bank: MemoryBank,
    queries: NDArray[np.float32],
    itself: NDArray[np.int64],
    progress: Callable[[int, int], None] | None = None,
) -> Shortlist:
    """The shortlist of every query (Q, D) among all rows but its own. Memory grows with Q, not with Q times N."""
    size = min(SHORTLIST, len(bank) - 1)
    found, similarities = np.empty((len(itself), size), np.int64), np.empty((len(itself), size), np.float32)
    for start in range(0, len(itself), CHUNK):
        at = slice(start, min(start + CHUNK, len(itself)))
        block = shortlist(bank, queries[at], itself[at])
        found[at], similarities[at] = block.rows, block.similarities
        if progress:
            progress(at.stop, len(itself))
    return Shortlist(found, similarities)


def predict(bank: MemoryBank, near: Shortlist, tags: NDArray[np.int64], settings: Settings) -> NDArray[np.float64]:
    """Predictions (Q,) from a shortlist of Q queries whose tags have the codes `tags` (Q,), negative for none."""
    found = np.empty(len(tags))
    for start in range(0, len(tags), CHUNK):
        part = slice(start, start + CHUNK)
        block = Shortlist(near.rows[part], near.similarities[part])
        nearness, labels = _by_nearness(bank, block, tags[part], settings.tag_bonus)
        found[part] = _weighted_mean(nearness, labels, settings.neighbours, settings.temperature)
    return found


def shares(
    bank: MemoryBank, near: Shortlist, tag: int, settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The rows (k,) that one query's prediction rests on, and the share (k,) of each; `near` holds that query alone."""
    same = (bank.tag_codes[near.rows[0]] == tag) & (tag >= 0)
    nearness = near.similarities[0] + settings.tag_bonus * same
    order = np.argsort(-nearness, kind="stable")[: settings.neighbours]
    weights = np.exp((nearness[order] - nearness[order[0]]) / settings.temperature)
    found: NDArray[np.float64] = weights / weights.sum()
    return near.rows[0][order], found


def choose_settings(bank: MemoryBank, near: Shortlist, rows: NDArray[np.int64]) -> Settings:
    """The settings with the least squared error on the held-out `rows` (Q,) whose shortlists are `near`."""
    at = np.arange(0, len(rows), len(rows) // MOST_CHOOSING + 1)
    few, truth = Shortlist(near.rows[at], near.similarities[at]), bank.labels[rows[at]]
    tags = bank.tag_codes[rows[at]]
    errors: dict[Settings, float] = {}
    for bonus in TAG_BONUSES:
        nearness, labels = _by_nearness(bank, few, tags, bonus)
        for temperature, size in product(TEMPERATURES, SIZES):
            predicted = _weighted_mean(nearness, labels, size, temperature)
            errors[Settings(size, temperature, bonus)] = float(np.mean((predicted - truth) ** 2))
    return min(errors, key=lambda settings: errors[settings])


def _by_nearness(
    bank: MemoryBank, near: Shortlist, tags: NDArray[np.int64], bonus: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Similarities with the bonus (Q, S), largest first, and the labels in the same order."""
    same = (bank.tag_codes[near.rows] == tags[:, None]) & (tags[:, None] >= 0)
    nearness = near.similarities + bonus * same
    order = np.argsort(-nearness, axis=1, kind="stable")
    labels = np.take_along_axis(bank.labels[near.rows], order, axis=1)
    return np.take_along_axis(nearness, order, axis=1), labels


def _weighted_mean(
    nearness: NDArray[np.float64], labels: NDArray[np.float64], size: int, temperature: float
) -> NDArray[np.float64]:
    weights = np.exp((nearness[:, :size] - nearness[:, :1]) / temperature)
    found: NDArray[np.float64] = (weights * labels[:, :size]).sum(axis=1) / weights.sum(axis=1)
    return found
