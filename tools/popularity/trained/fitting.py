"""Training a whole predictor: networks, neighbours, words; then their blend and its calibration on held-out videos."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..calibration import fit_scale, no_scale
from ..domain import Domain, fit_domain
from ..measures import Measures, intervals, measure
from ..memory_bank import MemoryBank, nearest_similarities
from ..mmra.aggregation import aggregate_videos
from ..mmra.model import MMRA
from ..mmra.plan import Epoch, TrainingPlan
from ..mmra.reference import ReferenceNetwork
from ..mmra.training import TrainingData, predictions, train, with_seed
from ..mmra.videos import Nearest, Videos, find_nearest
from ..neighbourhood import choose_settings, held_out, predict, shortlist
from ..reliability import cross_fitted, reliability
from .blend import Blend, fit_blend, out_of_fold
from .fitted import TAG_BONUS, FittedPredictor
from .least_span import fit_least_span
from .lexical import fit_lexical
from .manifest import TESTED, Facts
from .networks import Networks
from .plain_words import learn_plain_words
from .recipe import Recipe, Silent, Watcher
from .steady import Steady, fit_bounds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..neighbourhood import Settings
    from .lexical import Lexical
    from .material import Material

_STRANGE = 0.002  # of the validation videos are less like a known one than what is judged
_MOST_HELD_OUT = 4_000
_MOST_TITLES = 8_000  # each is encoded by itself, which takes a minute for so many
_FEWEST_TESTED = 10


@dataclass(frozen=True, slots=True)
class Trained:
    """A fitted predictor and the epochs of each of its networks."""

    fitted: FittedPredictor
    curves: tuple[tuple[Epoch, ...], ...]


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
    fitted = _with_domain(fitted, material, watcher)
    return Trained(_tested(fitted, material, time.perf_counter() - started), curves)


def _trained(
    name: str, material: Material, recipe: Recipe, work: Path | None, watcher: Watcher
) -> tuple[FittedPredictor, tuple[tuple[Epoch, ...], ...]]:
    """A predictor with its scale, and the epochs of each of its networks."""
    watcher.stage("find neighbours")
    with tempfile.TemporaryDirectory(prefix="popcorn-train-", dir=work) as scratch:
        data = _data(material, recipe, Path(scratch))
        networks, curves = _networks(data, material, recipe, work, watcher)
        said = _mean_of(networks, data)
    return _finished(name, material, recipe, networks, said, watcher), curves


def adopt(name: str, material: Material, network: MMRA, watcher: Watcher) -> Trained:
    """A predictor of a network that was trained elsewhere, with a bank and a calibration from `material`."""
    started, recipe = time.perf_counter(), Recipe("reference", networks=1, members=("network",), bank="train")
    material = material.with_frames_only()
    material.check_labels()
    watcher.stage("find neighbours")
    with tempfile.TemporaryDirectory(prefix="popcorn-train-") as scratch:
        data = _data(material, recipe, Path(scratch))
        said = _mean_of((network,), data)
    fitted = _with_domain(_finished(name, material, recipe, (network,), said, watcher), material, watcher)
    return Trained(_tested(fitted, material, time.perf_counter() - started), ())


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
) -> FittedPredictor:
    """The other members, then the blend and its calibration on the validation videos."""
    split, videos, said = material.split, material.videos, {"network": by_networks}
    rows = bank_rows(material, recipe.plan())
    bank = training_bank(material, rows)
    settings, lexical = None, None
    if "neighbours" in recipe.members:
        watcher.stage("weigh neighbours")
        settings, said["neighbours"] = neighbours_member(bank, material)
    if "lexical" in recipe.members:
        watcher.stage("weigh words")
        lexical, said["lexical"] = lexical_member(material)
    watcher.stage("blend and calibrate")
    labels, centre = videos.labels[split.valid], float(videos.labels[split.train].mean())
    alone = len(said) == 1
    blend = Blend((("network", 1.0),), centre) if alone else fit_blend(said, labels, centre)
    honest = np.maximum(by_networks if alone else out_of_fold(said, labels, centre), 0.0)
    fitted = FittedPredictor(
        facts=_facts(name, material, recipe, said, honest),
        bank=bank,
        videos=_banked(videos, rows),
        tag_names=material.tag_names,
        networks=Networks.of(networks),
        neighbours=settings,
        lexical=lexical,
        blend=blend,
        steady=_steady(material, honest) if recipe.steady else None,
        held_out=honest,
        scale=no_scale("it was not checked yet"),
        plain_words=None,
        domain=Domain(),
        usual_nearness=0.0,
    )
    return _calibrated(fitted, material, said)


def _steady(material: Material, whole: NDArray[np.float64]) -> Steady:
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


def _calibrated(
    fitted: FittedPredictor, material: Material, said: Mapping[str, NDArray[np.float64]]
) -> FittedPredictor:
    """With the scale that its predictions of validation and test videos make, read as drafts are."""
    split, drafts = material.split, material.like_drafts(material.split.valid)
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
    calibrated = _with_scale(replace(fitted, usual_nearness=usual), material, rows, predictions)
    return _with_tags_checked(calibrated, material, rows)


def _with_tags_checked(fitted: FittedPredictor, material: Material, rows: NDArray[np.int64]) -> FittedPredictor:
    """It reads tags only where its scale, which is of videos without theirs, holds for the videos `rows` with them."""
    if fitted.scale.reason or not material.tag_names:
        return fitted
    tagged = fitted.predict(material.drafts(rows))
    found = reliability([fitted.scale.read(float(one)) for one in tagged], material.labels[rows])
    return replace(fitted, facts=replace(fitted.facts, reads_tags=found.holds))


def _cross_calibrated(fitted: FittedPredictor, material: Material, recipe: Recipe, watcher: Watcher) -> FittedPredictor:
    """With a scale among all videos, each predicted by one network that learned from other groups."""
    counted = np.flatnonzero(np.isfinite(material.labels))
    groups = np.arange(len(material.ids)) if material.group_codes is None else material.group_codes
    places = np.unique(groups, return_inverse=True)[1]
    part = np.random.default_rng(recipe.seed).permutation(int(places.max()) + 1)[places] % (2 * recipe.folds)
    once = replace(recipe, networks=1, folds=0)
    predictions = np.full(len(material.ids), np.nan)
    for fold in range(recipe.folds):
        watcher.stage(f"predict part {fold + 1} of {recipe.folds} from the others")
        sides = np.select([part // 2 == fold, part == (2 * fold + 2) % (2 * recipe.folds)], ["test", "valid"], "train")
        inside = replace(material, splits=tuple(sides.tolist()))
        made = _trained(fitted.facts.name, inside, once, None, Silent())[0]
        predictions[inside.split.test] = made.predict(inside.like_drafts(inside.split.test))
    return _with_scale(fitted, material, counted, predictions[counted], kept=recipe.kept)


def _with_scale(
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


def _with_domain(fitted: FittedPredictor, material: Material, watcher: Watcher) -> FittedPredictor:
    """With what the titles of all videos but those kept apart for the test say about new ones."""
    rows = np.concatenate([material.split.train, material.split.valid])
    titles = [material.titles[row] for row in rows]
    groups = None if material.group_codes is None else material.group_codes[rows]
    fitted = replace(fitted, plain_words=learn_plain_words(titles, groups))
    if material.encode is None:
        return fitted
    watcher.stage("learn what a title is")
    some = slice(None, None, -(-len(titles) // _MOST_TITLES))
    domain = fit_domain(titles[some], material.encode, None if groups is None else groups[some], fitted.facts.seed)
    return replace(fitted, domain=domain)


def _tested(fitted: FittedPredictor, material: Material, seconds: float) -> FittedPredictor:
    """With its time and, where there are videos kept apart, how far off it is on these."""
    rows, measures, tested = material.split.test, fitted.facts.measures, fitted.facts.tested
    if len(rows) >= _FEWEST_TESTED:
        predicted, labels = fitted.predict(material.drafts(rows)), material.labels[rows]
        measures = (*measures, _row(TESTED, measure(predicted, labels)))
        tested = tuple((name, *ends) for name, ends in intervals(predicted, labels).items())
    facts = replace(fitted.facts, seconds=round(seconds, 1), measures=measures, tested=tested)
    return replace(fitted, facts=facts)


def _data(material: Material, recipe: Recipe, scratch: Path) -> TrainingData:
    """The networks' neighbours, and for the reference variant their sums."""
    videos, split = material.videos, material.split
    config, plan = recipe.config(material), recipe.plan()
    bank = bank_rows(material, plan)
    bonus = TAG_BONUS if recipe.variant == "popcorn" else 0.0

    def near(rows: NDArray[np.int64]) -> Nearest:
        queries = videos.retrieval[rows]
        return find_nearest(
            videos,
            bank,
            queries,
            videos.tags[rows],
            config.neighbours,
            itself=rows,
            groups=material.group_codes,
            tag_bonus=bonus,
        )

    near_train, near_valid = near(split.train), near(split.valid)
    if recipe.variant == "popcorn":
        return TrainingData(videos, split.train, split.valid, near_train, near_valid)
    sums = [
        aggregate_videos(videos, one, scratch / f"{name}.npy")
        for name, one in (("train", near_train), ("valid", near_valid))
    ]
    return TrainingData(videos, split.train, split.valid, near_train, near_valid, *sums)


