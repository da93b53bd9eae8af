"""What titles of other platforms look like, so that a predictor of one's own catalogue knows them for foreign.

Kept of the titles that the shipped models learned from are their mean, their main directions and what is left beside
these: enough to draw rows that are like theirs, and no title can be read out of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ... import files
from .title_look import Look, features, fit_look, held_out_looks

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FILE = "titles.safetensors"
ENCODER = "all-MiniLM-L6-v2"
"""Whose vectors they are of."""
REFUSED = 0.0025
"""The share of a predictor's own titles that may be taken for those of one other platform."""
KNOWN = 0.5
"""The share of another platform's titles that has to be known for such; of what is no other kind nothing is said."""
_DIRECTIONS = 16
_DRAWN = 2_000


@dataclass(frozen=True, slots=True)
class TitleMoments:
    """Titles of a platform as moments of the F numbers that `features` reads of each."""

    platform: str
    mean: NDArray[np.float32]
    """(F,)."""
    directions: NDArray[np.float32]
    """(R, F), the main ones, each as long as titles spread along it."""
    rest: NDArray[np.float32]
    """(F,), how much each number spreads beside them."""

    def drawn(self, count: int, seed: int) -> NDArray[np.float64]:
        """(count, F), rows that are like those of the titles."""
        random = np.random.default_rng(seed)
        along = random.normal(size=(count, len(self.directions))) @ self.directions
        found: NDArray[np.float64] = self.mean + along + random.normal(size=(count, len(self.mean))) * self.rest
        return found


@dataclass(frozen=True, slots=True)
class OtherTitles:
    """What tells a predictor's own titles from those of another platform."""

    platform: str
    look: Look
    known: float
    """The share of drawn titles of that platform which are known for such."""


def moments_of(platform: str, titles: Sequence[str], vectors: NDArray[np.float32]) -> TitleMoments:
    """The moments of titles (N) with these unit vectors (N, D)."""
    rows = features(titles, vectors)
    mean = rows.mean(axis=0)
    _, sizes, axes = np.linalg.svd(rows - mean, full_matrices=False)
    directions = axes[:_DIRECTIONS] * (sizes[:_DIRECTIONS, None] / np.sqrt(len(rows)))
    rest = np.sqrt(np.maximum(rows.var(axis=0) - (directions**2).sum(axis=0), 0))
    kept = (array.astype(np.float32) for array in (mean, directions, rest))
    return TitleMoments(platform, *kept)


def save_moments(folder: Path, moments: TitleMoments) -> None:
    """Keep them at `folder`, beside the model that ships."""
    from safetensors.numpy import save

    arrays = {name: getattr(moments, name).astype(np.float16) for name in ("mean", "directions", "rest")}
    files.write_bytes(folder / FILE, save(arrays), shared=True)


def shipped_moments() -> tuple[TitleMoments, ...]:
    """Those of the titles that the shipped models learned from, by `ENCODER`."""
    from .choice.headlines import PLATFORM as HEADLINES
    from .choice.headlines import headlines_folder
    from .shipped import PLATFORM, shipped_folder

    return (read_moments(shipped_folder(), PLATFORM), read_moments(headlines_folder(), HEADLINES))


def told_apart(
    titles: NDArray[np.float64], halves: NDArray[np.int64], others: Sequence[TitleMoments]
) -> tuple[OtherTitles, ...]:
    """What tells titles (N, F) from those of other platforms, where it can: checked on the other of two `halves` (N,).

    A platform is left out of whose titles fewer than KNOWN are known when REFUSED of the own ones are taken for them.
    """
    found = []
    for seed, other in enumerate(others):
        foreign = other.drawn(_DRAWN, seed)
        least = float(np.quantile(held_out_looks(titles, foreign, halves), REFUSED))
        look = fit_look(titles, foreign, least)
        known = float(np.mean(look.of_rows(other.drawn(_DRAWN, seed + len(others))) < least))
        if known >= KNOWN:
            found.append(OtherTitles(other.platform, look, known))
    return tuple(found)


def read_moments(folder: Path, platform: str) -> TitleMoments:
    """Those at `folder`, which came with Popcorn, of titles of `platform`."""
    from safetensors.numpy import load_file

    arrays = load_file(folder / FILE)
    return TitleMoments(platform, *(arrays[name].astype(np.float32) for name in ("mean", "directions", "rest")))
