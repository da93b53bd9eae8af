"""How good a predictor is on a fifth of a catalogue that chose nothing, with 95 % intervals (bootstrap over videos).

    python benchmarks/held_out.py CATALOGUE_FOLDER [NETWORKS [FOLDS]]

e.g. `$POPCORN_HOME/catalogues/microlens`. The set's own training and validation videos are dealt anew by a rule: a
video belongs to the part that SHA-256 of `held-out:` and its id gives it, of five. A part is held out; of the others an
eighth, by the same digest, chooses epochs, weights and scale, and the rest is learned from. Each row of the table is
measured on the part held out: the members, the blend, the blend of drafts without a tag, and the blend refitted on all
that is not held out (`popcorn predictor train --refit`). With FOLDS above 1 as many parts are held out one after the
other.
"""

from __future__ import annotations

import hashlib
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from ablation import material
from popcorn.tools.popularity.measures import intervals, measure
from popcorn.tools.popularity.mmra.training import best_epoch
from popcorn.tools.popularity.trained.fitted import FittedPredictor
from popcorn.tools.popularity.trained.fitting import fit
from popcorn.tools.popularity.trained.material import Material
from popcorn.tools.popularity.trained.recipe import Recipe, Silent
from popcorn.tools.popularity.trained.refitting import refitted

PARTS = 5
_WITHIN = 8
"""One in so many of the videos that are not held out chooses."""


def dealt(given: Material, part: int) -> Material:
    """The material with the part held out as its test videos; the set's own test videos are left."""
    drawn = [hashlib.sha256(f"held-out:{one}".encode()).digest() for one in given.ids]
    digests = [int.from_bytes(one[:8], "big") for one in drawn]
    sides = [
        ("test" if digest % PARTS == part else "valid" if digest // PARTS % _WITHIN == 0 else "train")
        if own != "test"
        else "left"
        for digest, own in zip(digests, given.splits, strict=True)
    ]
    return replace(given, splits=tuple(sides))


def show(name: str, predicted: np.ndarray, labels: np.ndarray) -> None:
    found, ends = measure(predicted, labels), intervals(predicted, labels)
    cells = [f"{getattr(found, one):.3f} [{ends[one][0]:.3f}, {ends[one][1]:.3f}]" for one in ("nmse", "src", "mae")]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def rows(fitted: FittedPredictor, again: FittedPredictor, given: Material) -> list[tuple[str, np.ndarray]]:
    """What the members and both predictors say of the part held out."""
    drafts = given.drafts(given.split.test)
    untagged, silent = drafts.untagged(), replace(fitted, facts=replace(fitted.facts, guesses_tags=False))
    alone = [(name, np.maximum(values, 0.0)) for name, values in fitted.said(drafts).items()]
    return [
        *alone,
        ("the predictor", fitted.predict(drafts)),
        ("without a tag, none guessed", silent.predict(untagged)),
        ("without a tag", fitted.predict(untagged)),
        ("refitted on all but the fifth", again.predict(drafts)),
    ]


def main(folder: Path, networks: int = 3, folds: int = 1) -> None:
    whole, recipe = material(folder), Recipe.of("popcorn").changed(networks, None)
    for part in range(folds):
        started, given = time.perf_counter(), dealt(whole, part)
        trained = fit("held-out", given, recipe, None, Silent())
        epochs = [best_epoch(list(curve)).number for curve in trained.curves]
        middle = time.perf_counter()
        again = refitted(trained.fitted, given, recipe, epochs, None, Silent())
        sizes = [len(one) for one in (given.split.train, given.split.valid, given.split.test)]
        print(f"part {part + 1} of {PARTS}: {sizes} videos to learn from, to choose on, held out; epochs {epochs};")
        seconds = f"{middle - started:.0f} s, refit {time.perf_counter() - middle:.0f} s"
        print(f"weights {trained.fitted.blend.weights}; {seconds}")
        print("\n| | nMSE | SRC | MAE |\n|---|---|---|---|")
        labels = given.labels[given.split.test]
        show("mean", np.full(len(labels), given.labels[given.split.train].mean()), labels)
        for name, predicted in rows(trained.fitted, again, given):
            show(name, predicted, labels)
        print(flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:]))