def _networks(
    data: TrainingData, material: Material, recipe: Recipe, work: Path | None, watcher: Watcher
) -> tuple[tuple[MMRA, ...], tuple[tuple[Epoch, ...], ...]]:
    networks, curves = [], []
    labels = torch.from_numpy(material.labels[material.split.train].astype(np.float32))
    for number in range(recipe.networks):
        watcher.stage(f"train network {number + 1} of {recipe.networks}")
        plan = with_seed(recipe.plan(), recipe.seed + number)
        torch.manual_seed(plan.seed)
        network = MMRA(recipe.config(material))
        if not isinstance(network.network, ReferenceNetwork):
            network.network.calibrate(labels)
        checkpoint = None if work is None else work / f"network-{number + 1}.safetensors"
        epochs = train(network, data, plan, checkpoint, partial(watcher.epoch, number + 1))
        networks.append(network)
        curves.append(tuple(epochs))
    return tuple(networks), tuple(curves)


def bank_rows(material: Material, plan: TrainingPlan) -> NDArray[np.int64]:
    """The rows that neighbours come from, in training and afterwards."""
    split = material.split
    return split.train if plan.bank == "train" else np.sort(np.concatenate([split.train, split.valid]))


def training_bank(material: Material, rows: NDArray[np.int64]) -> MemoryBank:
    """The videos `rows` as a memory bank, its vectors as exact as they are kept."""
    origin = material.origin
    return MemoryBank(
        ids=tuple(material.ids[row] for row in rows),
        vectors=np.asarray(material.retrieval[rows], dtype=np.float16).astype(np.float32),
        labels=material.labels[rows],
        tags=tuple(material.tags[row] for row in rows),
        catalogue=origin.catalogue,
        catalogue_digest=origin.catalogue_digest,
        source=origin.source,
        encoder=origin.encoder,
        illustrative=origin.illustrative,
    )


