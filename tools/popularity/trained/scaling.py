"""What a fitted predictor is worth: its scale on videos held out, its domain, its test, the least span of a title."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..calibration import fit_scale
from ..domain import fit_domain
from ..measures import Measures, intervals, measure
from ..memory_bank import nearest_similarities
from ..other_titles import ENCODER, shipped_moments
from ..reliability import cross_fitted, reliability
from .blend import out_of_fold
from .fitted import FittedPredictor
from .least_span import SHORTEST, fit_least_span
from .manifest import TESTED
from .plain_words import learn_plain_words
from .steady import Steady, fit_bounds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..other_titles import TitleMoments
    from .drafts import Drafts
    from .material import Material
    from .recipe import Watcher

_STRANGE = 0.002  # of the validation videos are less like a known one than what is judged
_MOST_TITLES = 8_000  # each is encoded by itself, which takes a minute for so many
_FEWEST_TESTED = 10
_SURE = 2.0
"""Standard errors by which guessed tags have to help."""


def steady_of(material: Material, whole: NDArray[np.float64]) -> Steady:
    """The least span, learned from the training videos, with bounds from the validation videos.

    `whole` (M,) is what the blend says of the latter. Raises ValueError for material without groups or an encoder.
    """
    train, valid, groups = material.split.train, material.split.valid, material.group_codes
    if groups is None or material.encode is None:
        raise ValueError("a steady predictor needs groups of videos, and something to encode words")
    titles = [material.titles[row] for row in train]
    least = fit_least_span(titles, material.labels[train], groups[train], material.encode)
    said = least.predict([material.titles[row] for row in valid], material.encode)
    return Steady(least, fit_bounds(said, whole, material.labels[valid]))


def calibrated(fitted: FittedPredictor, material: Material, said: Mapping[str, NDArray[np.float64]]) -> FittedPredictor:
    """With the scale that its predictions of validation and test videos make, read as drafts are."""
    split, drafts = material.split, material.like_drafts(material.split.valid)
    fitted = _with_tags_guessed(fitted, material, drafts)
    rows, predictions = split.valid, fitted.predict(drafts)
    if len(said) > 1:
        labels, centre = material.labels[rows], fitted.blend.centre
        whole = out_of_fold(said, labels, centre, fitted.said(drafts))
        predictions = np.maximum(fitted.tempered(whole, drafts), 0.0)
    if len(split.test):
        tested = material.like_drafts(split.test)
        rows, predictions = np.concatenate([rows, split.test]), np.concatenate([predictions, fitted.predict(tested)])
    near = nearest_similarities(fitted.bank, drafts.retrieval)
    usual = float(np.quantile(near, _STRANGE))
    calibrated = with_scale(replace(fitted, usual_nearness=usual), material, rows, predictions)
    return _with_tags_checked(calibrated, material, rows)


def _with_tags_guessed(fitted: FittedPredictor, material: Material, drafts: Drafts) -> FittedPredictor:
    """It guesses the tags of drafts that have none where that is nearer to the validation labels than by chance."""
    if not material.tag_names or fitted.steady or fitted.config.variant == "reference":
        return fitted
    guessing = replace(fitted, facts=replace(fitted.facts, guesses_tags=True))
    labels = material.labels[material.split.valid]
    gained = (fitted.predict(drafts) - labels) ** 2 - (guessing.predict(drafts) - labels) ** 2
    sure = _SURE * float(np.std(gained)) / np.sqrt(len(gained))
    return guessing if float(np.mean(gained)) > sure else fitted


def _with_tags_checked(fitted: FittedPredictor, material: Material, rows: NDArray[np.int64]) -> FittedPredictor:
    """It reads tags only where its scale, which is of videos without theirs, holds for the videos `rows` with them."""
    if fitted.scale.reason or not material.tag_names:
        return fitted
    tagged = fitted.predict(material.drafts(rows))
    found = reliability([fitted.scale.read(float(one)) for one in tagged], material.labels[rows])
    return replace(fitted, facts=replace(fitted.facts, reads_tags=found.holds))


def with_scale(
    fitted: FittedPredictor,
    material: Material,
    rows: NDArray[np.int64],
    predictions: NDArray[np.float64],
    *,
    kept: float = 1.0,
) -> FittedPredictor:
    """With the scale of predictions of the videos `rows`, made without their labels."""
    labels = material.labels[rows]
    groups = None if material.group_codes is None else material.group_codes[rows]
    checked = cross_fitted(predictions, labels, groups, kept=kept)
    scale = fit_scale(predictions, labels, kept=kept)
    return replace(fitted, facts=replace(fitted.facts, reliability=checked), scale=scale)


def with_domain(fitted: FittedPredictor, material: Material, watcher: Watcher) -> FittedPredictor:
    """With what the titles of all videos but those kept apart for the test say about new ones."""
    rows = np.concatenate([material.split.train, material.split.valid])
    titles = [material.titles[row] for row in rows]
    groups = None if material.group_codes is None else material.group_codes[rows]
    fitted = replace(fitted, plain_words=learn_plain_words(titles, groups))
    if material.encode is None:
        return fitted
    watcher.stage("learn what a title is")
    some = slice(None, None, -(-len(titles) // _MOST_TITLES))
    of_some = None if groups is None else groups[some]
    domain = fit_domain(titles[some], material.encode, of_some, fitted.facts.seed, _others(material))
    # words around a topic of fewer than SHORTEST words could lift it, and nothing would be proved of its score
    return replace(fitted, domain=replace(domain, fewest=max(domain.fewest, SHORTEST if fitted.steady else 0)))


def _others(material: Material) -> tuple[TitleMoments, ...]:
    """The titles that those of a set without a platform are told from: with one, a draft's own platform tells."""
    same = material.origin.encoder == ENCODER and not material.origin.profile
    return shipped_moments() if same and not material.origin.platform else ()


def tested_on(fitted: FittedPredictor, material: Material, seconds: float) -> FittedPredictor:
    """With its time and, where there are videos kept apart, how far off it is on these."""
    rows, measures, tested = material.split.test, fitted.facts.measures, fitted.facts.tested
    if len(rows) >= _FEWEST_TESTED:
        predicted, labels = fitted.predict(material.drafts(rows)), material.labels[rows]
        measures = (*measures, measures_row(TESTED, measure(predicted, labels)))
        tested = tuple((name, *ends) for name, ends in intervals(predicted, labels).items())
    facts = replace(fitted.facts, seconds=round(seconds, 1), measures=measures, tested=tested)
    return replace(fitted, facts=facts)


def measures_row(name: str, found: Measures) -> tuple[str, float | None, float, float]:
    """Measures as a manifest keeps them: their name, nMSE (None where it has no meaning), SRC, MAE."""
    return name, found.nmse if np.isfinite(found.nmse) else None, found.src, found.mae
