"""`popcorn ad finetune`: a vision-language model learns to make ads from a data set of finished ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .display import Screen, chosen_form
from .training_options import (
    AT_ONCE,
    EPOCHS,
    HOW,
    JSON,
    KEEP_EVERY,
    OUT,
    QUIET,
    RANK,
    RESUME,
    SEED,
    WHAT,
    given,
    one_of,
    resumed,
)

if TYPE_CHECKING:
    from ..study.ads.finetuning.recipe import Recipe


def mount(group: typer.Typer) -> None:
    """Put the command into the group `popcorn ad`."""
    group.command()(finetune)


def finetune(
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A data set: popcorn ad dataset.", rich_help_panel=WHAT)
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A vision-language model: a folder, or a name in the Hugging Face cache.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    out: OUT = None,
    stage: Annotated[
        str,
        typer.Option(
            help="finetune: the compound task, 256 rows a step. pretrain, before it: remix and script, 1,024 rows.",
            rich_help_panel=WHAT,
        ),
    ] = "finetune",
    z: Annotated[
        str,
        typer.Option("--z", help="Rows with the supplementary information: with, without, both.", rich_help_panel=WHAT),
    ] = "with",
    method: Annotated[str, typer.Option(help="lora, or full.", rich_help_panel=HOW)] = "lora",
    batch: Annotated[
        int, typer.Option(min=0, max=65_536, help="Rows of one step; 0 for the paper's.", rich_help_panel=HOW)
    ] = 0,
    at_once: AT_ONCE = 1,
    learning_rate: Annotated[float, typer.Option(min=1e-9, max=1.0, help="AdamW's.", rich_help_panel=HOW)] = 2e-5,
    epochs: EPOCHS = 1.0,
    rank: RANK = 16,
    keep_every: KEEP_EVERY = 10,
    seed: SEED = 0,
    resume: RESUME = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Train a vision-language model by the paper's recipe: encoder frozen, AdamW, LoRA or full, by accumulation."""
    from ..study.ads.finetuning.recipe import Recipe, Stage, Supplement
    from ..study.ads.finetuning.training import COMMAND, begin, begun
    from ..study.finetuning.folder import check_extra
    from ..study.finetuning.learning import Method

    screen = Screen("ad finetune", chosen_form(json=json), quiet=quiet)
    check_extra()
    if resume is not None:
        place = resumed(resume, data, model, out)
        _train(begun(place), place, screen)
        return
    source, name, place = given(COMMAND, "a data set", data, model, out)
    how = one_of(Stage, stage, "--stage"), one_of(Method, method, "--method"), one_of(Supplement, z, "--z")
    recipe = Recipe(name, source, *how, batch, at_once, learning_rate, epochs, rank, keep_every, seed)
    _check(recipe)
    begin(recipe, place)
    _train(recipe, place, screen)


def _train(recipe: Recipe, place: Path, screen: Screen) -> None:
    from ..study.ads.finetuning.training import train
    from .views.ad_study import finetuning_view

    screen.notice(
        f"{recipe.method.value} on {', '.join(recipe.files)} of {recipe.data.name}: {recipe.batch:,} rows a step, "
        f"{recipe.at_once} at once"
    )
    with screen.progress("training") as progress:
        answer = dict(train(recipe, place, progress).data)
    screen.answer(answer, lambda console: console.print(finetuning_view(answer)))


def _check(recipe: Recipe) -> None:
    """Raises what would end the training at once, before its folder is made."""
    from ..study.ads.finetuning.training import rows_of

    recipe.accumulation()
    rows_of(recipe)
