"""A report on feedback: what published videos say of one predictor on one platform."""

from __future__ import annotations

from dataclasses import dataclass

from ..tools.popularity.feedback.agreement import CountAgreement, Drift, Order
from ..tools.popularity.feedback.growth import Growth, Label
from ..tools.popularity.feedback.types import PublishedVideo
from ..tools.popularity.reliability import Reliability

HORIZON = 7.0
"""Days after which videos are compared, unless somebody asks for another age."""
FEWEST = 30
"""Videos below which a report says little and no scale is fitted: an interval of Spearman's is 0.6 wide at best."""


@dataclass(frozen=True, slots=True)
class LabelledVideo:
    """A published video with what it drew at the horizon."""

    video: PublishedVideo
    label: Label


@dataclass(frozen=True, slots=True)
class Waiting:
    """A video whose counts are too far from the horizon to be brought to it."""

    run_id: str
    oldest_days: float
    """The age of its oldest count."""
    from_days: float
    """The age from which on a count says enough."""


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """What feedback of one platform says of one predictor."""

    platform: str
    predictor: str
    weights: str
    """SHA-256 of what it predicts by: another training under the same name is another predictor."""
    horizon_days: float
    videos: int
    """Published videos with a label."""
    with_evidence: int
    """Those for which the predictor had evidence, and so a rank."""
    exact: int
    """Those that were counted at the horizon itself."""
    largest_error: float
    """The largest standard error of a label, in log2, from the change of age."""
    illustrative: bool
    """Whether it had learned from invented counts."""
    waiting: tuple[Waiting, ...]
    growth: Growth
    order: Order
    ranks: Reliability | None
    counts: CountAgreement | None
    drift: Drift | None
    says: tuple[str, ...]
    """What can be said, and what cannot, in sentences for people."""
