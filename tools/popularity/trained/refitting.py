"""A predictor that learns once more, from the validation videos too, after these have chosen all that is chosen.

How many epochs, the settings of the neighbours, the weights of the blend and the scale stay what they were: those come
of videos that it had not learned from. Only the members are fitted anew, to a ninth more videos.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .learning import learned_networks, training_data
from .lexical import fit_lexical
from .members import bank_rows, banked, training_bank
from .networks import Networks
from .recipe import TITLES
from .title_tuning import tune_titles

if TYPE_CHECKING:
    from .fitted import FittedPredictor
    from .material import Material
    from .recipe import Recipe, Watcher

NOTE = "after the choices its members were fitted anew to training and validation videos together"


def refitted(
    fitted: FittedPredictor,
    material: Material,
    recipe: Recipe,
    epochs: Sequence[int],
    work: Path | None,
    watcher: Watcher,
) -> FittedPredictor:
    """`fitted` with members that learned from the validation videos too; its networks for so many `epochs` each."""
    rows = bank_rows(material, recipe.plan(), all_known=True)
    watcher.stage("find neighbours again")
    with tempfile.TemporaryDirectory(prefix="popcorn-train-", dir=work) as scratch:
        data = training_data(material, recipe, Path(scratch), watcher, all_known=True)
        networks, _ = learned_networks(data, material, recipe, work, watcher, epochs)
    lexical = fitted.lexical
    if lexical is not None:
        watcher.stage("weigh words again")
        groups = None if material.group_codes is None else material.group_codes[rows]
        titles, tags = [material.titles[row] for row in rows], [material.tags[row] for row in rows]
        lexical = fit_lexical(titles, tags, material.labels[rows], groups)
    tuned = fitted.tuned
    if tuned is not None:
        watcher.stage("tune the encoder again")
        tuned = tune_titles(material, rows, recipe.tuning or TITLES, recipe.seed, watcher.progress, work)
    return replace(
        fitted,
        facts=replace(fitted.facts, notes=(*fitted.facts.notes, NOTE)),
        bank=training_bank(material, rows),
        videos=banked(material.videos, rows),
        networks=Networks.of(networks),
        lexical=lexical,
        tuned=tuned,
        blend=replace(fitted.blend, centre=float(np.mean(material.labels[rows]))),
    )
