"""How well a predictor agrees with randomised tests: the only outcomes in which nothing but the draft differed.

Pairs of one test are no independent witnesses, so intervals come from a bootstrap over tests. A tie of the predictor
counts half, a pair whose outcome is even is left out. Beside it stand two rivals that know nothing: chance, and `the
longer title draws more`. What the predictor adds over length is the difference on the same pairs, with its interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError
from ..tools.popularity.choice.pairs import WON
from ..tools.popularity.choice.types import Pair
from ..tools.popularity.types import Subject
from ..tools.statistics.intervals import Estimate, clustered_mean
from ..tools.statistics.reliability import Bin, reliability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tools.popularity.choice.pairs import LabelledPair
    from ..tools.popularity.choice.types import ChoiceModel, Comparison

SIGNIFICANT, CLEAR = 1.96, 3.0
_EDGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_AT_ONCE = 2_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Agreement:
    """On some of the pairs: how often the one that drew more was named."""

    pairs: str
    """Which: all, or those whose difference is clear."""
    model: Estimate
    length: Estimate
    """Of the longer title."""
    over_length: Estimate
    """The model's share less the longer title's, on the same pairs."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What a predictor or a judge is worth on randomised tests."""

    model: str
    learned_from: str
    tests: int
    pairs: int
    even: int
    """Pairs left out, since neither side drew more."""
    unsound: int
    """Pairs left out, since something is known to be wrong with their test."""
    evidence: float
    """The share of pairs that the model has evidence for."""
    agreements: tuple[Agreement, ...]
    with_evidence: Estimate | None
    """On significant pairs with evidence alone, on all where bare winners are known; None where there are none."""
    calibration: tuple[Bin, ...]
    """What the model said of its own choice on significant pairs, ties apart, beside how often it was right."""


def validate(model: ChoiceModel, pairs: Sequence[LabelledPair], progress: Progress = lambda *_: None) -> Validation:
    """Compare every pair and count. Raises DataError where no pair has a side that drew more."""
    sound = [pair for pair in pairs if pair.sound]
    fair = [pair for pair in sound if pair.z]
    if not fair:
        raise DataError("in none of the pairs did one side draw more", hint="Give pairs with an outcome.")
    found = _compared(model, fair, progress)
    z = np.array([pair.z for pair in fair])
    said = np.array([one.probability_a for one in found])
    known = np.array([one.evidence for one in found])
    right = np.where(said == 0.5, 0.5, (said > 0.5) == (z > 0)).astype(np.float64)
    longer = np.array([len(pair.title_a) - len(pair.title_b) for pair in fair])
    by_length = np.where(longer == 0, 0.5, (longer > 0) == (z > 0)).astype(np.float64)
    tests = _clusters(fair)
    every = np.ones(len(fair), np.bool_)
    measured = bool(np.isin(np.abs(z), WON, invert=True).any())  # a bare winner says nothing of how clear it was
    clearer = {f"|z| > {least:g}": np.abs(z) > least for least in (SIGNIFICANT, CLEAR)} if measured else {}
    agreements = tuple(
        _agreement(name, chosen, right, by_length, tests)
        for name, chosen in ({"all": every} | clearer).items()
        if chosen.any()
    )
    significant = np.abs(z) > SIGNIFICANT if measured else every
    judged = significant & known
    sure = np.maximum(said, 1 - said)
    chosen = significant & (said != 0.5)
    return Validation(
        model.name,
        model.learned_from,
        tests=len(np.unique(tests)),
        pairs=len(fair),
        even=len(sound) - len(fair),
        unsound=len(pairs) - len(sound),
        evidence=float(known.mean()),
        agreements=agreements,
        with_evidence=clustered_mean(right[judged], tests[judged]) if judged.any() else None,
        calibration=tuple(reliability(sure[chosen], right[chosen] == 1, _EDGES)),
    )


def validation_data(found: Validation) -> dict[str, Any]:
    """As JSON has it."""
    return asdict(found)


def _compared(model: ChoiceModel, pairs: Sequence[LabelledPair], progress: Progress) -> list[Comparison]:
    found: list[Comparison] = []
    for start in range(0, len(pairs), _AT_ONCE):
        part = pairs[start : start + _AT_ONCE]
        found += model.compare([sides(one) for one in part])
        progress(len(found), len(pairs))
    return found


def sides(row: LabelledPair) -> Pair:
    """The two drafts of a pair, without what came of them."""
    titles = ((row.title_a, row.prompt_a), (row.title_b, row.prompt_b))
    return Pair(*(Subject(title, text, request=row.request, platform=row.platform) for title, text in titles))


def _agreement(
    name: str,
    chosen: NDArray[np.bool_],
    right: NDArray[np.float64],
    by_length: NDArray[np.float64],
    tests: NDArray[np.int64],
) -> Agreement:
    own, rival, clusters = right[chosen], by_length[chosen], tests[chosen]
    return Agreement(
        name,
        model=clustered_mean(own, clusters),
        length=clustered_mean(rival, clusters),
        over_length=clustered_mean(own - rival, clusters),
    )


def _clusters(pairs: Sequence[LabelledPair]) -> NDArray[np.int64]:
    """The test of each pair, as a number; its story where no test is named, itself where neither is."""
    names = [pair.test or pair.story or f"pair {at}" for at, pair in enumerate(pairs)]
    places = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.array([places[name] for name in names], np.int64)
