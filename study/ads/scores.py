"""What one answer scores in every measure, and what it would under other conventions."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import comb, perm

from . import subtitle_rules, word_counts
from .answers import Answer
from .order_measures import (
    alike,
    is_permutation,
    kendall_tau,
    positions_right,
    selection_f1,
    selection_right,
    sequence_right,
)
from .word_counts import Rate

ORDER = ("sra", "positions", "tau")
SELECTION = ("selection_exact", "selection_f1")
WRITTEN = ("ssa", "wcd")
MEASURES = (*ORDER, *SELECTION, *WRITTEN)
"""By rule; those of judges come beside them."""
SHARES = frozenset({"sra", "selection_exact", "ssa"})
"""Measures that are 0 or 1 for an answer."""
LOWER_IS_BETTER = frozenset({"wcd"})
NOT_EMPTY, PERMUTATIONS, REST_WRONG = "empty answers left out", "permutations alone", "no permutation, nothing right"
ONE_FRAME = "two clips of one frame are one"


@dataclass(frozen=True, slots=True)
class Scores:
    """One answer's values; a measure that is not judged is absent."""

    ad: str
    model: str
    product: str
    values: dict[str, float] = field(default_factory=dict)
    """By measure."""
    chance: dict[str, float] = field(default_factory=dict)
    """What a random answer to the same task is expected to have, by measure."""
    variants: dict[tuple[str, str], float] = field(default_factory=dict)
    """By measure and convention."""
    targets: dict[str, int] = field(default_factory=dict)
    """Word counts by what their targets are made of."""


def scores_of(answer: Answer, rate: Rate) -> Scores:
    """All that can be said of an answer by rule."""
    scores = Scores(answer.ad, answer.model, answer.product)
    if answer.order is not None:
        _order(answer, scores)
    if answer.selection is not None:
        _selection(answer, scores)
    _written(answer, scores, rate)
    return scores


def _written(answer: Answer, scores: Scores, rate: Rate) -> None:
    if found := subtitle_rules.broken_under(answer, (subtitle_rules.STATED, *subtitle_rules.VARIANTS.values())):
        scores.values["ssa"] = found[0].right
        for name, other in zip(subtitle_rules.VARIANTS, found[1:], strict=True):
            scores.variants["ssa", name] = other.right
    if (count := word_counts.word_count(answer, rate)) is not None:
        scores.values["wcd"], scores.targets[count.of.value] = count.difference, 1
        found_ways = {name: way(answer, count, rate) for name, way in word_counts.VARIANTS.items()}
        scores.variants.update({("wcd", name): value for name, value in found_ways.items() if value is not None})


def _order(answer: Answer, scores: Scores) -> None:
    order, reference = answer.order or (), answer.reference_order
    sra, positions, tau = (
        sequence_right(order, reference),
        positions_right(order, reference),
        kendall_tau(order, reference),
    )
    scores.values.update({"sra": sra, "positions": positions} | ({} if tau is None else {"tau": tau}))
    count = max(answer.order_from, len(reference))
    scores.chance.update({"sra": 1 / perm(min(count, 500), len(reference)), "positions": 1 / count, "tau": 0.0})
    whole = is_permutation(order, reference)
    for name, value in (("sra", sra), ("positions", positions)):
        if order:
            scores.variants[name, NOT_EMPTY] = value
        if whole:
            scores.variants[name, PERMUTATIONS] = value
        scores.variants[name, REST_WRONG] = value if whole else 0.0
    if answer.clips:
        shown = {str(number): clip for number, clip in enumerate(answer.clips, 1)}
        ours, theirs = alike(order, shown), alike(reference, shown)
        scores.variants["sra", ONE_FRAME] = sequence_right(ours, theirs)
        scores.variants["positions", ONE_FRAME] = positions_right(ours, theirs)


def _selection(answer: Answer, scores: Scores) -> None:
    selection, reference = answer.selection or (), answer.reference_selection
    exact, f1 = selection_right(selection, reference), selection_f1(selection, reference)
    scores.values.update({"selection_exact": exact, "selection_f1": f1})
    if selection:
        scores.variants["selection_exact", NOT_EMPTY], scores.variants["selection_f1", NOT_EMPTY] = exact, f1
    right = len(set(reference))
    if answer.candidates >= right:  # chance chooses as many clips as the reference has
        scores.chance["selection_exact"] = 1 / comb(answer.candidates, right)
        scores.chance["selection_f1"] = right / answer.candidates
