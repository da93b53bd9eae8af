"""What was predicted of a published video beside what it drew, in sentences."""

from __future__ import annotations

from ..platforms import in_words
from ..standing import brief_rank
from ..standing import count as rounded
from .series import days
from .types import Count, Prediction, PublishedVideo


def count_told(count: Count) -> str:
    """`420 comments at 3 days, with 10,000 views and 31 likes`."""
    numbers = ((count.views, "view"), (count.likes, "like"))
    others = [f"{number:,} {name}{'s' * (number != 1)}" for number, name in numbers if number is not None]
    beside = f", with {' and '.join(others)}" if others else ""
    return f"{count.comments:,} comment{'s' * (count.comments != 1)} at {days(count.age_days)}{beside}"


def prediction_told(said: Prediction) -> str:
    """`about 1,297 comments by youtube-trending, likely 300 to 5,600; the 62nd of 100`."""
    likely = (
        f", likely {rounded(2**said.low)} to {rounded(2**said.high)}"
        if said.low is not None and said.high is not None
        else ""
    )
    invented = "; it had learned from invented counts" if said.illustrative else ""
    shown = f"about {rounded(2**said.log2_comments)} comments by {said.predictor}{likely}"
    return f"{shown}; {brief_rank(said.rank)}{invented}"


def real_told(video: PublishedVideo) -> str:
    """Every count, the youngest first, and where."""
    return f"{'; '.join(map(count_told, video.counts))} (on {in_words(video.platform)})"
