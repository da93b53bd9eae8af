"""`popcorn study finetune`: a language model learns from preferences by SFT, DPO or GRPO."""

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
    from ..study.preferences.recipe import PreferenceRecipe
    from ..study.preferences.reward import ChoiceReward


def mount(group: typer.Typer) -> None:
    """Put the command into the group `popcorn study`."""
    group.command()(finetune)


def finetune(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Preferences: popcorn study export-preferences.", rich_help_panel=WHAT),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A language model: a folder, or a name in the Hugging Face cache.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    out: OUT = None,
    method: Annotated[
        str,
        typer.Option(
            help="sft: drafts that lost in no pair. dpo: pairs. grpo: prompts, rewarded by the predictor.",
            rich_help_panel=WHAT,
        ),
    ] = "dpo",
    predictor: Annotated[
        str,
        typer.Option(
            help="For grpo: the choice model or predictor that rewards; the one in use without it.",
            rich_help_panel=WHAT,
        ),
    ] = "",
    without_evidence: Annotated[
        bool,
        typer.Option(
            "--without-evidence",
            help="For grpo: take its word also for drafts that it was not measured on.",
            rich_help_panel=WHAT,
        ),
    ] = False,
    weights: Annotated[str, typer.Option(help="lora, or full.", rich_help_panel=HOW)] = "lora",
    batch: Annotated[
        int, typer.Option(min=1, max=65_536, help="Rows of one step; for grpo drafts.", rich_help_panel=HOW)
    ] = 16,
    at_once: AT_ONCE = 1,
    learning_rate: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="AdamW's; 0 for that of the method.", rich_help_panel=HOW)
    ] = 0.0,
    epochs: EPOCHS = 1.0,
    rank: RANK = 16,
    keep_every: KEEP_EVERY = 10,
    beta: Annotated[
        float, typer.Option(min=1e-6, max=100.0, help="For dpo: what straying costs.", rich_help_panel=HOW)
    ] = 0.1,
    completions: Annotated[
        int, typer.Option(min=2, max=1_024, help="For grpo: drafts of a prompt.", rich_help_panel=HOW)
    ] = 8,
    longest: Annotated[
        int, typer.Option(min=1, max=65_536, help="For grpo: tokens of a draft.", rich_help_panel=HOW)
    ] = 512,
    seed: SEED = 0,
    resume: RESUME = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Train a language model on preferences with TRL: SFT, DPO or GRPO, LoRA or full, by accumulation."""
    from ..study.finetuning.folder import begin_folder, begun_recipe, check_extra
    from ..study.finetuning.learning import Method
    from ..study.preferences.recipe import Objective, PreferenceRecipe, recipe_of
    from ..study.preferences.tuning import COMMAND

    screen = Screen("study finetune", chosen_form(json=json), quiet=quiet)
    check_extra()
    if resume is not None:
        place = resumed(resume, data, model, out)
        recipe = recipe_of(begun_recipe(place, f"{COMMAND} --data DIR --model NAME -o DIR"))
        _tune(recipe, place, _reward(recipe, screen), screen)
        return
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
        beta=beta,
        completions=completions,
        longest=longest,
        without_evidence=without_evidence,
        predictor=predictor,
    )
    _check(recipe)
    reward = _reward(recipe, screen)
    begin_folder(recipe.data_of(), place, COMMAND)
    _tune(recipe, place, reward, screen)


def _tune(recipe: PreferenceRecipe, place: Path, reward: ChoiceReward | None, screen: Screen) -> None:
    from ..study.preferences.tuning import tune
    from .views.preferences import tuning_view

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
