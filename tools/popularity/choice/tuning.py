"""Tuning an encoder end to end on pairs: a pairwise logistic loss on the difference of two utilities.

A text's utility is a linear head on the mean of its tokens (a bi-encoder): P(A over B) = sigmoid(u(A) - u(B)), and
swapping the sides gives the rest. The target of a pair is sigmoid(z): one that was shown to few says little. A batch
holds whole tests, so that each title is encoded once for all its pairs. Word embeddings stay as they were published.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from ....errors import PredictionError
from ..trainable_encoder import Descent, TrainableEncoder, quick, tokens_of
from ..tuned_encoder import Change, TunedEncoder, changes_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ..tuning_plan import Tuning, Watching
    from .pairs import PairSet


def tune(
    folder: Path,
    pairs: PairSet,
    tuning: Tuning,
    seed: int,
    watching: Watching | None = None,
) -> tuple[TunedEncoder, NDArray[np.float64]]:
    """The encoder at `folder`, tuned on the pairs, and the utilities (N,) of all texts of the set.

    Raises PredictionError where the training falls apart.
    """
    tokens = tokens_of(folder, pairs.texts)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        ranker = TrainableEncoder(folder, tuning)
        _learn(ranker, tokens, pairs, tuning, random.Random(seed), watching)  # noqa: S311 - nothing secret
        said = ranker.said(tokens)[:, 0]
    if not np.isfinite(said).all():
        raise PredictionError("the training fell apart: its figures are not finite", hint="Try another --seed.")
    return ranker.tuned(folder), said


def averaged(members: Sequence[TunedEncoder]) -> TunedEncoder:
    """One encoder whose weights are the mean of several that were tuned from one start."""
    names = sorted({name for member in members for name in member.changes})
    changes: dict[str, Change] = {}
    for name in names:
        shape = next(member.changes[name].steps for member in members if name in member.changes)
        nothing = np.zeros(shape.shape, np.float32)
        parts = [member.changes[name].of(nothing) for member in members if name in member.changes]
        mean = np.asarray(np.sum(parts, axis=0) / len(members), dtype=np.float32)
        changes |= changes_between({name: nothing}, {name: mean})
    return TunedEncoder(changes, np.mean([member.head for member in members], axis=0, dtype=np.float32))


def _learn(
    ranker: TrainableEncoder,
    tokens: Sequence[Sequence[int]],
    pairs: PairSet,
    tuning: Tuning,
    chance: random.Random,
    watching: Watching | None,
) -> None:
    epochs = [list(_batches(pairs.tests, tuning.batch, chance)) for _ in range(tuning.epochs)]
    batches = [batch for epoch in epochs for batch in epoch]
    descent = Descent(ranker.groups(tuning), len(batches))
    targets = torch.sigmoid(torch.from_numpy(pairs.z).float())
    ranker.train()
    for step, batch in enumerate(batches):
        texts, place = np.unique(np.concatenate([pairs.first[batch], pairs.second[batch]]), return_inverse=True)
        with quick():
            said = ranker([tokens[text] for text in texts.tolist()])
        utilities = said.float().squeeze(-1)
        differences = utilities[place[: len(batch)]] - utilities[place[len(batch) :]]
        descent.step(functional.binary_cross_entropy_with_logits(differences, targets[batch]))
        if watching:
            watching(step + 1, len(batches))


def _batches(tests: NDArray[np.int64], least: int, chance: random.Random) -> Iterator[NDArray[np.int64]]:
    """The pairs of whole tests, shuffled, at least `least` a batch but for the last."""
    order = np.argsort(tests, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(tests[order])) + 1)
    chance.shuffle(groups)
    batch: list[NDArray[np.int64]] = []
    for group in groups:
        batch.append(group)
        if sum(map(len, batch)) >= least:
            yield np.concatenate(batch)
            batch = []
    if batch:
        yield np.concatenate(batch)
