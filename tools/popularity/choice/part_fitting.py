"""Fitting the choice part of a predictor that was just trained, on neighbours in topic among its validation videos."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...statistics.intervals import Estimate, clustered_mean
from ..trained.blend import fit_blend as weigh_members
from ..types import counted
from .blending import Blend, fit_blend, probabilities, tie_margin
from .lexicon import fit_to_labels
from .pairs import PairSet
from .part import FittedPart, PartFacts, members
from .report import report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..trained.fitted import FittedPredictor
    from ..trained.material import Material

NEAREST = 4
FEWEST = 200
"""Validation videos below which no part is fitted."""
_ALL = "all"
_FOLDS = 5
_STRENGTH = 2.0
"""Of the ridge on character n-grams; from 1 to 5 nothing changes."""
_IN_A_CLUSTER = 13
"""Videos of a cluster, on average: neighbours are not independent, and whole clusters are drawn anew or kept apart."""


def fit_part(fitted: FittedPredictor, material: Material) -> FittedPart | None:
    """The choice part of a predictor that was trained on `material`; None where too few videos were kept apart.

    None as well for a predictor whose bank holds the validation videos: its members have seen their labels.
    """
    rows = material.split.valid
    if len(rows) < FEWEST or set(fitted.bank.ids) & {material.ids[row] for row in rows}:
        return None
    vectors = np.asarray(material.retrieval[rows], dtype=np.float32)
    groups, clusters = neighbours(vectors), clusters_of(vectors)
    pairs = _pairs([material.titles[row] for row in rows], material.labels[rows], groups, clusters)
    learned = material.split.train
    turns = fit_to_labels([material.titles[row] for row in learned], material.labels[learned], _STRENGTH)
    drafts = material.like_drafts(rows)
    said = members(fitted, turns, drafts)
    labels, told = material.labels[rows], pairs.decided
    of_groups, log_odds = np.empty(groups.shape), np.empty(len(pairs))
    for number in range(_FOLDS):
        inside, of_pairs = clusters % _FOLDS == number, pairs.stories % _FOLDS == number
        # one fold's utilities are told apart among themselves alone: those of two have no common zero
        utilities = _fitted(said, labels, ~inside, pairs.take(np.flatnonzero(~of_pairs)))(said)
        of_groups[inside] = utilities[groups[inside]]
        log_odds[of_pairs] = (utilities[pairs.first] - utilities[pairs.second])[of_pairs]
    margin = tie_margin(probabilities(log_odds)[told], pairs.z[told])
    facts = PartFacts(
        blend=_fitted(said, labels, np.ones(len(rows), np.bool_), pairs),
        margin=margin,
        learned_from=f"{len(pairs):,} pairs of neighbours in topic among {counted(len(rows), fitted.bank.source)}",
        report=report(pairs, log_odds, margin),
        best_of_five=best_of(of_groups, labels, groups, clusters),
        by_prediction=best_of(fitted.predict(drafts)[groups], labels, groups, clusters),
    )
    return FittedPart(facts, turns)


def neighbours(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """(N, 1 + NEAREST): each video and the places of those nearest to it, of unit rows (N, D)."""
    similarities = vectors @ vectors.T
    np.fill_diagonal(similarities, -np.inf)
    nearest = np.argsort(-similarities, axis=1, kind="stable")[:, :NEAREST]
    return np.column_stack([np.arange(len(vectors)), nearest])


def best_of(
    utilities: NDArray[np.float64], labels: NDArray[np.float64], groups: NDArray[np.int64], clusters: NDArray[np.int64]
) -> Estimate:
    """How often the best of each of the `groups` (N, G) beats another of it by `labels` (N,); equal is a half.

    `utilities` (N, G) are those of each group's members.
    """
    best = np.take_along_axis(groups, utilities.argmax(axis=1)[:, None], axis=1)
    won = (labels[best] > labels[groups]) + 0.5 * (labels[best] == labels[groups])
    share = (won.sum(axis=1) - 0.5) / (groups.shape[1] - 1)  # the best itself is among the group, as an equal
    return clustered_mean(share, clusters)


def _pairs(
    titles: list[str], labels: NDArray[np.float64], groups: NDArray[np.int64], clusters: NDArray[np.int64]
) -> PairSet:
    """Each video with each of its neighbours, every pair once; z is the difference of labels."""
    first = np.repeat(groups[:, 0], groups.shape[1] - 1)
    second = groups[:, 1:].ravel()
    ends = np.unique(np.sort(np.column_stack([first, second]), axis=1), axis=0)
    first, second = ends[:, 0], ends[:, 1]
    stories = clusters[first]
    return PairSet(
        tuple(titles),
        first,
        second,
        labels[first] - labels[second],
        stories,
        stories,
        np.ones(len(first), np.bool_),
        False,
        False,
    )


def _fitted(
    said: dict[str, NDArray[np.float64]], labels: NDArray[np.float64], rows: NDArray[np.bool_], pairs: PairSet
) -> Blend:
    """Weights with the least squared error on the videos `rows`, as steep as the winners of the pairs want them.

    The sign of a difference says less than its size: weights by a pairwise loss alone chose no better.
    """
    inside = {name: values[rows] - values[rows].mean() for name, values in said.items()}
    least = dict(weigh_members(inside, labels[rows] - labels[rows].mean(), 0.0).weights)
    together = np.sum([weight * said[name] for name, weight in least.items()], axis=0)
    ((_, slope),) = fit_blend({_ALL: together[pairs.first] - together[pairs.second]}, pairs.z).weights
    return Blend(tuple((name, slope * weight) for name, weight in least.items()))


def clusters_of(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """(N,), which videos are of one topic."""
    from sklearn.cluster import KMeans

    number = max(2, len(vectors) // _IN_A_CLUSTER)
    found: NDArray[np.int64] = KMeans(number, n_init=1, random_state=0).fit_predict(vectors).astype(np.int64)
    return found
