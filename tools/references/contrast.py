"""What the popular side of a set has that the unpopular side lacks, as far as it can be told from chance.

A share is compared by its log-odds on both sides, shrunken towards the share over both with a Dirichlet prior, after
Monroe, Colaresi and Quinn, "Fightin' Words" (Political Analysis 16, 2008), counting titles rather than words. Lengths
are compared by Welch's statistic. Of all that was compared (words and hashtags apart from the rest), what stays is
chosen so that at most one finding in five is expected to be chance (Benjamini and Hochberg, J. R. Stat. Soc. B 57,
1995): a set of nine against one gives none. On request, where nothing stays, the strongest few come as weak evidence.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist, fmean, variance

from .title_features import TitleFeatures, features_of
from .types import ContrastFinding, Reference, Retrieval, Side

FALSE_SHARE = 0.2
"""The share of findings that may be expected to be chance."""
PRIOR = 10.0
"""Titles of the pooled share that each side is mixed with."""
FEWEST_TITLES = 5
FEWEST_SHARE = 0.02
"""Titles on both sides together, in number and as a share, that must show a thing before it is compared at all."""
FEWEST_LENGTHS = 20
"""Titles on each side below which mean lengths are not compared."""
ROUNDING = 1 / 12
"""The variance that rounding to whole words adds; it keeps sides of one length each comparable."""
MOST_OF_A_KIND = 6
VOCABULARY = ("word", "hashtag")
"""Kinds of which hundreds are compared; they are judged apart, so that they do not drown the few others."""
POOL_SHARE = 1 / 3
"""The bottom and the top share of a pool that `contrast_of_pool` compares."""
FEWEST_IN_POOL = 60
"""References with a count below which a pool's thirds are too small to tell anything from chance."""
MOST_WEAK = 3
"""Findings that are offered as weak evidence; each alone would be chance at most once in five (FALSE_SHARE)."""


@dataclass(frozen=True, slots=True)
class _Compared:
    """A thing that was compared: the finding it would be, and how many standard errors the sides are apart."""

    finding: ContrastFinding
    z: float

    @property
    def p(self) -> float:
        """Two-sided, with the normal distribution."""
        return 2 * NormalDist().cdf(-abs(self.z))


def contrast(retrieval: Retrieval) -> tuple[ContrastFinding, ...]:
    """How the sides of a retrieved set differ, strongest first.

    Mostly empty for the published sizes, where the unpopular side has one to ten references; see `contrast_of_pool`.
    """
    return contrast_of_sides(
        [reference.reference for reference in retrieval.on(Side.POPULAR)],
        [reference.reference for reference in retrieval.on(Side.UNPOPULAR)],
    )


def contrast_of_pool(
    references: Sequence[Reference], share: float = POOL_SHARE, *, or_weak: bool = False
) -> tuple[ContrastFinding, ...]:
    """How the top `share` by comments of each tag differs from its bottom `share`, strongest first.

    With `or_weak`, the strongest few are offered as weak evidence when all may be chance.

    Thirds tell more than the retrieved sides do: both are large, and the middle, where a few comments decide the
    side, is left out. They are taken tag by tag, for otherwise the sides would differ in their tags. References without
    a count are left out as well.
    """
    tags: dict[str, list[Reference]] = {}
    for reference in references:
        if reference.comments is not None:
            tags.setdefault(reference.tag, []).append(reference)
    popular: list[Reference] = []
    unpopular: list[Reference] = []
    for members in tags.values():
        ranked = sorted(members, key=lambda reference: (reference.comments, reference.id))
        size = math.floor(len(ranked) * share)
        popular += ranked[len(ranked) - size :]
        unpopular += ranked[:size]
    return contrast_of_sides(popular, unpopular, or_weak=or_weak)


