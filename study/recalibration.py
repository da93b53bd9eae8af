"""A predictor with the scale of one's own published videos: a new version beside the old one, which stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..agent.wiring.predictors import alone, predictor_name, predictors_folder
from ..errors import PredictionError, RequestError
from ..settings import SHORT_VIDEO, Settings
from ..tools.popularity import registry
from ..tools.popularity.calibration import fit_scale
from ..tools.popularity.feedback.agreement import Order, order_of
from ..tools.popularity.feedback.growth import Growth, learned_growth
from ..tools.popularity.feedback.series import days
from ..tools.popularity.feedback.types import PublishedVideo
from ..tools.popularity.platforms import is_known, videos_on
from ..tools.popularity.reliability import cross_fitted
from ..tools.popularity.trained.manifest import TrainedManifest, read_trained_manifest
from ..tools.popularity.trained.rescaling import NewScale, save_rescaled
from .feedback import check_horizon, chosen_videos, labelled
from .feedback_types import FEWEST, HORIZON, LabelledVideo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tools.popularity.calibration import Scale
    from ..tools.popularity.reliability import Reliability

_FEWEST_OF_FOLD = FEWEST * 4 // 5
"""Videos of which a scale is made that is checked on the others."""


@dataclass(frozen=True, slots=True)
class Recalibrated:
    """The new predictor, and what it was made of."""

    name: str
    predictor: str
    """Whose scale was fitted anew."""
    platform: str
    videos: int
    left_out: int
    """Videos of that platform whose counts are too far from the horizon, or that other weights had predicted."""
    horizon_days: float
    before: Scale
    after: Scale
    order: Order
    reliability: Reliability | None
    """The new scale on videos that it was not fitted to; None where they were too few for that."""


def recalibrated(
    settings: Settings,
    videos: Sequence[PublishedVideo],
    name: str,
    *,
    platform: str = "",
    horizon: float = HORIZON,
    replace: bool = False,
) -> Recalibrated:
    """Fit the scale of the predictor in the settings to published videos, and keep it as a new predictor `name`.

    Raises RequestError below FEWEST videos, for videos of several platforms, and for a name that cannot be had, and
    PredictionError where the predictions do not order the videos.
    """
    check_horizon(horizon)
    folder, own = predictors_folder(settings), predictor_name(settings)
    manifest = _manifest(settings, own)
    registry.check_name(name)
    if name == own:
        raise RequestError(f"{name!r} is the predictor itself, which stays as it is", hint="Choose another --name.")
    registry.check_new(folder, name, replace=replace)
    chosen = _of_one_platform(chosen_videos(videos, platform))
    known = _predicted(chosen, manifest, horizon)
    scale, order = _scale(known, own, chosen[0].platform, horizon)
    reliability = cross_fitted(*_arrays(known), fewest=_FEWEST_OF_FOLD)
    note = f"its scale was fitted to {scale.against}, on predictions of {own!r}; nothing else was learned from them"
    with alone(folder, name):
        source = registry.trained_folder(folder, own)
        drafted_for = chosen[0].platform if is_known(chosen[0].platform) else SHORT_VIDEO
        save_rescaled(source, manifest, folder / name, NewScale(scale, reliability, drafted_for, note))
    left = len(chosen) - len(known)
    return Recalibrated(
        name, own, chosen[0].platform, len(known), left, horizon, manifest.scale, scale, order, reliability
    )


def _manifest(settings: Settings, own: str) -> TrainedManifest:
    if own in registry.PREDICTORS:
        raise RequestError(
            f"{own!r} is fitted to whatever catalogue is in use: it has no scale that could be kept",
            hint="Name a trained predictor: popcorn predictor info.",
        )
    return read_trained_manifest(registry.trained_folder(predictors_folder(settings), own))


def _of_one_platform(videos: list[PublishedVideo]) -> list[PublishedVideo]:
    counted = Counter(one.platform for one in videos)
    if len(counted) > 1:
        listed = ", ".join(f"{name} ({count:,})" for name, count in counted.most_common())
        raise RequestError(
            f"there is feedback of {len(counted)} platforms, whose scales never mix: {listed}",
            hint=f"Name one: --platform {counted.most_common(1)[0][0]}.",
        )
    return videos


def _predicted(videos: list[PublishedVideo], manifest: TrainedManifest, horizon: float) -> list[LabelledVideo]:
    """The videos with a label that were predicted by these weights. Raises RequestError where they are too few."""
    growth: Growth = learned_growth([one.counts for one in videos])
    own = [one for one in videos if _by(one, manifest)]
    known = labelled(own, horizon, growth)
    if len(known) < FEWEST:
        others = f"; {len(videos) - len(own)} more were predicted by others" if len(videos) > len(own) else ""
        late = f"; {len(own) - len(known)} have no count near {days(horizon)}" if len(own) > len(known) else ""
        raise RequestError(
            f"{len(known)} published {videos_on(videos[0].platform, len(known))}: too few to fit a scale of "
            f"{manifest.facts.name!r}, for which {FEWEST} are needed{late}{others}",
            hint="With fewer, a new scale would follow chance. What can be said by now: popcorn feedback report.",
        )
    return known


def _by(video: PublishedVideo, manifest: TrainedManifest) -> bool:
    said = video.prediction
    return said.weights == manifest.file_sha256 if said.weights else said.bank == manifest.bank_digest


def _scale(known: list[LabelledVideo], own: str, platform: str, horizon: float) -> tuple[Scale, Order]:
    predicted, labels = _arrays(known)
    shift = float(np.mean(labels - predicted))
    scale, order = fit_scale(predicted + shift, labels, fewest=FEWEST), order_of(predicted, labels)
    if scale.reason:
        found = f" (rank correlation {order.value:.2f})" if order.value is not None else ""
        raise PredictionError(
            f"what {own!r} predicted does not order your {len(known)} videos{found}: a scale fitted to them would "
            "call every draft the 50th",
            hint="Train one on past videos of your platform instead: popcorn predictor train --data CATALOGUE.",
        )
    against = f"{len(known)} of your own {videos_on(platform)}, counted at {days(horizon)}"
    return replace(scale, shift=shift, against=against), order


def _arrays(known: list[LabelledVideo]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the weights say and what was real, as log2(comments), (M,) each."""
    said = [one.video.prediction for one in known]
    predicted = np.array([one.log2_comments - one.shift for one in said], dtype=np.float64)
    return predicted, np.array([one.label.log2_comments for one in known], dtype=np.float64)
