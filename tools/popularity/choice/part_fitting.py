"""Fitting the choice part of a predictor that was just trained, on neighbours in topic among its validation videos."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...statistics.intervals import Estimate, clustered_mean
from ..types import counted
from .blending import fit_blend, out_of_fold, probabilities, tie_margin
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
    said = members(fitted, turns, material.drafts(rows))
    differences = {name: values[pairs.first] - values[pairs.second] for name, values in said.items()}
    fold = pairs.stories % _FOLDS
    log_odds, told = out_of_fold(differences, pairs.z, fold), pairs.decided
    margin = tie_margin(probabilities(log_odds)[told], pairs.z[told])
    utilities = _utilities(said, differences, pairs.z, fold, clusters)
    facts = PartFacts(
        blend=fit_blend(differences, pairs.z),
        margin=margin,
        learned_from=f"{len(pairs):,} pairs of neighbours in topic among {counted(len(rows), fitted.bank.source)}",
        report=report(pairs, log_odds, margin),
        best_of_five=best_of(utilities, material.labels[rows], groups, clusters),
        by_prediction=best_of(fitted.predict(material.drafts(rows)), material.labels[rows], groups, clusters),
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
    """How often the best of each group by `utilities` (N,) beats another of it by `labels` (N,); equal is a half."""
    best = np.take_along_axis(groups, utilities[groups].argmax(axis=1)[:, None], axis=1)
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
    return PairSet(tuple(titles), first, second, labels[first] - labels[second], stories, stories, False, False)


def _utilities(
    said: dict[str, NDArray[np.float64]],
    differences: dict[str, NDArray[np.float64]],
    z: NDArray[np.float64],
    fold: NDArray[np.int64],
    clusters: NDArray[np.int64],
) -> NDArray[np.float64]:
    """(N,), each video's utility by weights that its own cluster's fold took no part in."""
    found = np.empty(len(clusters))
    for number in range(_FOLDS):
        others = fold != number
        blend = fit_blend({name: values[others] for name, values in differences.items()}, z[others])
        inside = clusters % _FOLDS == number
        found[inside] = blend(said)[inside]
    return found


def clusters_of(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """(N,), which videos are of one topic."""
    from sklearn.cluster import KMeans

    number = max(2, len(vectors) // _IN_A_CLUSTER)
    found: NDArray[np.int64] = KMeans(number, n_init=1, random_state=0).fit_predict(vectors).astype(np.int64)
    return found