def contrast_of_sides(
    popular: Sequence[Reference], unpopular: Sequence[Reference], *, or_weak: bool = False
) -> tuple[ContrastFinding, ...]:
    """How two sides differ, strongest first, at most six findings of a kind.

    When all may be chance: (), or with `or_weak` the strongest few, marked as weak.
    """
    if not popular or not unpopular:
        return ()
    sides = [features_of(reference) for reference in popular], [features_of(reference) for reference in unpopular]
    compared = sorted((*_shares(*sides), *_lengths(*sides)), key=lambda c: (-abs(c.z), c.finding.kind, c.finding.text))
    families = [
        [pair for pair in compared if pair.finding.kind in VOCABULARY],
        [pair for pair in compared if pair.finding.kind not in VOCABULARY],
    ]
    held = {pair for family in families for pair in _beyond_chance(family)}
    if or_weak and not held:
        return tuple(_weak(compared))
    return tuple(_limited(pair.finding for pair in compared if pair in held))


def _shares(popular: Sequence[TitleFeatures], unpopular: Sequence[TitleFeatures]) -> Iterator[_Compared]:
    here, there = _counts(popular), _counts(unpopular)
    total = len(popular) + len(unpopular)
    fewest = max(FEWEST_TITLES, math.ceil(FEWEST_SHARE * total))
    for kind, text in sorted(here.keys() | there.keys()):
        a, b = here[kind, text], there[kind, text]
        if fewest <= a + b <= total - fewest:
            finding = ContrastFinding(kind, text, a / len(popular), b / len(unpopular), len(popular), len(unpopular))
            yield _Compared(finding, shrunken_z(a, len(popular), b, len(unpopular)))


def shrunken_z(a: int, of_a: int, b: int, of_b: int) -> float:
    """How many standard errors the log-odds of `a` of `of_a` are above those of `b` of `of_b`, shrunken by PRIOR."""
    share = (a + b) / (of_a + of_b)
    has_a, lacks_a = a + PRIOR * share, of_a - a + PRIOR * (1 - share)
    has_b, lacks_b = b + PRIOR * share, of_b - b + PRIOR * (1 - share)
    difference = math.log(has_a / lacks_a) - math.log(has_b / lacks_b)
    return difference / math.sqrt(1 / has_a + 1 / lacks_a + 1 / has_b + 1 / lacks_b)


def _counts(side: Sequence[TitleFeatures]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for title in side:
        counts.update(title.marks)
        counts.update(("word", f'the word "{word}"') for word in title.words)
        counts.update(("hashtag", f"the hashtag #{tag}") for tag in title.hashtags)
    return counts


def _lengths(popular: Sequence[TitleFeatures], unpopular: Sequence[TitleFeatures]) -> Iterator[_Compared]:
    if min(len(popular), len(unpopular)) < FEWEST_LENGTHS:
        return
    here, there = [title.length for title in popular], [title.length for title in unpopular]
    spread = (variance(here) + ROUNDING) / len(here) + (variance(there) + ROUNDING) / len(there)
    mean_here, mean_there = fmean(here), fmean(there)
    finding = ContrastFinding("length", "words in the title", mean_here, mean_there, len(here), len(there))
    yield _Compared(finding, (mean_here - mean_there) / math.sqrt(spread))


def _beyond_chance(compared: Sequence[_Compared]) -> Sequence[_Compared]:
    """The first of `compared`, which are sorted by strength, that hold together at FALSE_SHARE."""
    held = 0
    for rank, pair in enumerate(compared, start=1):
        if pair.p <= FALSE_SHARE * rank / len(compared):
            held = rank
    return compared[:held]


def _weak(compared: Sequence[_Compared]) -> Iterator[ContrastFinding]:
    """The first few of `compared`, which are sorted by strength, that look like something when taken alone."""
    for pair in compared[:MOST_WEAK]:
        if pair.p <= FALSE_SHARE:
            yield replace(pair.finding, text=f"weak evidence: {pair.finding.text}", weak=True)


def _limited(findings: Iterable[ContrastFinding]) -> Iterator[ContrastFinding]:
    kinds: Counter[str] = Counter()
    for finding in findings:
        kinds[finding.kind] += 1
        if kinds[finding.kind] <= MOST_OF_A_KIND:
            yield finding
