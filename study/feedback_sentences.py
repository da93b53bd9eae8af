"""What a report on feedback comes to, in sentences, each of which names the numbers that it rests on."""

from __future__ import annotations

from dataclasses import replace

from ..tools.popularity.feedback.agreement import FEWEST_DRIFT
from ..tools.popularity.feedback.series import days
from ..tools.popularity.platforms import videos_on
from .feedback_types import FEWEST, FeedbackReport


def says(report: FeedbackReport) -> FeedbackReport:
    """The report with its sentences."""
    sentences = [*_amount(report), *_order(report), *_ranks(report), *_counts(report), *_drift(report)]
    return replace(report, says=(*sentences, *_labels(report)))


def _amount(report: FeedbackReport) -> list[str]:
    told = []
    if report.illustrative:
        told.append("the predictor had learned from invented counts: what it said of comments means nothing")
    if report.videos < FEWEST:
        videos = f"{report.videos} published {videos_on(report.platform, report.videos)}"
        told.append(f"{videos}, which is little: from {FEWEST} on a scale can be fitted")
    without = report.videos - report.with_evidence
    if without:
        told.append(
            f"of {without} of them the predictor had no evidence when they were drafted: their counts are compared, "
            "but they were shown no rank"
        )
    return told


def _order(report: FeedbackReport) -> list[str]:
    order = report.order
    if order.value is None or order.low is None or order.high is None:
        return ["too few videos, or all alike, to say whether the predictions order them"]
    reach = f"rank correlation {order.value:.2f}, likely between {order.low:.2f} and {order.high:.2f}"
    if order.tells:
        return [f"the predictions order your videos better than chance ({reach})"]
    if order.high < 0:
        return [f"the predictions order your videos the wrong way round ({reach})"]
    return [f"whether the predictions order your videos cannot be told ({reach})"]


def _ranks(report: FeedbackReport) -> list[str]:
    ranks = report.ranks
    if ranks is None or ranks.videos < FEWEST:
        return []
    return [
        f"shown ranks were {ranks.error:.0f} points from the ranks among your own {ranks.videos} videos; the 50th for "
        f"all of them would have been {ranks.error_of_50:.0f} off, and ranges held {ranks.range_holds:.0%} of them"
    ]


def _counts(report: FeedbackReport) -> list[str]:
    counts = report.counts
    if counts is None or counts.bias_low is None or counts.bias_high is None:
        return []
    reach = f"between {2**counts.bias_low:.2g} and {2**counts.bias_high:.2g} times"
    if counts.bias_low <= 0 <= counts.bias_high:
        return [f"on the whole they drew about what was predicted ({reach} as many comments)"]
    more = "more" if counts.bias > 0 else "fewer"
    return [f"on the whole they drew {more} comments than predicted: {2**counts.bias:.2g} times, {reach} as many"]


def _drift(report: FeedbackReport) -> list[str]:
    drift = report.drift
    if drift is None:
        return [f"drift is looked for from {FEWEST_DRIFT} videos of several days on"]
    reach = f"{2**drift.low:.2g} to {2**drift.high:.2g} times"
    if drift.found:
        return [
            f"there is drift: against its predictions the later half drew {2**drift.change:.2g} times as many ({reach})"
        ]
    return [f"no drift can be told: against its predictions the later half drew {reach} as many"]


def _labels(report: FeedbackReport) -> list[str]:
    told = []
    if report.exact < report.videos:
        told.append(
            f"{report.exact} of {report.videos} were counted at {days(report.horizon_days)}; {report.growth.told()}; "
            f"that may be off by a factor of {2**report.largest_error:.2g} for a single video"
        )
    if report.waiting:
        one = report.waiting[0]
        told.append(
            f"{len(report.waiting)} more wait for a count: below {one.from_days:.1g} days, or far beyond "
            f"{days(report.horizon_days)}, a count says too little; as the newest are missing, drift is seen late"
        )
    return told
