"""`popcorn study finetune`: a language model learns from preferences by SFT, DPO or GRPO."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import RequestError
from .display import Screen, chosen_form
from .training_options import given, one_of

if TYPE_CHECKING:
    from ..study.preferences.recipe import PreferenceRecipe
    from ..study.preferences.reward import ChoiceReward

_WHAT, _HOW = "What is learned from what", "How it is learned"


def mount(group: typer.Typer) -> None:
    """Put the command into the group `popcorn study`."""
    group.command()(finetune)


def finetune(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Preferences: popcorn study export-preferences.", rich_help_panel=_WHAT),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A language model: a folder, or a name in the Hugging Face cache.",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", help="Where the model is written; new.", rich_help_panel=_WHAT),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="sft: drafts that lost in no pair. dpo: pairs. grpo: prompts, rewarded by the predictor.",
            rich_help_panel=_WHAT,
        ),
    ] = "dpo",
    predictor: Annotated[
        str,
        typer.Option(
            help="For grpo: the choice model or predictor that rewards; the one in use without it.",
            rich_help_panel=_WHAT,
        ),
    ] = "",
    without_evidence: Annotated[
        bool,
        typer.Option(
            "--without-evidence",
            help="For grpo: take its word also for drafts that it was not measured on.",
            rich_help_panel=_WHAT,
        ),
    ] = False,
    weights: Annotated[str, typer.Option(help="lora, or full.", rich_help_panel=_HOW)] = "lora",
    batch: Annotated[
        int, typer.Option(min=1, max=65_536, help="Rows of one step; for grpo drafts.", rich_help_panel=_HOW)
    ] = 16,
    at_once: Annotated[
        int,
        typer.Option(
            min=1, max=1_024, help="Rows on the device at once; the rest is accumulated.", rich_help_panel=_HOW
        ),
    ] = 1,
    learning_rate: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="AdamW's; 0 for that of the method.", rich_help_panel=_HOW)
    ] = 0.0,
    epochs: Annotated[
        float, typer.Option(min=0.01, max=1_000.0, help="Times that every row is learned from.", rich_help_panel=_HOW)
    ] = 1.0,
    rank: Annotated[int, typer.Option(min=1, max=1_024, help="Of LoRA.", rich_help_panel=_HOW)] = 16,
    keep_every: Annotated[
        int, typer.Option(min=1, max=100_000, help="Steps between two checkpoints.", rich_help_panel=_HOW)
    ] = 10,
    beta: Annotated[
        float, typer.Option(min=1e-6, max=100.0, help="For dpo: what straying costs.", rich_help_panel=_HOW)
    ] = 0.1,
    completions: Annotated[
        int, typer.Option(min=2, max=1_024, help="For grpo: drafts of a prompt.", rich_help_panel=_HOW)
    ] = 8,
    longest: Annotated[
        int, typer.Option(min=1, max=65_536, help="For grpo: tokens of a draft.", rich_help_panel=_HOW)
    ] = 512,
    seed: Annotated[int, typer.Option(help="Draws the order of rows.", rich_help_panel=_HOW)] = 0,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Go on with the training of this folder, by its own recipe.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")] = False,
) -> None:
    """Train a language model on preferences with TRL: SFT, DPO or GRPO, LoRA or full, by accumulation."""
    from ..study.ads.finetuning.folder import begin_folder, begun_recipe, check_extra
    from ..study.ads.finetuning.recipe import Method
    from ..study.preferences.recipe import Objective, PreferenceRecipe, recipe_of
    from ..study.preferences.tuning import COMMAND, tune
    from .views.preferences import tuning_view

    screen = Screen("study finetune", chosen_form(json=json), quiet=quiet)
    check_extra()
    if resume is not None:
        if data or model or out:
            raise RequestError(
                "--resume goes on by the recipe in its folder", hint="Leave --data, --model and -o away."
            )
        place = resume.expanduser().absolute()
        recipe = recipe_of(begun_recipe(place, f"{COMMAND} --data DIR --model NAME -o DIR"))
        reward = _reward(recipe, screen)
    else:
        source, name, place = given(COMMAND, "preferences", data, model, out)
        recipe = PreferenceRecipe(
            name,
            source,
            one_of(Objective, method, "--method"),
            one_of(Method, weights, "--weights"),
            batch,
            at_once,
            learning_rate,
            epochs,
            rank,
            keep_every,
            seed,
            beta,
            completions,
            longest,
            without_evidence,
            predictor,
        )
        _check(recipe)
        reward = _reward(recipe, screen)
        begin_folder(recipe.data_of(), place, COMMAND)
    screen.notice(
        f"{recipe.method.value} on {recipe.data.name}: {recipe.batch:,} rows a step, {recipe.at_once} at once"
    )
    with screen.progress("training") as progress:
        answer = tune(recipe, place, reward, progress)
    if reward and reward.compared and not (reward.evidence or recipe.without_evidence):
        screen.notice(
            f"{reward.model.name} has no evidence for any of {reward.compared:,} pairs, so it preferred none: "
            "name another with --predictor, or take its word: --without-evidence"
        )
    screen.answer(answer, lambda console: console.print(tuning_view(answer)))


def _reward(recipe: PreferenceRecipe, screen: Screen) -> ChoiceReward | None:
    """The reward of GRPO, with a notice where it disagrees with randomised tests or nobody measured it."""
    from ..study.preferences.recipe import Objective
    from ..study.preferences.reward import reward
    from ..study.preferences.rows import warning_of

    if recipe.method is not Objective.GRPO:
        return None
    found = reward(recipe.predictor or None, without_evidence=recipe.without_evidence)
    if warning := warning_of(recipe, found.model.name):
        screen.notice(warning)
    return found


def _check(recipe: PreferenceRecipe) -> None:
    """Raises what would end the training at once, before its folder is made."""
    from ..study.preferences.rows import rows_of

    _ = recipe.accumulation
    rows_of(recipe)
