"""Training a whole predictor: networks, neighbours, words; then their blend and its calibration on held-out videos."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..calibration import no_scale
from ..domain import Domain
from ..measures import measure
from ..mmra.model import MMRA
from ..mmra.plan import Epoch
from ..mmra.training import TrainingData, best_epoch, predictions
from .blend import Blend, fit_blend, out_of_fold
from .fitted import FittedPredictor
from .learning import learned_networks, training_data
from .manifest import Facts
from .members import bank_rows, banked, lexical_member, neighbours_member, training_bank, tuned_member
from .networks import Networks
from .recipe import Recipe, Silent, Watcher
from .refitting import refitted
from .scaling import calibrated, measures_row, steady_of, tested_on, with_domain, with_scale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .material import Material


@dataclass(frozen=True, slots=True)
class Trained:
    """A fitted predictor and the epochs of each of its networks."""

    fitted: FittedPredictor
    curves: tuple[tuple[Epoch, ...], ...]
    before: FittedPredictor | None = None
    """Of a refitted one, what it was while it had not seen the validation videos: what is measured on these is its."""

    @property
    def unseeing(self) -> FittedPredictor:
        """What has not learned from the validation videos."""
        return self.before or self.fitted


def fit(name: str, material: Material, recipe: Recipe, work: Path | None, watcher: Watcher) -> Trained:
    """Train a predictor called `name`. With a folder `work` a training that was cut off goes on where it stopped.

    Raises PredictionError when there is too little to learn from, DataError when the variant lacks its features.
    """
    started = time.perf_counter()
    if recipe.variant == "reference":
        material = material.with_frames_only()
    if recipe.steady:
        material = replace(material, tags=("",) * len(material.ids))
    material.check_labels()
    fitted, curves = _trained(name, material, recipe, work, watcher)
    if recipe.folds:
        fitted = _cross_calibrated(fitted, material, recipe, watcher)
    before = fitted if recipe.refit else None
    if recipe.refit:
        best = [best_epoch(list(epochs)).number for epochs in curves]
        fitted = refitted(fitted, material, recipe, best, work, watcher)
    fitted = with_domain(fitted, material, watcher)
    return Trained(tested_on(fitted, material, time.perf_counter() - started), curves, before)


def _trained(
    name: str, material: Material, recipe: Recipe, work: Path | None, watcher: Watcher
) -> tuple[FittedPredictor, tuple[tuple[Epoch, ...], ...]]:
    """A predictor with its scale, and the epochs of each of its networks."""
    watcher.stage("find neighbours")
    with tempfile.TemporaryDirectory(prefix="popcorn-train-", dir=work) as scratch:
        data = training_data(material, recipe, Path(scratch), watcher)
        networks, curves = learned_networks(data, material, recipe, work, watcher)
        said = _mean_of(networks, data)
    return _finished(name, material, recipe, networks, said, watcher, work), curves


def adopt(name: str, material: Material, network: MMRA, work: Path | None, watcher: Watcher) -> Trained:
    """A predictor of a network that was trained elsewhere, with a bank and a calibration from `material`.

    What its videos' neighbours say together is kept in the folder `work` meanwhile.
    """
    started, recipe = time.perf_counter(), Recipe("reference", networks=1, members=("network",), bank="train")
    material = material.with_frames_only()
    material.check_labels()
    watcher.stage("find neighbours")
    with tempfile.TemporaryDirectory(prefix="popcorn-train-", dir=work) as scratch:
        data = training_data(material, recipe, Path(scratch), watcher)
        said = _mean_of((network,), data)
    fitted = with_domain(_finished(name, material, recipe, (network,), said, watcher), material, watcher)
    return Trained(tested_on(fitted, material, time.perf_counter() - started), ())


def _mean_of(networks: tuple[MMRA, ...], data: TrainingData) -> NDArray[np.float64]:
    """What the networks say of the validation videos, (M,)."""
    found: NDArray[np.float64] = np.mean(
        [predictions(one, data, data.valid, data.near_valid) for one in networks], axis=0
    )
    return found


def _finished(
    name: str,
    material: Material,
    recipe: Recipe,
    networks: tuple[MMRA, ...],
    by_networks: NDArray[np.float64],
    watcher: Watcher,
    work: Path | None = None,
) -> FittedPredictor:
    """The other members, then the blend and its calibration on the validation videos."""
    split, videos, said = material.split, material.videos, {"network": by_networks}
    rows = bank_rows(material, recipe.plan())
    bank = training_bank(material, rows)
    settings, lexical, tuned = None, None, None
    if "neighbours" in recipe.members:
        watcher.stage("weigh neighbours")
        settings, said["neighbours"] = neighbours_member(bank, material)
    if "lexical" in recipe.members:
        watcher.stage("weigh words")
        lexical, said["lexical"] = lexical_member(material)
    if recipe.tunes(material):
        watcher.stage("tune the encoder on titles")
        tuned, said["tuned"] = tuned_member(material, recipe, work, watcher)
    watcher.stage("blend and calibrate")
    labels, centre = videos.labels[split.valid], float(videos.labels[split.train].mean())
    alone = len(said) == 1
    blend = Blend((("network", 1.0),), centre) if alone else fit_blend(said, labels, centre)
    honest = np.maximum(by_networks if alone else out_of_fold(said, labels, centre), 0.0)
    fitted = FittedPredictor(
        facts=_facts(name, material, recipe, said, honest),
        bank=bank,
        videos=banked(videos, rows),
        tag_names=material.tag_names,
        networks=Networks.of(networks),
        neighbours=settings,
        lexical=lexical,
        tuned=tuned,
        blend=blend,
        steady=steady_of(material, honest) if recipe.steady else None,
        held_out=honest,
        scale=no_scale("it was not checked yet"),
        plain_words=None,
        domain=Domain(),
        usual_nearness=0.0,
    )
    return calibrated(fitted, material, said)


def _cross_calibrated(fitted: FittedPredictor, material: Material, recipe: Recipe, watcher: Watcher) -> FittedPredictor:
    """With a scale among all videos, each predicted by one network that learned from other groups."""
    counted = np.flatnonzero(np.isfinite(material.labels))
    groups = np.arange(len(material.ids)) if material.group_codes is None else material.group_codes
    places = np.unique(groups, return_inverse=True)[1]
    part = np.random.default_rng(recipe.seed).permutation(int(places.max()) + 1)[places] % (2 * recipe.folds)
    once = replace(recipe, networks=1, folds=0, refit=False)
    predictions = np.full(len(material.ids), np.nan)
    for fold in range(recipe.folds):
        watcher.stage(f"predict part {fold + 1} of {recipe.folds} from the others")
        sides = np.select([part // 2 == fold, part == (2 * fold + 2) % (2 * recipe.folds)], ["test", "valid"], "train")
        inside = replace(material, splits=tuple(sides.tolist()))
        made = _trained(fitted.facts.name, inside, once, None, Silent())[0]
        predictions[inside.split.test] = made.predict(inside.like_drafts(inside.split.test))
    return with_scale(fitted, material, counted, predictions[counted], kept=recipe.kept)


def _facts(
    name: str,
    material: Material,
    recipe: Recipe,
    said: Mapping[str, NDArray[np.float64]],
    honest: NDArray[np.float64],
) -> Facts:
    split, labels = material.split, material.labels[material.split.valid]
    rows = [(member, measure(np.asarray(values), labels)) for member, values in said.items()]
    rows.append(("blend, each video left out of its weights", measure(honest, labels)))
    return Facts(
        name=name,
        origin=material.origin,
        seed=recipe.seed,
        rows=(len(split.train), len(split.valid), len(split.test)),
        split_given=split.given,
        measures=tuple(measures_row(member, one) for member, one in rows),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        notes=material.notes,
    )
