"""Training a choice model: parts fold by fold, their blend and calibration on what was kept apart, then all pairs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ....errors import DataError
from ...embedding.bundled_encoder import bundled_folder
from ..domain import fit_domain
from ..tuned_encoder import TunedEncoder
from .blending import fit_blend, out_of_fold, probabilities, tie_margin
from .fitted import ENCODER, LAYERS, LEVELS, PRIOR, WORDS, FittedChoice
from .layers import Layers, LayersFit, states_of, unit_vectors
from .lexicon import Lexicon, fit_lexicon
from .manifest import Facts
from .recipe import FEW
from .report import report
from .tuner import Tuner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from .pairs import PairSet
    from .recipe import Recipe, Watcher

FEWEST_PAIRS, FEWEST_STORIES = 100, 20


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
    prior: FittedChoice | None = None,
    work: Path | None = None,
    folder: Path | None = None,
) -> FittedChoice:
    """Train a choice model called `name`; its encoder is tuned from that at `folder`, the bundled one without it.

    `prior` is a model that learned from many other pairs: what it says is one part more. With a folder `work` a
    training that was cut off tunes no encoder twice. Raises DataError for pairs that nothing can be learned from.
    """
    check_pairs(pairs)
    began = time.perf_counter()
    if recipe.encoders is None:
        recipe = replace(recipe, encoders=0 if len(pairs) < FEW else 1)
    folds = pairs.folds(recipe.folds)
    judged = np.flatnonzero((folds < (recipe.judged or recipe.folds)) & pairs.sound)
    watcher.stage("read the titles")
    sees = bool(recipe.layers) or bool(prior and prior.sees)
    states = states_of(pairs.texts, watcher.progress) if sees else None
    parts = _Parts(pairs, folds, recipe, watcher, states, Tuner(folder or bundled_folder(), recipe, watcher, work))
    differences = {part: said[judged] for part, said in parts.apart(prior).items()}
    apart, known = pairs.take(judged), pairs.take(judged).decided
    log_odds = out_of_fold(differences, apart.z, folds[judged])
    margin = tie_margin(probabilities(log_odds)[known], apart.z[known])
    encoders = parts.encoders()
    watcher.stage("learn what a title is like")
    domain = fit_domain(pairs.titles, _encoding if sees else _nothing, pairs.title_stories)
    domain = domain if sees else replace(domain, look=None)
    facts = Facts(
        name=name,
        source=origin.source,
        pairs=len(pairs),
        stories=len(np.unique(pairs.stories)),
        platform=origin.platform,
        prompts=pairs.prompts,
        seed=recipe.seed,
        recipe=(*recipe.facts(), *((f"strength of {part}", str(value)) for part, value in parts.strengths.items())),
        report=report(apart, log_odds, margin),
        started_from=prior.facts.name if prior else "",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - began, 1),
        notes=origin.notes,
    )
    blend = fit_blend(differences, apart.z)
    return FittedChoice(
        facts, encoders, parts.layers(), parts.words(), blend, margin, domain, prior, levels=parts.levels()
    )


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


class _Parts:
    """The parts of one training: what each says of pairs that it has not learned from, and each fitted to all."""

    def __init__(
        self,
        pairs: PairSet,
        folds: NDArray[np.int64],
        recipe: Recipe,
        watcher: Watcher,
        states: NDArray[np.float32] | None,
        tuner: Tuner,
    ) -> None:
        self._pairs, self._folds, self._recipe, self._watcher = pairs, folds, recipe, watcher
        self._states, self._tuner = states, tuner
        self._layers = LayersFit.of_pairs(states, pairs, folds) if states is not None and recipe.layers else None
        self._levels = (
            LayersFit.of_levels(states, pairs.levels, pairs.text_folds(folds))
            if states is not None and pairs.levels is not None and recipe.levels
            else None
        )
        self.strengths: dict[str, float] = {}
        """The strength of each ridge that told pairs apart best."""

    def apart(self, prior: FittedChoice | None) -> dict[str, NDArray[np.float64]]:
        """The differences (P,) that each part says of pairs kept apart; an encoder's are 0 where it was not judged."""
        found = {}
        if self._recipe.encoders:
            found[ENCODER] = self._tuner.apart(self._pairs, self._folds)
        if self._layers is not None:
            self._watcher.stage("weigh layers on stories kept apart")
            found[LAYERS] = self._best(LAYERS, self._recipe.layers, partial(self._ridge_apart, self._layers))
        if self._levels is not None:
            found[LEVELS] = self._best(LEVELS, self._recipe.levels, partial(self._ridge_apart, self._levels))
        self._watcher.stage("weigh words on stories kept apart")
        found[WORDS] = self._best(WORDS, self._recipe.words, self._words_apart)
        if prior is not None:
            found[PRIOR] = self._pairs.differences(prior.utilities(self._pairs.texts, self._states))
        return found

    def encoders(self) -> tuple[TunedEncoder, ...]:
        """The encoders, tuned on all pairs."""
        return self._tuner.whole(self._pairs)

    def layers(self) -> Layers | None:
        """The ridge on layers, fitted to all pairs."""
        return self._layers.fit(self.strengths[LAYERS]) if self._layers is not None else None

    def levels(self) -> Layers | None:
        """The ridge of levels on layers, fitted to all texts."""
        return self._levels.fit(self.strengths[LEVELS]) if self._levels is not None else None

    def words(self) -> Lexicon:
        """The ridge on words, fitted to all pairs."""
        return self._lexicon(self._pairs, self.strengths[WORDS])

    def _best(
        self, part: str, strengths: Sequence[float], apart: Callable[[float, int], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """The differences (P,) at the strength under which the winners are most likely."""
        said = {}
        for strength in strengths:
            said[strength] = np.empty(len(self._pairs))
            for number in np.unique(self._folds).tolist():
                inside = self._folds == number
                said[strength][inside] = self._pairs.differences(apart(strength, number))[inside]
        self.strengths[part] = max(said, key=lambda strength: _skill(said[strength], self._pairs.z))
        return said[self.strengths[part]]

    def _ridge_apart(self, ridge: LayersFit, strength: float, without: int) -> NDArray[np.float64]:
        if self._states is None:
            raise ValueError("this model has no layers")
        return ridge.fit(strength, without).utilities(self._states)

    def _words_apart(self, strength: float, without: int) -> NDArray[np.float64]:
        learned = self._pairs.take(np.flatnonzero(self._folds != without))
        return self._lexicon(learned, strength).utilities(self._pairs.texts)

    def _lexicon(self, learned: PairSet, strength: float) -> Lexicon:
        return fit_lexicon(learned.texts, learned.first, learned.second, learned.z, strength)


def _skill(differences: NDArray[np.float64], z: NDArray[np.float64]) -> float:
    """How likely the winners are under the best weight of a part."""
    said: Mapping[str, NDArray[np.float64]] = {WORDS: differences}
    log_odds = fit_blend(said, z)(said)
    return -float(np.mean(np.logaddexp(0, -np.sign(z) * log_odds)))


def _encoding(texts: Sequence[str]) -> NDArray[np.float32]:
    """(N, 384), the unit vectors of texts."""
    return unit_vectors(states_of(texts))


def _nothing(texts: Sequence[str]) -> NDArray[np.float32]:
    """(N, 0): a model that does not see tells titles by counts alone."""
    return np.empty((len(texts), 0), np.float32)
