"""Training and evaluating predictors, composed: a catalogue, and clips if there are some, become material."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ... import files
from ...errors import DataError, RequestError
from ...settings import Settings
from .predictors import alone, as_drafts, predictors_folder

if TYPE_CHECKING:
    from ...tools.embedding.types import Encoder
    from ...tools.popularity.evaluation.report import Evaluation
    from ...tools.popularity.features.types import Profile
    from ...tools.popularity.mmra.config import MMRAConfig
    from ...tools.popularity.mmra.plan import Epoch
    from ...tools.popularity.trained.fitting import Trained
    from ...tools.popularity.trained.manifest import Origin
    from ...tools.popularity.trained.material import Material
    from ...tools.popularity.trained.predictor import TrainedPredictor
    from ...tools.popularity.trained.recipe import Recipe
    from ...tools.popularity.types import Subject
    from ...tools.references.catalogue import Catalogue

Progress = Callable[[int, int], None]

_MOST_REASONS = 20
"""Clips that could not be read, named in a predictor's notes."""


@dataclass(frozen=True, slots=True)
class Features:
    """How clips and texts become features."""

    profile: str = "light"
    models: tuple[tuple[str, str], ...] = ()
    """Models in place of the profile's own, by role: folders, or names on the hub, perhaps with `@revision`."""

    def open(self) -> Profile:
        """The profile. Raises RequestError for one, or a role of it, that there is not."""
        from ...tools.popularity.features.profiles import open_profile

        return open_profile(self.profile, **dict(self.models))


class TrainingWatcher(Protocol):
    """Is told how a training goes."""

    def stage(self, name: str) -> None:
        """A new part begins."""
        ...

    def epoch(self, network: int, epoch: Epoch) -> None:
        """A network, counted from 1, has ended an epoch."""
        ...

    def progress(self, done: int, total: int) -> None:
        """How many videos have their features."""
        ...


def material_of(
    settings: Settings,
    catalogue: Catalogue,
    encoder: Encoder,
    videos: Path | None,
    features: Features,
    progress: Progress,
) -> Material:
    """A catalogue as what predictors are trained from; with a folder of `videos` their `features` as well.

    Features are kept below the home and made once. Raises RequestError for a profile without videos to look at.
    """
    from ...tools.popularity.memory_bank import popularity
    from ...tools.popularity.trained.manifest import Origin
    from ...tools.popularity.trained.material import Material

    references = catalogue.references(range(len(catalogue)))
    material = Material(
        Origin(
            catalogue=catalogue.name,
            catalogue_digest=catalogue.digest,
            source=catalogue.manifest.source or catalogue.name,
            encoder=encoder.name,
            illustrative=catalogue.illustrative,
        ),
        ids=tuple(catalogue.ids),
        titles=tuple(reference.title or reference.text for reference in references),
        tags=tuple(catalogue.tags),
        labels=popularity(catalogue.comments),
        text=catalogue.vectors,
        retrieval=catalogue.vectors,
        splits=tuple(catalogue.splits),
        as_drafts=lambda rows: as_drafts(encoder, [references[row] for row in rows]),
        encode=encoder.encode,
    )
    if videos is None and features.profile != "paper":
        return material
    return _with_features(settings, material, [one.text for one in references], videos, features, progress)


def _with_features(
    settings: Settings,
    material: Material,
    texts: list[str],
    videos: Path | None,
    features: Features,
    progress: Progress,
) -> Material:
    """The material with features of a profile, of texts and, as far as they are there, of clips."""
    from ...tools.popularity.features.extraction import extract, find_videos
    from ...tools.popularity.features.room import check_room
    from ...tools.popularity.features.types import Item

    if videos is not None and not videos.is_dir():
        raise RequestError(f"there is no folder of videos at {str(videos)!r}", hint="Name it with --videos DIR.")
    clips = find_videos(videos, material.ids) if videos is not None else {}
    if videos is not None and not clips:
        raise RequestError(
            f"none of the {len(material.ids):,} references has a video in {str(videos)!r}",
            hint="Videos are named by their reference's id, e.g. 1234.mp4.",
        )
    items = [Item(known, text, clips.get(known)) for known, text in zip(material.ids, texts, strict=True)]
    folder = settings.home / "features" / f"{material.origin.catalogue}-{features.profile}"
    made_by = features.open()
    check_room(folder, made_by, len(items))
    store = extract(folder, made_by, items, progress)
    unread = [f"{known}: {reason}" for known, reason in store.reasons.items() if known in clips]
    seen = f"{int(store.has_frames.sum()):,} of {len(material.ids):,} videos have frames"
    return replace(
        material,
        origin=replace(
            material.origin,
            profile=features.profile,
            models=tuple(sorted(made_by.describe().items())),
            named=features.models,
        ),
        text=store.text,
        retrieval=store.retrieval,
        frames=store.frames,
        frames_known=store.has_frames,
        as_drafts=None,
        notes=(seen, *unread[:_MOST_REASONS]),
    )