def _banked(videos: Videos, rows: NDArray[np.int64]) -> Videos:
    """The training videos alone."""
    shared = videos.text is videos.retrieval
    text = np.asarray(videos.text[rows])
    return Videos(
        text=text,
        retrieval=text if shared else np.asarray(videos.retrieval[rows]),
        labels=videos.labels[rows],
        tags=videos.tags[rows],
        frames=None if videos.frames is None else np.asarray(videos.frames[rows]),
        frames_known=None if videos.frames_known is None else videos.frames_known[rows],
    )


def neighbours_member(bank: MemoryBank, material: Material) -> tuple[Settings, NDArray[np.float64]]:
    """Settings chosen by leaving one training video out at a time, and what they say of the validation videos."""
    rows = np.arange(0, len(bank), len(bank) // _MOST_HELD_OUT + 1, dtype=np.int64)
    settings = choose_settings(bank, held_out(bank, rows), rows)
    valid = material.split.valid
    near = shortlist(bank, np.asarray(material.retrieval[valid], dtype=np.float32))
    codes = np.array([bank.code_of(material.tags[row]) for row in valid], dtype=np.int64)
    return settings, predict(bank, near, codes, settings)


def lexical_member(material: Material) -> tuple[Lexical, NDArray[np.float64]]:
    """The lexical member, fitted to the training videos, and what it says of the validation videos."""
    train, valid = material.split.train, material.split.valid
    words = [[material.titles[row] for row in rows] for rows in (train, valid)]
    tags = [[material.tags[row] for row in rows] for rows in (train, valid)]
    groups = None if material.group_codes is None else material.group_codes[train]
    lexical = fit_lexical(words[0], tags[0], material.labels[train], groups)
    return lexical, lexical.predict(words[1], tags[1])


def _row(name: str, found: Measures) -> tuple[str, float | None, float, float]:
    return name, found.nmse if np.isfinite(found.nmse) else None, found.src, found.mae


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
        measures=tuple(_row(member, one) for member, one in rows),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        notes=material.notes,
    )
