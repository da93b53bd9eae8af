"""Opening a trained predictor with what it reads drafts and clips by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import PredictionError
from .predictor import TrainedPredictor
from .store import open_trained

if TYPE_CHECKING:
    from ...embedding.types import Encoder


def open_trained_predictor(folder: Path, encoder: Callable[[str], Encoder]) -> TrainedPredictor:
    """The predictor at `folder`; `encoder` opens the text encoder that its bank was made with.

    Raises MissingError, DataError, NewerFormatError, and PredictionError when the profile makes other features now.
    """
    fitted = open_trained(folder)
    origin = fitted.facts.origin
    if not origin.profile:
        return TrainedPredictor(fitted, encoder(origin.encoder))
    from ..features.profiles import open_profile

    profile = open_profile(origin.profile, **dict(origin.named))
    if (now := tuple(sorted(profile.describe().items()))) != origin.models:
        changed = sorted(dict(set(now) ^ set(origin.models)))
        raise PredictionError(
            f"the predictor {fitted.facts.name!r} was trained on other features of the profile {origin.profile!r}: "
            f"{', '.join(changed)} changed",
            hint="Put the models back as they were, or train it again: popcorn predictor train.",
        )
    return TrainedPredictor(fitted, encoder(origin.encoder), profile)
