"""What each part of the `popcorn` variant is worth: a network without it, on the validation videos of a catalogue.

`python benchmarks/ablation.py CATALOGUE_FOLDER [EPOCHS [SEEDS]]`, e.g. `$POPCORN_HOME/catalogues/microlens`.
Every row is a network of its own, all else equal; figures are those of its best epoch, means over the seeds. The
last rows leave members out of the blend. One catalogue and few seeds: differences below about 0.003 say nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from popcorn.tools.popularity.measures import Measures, measure
from popcorn.tools.popularity.memory_bank import popularity
from popcorn.tools.popularity.mmra.attentive import AttentiveNetwork
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.mmra.model import MMRA
from popcorn.tools.popularity.mmra.plan import TrainingPlan
from popcorn.tools.popularity.mmra.training import TrainingData, best_epoch, predictions, train
from popcorn.tools.popularity.mmra.videos import find_nearest
from popcorn.tools.popularity.trained.blend import out_of_fold
from popcorn.tools.popularity.trained.fitted import TAG_BONUS
from popcorn.tools.popularity.trained.manifest import Origin
from popcorn.tools.popularity.trained.material import Material
from popcorn.tools.popularity.trained.members import lexical_member, neighbours_member, training_bank
from popcorn.tools.popularity.trained.recipe import Recipe
from popcorn.tools.references.catalogue import Catalogue

Frozen = dict[str, float]


def material(folder: Path) -> Material:
    catalogue = Catalogue.open(folder)
    references = catalogue.references(range(len(catalogue)))
    return Material(
        Origin(catalogue.name, catalogue.digest, catalogue.manifest.source, catalogue.manifest.encoder),
        ids=tuple(catalogue.ids),
        titles=tuple(reference.title or reference.text for reference in references),
        tags=tuple(catalogue.tags),
        labels=popularity(catalogue.comments),
        text=catalogue.vectors,
        retrieval=catalogue.vectors,
        splits=tuple(catalogue.splits),
    )


def data(given: Material, count: int, bonus: float) -> TrainingData:
    videos, split = given.videos, given.split

    def near(rows: np.ndarray):  # type: ignore[no-untyped-def,type-arg]
        tags, queries = videos.tags[rows], videos.retrieval[rows]
        return find_nearest(videos, split.train, queries, tags, count, itself=rows, tag_bonus=bonus)

    return TrainingData(videos, split.train, split.valid, near(split.train), near(split.valid))


def network(given: Material, config: MMRAConfig, plan: TrainingPlan, frozen: Frozen, learned: TrainingData) -> MMRA:
    """A trained network in which the parameters in `frozen` keep these values."""
    torch.manual_seed(plan.seed)
    made = MMRA(config)
    assert isinstance(made.network, AttentiveNetwork)
    made.network.calibrate(torch.from_numpy(given.labels[given.split.train].astype(np.float32)))
    for name, value in frozen.items():
        parameter = made.network.get_parameter(name)
        parameter.data.fill_(value)
        parameter.requires_grad_(False)
    epochs = train(made, learned, plan)
    made.best = best_epoch(epochs).valid  # type: ignore[assignment]
    return made


def rows(base: MMRAConfig, plan: TrainingPlan) -> Iterable[tuple[str, MMRAConfig, TrainingPlan, Frozen, float]]:
    raw = float(np.log(1.0))
    yield "all of it", base, plan, {}, TAG_BONUS
    yield "softmax of raw similarities, as published", base, plan, {"inverse_temperature": raw}, TAG_BONUS
    yield "no bonus for the same tag", base, plan, {"tag_bonus": 0.0}, 0.0
    yield "no learned match of contents", base, plan, {"match": 0.0}, TAG_BONUS
    yield "no label of the neighbours in the sum", base, plan, {"trust": 0.0}, TAG_BONUS
    yield "K = 10", replace(base, neighbours=10), plan, {}, TAG_BONUS
    yield "no tags at all", replace(base, tags=0), plan, {"tag_bonus": 0.0}, 0.0
    yield "no modality dropout", replace(base, modality_dropout=0.0), plan, {}, TAG_BONUS
    yield "dropout 0.1 instead of 0.4", replace(base, dropout=0.1), plan, {}, TAG_BONUS
    yield "hidden size 64", replace(base, hidden=64), plan, {}, TAG_BONUS
    yield "with a loss on the order, weight 0.3", base, replace(plan, rank_weight=0.3), {}, TAG_BONUS


def show(name: str, found: Measures) -> None:
    print(f"| {name} | {found.nmse:.4f} | {found.src:.4f} | {found.mae:.4f} |", flush=True)


def main(folder: Path, epochs: int = 4, seeds: int = 1) -> None:
    given = material(folder)
    recipe = Recipe(epochs=epochs)
    base, plan = recipe.config(given), recipe.plan()
    print("| | nMSE | SRC | MAE |\n|---|---|---|---|")
    first: list[MMRA] = []
    prepared: dict[tuple[int, float], TrainingData] = {}
    for name, config, chosen, frozen, bonus in rows(base, plan):
        key = config.neighbours, bonus
        prepared.setdefault(key, data(given, *key))
        made = [network(given, config, replace(chosen, seed=seed), frozen, prepared[key]) for seed in range(seeds)]
        found: list[Measures] = [one.best for one in made]  # type: ignore[misc]
        show(
            name, Measures(*(float(np.mean([getattr(one, part) for one in found])) for part in ("nmse", "src", "mae")))
        )
        first = first or made
    learned = prepared[base.neighbours, TAG_BONUS]
    said = {
        "network": np.mean([predictions(one, learned, learned.valid, learned.near_valid) for one in first], axis=0),
        "neighbours": neighbours_member(training_bank(given, given.split.train), given)[1],
        "lexical": lexical_member(given)[1],
    }
    labels, centre = given.labels[given.split.valid], float(given.labels[given.split.train].mean())
    combinations: list[tuple[str, ...]] = [("network", "lexical"), ("neighbours", "lexical"), ("network", "neighbours")]
    for chosen_members in [("network",), ("neighbours",), ("lexical",), *combinations, tuple(said)]:
        blend: Callable[..., object] = out_of_fold
        values = blend({name: said[name] for name in chosen_members}, labels, centre)
        show(f"blend of {' + '.join(chosen_members)}", measure(np.asarray(values), labels))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:]))
