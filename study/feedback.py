"""What the feedback of a home says of each predictor, by platform: numbers of two platforms or predictors never mix."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..errors import RequestError
from ..tools.popularity.feedback.agreement import counts_of, drift_of, order_of, ranks_of
from ..tools.popularity.feedback.growth import Growth, label_at, learned_growth, ready_at
from ..tools.popularity.feedback.types import PublishedVideo
from ..tools.popularity.platforms import by_name, in_words
from .feedback_sentences import says
from .feedback_types import HORIZON, FeedbackReport, LabelledVideo, Waiting


def chosen_videos(videos: Sequence[PublishedVideo], platform: str) -> list[PublishedVideo]:
    """Those of a platform, all without any. Raises RequestError where nobody told of one."""
    name = by_name(platform.strip().casefold())
    chosen = [one for one in videos if not name or one.platform == name]
    if not chosen:
        known = sorted({one.platform for one in videos})
        what = f"there is no feedback of {in_words(name)}" if known else "there is no feedback yet"
        way = f"There is of: {', '.join(known)}." if known else "Tell what a video drew: popcorn feedback add RUN."
        raise RequestError(what, hint=way)
    return chosen


def reports(videos: Sequence[PublishedVideo], platform: str = "", horizon: float = HORIZON) -> list[FeedbackReport]:
    """One report for each platform and predictor. Raises RequestError without feedback, and for a bad horizon."""
    check_horizon(horizon)
    groups: dict[tuple[str, str, str], list[PublishedVideo]] = {}
    chosen = chosen_videos(videos, platform)
    for one in chosen:
        said = one.prediction
        groups.setdefault((one.platform, said.predictor, said.weights or said.bank), []).append(one)
    growths = {name: learned_growth([one.counts for one in chosen if one.platform == name]) for name, _, _ in groups}
    return [_report(group, growths[key[0]], horizon) for key, group in sorted(groups.items())]


def check_horizon(horizon: float) -> None:
    """Raises RequestError for what is no age."""
    if not math.isfinite(horizon) or not 0 < horizon <= 3650:
        raise RequestError(f"a horizon of {horizon:g} days is none", hint="Give days above 0, e.g. --horizon 7.")


def labelled(videos: Sequence[PublishedVideo], horizon: float, growth: Growth) -> list[LabelledVideo]:
    """The videos whose counts can be brought to the horizon."""
    found = [(one, label_at(one.counts, horizon, growth)) for one in videos]
    return [LabelledVideo(one, label) for one, label in found if label is not None]


def _report(videos: Sequence[PublishedVideo], growth: Growth, horizon: float) -> FeedbackReport:
    known = labelled(videos, horizon, growth)
    there = {one.video.run_id for one in known}
    predictions = [one.video.prediction for one in known]
    predicted = np.array([one.log2_comments for one in predictions], dtype=np.float64)
    labels = np.array([one.label.log2_comments for one in known], dtype=np.float64)
    ready = ready_at(horizon, growth)
    report = FeedbackReport(
        platform=videos[0].platform,
        predictor=videos[0].prediction.predictor,
        weights=videos[0].prediction.weights or videos[0].prediction.bank,
        horizon_days=horizon,
        videos=len(known),
        with_evidence=sum(one.rank is not None for one in predictions),
        exact=sum(one.label.error == 0 for one in known),
        largest_error=max((one.label.error for one in known), default=0.0),
        illustrative=any(one.prediction.illustrative for one in videos),
        waiting=tuple(Waiting(one.run_id, one.counts[-1].age_days, ready) for one in videos if one.run_id not in there),
        growth=growth,
        order=order_of(predicted, labels),
        ranks=ranks_of(predictions, labels),
        counts=counts_of(predictions, labels) if known else None,
        drift=drift_of(labels - predicted, [one.video.made for one in known]),
        says=(),
    )
    return says(report)
