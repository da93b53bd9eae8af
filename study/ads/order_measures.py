"""How near an order or a selection of clips is to the one in the ad that people made.

R = (r_1 ... r_n) are the clips of the reference, A = (a_1 ... a_m) those of the answer.

- Sequence Reconstruction Accuracy (VC-LLM): SRA = 1 if m = n and a_i = r_i for every i, else 0.
- Positions right: |{i <= n : a_i = r_i}| / n. An entry beyond n counts nothing, one that is missing is wrong.
- Kendall's tau: (C - D) / (n (n - 1) / 2), where C and D count the pairs of the reference's clips that the answer has
  in the reference's order and in the other one. The k-th time that a clip comes is the reference's k-th time. A pair of
  which the answer lacks a clip is in neither, so that an empty answer has 0, and a permutation Kendall's tau-a. With a
  single clip there is no pair, and no tau.
- Selection exactly right: 1 if {a_i} = {r_i}, else 0. Selection F1: 2 |{a} and {r}| / (|{a}| + |{r}|). The order does
  not matter, and a clip that is named twice is chosen once.

The paper has the first. It does not say what an answer counts that is no permutation, or is empty: here it is an
answer, and wrong where it is wrong. That gives the figures that are published for AutoCut's answers; `docs/log.md` says
how much other conventions change them. Two clips that show the same frame are two clips; `alike` counts them as one.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence


def sequence_right(order: Sequence[str], reference: Sequence[str]) -> float:
    """SRA: 1 where the answer is the reference, else 0."""
    return float(list(order) == list(reference))


def positions_right(order: Sequence[str], reference: Sequence[str]) -> float:
    """The share of the reference's positions that have the right clip. `reference` has one clip at least."""
    return sum(given == right for given, right in zip(order, reference, strict=False)) / len(reference)


def kendall_tau(order: Sequence[str], reference: Sequence[str]) -> float | None:
    """From -1 (turned round) to 1 (the reference's order); None of fewer than two clips."""
    pairs = len(reference) * (len(reference) - 1) // 2
    if not pairs:
        return None
    ranks = _ranks(order, reference)
    found = len(ranks) * (len(ranks) - 1) // 2
    return (found - 2 * _inversions(ranks)) / pairs


def selection_right(selection: Sequence[str], reference: Sequence[str]) -> float:
    """1 where the clips that were chosen are those of the reference, else 0."""
    return float(set(selection) == set(reference))


def selection_f1(selection: Sequence[str], reference: Sequence[str]) -> float:
    """The harmonic mean of precision and recall; 0 where no right clip was chosen."""
    chosen, right = set(selection), set(reference)
    return 2 * len(chosen & right) / (len(chosen) + len(right)) if chosen or right else 0.0


def alike(clips: Sequence[str], shown: Mapping[str, str]) -> list[str]:
    """The clips by what they show, where `shown` knows it: two places with one frame become one clip."""
    return [shown.get(clip, clip) for clip in clips]


def is_permutation(order: Sequence[str], reference: Sequence[str]) -> bool:
    """Whether an answer has each clip of the reference as often as that has it, and no other."""
    return sorted(order) == sorted(reference)


def _ranks(order: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Where the reference has the clips of the answer, in the answer's order, without unknown and surplus ones."""
    places: dict[str, deque[int]] = defaultdict(deque)
    for place, clip in enumerate(reference):
        places[clip].append(place)
    return [places[clip].popleft() for clip in order if places.get(clip)]


def _inversions(ranks: Sequence[int]) -> int:
    """Pairs that stand the wrong way round; scipy's tau takes a third of a millisecond a list, too long for 100,000."""
    seen: list[int] = []
    count = 0
    for rank in ranks:
        count += len(seen) - bisect(seen, rank)
        insort(seen, rank)
    return count
