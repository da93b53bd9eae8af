"""Several ads from the same footage: how far apart they are, which are told apart at all, and which to try first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar

from ...tools.editing.types import Line, Product
from ...tools.popularity.choice.types import ChoiceModel, Comparison, Pair
from ...tools.popularity.types import Subject

NEAREST = 0.25
"""Two ads that are nearer to each other are near-duplicates. An ad of six lines of which one has another clip and other
words of the same length is 0.19 away from it, with two of each 0.33."""
Thing = TypeVar("Thing", str, int)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Distance:
    """How far two ads are apart, each part from 0 (the same) to 1 (nothing in common)."""

    clips: float
    """1 less the share of their clips that both use (Jaccard)."""
    order: float
    """The share of pairs of common clips that stand in the other order (Kendall); 1 with fewer than two in common."""
    words: float
    """1 less the share of their words that both say, counted as often as they are said (Jaccard of multisets)."""
    opens_alike: bool
    """Whether both begin with the same clip and the same words."""

    @property
    def whole(self) -> float:
        """Their mean: what NEAREST is a limit of."""
        return (self.clips + self.order + self.words) / 3

    @property
    def near(self) -> bool:
        """Whether the two are near-duplicates."""
        return self.opens_alike or self.whole < NEAREST

    def __str__(self) -> str:
        """For people: `0.42 (clips 0.33, order 0.50, words 0.43)`."""
        return f"{self.whole:.2f} (clips {self.clips:.2f}, order {self.order:.2f}, words {self.words:.2f})"


def distance(one: Sequence[Line], other: Sequence[Line]) -> Distance:
    """How far two ads from the same footage are apart. Neither is empty."""
    first, second = ([line.clip for line in lines] for lines in (one, other))
    said, heard = (_words(" ".join(line.script for line in lines)) for lines in (one, other))
    opens = first[0] == second[0] and _words(one[0].script) == _words(other[0].script)
    return Distance(_apart(Counter({*first}), Counter({*second})), _turned(first, second), _apart(said, heard), opens)


def nearest(lines: Sequence[Line], others: Sequence[Sequence[Line]]) -> tuple[int, Distance] | None:
    """The place of the ad that is nearest, with its distance; one that opens alike before all. None without others."""
    found = [(place, distance(lines, other)) for place, other in enumerate(others)]
    return min(found, key=lambda one: (not one[1].opens_alike, one[1].whole), default=None)


def repeats_one(lines: Sequence[Line], others: Sequence[Sequence[Line]]) -> str:
    """Why an ad is a near-duplicate of one that was made before, for a model and for people; empty where it is none."""
    found = nearest(lines, others)
    if found is None or not found[1].near:
        return ""
    place, apart = found
    if apart.opens_alike:
        return f"it opens with the clip and the words of variant {place + 1}: open otherwise"
    return (
        f"it is too near to variant {place + 1}: their distance is {apart}, and {NEAREST:g} is the least: "
        "take other clips, another order, or another angle"
    )


@dataclass(frozen=True, slots=True)
class Ranked:
    """A variant, and what the choice model says of it."""

    place: int
    """Of the variant, from 0, in the order in which they were made."""
    wins: float | None
    """The mean probability that it draws more than another variant; None without evidence."""
    tied: bool
    """True where the model cannot tell it from the one that is ranked before it; False for the first."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Variants, those to try first in front."""

    order: tuple[Ranked, ...]
    model: str
    evidence: bool
    no_evidence: tuple[str, ...]
    """Why the model cannot judge them, in clauses for people; empty where it can."""

    def __str__(self) -> str:
        """What the order is worth, in a sentence for people."""
        if len(self.order) < 2:
            return "there is one variant: nothing to rank"
        if not self.evidence:
            why = "; ".join(self.no_evidence)
            return f"in the order in which they were made: no evidence which draws more ({why})"
        if all(one.tied for one in self.order[1:]):
            return f"in the order in which they were made: {self.model} cannot tell which draws more"
        return f"ranked by {self.model}, by their words alone: it has not seen the pictures"


def ranked(ads: Sequence[Sequence[Line]], product: Product, choice: ChoiceModel, platform: str) -> Ranking:
    """The variants as the choice model ranks them: each against each, by its opening line and its whole script.

    Where it has no evidence for one pair it ranks none of them: part of a ranking would look like one. Raises
    PredictionError for an ad without words.
    """
    subjects = [_subject(lines, product, platform) for lines in ads]
    places = list(combinations(range(len(ads)), 2))
    compared = dict(zip(places, choice.compare([Pair(subjects[a], subjects[b]) for a, b in places]), strict=True))
    doubts = tuple(dict.fromkeys(clause for found in compared.values() for clause in found.no_evidence))
    if not places or not all(found.evidence for found in compared.values()):
        return Ranking(tuple(Ranked(at, None, at > 0) for at in range(len(ads))), choice.name, False, doubts)
    wins = [_wins(at, compared) / (len(ads) - 1) for at in range(len(ads))]
    order = sorted(range(len(ads)), key=lambda at: -wins[at])
    if all(found.tied for found in compared.values()):
        order = list(range(len(ads)))
    first = Ranked(order[0], wins[order[0]], tied=False)
    rest = [Ranked(at, wins[at], compared[min(at, last), max(at, last)].tied) for last, at in pairwise(order)]
    return Ranking((first, *rest), choice.name, True, ())


def _wins(at: int, compared: dict[tuple[int, int], Comparison]) -> float:
    """The sum of the probabilities that one draws more than each other."""
    as_first = sum(found.probability_a for (a, _), found in compared.items() if a == at)
    return as_first + sum(1 - found.probability_a for (_, b), found in compared.items() if b == at)


def _subject(lines: Sequence[Line], product: Product, platform: str) -> Subject:
    """An ad as a draft: its opening line is its title."""
    text = " ".join(line.script for line in lines)
    return Subject(lines[0].script, text, product.category, request=product.name, platform=platform)


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _apart(one: Counter[Thing], other: Counter[Thing]) -> float:
    together = (one | other).total()
    return 1 - (one & other).total() / together if together else 0.0


def _turned(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of pairs of common clips whose order differs."""
    common = [clip for clip in dict.fromkeys(one) if clip in other]
    pairs = list(combinations(common, 2))
    if not pairs:
        return 1.0
    return sum(other.index(before) > other.index(after) for before, after in pairs) / len(pairs)
