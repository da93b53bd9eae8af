"""Training choice models: a table of pairs becomes what compares drafts, kept below the home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ... import files
from ...settings import Settings
from .choices import choice_in
from .predictors import alone, predictors_folder

if TYPE_CHECKING:
    from ...tools.popularity.choice.fitted import FittedChoice
    from ...tools.popularity.choice.recipe import Recipe, Watcher


def train_choice(
    settings: Settings,
    name: str,
    pairs: Path,
    recipe: Recipe,
    watcher: Watcher,
    platform: str,
    start: str,
    encoding: str = "",
) -> FittedChoice:
    """Train a choice model on a table of pairs and keep it under `name`, with a card.

    `start` is the choice model that it goes on from, `nothing` for none; without one the number of pairs decides.
    """
    from ...tools.popularity.choice.fitting import Origin, check_pairs, fit
    from ...tools.popularity.choice.headlines import NAME as HEADLINES
    from ...tools.popularity.choice.pair_tables import read_labelled
    from ...tools.popularity.choice.pairs import pair_set
    from ...tools.popularity.choice.recipe import FEW, NOTHING

    folder = predictors_folder(settings)
    learned = pair_set(read_labelled(pairs, encoding))
    check_pairs(learned)
    if not start:
        start = HEADLINES if len(learned) < FEW else NOTHING
    prior = None if start == NOTHING else choice_in(settings, start)
    with alone(folder, name) as work:
        origin = Origin(f"pairs of {pairs.name}", platform)
        made = fit(name, learned, origin, recipe, watcher, prior=prior, work=work)
        keep_choice(folder / name, made)
    return made


def keep_choice(folder: Path, made: FittedChoice) -> None:
    """Save a choice model with its card."""
    from ...tools.popularity.choice.card import CARD, card
    from ...tools.popularity.choice.store import save_choice
    from ...tools.popularity.manifests import writing

    save_choice(folder, made)
    with writing(folder):
        files.write_text(folder / CARD, card(made))
