"""`popcorn ad finetune`: a vision-language model learns to make ads from a data set of finished ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import RequestError
from .display import Screen, chosen_form
from .training_options import given, one_of

if TYPE_CHECKING:
    from ..study.ads.finetuning.recipe import Recipe

_WHAT, _HOW = "What is learned from what", "How it is learned"


def mount(group: typer.Typer) -> None:
    """Put the command into the group `popcorn ad`."""
    group.command()(finetune)


def finetune(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A data set: popcorn ad dataset.", rich_help_panel=_WHAT),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A vision-language model: a folder, or a name in the Hugging Face cache.",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", help="Where the model is written; new.", rich_help_panel=_WHAT),
    ] = None,
    stage: Annotated[
        str,
        typer.Option(
            help="finetune: the compound task, 256 rows a step. pretrain, before it: remix and script, 1,024 rows.",
            rich_help_panel=_WHAT,
        ),
    ] = "finetune",
    z: Annotated[
        str,
        typer.Option(
            "--z", help="Rows with the supplementary information: with, without, both.", rich_help_panel=_WHAT
        ),
    ] = "with",
    method: Annotated[str, typer.Option(help="lora, or full.", rich_help_panel=_HOW)] = "lora",
    batch: Annotated[
        int, typer.Option(min=0, max=65_536, help="Rows of one step; 0 for the paper's.", rich_help_panel=_HOW)
    ] = 0,
    at_once: Annotated[
        int,
        typer.Option(
            min=1, max=1_024, help="Rows on the device at once; the rest is accumulated.", rich_help_panel=_HOW
        ),
    ] = 1,
    learning_rate: Annotated[float, typer.Option(min=1e-9, max=1.0, help="AdamW's.", rich_help_panel=_HOW)] = 2e-5,
    epochs: Annotated[
        float, typer.Option(min=0.01, max=1_000.0, help="Times that every row is learned from.", rich_help_panel=_HOW)
    ] = 1.0,
    rank: Annotated[int, typer.Option(min=1, max=1_024, help="Of LoRA.", rich_help_panel=_HOW)] = 16,
    keep_every: Annotated[
        int, typer.Option(min=1, max=100_000, help="Steps between two checkpoints.", rich_help_panel=_HOW)
    ] = 10,
    seed: Annotated[int, typer.Option(help="Draws the order of rows.", rich_help_panel=_HOW)] = 0,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Go on with the training of this folder, by its own recipe.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")] = False,
) -> None:
    """Train a vision-language model by the paper's recipe: encoder frozen, AdamW, LoRA or full, by accumulation."""
    from ..study.ads.finetuning.folder import check_extra
    from ..study.ads.finetuning.recipe import Method, Recipe, Stage, Supplement
    from ..study.ads.finetuning.training import COMMAND, begin, begun, train
    from .views.ad_study import finetuning_view

    screen = Screen("ad finetune", chosen_form(json=json), quiet=quiet)
    check_extra()
    if resume is not None:
        if data or model or out:
            raise RequestError(
                "--resume goes on by the recipe in its folder", hint="Leave --data, --model and -o away."
            )
        place = resume.expanduser().absolute()
        recipe = begun(place)
    else:
        source, name, place = given(COMMAND, "a data set", data, model, out)
        recipe = Recipe(
            name,
            source,
            one_of(Stage, stage, "--stage"),
            one_of(Method, method, "--method"),
            one_of(Supplement, z, "--z"),
            batch,
            at_once,
            learning_rate,
            epochs,
            rank,
            keep_every,
            seed,
        )
        _check(recipe)
        begin(recipe, place)
    screen.notice(
        f"{recipe.method.value} on {', '.join(recipe.files)} of {recipe.data.name}: {recipe.batch:,} rows a step, "
        f"{recipe.at_once} at once"
    )
    with screen.progress("training") as progress:
        trained = train(recipe, place, progress)
    answer = dict(trained.data)
    screen.answer(answer, lambda console: console.print(finetuning_view(answer)))


def _check(recipe: Recipe) -> None:
    """Raises what would end the training at once, before its folder is made."""
    from ..study.ads.finetuning.training import rows_of

    recipe.accumulation()
    rows_of(recipe)
