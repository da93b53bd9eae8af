"""Preferences out of what published videos of like requests really drew.

Two posts are no randomised test: the day, the hour and luck are in the difference as well, and mostly. So the trust in
a pair is small, and comes from two measurements (benchmarks/feedback.py): titles of one story that were drawn by chance
differ by a standard deviation of 0.58 in log2 of what they draw (Upworthy's tests, Matias et al. 2021), and two videos
of one channel by 2.2 (consecutive trending videos of 283 YouTube channels), or by what one's own videos show. With the
effect of the drafts and all the rest taken for normal, the rest of the difference being what is left of the spread,
P(the drafts are apart in the same direction | the difference) is a normal probability.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from statistics import NormalDist, stdev

from .chat import shared_words
from .likeness import Alike, alike_requests, plain
from .predicted import MOST
from .published import PublishedDraft
from .tested import SAME, TIES
from .types import Preference, Source

SPREAD_OF_DRAFTS = 0.58
"""Standard deviation of the difference of two drafts of one idea, in log2 of what they draw."""
SPREAD_OF_VIDEOS = 2.2
"""The same of two videos of one channel, whatever is in them."""
FEWEST_OWN = 30
"""Videos of one's own from which on their spread counts."""
_ALONE = "published videos of a request that no other published video is like"
_NORMAL = NormalDist()
_LN2 = math.log(2)


def drew_more(drafts: Sequence[PublishedDraft], left_out: Counter[str]) -> Iterator[Preference]:
    """The pairs of each platform of which one drew more."""
    of_platform: dict[str, list[PublishedDraft]] = defaultdict(list)
    for one in drafts:
        of_platform[one.platform].append(one)
    for own in of_platform.values():
        yield from _of_platform(own, left_out)


def sign_right(difference: float, noise: float, spread: float = SPREAD_OF_VIDEOS) -> float:
    """P(the draft that drew more is the one that draws more), from a half on.

    `difference` is that of the labels in log2, `noise` its variance from counting and from the change of age, `spread`
    the standard deviation of such differences. No more than half of these is ever taken for the drafts' own.
    """
    drafts = SPREAD_OF_DRAFTS**2
    share = drafts / max(spread**2 + noise, 2 * drafts)
    return _NORMAL.cdf(abs(difference) * share / math.sqrt(drafts * (1 - share)))


def _of_platform(drafts: Sequence[PublishedDraft], left_out: Counter[str]) -> Iterator[Preference]:
    alike = alike_requests([one.request for one in drafts])
    spread, paired = _spread(drafts), set[int]()
    for places in _pairs(alike, left_out):
        paired.update(places)
        one, other = (drafts[place] for place in places)
        if one.draft == other.draft:
            left_out[SAME] += 1
        elif one.label.log2_comments == other.label.log2_comments:
            left_out[TIES] += 1
        else:
            yield _preference(one, other, spread, alike.stories[places[0]])
    if len(drafts) > len(paired):
        left_out[_ALONE] += len(drafts) - len(paired)


def _pairs(alike: Alike, left_out: Counter[str]) -> Iterator[tuple[int, int]]:
    """Places of two drafts of like requests, at most MOST for each request."""
    for number, own in enumerate(alike.places):
        others = [place for other in alike.later[number] for place in alike.places[other]]
        pairs = [*combinations(own, 2), *product(own, others)]
        if len(pairs) > MOST:
            left_out[f"more than {MOST} pairs of one request"] += len(pairs) - MOST
            pairs = random.Random(number).sample(pairs, MOST)  # noqa: S311 - nothing secret
        yield from pairs


def _spread(drafts: Sequence[PublishedDraft]) -> float:
    """The standard deviation of the difference of two of these videos; the published one where they are few."""
    if len(drafts) < FEWEST_OWN:
        return SPREAD_OF_VIDEOS
    return math.sqrt(2) * stdev(one.label.log2_comments for one in drafts)


def _preference(one: PublishedDraft, other: PublishedDraft, spread: float, story: str) -> Preference:
    difference = one.label.log2_comments - other.label.log2_comments
    chosen, rejected = (one, other) if difference > 0 else (other, one)
    right = sign_right(difference, _noise(one) + _noise(other), spread)
    same = plain(one.request) == plain(other.request)
    return Preference(
        chosen.draft,
        rejected.draft,
        Source.FEEDBACK,
        right,
        trust=right,
        request=chosen.request if same else shared_words(one.request, other.request),
        language=chosen.language if chosen.language == rejected.language else "",
        platform=chosen.platform,
        story=story,
    )


def _noise(one: PublishedDraft) -> float:
    """The variance of a label in log2: of counting so few comments, and of the change of age."""
    return 1 / (2**one.label.log2_comments * _LN2**2) + one.label.error**2
