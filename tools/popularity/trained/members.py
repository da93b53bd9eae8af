"""The members of a predictor that are no networks: its memory bank, neighbours and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..memory_bank import MemoryBank
from ..mmra.videos import Videos
from ..neighbourhood import choose_settings, held_out, predict, shortlist
from .lexical import fit_lexical
from .recipe import TITLES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ..mmra.plan import TrainingPlan
    from ..neighbourhood import Settings
    from .lexical import Lexical
    from .material import Material
    from .recipe import Recipe, Watcher
    from .tuned_titles import TunedTitles

_MOST_HELD_OUT = 4_000


def bank_rows(material: Material, plan: TrainingPlan, *, all_known: bool = False) -> NDArray[np.int64]:
    """The rows that neighbours come from, in training and afterwards; with `all_known` the validation videos too."""
    split = material.split
    return (
        split.train if plan.bank == "train" and not all_known else np.sort(np.concatenate([split.train, split.valid]))
    )


def training_bank(material: Material, rows: NDArray[np.int64]) -> MemoryBank:
    """The videos `rows` as a memory bank, its vectors as exact as they are kept."""
    origin = material.origin
    return MemoryBank(
        ids=tuple(material.ids[row] for row in rows),
        vectors=np.asarray(material.retrieval[rows], dtype=np.float16).astype(np.float32),
        labels=material.labels[rows],
        tags=tuple(material.tags[row] for row in rows),
        catalogue=origin.catalogue,
        catalogue_digest=origin.catalogue_digest,
        source=origin.source,
        encoder=origin.encoder,
        illustrative=origin.illustrative,
    )


def banked(videos: Videos, rows: NDArray[np.int64]) -> Videos:
    """The training videos alone."""
    shared = videos.text is videos.retrieval
    text = np.asarray(videos.text[rows])
    return Videos(
        text=text,
        retrieval=text if shared else np.asarray(videos.retrieval[rows]),
        labels=videos.labels[rows],
        tags=videos.tags[rows],
        frames=None if videos.frames is None else np.asarray(videos.frames[rows]),
        frames_known=None if videos.frames_known is None else videos.frames_known[rows],
    )


def neighbours_member(bank: MemoryBank, material: Material) -> tuple[Settings, NDArray[np.float64]]:
    """Settings chosen by leaving one training video out at a time, and what they say of the validation videos."""
    rows = np.arange(0, len(bank), len(bank) // _MOST_HELD_OUT + 1, dtype=np.int64)
    settings = choose_settings(bank, held_out(bank, rows), rows)
    valid = material.split.valid
    near = shortlist(bank, np.asarray(material.retrieval[valid], dtype=np.float32))
    codes = np.array([bank.code_of(material.tags[row]) for row in valid], dtype=np.int64)
    return settings, predict(bank, near, codes, settings)


def tuned_member(
    material: Material, recipe: Recipe, work: Path | None, watcher: Watcher
) -> tuple[TunedTitles, NDArray[np.float64]]:
    """An encoder tuned on the titles of the training videos, and what it says of the validation videos."""
    from .title_tuning import tune_titles

    split = material.split
    tuned = tune_titles(material, split.train, recipe.tuning or TITLES, recipe.seed, watcher.progress, work)
    return tuned, tuned.predict([material.titles[row] for row in split.valid], material.videos.tags[split.valid])


def lexical_member(material: Material) -> tuple[Lexical, NDArray[np.float64]]:
    """The lexical member, fitted to the training videos, and what it says of the validation videos."""
    train, valid = material.split.train, material.split.valid
    words = [[material.titles[row] for row in rows] for rows in (train, valid)]
    tags = [[material.tags[row] for row in rows] for rows in (train, valid)]
    groups = None if material.group_codes is None else material.group_codes[train]
    lexical = fit_lexical(words[0], tags[0], material.labels[train], groups)
    return lexical, lexical.predict(words[1], tags[1])
