"""The references that a study may show: none that one of its predictors has learned from.

A run leaves out what its own predictor has seen. In a study several predictors score the same drafts, so what any of
them has seen is left out for all: else a draft would hang on which predictor's unit came first, and the others would
score what they remember.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ..agent.wiring.predictors import learned_by, predictor_name
from ..agent.wiring.workshop import workshop_of

if TYPE_CHECKING:
    from ..settings import Settings
    from ..tools.references.retrieval import Retriever
    from .study_file import StudyFile


def unseen_references(study: StudyFile, settings: Settings) -> Retriever:
    """Retrieval from the study's catalogue. Raises PopcornError where catalogue or predictors cannot be had."""
    chosen = settings.model_copy(update={"catalogue": study.catalogue, "predictor": study.predictors[0]})
    return workshop_of(settings).evidence(chosen).leaving_out(seen_by_any(study, settings))


def seen_by_any(study: StudyFile, settings: Settings) -> frozenset[str]:
    """The ids of the catalogue's references that one of the study's predictors has learned from."""
    catalogue = workshop_of(settings).catalogue(settings.model_copy(update={"catalogue": study.catalogue}))
    names = [predictor_name(settings, None if name == "default" else name) for name in study.predictors]
    seen = (learned_by(settings, name, catalogue).seen_in(catalogue.name) for name in names)
    return frozenset(catalogue.ids) & frozenset().union(*seen)


def digest_of_seen(study: StudyFile, settings: Settings) -> str:
    """What `seen_by_any` comes to, in 16 hex digits; empty where nothing of the catalogue has been seen."""
    seen = seen_by_any(study, settings)
    return hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()[:16] if seen else ""
