"""Training a choice model: parts fold by fold, their blend and calibration on what was kept apart, then all pairs."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .... import files
from ....errors import DataError
from ...embedding.bundled_encoder import bundled_folder
from .blending import fit_blend, out_of_fold, probabilities, tie_margin
from .fitted import ENCODER, WORDS, FittedChoice
from .lexicon import fit_lexicon
from .manifest import Facts
from .report import report
from .tuned import TunedEncoder
from .tuning import averaged, tune

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from .pairs import PairSet
    from .recipe import Recipe, Watcher

FEWEST_PAIRS, FEWEST_STORIES = 100, 20
_OUTERMOST = 0.005
"""The share of titles at either end of which a length is called unusual."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where pairs come from, for manifests, comparisons and cards."""

    source: str
    """For people, after their number: `pairs of randomised web headlines`."""
    platform: str = ""
    notes: tuple[str, ...] = ()


def fit(
    name: str,
    pairs: PairSet,
    origin: Origin,
    recipe: Recipe,
    watcher: Watcher,
    *,
    start: FittedChoice | None = None,
    work: Path | None = None,
    folder: Path | None = None,
) -> FittedChoice:
    """Train a choice model called `name` from the encoder at `folder`, the bundled one without it.

    `start` is a model whose encoder it goes on from. With a folder `work` a training that was cut off goes on where it
    stopped. Raises DataError for pairs that nothing can be learned from.
    """
    check_pairs(pairs)
    began = time.perf_counter()
    training = _Training(pairs, recipe, watcher, start.encoders[0] if start and start.encoders else None, work, folder)
    folds = pairs.folds(recipe.folds)
    judged = np.flatnonzero(folds < (recipe.judged or recipe.folds))
    apart, fold = pairs.take(judged), folds[judged]
    strength, said = training.words_apart(folds)
    differences = {WORDS: said[judged]}
    if recipe.encoders:
        differences = {ENCODER: training.encoder_apart(folds)[judged]} | differences
    log_odds = out_of_fold(differences, apart.z, fold)
    known = apart.decided
    margin = tie_margin(probabilities(log_odds)[known], apart.z[known])
    encoders = training.encoders()
    facts = Facts(
        name=name,
        source=origin.source,
        pairs=len(pairs),
        stories=len(np.unique(pairs.stories)),
        platform=origin.platform,
        prompts=pairs.prompts,
        words=_usual_lengths(pairs),
        seed=recipe.seed,
        recipe=(*recipe.facts(), ("strength", str(strength))),
        report=report(apart, log_odds, margin),
        started_from=start.facts.name if start else "",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - began, 1),
        notes=origin.notes,
    )
    watcher.stage("weigh words")
    lexicon = fit_lexicon(pairs.texts, pairs.first, pairs.second, pairs.z, strength)
    return FittedChoice(facts, encoders, lexicon, fit_blend(differences, apart.z), margin)


def check_pairs(pairs: PairSet) -> None:
    """Raises DataError for pairs that nothing can be learned from."""
    told, stories = int(np.count_nonzero(pairs.z)), len(np.unique(pairs.stories))
    if told < FEWEST_PAIRS:
        raise DataError(
            f"{told:,} of the pairs say which side drew more, and fewer than {FEWEST_PAIRS} teach nothing that holds",
            hint="Add tests. Until then the shipped model compares: popcorn predictor compare.",
        )
    if stories < FEWEST_STORIES:
        raise DataError(
            f"the pairs come from {stories:,} stories; at least {FEWEST_STORIES} are needed to keep some apart",
            hint="Add tests of other stories. Pairs that share a story, a test or a title count as one.",
        )


