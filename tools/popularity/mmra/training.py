"""Training of one network: epochs in a fixed order of chance, early stopping, and checkpoints that survive a kill.

All chance comes from the seed and the epoch's number, so that a training that was cut off and goes on ends with the
same weights, bit for bit, as one that was not.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ..measures import measure
from .batches import Batch
from .checkpoint import read_checkpoint, write_checkpoint
from .plan import Epoch, TrainingPlan
from .reference import Aggregated, ReferenceNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .aggregation import AggregatedVideos
    from .model import MMRA
    from .videos import Nearest, Videos

_SCORED_AT_ONCE = 512
_LONGEST_STEP = 1.0  # the norm that gradients are cut to


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a network learns from: rows of `videos`, and the neighbours of each of these rows."""

    videos: Videos
    train: NDArray[np.int64]
    valid: NDArray[np.int64]
    near_train: Nearest
    near_valid: Nearest
    aggregated_train: AggregatedVideos | None = None
    """For the reference variant: what its neighbours say together."""
    aggregated_valid: AggregatedVideos | None = None


def train(
    network: MMRA,
    data: TrainingData,
    plan: TrainingPlan,
    checkpoint: Path | None = None,
    report: Callable[[Epoch], None] | None = None,
) -> list[Epoch]:
    """Train `network` in place; it ends with the weights of its best epoch. Returns all epochs.

    With a `checkpoint` file every epoch is saved there, and a training with the same plan goes on from it.
    """
    torch.manual_seed(plan.seed)
    network.to(device())
    # fused: one pass over the weights and their moments instead of several, an eighth of the time
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay, fused=True
    )
    epochs: list[Epoch] = []
    best = _copy(network)
    material = "" if checkpoint is None else _digest(data)
    if checkpoint is not None and (saved := read_checkpoint(checkpoint, plan, network, optimiser, material)):
        epochs, best = saved
    while len(epochs) < plan.epochs and not _is_done(epochs, plan):
        started = time.perf_counter()
        loss = _epoch(network, optimiser, data, plan, len(epochs))
        found = measure(predictions(network, data, data.valid, data.near_valid), data.videos.labels[data.valid])
        epoch = Epoch(len(epochs) + 1, loss, found, time.perf_counter() - started)
        if plan.keep_last or not epochs or _cost(epoch) < min(map(_cost, epochs)):
            best = _copy(network)
        epochs.append(epoch)
        if checkpoint is not None:
            write_checkpoint(
                checkpoint, plan, network, optimiser=optimiser, epochs=epochs, best=best, material=material
            )
        if report:
            report(epoch)
    network.load_state_dict(best)
    network.eval().cpu()
    return epochs


def device() -> torch.device:
    """Where networks are trained: on the first GPU that PyTorch sees, else on the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def best_epoch(epochs: list[Epoch]) -> Epoch:
    """The epoch whose weights are kept."""
    return min(epochs, key=_cost)


@torch.no_grad()
def predictions(network: MMRA, data: TrainingData, rows: NDArray[np.int64], near: Nearest) -> NDArray[np.float64]:
    """log2(comments) of the videos `rows` (Q,), as (Q,)."""
    network.eval()
    found = [
        _forward(network, data, rows[at], near.take(at), data.aggregated_valid, at)
        for at in np.array_split(np.arange(len(rows)), max(1, math.ceil(len(rows) / _SCORED_AT_ONCE)))
    ]
    return torch.cat(found).double().cpu().numpy()


def _epoch(
    network: MMRA, optimiser: torch.optim.Optimizer, data: TrainingData, plan: TrainingPlan, number: int
) -> float:
    """One pass; the mean squared error over the labels' variance."""
    torch.manual_seed(plan.seed * 100_003 + number)
    network.train()
    place = next(network.parameters()).device
    labels = torch.from_numpy(data.videos.labels[data.train].astype(np.float32)).to(place)
    spread = float(labels.var().clamp_min(1e-6))
    order = np.arange(len(data.train))
    if plan.shuffle:
        np.random.default_rng([plan.seed, number]).shuffle(order)
    steps = math.ceil(len(order) / plan.batch)
    total = 0.0
    for step, at in enumerate(np.array_split(order, steps)):
        for group in optimiser.param_groups:
            group["lr"] = _rate(plan, number + step / steps)
        predicted = _forward(network, data, data.train[at], data.near_train.take(at), data.aggregated_train, at)
        truth = labels[at]
        error = ((predicted - truth) ** 2).mean()
        loss = error if not plan.rank_weight else error + plan.rank_weight * spread * _disorder(predicted, truth)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if plan.anneal:
            torch.nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_STEP)
        optimiser.step()
        total += float(error.detach()) * len(at)
    return total / len(order) / spread


def _forward(
    network: MMRA,
    data: TrainingData,
    rows: NDArray[np.int64],
    near: Nearest,
    aggregated: AggregatedVideos | None,
    at: NDArray[np.int64],
) -> Tensor:
    inner, videos, place = network.network, data.videos, next(network.parameters()).device
    if isinstance(inner, ReferenceNetwork) and aggregated is not None and videos.frames is not None:
        frames = torch.from_numpy(np.asarray(videos.frames[rows], dtype=np.float32))
        text = torch.from_numpy(np.asarray(videos.text[rows], dtype=np.float32)).unsqueeze(1)
        sums = Aggregated(*(tensor.to(place) for tensor in aggregated.take(at)))
        return inner.predict(frames.to(place), text.to(place), sums).squeeze(1)
    predicted: Tensor = network(Batch.of(videos, rows, videos, near).to(place))
    return predicted.squeeze(1)


def _disorder(predicted: Tensor, truth: Tensor) -> Tensor:
    """Mean logistic loss over pairs of a batch: how far the predictions are from the labels' order."""
    order = torch.sign(truth.unsqueeze(1) - truth.unsqueeze(0))
    losses = torch.nn.functional.softplus(-order * (predicted.unsqueeze(1) - predicted.unsqueeze(0)))
    pairs = order != 0
    return (losses * pairs).sum() / pairs.sum().clamp_min(1)


def _rate(plan: TrainingPlan, progress: float) -> float:
    """The learning rate after `progress` epochs."""
    if not plan.anneal:
        return plan.learning_rate
    share, rise = progress / plan.epochs, 0.1
    if share < rise:
        return plan.learning_rate * (0.05 + 0.95 * share / rise)
    return plan.learning_rate * 0.5 * (1 + math.cos(math.pi * (share - rise) / (1 - rise)))


def _digest(data: TrainingData) -> str:
    """SHA-256 over rows, labels, tags, and neighbours, to know the same training by."""
    total = hashlib.sha256()
    videos = data.videos
    for array in (
        *(data.train, data.valid, videos.labels, videos.tags),
        *(data.near_train.rows, data.near_train.similarities, data.near_valid.rows, data.near_valid.similarities),
    ):
        total.update(np.ascontiguousarray(array).data)
    for large in (videos.text, videos.frames, videos.frames_known):
        if large is None:
            continue
        for start in range(0, len(large), 1024):
            total.update(np.ascontiguousarray(large[start : start + 1024]).data)
    return total.hexdigest()


def _is_done(epochs: list[Epoch], plan: TrainingPlan) -> bool:
    return bool(epochs) and len(epochs) - best_epoch(epochs).number >= plan.patience


def _cost(epoch: Epoch) -> float:
    """What the published code stops by."""
    return epoch.valid.mae + epoch.valid.nmse


def _copy(network: MMRA) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def with_seed(plan: TrainingPlan, seed: int) -> TrainingPlan:
    """The same plan with another seed."""
    return replace(plan, seed=seed)
