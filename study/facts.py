"""What decides a study's rows beside its matrix: data, templates and settings, by digest or by value."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING

from ..agent.models.providers import AUTO, choose
from ..agent.wiring.workshop import workshop_of
from ..prompts.templates import digest_of
from .frame_agreement import opened
from .study_file import OTHER_SETTINGS
from .types import AGREEMENT, ATTEMPTS, INVENTED, SEEN, Facts
from .unseen_references import digest_of_seen

if TYPE_CHECKING:
    from ..settings import Settings
    from .study_file import StudyFile

_WITHOUT_EFFECT = frozenset({"cache", "render"})
"""Settings that decide no row: whether a reply comes out of a store, and what the matrix says anyway."""
_TEMPLATES = ("angles", "draft", "paper", "reason", "refine", "repair", "shorten", "system")
_PACKAGES = ("llmpopcorn", "langgraph", "torch", "transformers", "diffusers", "numpy", "scipy", "choix", "pyarrow")


def facts_of(study: StudyFile, settings: Settings) -> Facts:
    """Digests of catalogue, predictors and prompt templates, the settings that are the same for all, the versions."""
    workshop = workshop_of(settings)
    chosen = settings.model_copy(update={"catalogue": study.catalogue})
    catalogue = workshop.catalogue(chosen)
    of_units = {"catalogue": catalogue.digest, "templates": digest_of(_TEMPLATES), ATTEMPTS: str(study.attempts)}
    for name in study.predictors:
        predictor, _ = workshop.predictor(chosen, None if name == "default" else name)
        of_units[f"predictor {name}"] = f"{predictor.name} {predictor.bank_digest}"
    if study.agreement and study.render:
        of_units[AGREEMENT] = str(opened(study.agreement).files)
    if seen := digest_of_seen(study, settings):
        of_units[SEEN] = seen
    if AUTO in study.models:
        choice = choose(settings.model_copy(update={"llm": AUTO}))
        of_units[f"model {AUTO}"] = f"{choice.provider}:{choice.model}"
    about = {name: _version(name) for name in _PACKAGES} | {"python": platform.python_version()}
    about["encoder"] = catalogue.manifest.encoder
    if catalogue.illustrative:
        about[INVENTED] = catalogue.name
    return Facts(of_units | _same_for_all(study, settings), about)


def _same_for_all(study: StudyFile, settings: Settings) -> dict[str, str]:
    """What the matrix does not vary and a person may have set, in the study's file or in their own settings."""
    inside = sorted(OTHER_SETTINGS - _WITHOUT_EFFECT)
    return {name: str(study.settings.get(name, getattr(settings, name))) for name in inside}


def _version(package: str) -> str:
    try:
        return version_of(package)
    except PackageNotFoundError:
        return ""
