"""The tunings of one training: of each fold that is judged, and of all pairs; none is done twice."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from .... import files
from ..tuned_encoder import TunedEncoder
from .tuning import averaged, tune

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from .pairs import PairSet
    from .recipe import Recipe, Watcher


class Tuner:
    """Tunes as the recipe says; what was tuned on a fold's other stories is kept below `work`."""

    def __init__(self, folder: Path, recipe: Recipe, watcher: Watcher, work: Path | None) -> None:
        self._folder, self._recipe, self._watcher, self._work = folder, recipe, watcher, work
        self._seeds = range(recipe.seed, recipe.seed + (recipe.encoders or 0))

    def apart(self, pairs: PairSet, folds: NDArray[np.int64]) -> NDArray[np.float64]:
        """(P,), the differences that encoders say of pairs kept apart; 0 for those of folds not judged."""
        said, judged = np.zeros(len(pairs)), self._recipe.judged or self._recipe.folds
        for number in range(judged):
            inside = folds == number
            title = f"tune without part {number + 1} of {judged}"
            utilities = self._utilities(title, pairs.take(np.flatnonzero(~inside)))
            said[inside] = pairs.differences(utilities)[inside]
        return said

    def whole(self, pairs: PairSet) -> tuple[TunedEncoder, ...]:
        """The encoders that are kept, tuned on all pairs."""
        found = tuple(self._tuned(f"tune encoder {seed}", pairs, seed)[0] for seed in self._seeds)
        return (averaged(found),) if len(found) > 1 and self._recipe.combined == "weights" else found

    def _utilities(self, title: str, learned: PairSet) -> NDArray[np.float64]:
        """What encoders that were tuned on some pairs say of all texts; read again where it was kept."""
        kept = self._work / f"{_key(learned, self._recipe)}.json" if self._work else None
        if kept is not None and kept.is_file():
            return np.array(json.loads(kept.read_text(encoding="utf-8")), dtype=np.float64)
        tuned = [self._tuned(title, learned, seed)[1] for seed in self._seeds]
        found: NDArray[np.float64] = np.mean(tuned, axis=0)
        if kept is not None:
            files.write_text(kept, json.dumps(found.tolist()))
        return found

    def _tuned(self, title: str, learned: PairSet, seed: int) -> tuple[TunedEncoder, NDArray[np.float64]]:
        self._watcher.stage(title)
        return tune(self._folder, learned, self._recipe.tuning, seed, self._watcher.progress)


def _key(learned: PairSet, recipe: Recipe) -> str:
    """What tells the tunings on some pairs from others."""
    how = [recipe.seed, recipe.encoders, asdict(recipe.tuning)]
    parts = [json.dumps([learned.texts, how]).encode(), learned.first.tobytes(), learned.second.tobytes()]
    return hashlib.sha256(b"".join([*parts, learned.z.tobytes()])).hexdigest()[:16]
