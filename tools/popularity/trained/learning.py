"""The networks of a predictor: what they learn from, and their training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..mmra.aggregation import aggregate_videos
from ..mmra.model import MMRA
from ..mmra.plan import Epoch
from ..mmra.reference import ReferenceNetwork
from ..mmra.training import TrainingData, train, with_seed
from ..mmra.videos import Nearest, find_nearest
from .fitted import TAG_BONUS
from .members import bank_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .material import Material
    from .recipe import Recipe, Watcher

Progress = Callable[[int, int], None]
Learned = tuple[tuple[MMRA, ...], tuple[tuple[Epoch, ...], ...]]
"""Networks, and the epochs of each."""


def training_data(
    material: Material, recipe: Recipe, scratch: Path, watcher: Watcher, *, all_known: bool = False
) -> TrainingData:
    """The networks' neighbours, and for the reference variant their sums, which stand in `scratch`.

    With `all_known` the validation videos are learned from too. `watcher` is told how many of the first have theirs.
    """
    videos, split = material.videos, material.split
    config, bank = recipe.config(material), bank_rows(material, recipe.plan(), all_known=all_known)
    bonus = TAG_BONUS if recipe.variant == "popcorn" else 0.0

    def near(rows: NDArray[np.int64], progress: Progress | None = None) -> Nearest:
        queries = videos.retrieval[rows]
        return find_nearest(
            videos,
            bank,
            queries,
            videos.tags[rows],
            config.neighbours,
            itself=rows,
            groups=material.group_codes,
            tag_bonus=bonus,
            progress=progress,
        )

    learned = np.sort(np.concatenate([split.train, split.valid])) if all_known else split.train
    near_train, near_valid = near(learned, watcher.progress), near(split.valid)
    if recipe.variant == "popcorn":
        return TrainingData(videos, learned, split.valid, near_train, near_valid)
    sums = [
        aggregate_videos(videos, one, scratch / f"{name}.npy")
        for name, one in (("train", near_train), ("valid", near_valid))
    ]
    return TrainingData(videos, learned, split.valid, near_train, near_valid, *sums)


def learned_networks(
    data: TrainingData,
    material: Material,
    recipe: Recipe,
    work: Path | None,
    watcher: Watcher,
    epochs: Sequence[int] = (),
) -> Learned:
    """The networks of the recipe. Those that are given `epochs`, one number each, end with their last one.

    With a folder `work` a training that was cut off goes on.
    """
    networks, curves = [], []
    labels = torch.from_numpy(material.labels[data.train].astype(np.float32))
    again = "refit" if epochs else "train"
    for number in range(recipe.networks):
        watcher.stage(f"{again} network {number + 1} of {recipe.networks}")
        plan = with_seed(recipe.plan(), recipe.seed + number)
        if epochs:
            plan = replace(plan, epochs=epochs[number], patience=epochs[number], keep_last=True)
        torch.manual_seed(plan.seed)
        network = MMRA(recipe.config(material))
        if not isinstance(network.network, ReferenceNetwork):
            network.network.calibrate(labels)
        name = f"{'refit-' if epochs else ''}network-{number + 1}.safetensors"
        checkpoint = None if work is None else work / name
        networks.append(network)
        curves.append(tuple(train(network, data, plan, checkpoint, partial(watcher.epoch, number + 1))))
    return tuple(networks), tuple(curves)