def train_predictor(
    settings: Settings, name: str, recipe: Recipe, watcher: TrainingWatcher, videos: Path | None, features: Features
) -> Trained:
    """Train a predictor on the catalogue in the settings and keep it under `name`, with a card and a curve."""
    from ...tools.popularity.choice.part_fitting import fit_part
    from ...tools.popularity.choice.part_store import save_part
    from ...tools.popularity.trained.fitting import fit

    if recipe.variant == "reference":
        _check_one_size(features.open(), videos)
    folder = predictors_folder(settings)
    with alone(folder, name) as work:
        catalogue, encoder = _catalogue(settings)
        material = material_of(settings, catalogue, encoder, videos, features, watcher.progress)
        trained = fit(name, material, recipe, work, watcher)
        _keep(folder / name, trained)
        watcher.stage("compare neighbours in topic")
        save_part(folder / name, trained.fitted.bank.digest, fit_part(trained.unseeing, material))
    return trained


def import_weights(
    settings: Settings, name: str, weights: Path, videos: Path, features: Features, progress: Progress
) -> Trained:
    """A predictor of published weights, its bank and calibration from the catalogue in the settings."""
    from ...tools.popularity.mmra.published import read_published
    from ...tools.popularity.trained.fitting import adopt
    from ...tools.popularity.trained.recipe import Silent

    network, folder = read_published(weights), predictors_folder(settings)
    _check_sizes(network.config, features.open())
    with alone(folder, name) as work:
        catalogue, encoder = _catalogue(settings)
        material = material_of(settings, catalogue, encoder, videos, features, progress)
        trained = adopt(name, material, network, work, Silent())
        _keep(folder / name, trained)
    return trained


def _check_one_size(profile: Profile, videos: Path | None) -> None:
    """Raises RequestError when the published network cannot be trained on a profile's features."""
    if videos is None:
        raise RequestError(
            "the reference variant of MMRA needs frames",
            hint="Name the clips with --videos DIR, or train the variant `popcorn`.",
        )
    frame, text = profile.frame_and_text
    if frame != text:
        way = "Use --profile paper" if profile.name == "light" else "Name --model frames and --model text of one size"
        raise RequestError(
            f"the reference variant of MMRA knows one size; the profile {profile.name!r} gives frames of size {frame} "
            f"and texts of size {text}",
            hint=f"{way}, or train the variant `popcorn`.",
        )


def _check_sizes(config: MMRAConfig, profile: Profile) -> None:
    """Raises DataError when the features of a profile do not fit published weights."""
    from ...tools.popularity.features.types import FRAMES

    frame, text = profile.frame_and_text
    if {frame, text} != {config.dimension} or config.frames != FRAMES:
        raise DataError(
            f"the weights are for {config.frames} frames and features of size {config.dimension}; the profile "
            f"{profile.name!r} gives {FRAMES} frames of size {frame} and texts of size {text}",
            hint="The published weights belong to --profile paper and its models.",
        )


def evaluation_of(
    settings: Settings,
    predictor: TrainedPredictor,
    split: str,
    videos: Path | None,
    *,
    baselines: bool,
    averaging: bool,
    progress: Progress,
) -> Evaluation:
    """How good a predictor is on the catalogue in the settings."""
    from ...tools.popularity.evaluation.report import evaluate, held_out
    from ...tools.popularity.shipped import NAME as SHIPPED

    fitted = predictor.fitted
    if fitted.videos.frames is not None and videos is None:
        raise RequestError(
            f"the predictor {predictor.name!r} was trained on clips", hint="Name those of the catalogue: --videos DIR."
        )
    if fitted.facts.origin.catalogue == settings.catalogue and predictor.name == SHIPPED:
        raise RequestError(
            f"the videos that {SHIPPED!r} learned from do not come with Popcorn",
            hint="Name a catalogue of other videos with --data; its card has the figures on its own.",
        )
    catalogue, encoder = _catalogue(settings)
    material = material_of(settings, catalogue, encoder, videos, _features_of(fitted.facts.origin), progress)
    chosen = held_out(fitted, material, split)
    rows = chosen.rows
    if fitted.facts.origin.profile or encoder.name == fitted.bank.encoder:
        drafts = material.drafts(rows)
    else:
        drafts = predictor.drafts([_as_subject(material, row) for row in rows])
    return evaluate(
        fitted,
        drafts,
        material.labels[rows],
        chosen.split,
        honest=chosen.honest,
        baselines=baselines,
        averaging=averaging,
        progress=progress,
    )


def _features_of(origin: Origin) -> Features:
    """Those that a predictor was trained on."""
    return Features(origin.profile or "light", origin.named)


def _catalogue(settings: Settings) -> tuple[Catalogue, Encoder]:
    from .workshop import workshop_of

    workshop = workshop_of(settings)
    catalogue = workshop.catalogue(settings)
    return catalogue, workshop.encoder(catalogue.manifest.encoder)


def _as_subject(material: Material, row: int) -> Subject:
    from ...tools.popularity.types import Subject

    return Subject(material.titles[row], tag=material.tags[row])


def _keep(folder: Path, made: Trained) -> None:
    """Save a predictor with its card and its pictures."""
    from ...tools.popularity.manifests import writing
    from ...tools.popularity.trained.card import CARD, card
    from ...tools.popularity.trained.curve import CURVE, draw_curve
    from ...tools.popularity.trained.reliability_plot import RELIABILITY, draw_reliability
    from ...tools.popularity.trained.store import save_predictor

    with writing(folder):
        for picture in (CURVE, RELIABILITY):
            (folder / picture).unlink(missing_ok=True)
        if made.curves:
            draw_curve(made.curves, files.private_file(folder / CURVE))
        if found := made.fitted.facts.reliability:
            draw_reliability(found, files.private_file(folder / RELIABILITY))
        files.write_text(folder / CARD, card(made.fitted))
    save_predictor(folder, made.fitted)
