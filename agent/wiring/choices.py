"""Choice models by name: settings become what compares drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...errors import MissingError, RequestError
from ...names import did_you_mean
from ...settings import Settings
from .predictors import predictor_name, predictors_folder

if TYPE_CHECKING:
    from pathlib import Path

    from ...tools.popularity.choice.fitted import FittedChoice
    from ...tools.popularity.choice.types import ChoiceModel
    from ...tools.popularity.types import Predictor

Opening = Callable[[str], "Predictor"]
"""Opens the predictor of a name."""


def open_choice_model(settings: Settings, name: str | None, predictor: Opening) -> ChoiceModel:
    """The choice model `name`, or that of the predictor `name`; the one that fits the settings without a name.

    Without a name it is the part that the predictor in use carries, and else the shipped one. A predictor that is named
    and carries none is asked for the difference of its predictions.
    """
    from ...tools.popularity.choice import registry
    from ...tools.popularity.choice.headlines import NAME as HEADLINES
    from ...tools.popularity.choice.model import PairwiseChoice

    folder = predictors_folder(settings)
    if name in registry.choice_names(folder):
        return PairwiseChoice(registry.open_named(folder, name))
    if name is not None:
        _check_compares(folder, name)
    own = predictor_name(settings, name)
    part = _part(settings, own, predictor)
    if part is not None:
        return part
    if name is None:
        return PairwiseChoice(registry.open_named(folder, HEADLINES))
    return _by_score(predictor(own))


def _check_compares(folder: Path, name: str) -> None:
    """Raises RequestError where nothing of that name can compare drafts."""
    from ...tools.popularity.choice import registry
    from ...tools.popularity.registry import DEFAULT, names

    known = [*registry.choice_names(folder), *names(folder)]
    if name not in (DEFAULT, *known):
        listed = f"There are: {', '.join(known)}."
        raise RequestError(f"there is no predictor {name!r}", hint=did_you_mean(name, known, listed))


def _part(settings: Settings, name: str, predictor: Opening) -> ChoiceModel | None:
    """The choice model that a predictor carries; None where it has none."""
    from ...tools.popularity.choice.part import PartChoice
    from ...tools.popularity.choice.part_store import PART, read_part
    from ...tools.popularity.registry import trained_folder
    from ...tools.popularity.trained.manifest import read_trained_manifest
    from ...tools.popularity.trained.predictor import TrainedPredictor

    folder = trained_folder(predictors_folder(settings), name)
    if not (folder / PART).is_file():
        return None
    opened = predictor(name)
    found = read_part(folder, read_trained_manifest(folder).bank_digest)  # an opened bank is rounded
    return PartChoice(opened, found) if found and isinstance(opened, TrainedPredictor) else None


def _by_score(predictor: Predictor) -> ChoiceModel:
    from ...tools.popularity.choice.by_score import ScoreChoice
    from ...tools.popularity.neighbours import NeighboursPredictor
    from ...tools.popularity.trained.predictor import TrainedPredictor

    if isinstance(predictor, TrainedPredictor):
        return ScoreChoice(predictor.name, predictor.batch, predictor.fitted.scale)
    if isinstance(predictor, NeighboursPredictor):
        return ScoreChoice(predictor.name, predictor.score, predictor.fitted.scale)
    return ScoreChoice(predictor.name, predictor.score, None)


def choice_in(settings: Settings, name: str) -> FittedChoice:
    """The choice model `name`. Raises MissingError when there is none."""
    from ...tools.popularity.choice import registry

    folder = predictors_folder(settings)
    if name not in registry.choice_names(folder):
        raise MissingError(f"there is no choice model {name!r}", hint="`popcorn predictor info` lists them.")
    return registry.open_named(folder, name)


def listed_choices(settings: Settings) -> list[dict[str, Any]]:
    """Every choice model with what it learned from and how often it is right."""
    from ...errors import PopcornError
    from ...tools.popularity.choice import registry
    from ...tools.popularity.choice.manifest import read_choice_manifest

    folder, rows = predictors_folder(settings), []
    for name in registry.choice_names(folder):
        row: dict[str, Any] = {"name": name, "kind": "choice", "in_use": False}
        try:
            facts = read_choice_manifest(registry.choice_folder(folder, name)).facts
        except PopcornError as exc:
            row["about"] = exc.message
        else:
            figure = facts.report.figure
            row["about"] = f"compares drafts; {facts.learned_from}"
            row["accuracy"] = figure.model.mean
            row["pairs"] = figure.pairs
        rows.append(row)
    return rows
