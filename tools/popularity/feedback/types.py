"""A published video: what was predicted of it, and what was counted at which age."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a predictor had said of the video before it was published, as its run kept it."""

    predictor: str
    log2_comments: float
    against: str
    """The set of real videos that the rank is among."""
    weights: str = ""
    """SHA-256 of what it predicts by, which a new scale leaves alone; empty of runs of an older Popcorn."""
    shift: float = 0.0
    """What its scale had added to what these weights say, in log2."""
    bank: str = ""
    """SHA-256 of its memory bank."""
    rank: float | None = None
    """The expected rank, above 0 and below 100; None where it had no evidence."""
    rank_low: float | None = None
    rank_high: float | None = None
    low: float | None = None
    """The ends of the interval of log2(comments); None where it had no evidence."""
    high: float | None = None
    coverage: float | None = None
    """How often the range of the rank and the interval were to hold, from 0 to 1."""
    illustrative: bool = False
    """Whether it had learned from invented counts."""


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted of a video at one age."""

    age_days: float
    """Days since it was published, above 0."""
    comments: int
    views: int | None = None
    likes: int | None = None
    added: str = ""
    """When it was written down, as ISO 8601 in UTC."""

    @property
    def published(self) -> datetime:
        """When the video was published, if it was counted when it was written down. Raises ValueError without that."""
        return datetime.fromisoformat(self.added) - timedelta(days=self.age_days)


@dataclass(frozen=True, slots=True)
class PublishedVideo:
    """A run whose clip a person published on one platform."""

    run_id: str
    title: str
    platform: str
    prediction: Prediction
    made: str = ""
    """When its run was begun, as ISO 8601 in UTC."""
    counts: tuple[Count, ...] = field(default=())
    """By age, the youngest first, one an age."""
