"""Samples of the paper's tasks: all clips of a video, and clips of other videos of the same product that do not belong.

Source: VC-LLM (Qian et al.): the clips of a video with clips of other videos of its product are the footage C, the
video itself is the answer Y. Conventions where the paper leaves a gap: a clip that shows what one of the ad's own
clips shows is no distractor, since it would be no worse an answer; there are at most `MOST_DISTRACTORS`, drawn by seed,
the same in every order of a sample; orders are drawn by seed without repeats, so that few clips have few orders.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .fingerprints import alike
from .finished_ads import AdClip, FinishedAd

ORDERS = 4
"""Clip orders of one ad."""
MOST_DISTRACTORS = 8
"""As many as an ad has clips at most."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question: the clips of an ad and others, in an order that tells nothing."""

    ad: FinishedAd
    candidates: tuple[AdClip, ...]
    """What is shown; candidate i is called clip i, from 1."""
    answer: tuple[int, ...]
    """The ad's own clips by these numbers, in the ad's order."""
    order: int
    """Which of the orders of this ad it is, from 1."""

    @property
    def name(self) -> str:
        """Ad and order: the same for every task of the sample."""
        return f"{self.ad.name}#{self.order}"

    @property
    def distractors(self) -> tuple[int, ...]:
        """The numbers of the clips that do not belong."""
        return tuple(number for number in range(1, len(self.candidates) + 1) if number not in self.answer)

    def clip(self, number: int) -> AdClip:
        """The candidate of that number."""
        return self.candidates[number - 1]

    def without_distractors(self) -> Sample:
        """The same order of the ad's own clips alone."""
        own = [clip for clip in self.candidates if clip.ad == self.ad.name]
        return Sample(self.ad, tuple(own), _numbers(own, self.ad), self.order)


def samples(
    ad: FinishedAd, others: Sequence[FinishedAd], *, orders: int = ORDERS, most: int = MOST_DISTRACTORS, seed: int = 0
) -> Iterator[Sample]:
    """The samples of one ad: as many as `orders`, or as there are orders of its clips, with at most `most` distractors.

    `others` may hold any ads: those of other products, and the ad itself, give no distractor. None for an ad without
    clips.
    """
    if not ad.clips:
        return
    random_order = random.Random(f"{seed} {ad.name}")  # noqa: S311  # nothing secret is drawn
    shown = [*ad.clips, *_distractors(ad, others, most, random_order)]
    drawn: set[tuple[int, ...]] = set()
    wanted = min(orders, math.factorial(min(len(shown), 12)))
    while len(drawn) < wanted:
        places = random_order.sample(range(len(shown)), len(shown))
        if tuple(places) in drawn:
            continue
        drawn.add(tuple(places))
        candidates = [shown[place] for place in places]
        yield Sample(ad, tuple(candidates), _numbers(candidates, ad), len(drawn))


def _distractors(ad: FinishedAd, others: Sequence[FinishedAd], most: int, drawing: random.Random) -> list[AdClip]:
    """Clips of other videos of the product, none twice, and none that shows what the ad shows."""
    of_product = sorted(
        (other for other in others if other.product_key == ad.product_key and other.sha256 != ad.sha256),
        key=lambda other: other.name,
    )
    clips = [clip for other in of_product for clip in other.clips]
    taken: list[AdClip] = []
    for clip in drawing.sample(clips, len(clips)):
        if len(taken) >= most:
            break
        if not any(alike(clip.fingerprint, known.fingerprint) for known in (*ad.clips, *taken)):
            taken.append(clip)
    return taken


def _numbers(candidates: Sequence[AdClip], ad: FinishedAd) -> tuple[int, ...]:
    places = {clip.place: number for number, clip in enumerate(candidates, 1) if clip.ad == ad.name}
    return tuple(places[clip.place] for clip in ad.clips)