class _Training:
    """One training: what is learned on some of its pairs, and kept below `work` as it goes."""

    def __init__(
        self,
        pairs: PairSet,
        recipe: Recipe,
        watcher: Watcher,
        start: TunedEncoder | None,
        work: Path | None,
        folder: Path | None,
    ) -> None:
        self._pairs, self._recipe, self._watcher, self._start = pairs, recipe, watcher, start
        self._folder = folder or bundled_folder()
        self._work = work
        self._key = _key(pairs, recipe, start)

    def words_apart(self, folds: NDArray[np.int64]) -> tuple[float, NDArray[np.float64]]:
        """The best strength of the lexical part, and the differences (P,) that it says of pairs kept apart."""
        self._watcher.stage("weigh words on stories kept apart")
        pairs, said = self._pairs, {}
        for strength in self._recipe.strengths:
            said[strength] = np.empty(len(pairs))
            for number in np.unique(folds):
                learned = pairs.take(np.flatnonzero(folds != number))
                lexicon = fit_lexicon(pairs.texts, learned.first, learned.second, learned.z, strength)
                inside = folds == number
                said[strength][inside] = _differences(lexicon.utilities(pairs.texts), pairs)[inside]
        best = max(said, key=lambda strength: _skill(said[strength], pairs.z))
        return best, said[best]

    def encoder_apart(self, folds: NDArray[np.int64]) -> NDArray[np.float64]:
        """(P,), the differences that tuned encoders say of pairs kept apart; 0 for those of folds not judged."""
        pairs, recipe = self._pairs, self._recipe
        said = np.zeros(len(pairs))
        for number in range(recipe.judged or recipe.folds):
            learned, inside = pairs.take(np.flatnonzero(folds != number)), folds == number
            utilities = self._utilities(
                f"fold {number + 1} of {recipe.judged or recipe.folds}", f"fold-{number}", learned
            )
            said[inside] = _differences(utilities, pairs)[inside]
        return said

    def encoders(self) -> tuple[TunedEncoder, ...]:
        """The encoders that are kept, tuned on all pairs."""
        found = tuple(
            self._tuned(f"tune encoder {number + 1} of {self._recipe.encoders}", self._pairs, number)[0]
            for number in range(self._recipe.encoders)
        )
        return (averaged(found),) if len(found) > 1 and self._recipe.combined == "weights" else found

    def _utilities(self, title: str, name: str, learned: PairSet) -> NDArray[np.float64]:
        """What encoders that were tuned on some pairs say of all texts; read again where it was kept."""
        kept = self._work / f"{self._key}-{name}.json" if self._work else None
        if kept is not None and kept.is_file():
            return np.array(json.loads(kept.read_text(encoding="utf-8")), dtype=np.float64)
        found: NDArray[np.float64] = np.mean(
            [self._tuned(f"tune on {title}", learned, number)[1] for number in range(self._recipe.encoders)], axis=0
        )
        if kept is not None:
            files.write_text(kept, json.dumps(found.tolist()))
        return found

    def _tuned(self, title: str, learned: PairSet, number: int) -> tuple[TunedEncoder, NDArray[np.float64]]:
        self._watcher.stage(title)
        seed = self._recipe.seed + number
        watching: Callable[[int, int], None] = self._watcher.progress
        return tune(self._folder, learned, self._recipe.tuning, seed, start=self._start, watching=watching)


def _differences(utilities: NDArray[np.float64], pairs: PairSet) -> NDArray[np.float64]:
    return utilities[pairs.first] - utilities[pairs.second]


def _skill(differences: NDArray[np.float64], z: NDArray[np.float64]) -> float:
    """How likely the winners are under the best weight of a part."""
    said: Mapping[str, NDArray[np.float64]] = {WORDS: differences}
    log_odds = fit_blend(said, z)(said)
    return -float(np.mean(np.logaddexp(0, -np.sign(z) * log_odds)))


def _usual_lengths(pairs: PairSet) -> tuple[int, int]:
    lengths = np.array([len(text.split("\n")[0].split()) for text in pairs.texts])
    low, high = np.quantile(lengths, (_OUTERMOST, 1 - _OUTERMOST))
    return int(np.floor(low)), int(np.ceil(high))


def _key(pairs: PairSet, recipe: Recipe, start: TunedEncoder | None) -> str:
    """What tells the parts of one training from those of another."""
    parts = [json.dumps([pairs.texts, asdict(recipe)]).encode(), pairs.first.tobytes(), pairs.second.tobytes()]
    parts += [pairs.z.tobytes(), start.head.tobytes() if start else b""]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]
