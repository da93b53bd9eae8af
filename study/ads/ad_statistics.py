"""What a data set is like, counted as it goes by: durations, words, clips and categories (VC-LLM, Figure 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .finished_ads import FinishedAd

_MOST_CATEGORIES = 10_000
"""Categories that are counted apart: memory stays flat whatever people write there."""
OTHERS = "others"


@dataclass
class AdStatistics:
    """Counts over ads; each is a few hundred numbers, however many ads go by."""

    ads: int = 0
    seconds: Counter[int] = field(default_factory=Counter)
    """Ads by their length in whole seconds."""
    units: Counter[int] = field(default_factory=Counter)
    """Ads by words that are said (characters in languages without spaces)."""
    clips: Counter[int] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    captioned: int = 0
    """Clips with captions that were made unreadable."""
    shots: int = 0
    """All shots of the ads, also those over which nothing is said."""

    def add(self, ad: FinishedAd, captioned: int) -> None:
        """Count one ad, in which so many clips have captions."""
        self.ads += 1
        self.seconds[round(ad.seconds)] += 1
        self.units[ad.units] += 1
        self.clips[len(ad.clips)] += 1
        self.languages[ad.language or "unknown"] += 1
        self.captioned += captioned
        self.shots += ad.shots
        category = ad.product.category or "none given"
        known = category in self.categories or len(self.categories) < _MOST_CATEGORIES
        self.categories[category if known else OTHERS] += 1

    def data(self) -> dict[str, Any]:
        """The counts as JSON values, with medians and quartiles."""
        return {
            "ads": self.ads,
            "clips_in_all": sum(count * times for count, times in self.clips.items()),
            "shots_in_all": self.shots,
            "clips_with_captions": self.captioned,
            "seconds": quartiles(self.seconds),
            "words": quartiles(self.units),
            "clips": quartiles(self.clips),
            "languages": dict(self.languages.most_common()),
            "categories": dict(self.categories.most_common()),
        }


def quartiles(counts: Mapping[int, int]) -> dict[str, int | None]:
    """Least, quartiles and most of values that are counted; None for all of nothing."""
    total = sum(counts.values())
    marks = {"least": 0.0, "lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75, "most": 1.0}
    return {name: _at(sorted(counts.items()), share * total) if total else None for name, share in marks.items()}


def _at(ordered: Iterable[tuple[int, int]], wanted: float) -> int:
    """The smallest value that so many do not exceed."""
    reached, last = 0, 0
    for value, times in ordered:
        reached, last = reached + times, value
        if reached >= wanted:
            break
    return last
