"""`popcorn predictor train` and `import-reference`: predictors that are made of a catalogue, clips and pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from ..errors import RequestError
from .comparing import train_on_pairs
from .display import INVENTED, Screen, chosen_form
from .flags import ENCODING

if TYPE_CHECKING:
    from ..agent.wiring.predictor_training import Features

JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]
REPLACE = Annotated[bool, typer.Option("--replace", help="Replace a predictor that has this name already.")]
MODELS = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        metavar="ROLE=NAME",
        help="A model of the profile by another name: frames, text, captions or retrieval = a folder, or a name on the "
        "Hugging Face hub, perhaps with @REVISION. Once for each.",
    ),
]


def train(
    name: Annotated[str, typer.Option(help="What to call the predictor.")],
    data: Annotated[str | None, typer.Option(help="The catalogue to learn from.")] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(help="Learn to compare drafts instead, from a CSV or Parquet file of tests: title_a, title_b, z."),
    ] = None,
    platform: Annotated[str, typer.Option(help="With --pairs: where those were published.")] = "",
    encoding: ENCODING = "",
    start: Annotated[
        str,
        typer.Option(help="With --pairs: the choice model to go on from, or `nothing`; their number decides."),
    ] = "",
    videos: Annotated[Path | None, typer.Option(help="A folder of clips named by their reference's id.")] = None,
    profile: Annotated[str, typer.Option(help="How clips and texts become features: light or paper.")] = "light",
    models: MODELS = None,
    variant: Annotated[str, typer.Option(help="popcorn, or the published reference.")] = "popcorn",
    quick: Annotated[
        bool, typer.Option("--quick", help="One small network, few epochs, no tuned encoder: a quarter of the time.")
    ] = False,
    networks: Annotated[
        int | None,
        typer.Option(
            min=0, max=20, help="Networks whose predictions are averaged; with --pairs: encoders that are tuned."
        ),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, max=1000, help="At most so many for each network.")] = None,
    refit: Annotated[
        bool,
        typer.Option("--refit", help="Learn from the validation videos too, once they have chosen what is chosen."),
    ] = False,
    seed: Annotated[int | None, typer.Option(min=0, help="Makes the training repeatable.")] = None,
    replace: REPLACE = False,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Train a predictor on a catalogue, or a choice model on pairs; what was cut off goes on where it stopped.

    docs/reproduce.md says how the predictor of the paper is made.
    """
    from ..agent.wiring.predictor_training import train_predictor
    from ..agent.wiring.predictors import predictors_folder
    from ..settings import load_settings
    from ..tools.popularity.registry import check_name, check_new
    from ..tools.popularity.trained.recipe import Recipe
    from .training_display import TrainingDisplay
    from .views.predictor import trained_data, trained_view

    screen = Screen("predictor train", chosen_form(json=json), quiet=quiet)
    check_name(name)
    if pairs is not None:
        _check_for_pairs(data, videos, profile, variant, models, refit=refit)
        train_on_pairs(
            screen,
            pairs,
            name,
            platform=platform,
            start=start,
            encoding=encoding,
            quick=quick,
            encoders=networks,
            epochs=epochs,
            seed=seed,
            replace=replace,
        )
        return
    if networks == 0:
        raise RequestError("a predictor has at least one network", hint="Use --networks 1, or --quick.")
    if data is None or platform or start:
        raise RequestError(
            "there is nothing to learn from" if data is None else "--platform and --start belong to --pairs",
            hint="Name a catalogue with --data, or a table of pairs with --pairs.",
        )
    _check_choice("--variant", variant, ("popcorn", "reference"))
    _check_choice("--profile", profile, ("light", "paper"))
    settings = load_settings(catalogue=data, seed=seed)
    kind = cast("Literal['reference', 'popcorn']", variant)
    recipe = Recipe.quick(kind, settings.seed) if quick else Recipe.of(kind, settings.seed)
    recipe = replaced(recipe.changed(networks, epochs), refit=refit)
    features = _features(profile, models)
    check_new(predictors_folder(settings), name, replace=replace)
    with TrainingDisplay(screen, recipe.plan().epochs, recipe.networks) as watcher:
        trained = train_predictor(settings, name, recipe, watcher, videos, features)
    facts = trained_data(trained)
    screen.answer(facts, lambda console: console.print(trained_view(facts)))
    screen.notice(f"use it from now on: popcorn predictor use {name}")
    if trained.fitted.bank.illustrative:
        screen.notice(INVENTED)


def import_reference(
    weights: Annotated[Path, typer.Argument(help="The published weights, as a safetensors file.")],
    data: Annotated[str, typer.Option(help="The catalogue whose training videos become the memory bank.")],
    videos: Annotated[Path, typer.Option(help="A folder of clips named by their reference's id.")],
    name: Annotated[str, typer.Option(help="What to call the predictor.")] = "reference",
    profile: Annotated[str, typer.Option(help="How clips and texts become features: paper, or light.")] = "paper",
    models: MODELS = None,
    replace: REPLACE = False,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Take over weights that the published MMRA code was trained to, with a bank of a catalogue's own."""
    from ..agent.wiring.predictor_training import import_weights
    from ..agent.wiring.predictors import predictors_folder
    from ..settings import load_settings
    from ..tools.popularity.registry import check_name, check_new
    from .views.predictor import trained_data, trained_view

    screen = Screen("predictor import-reference", chosen_form(json=json), quiet=quiet)
    check_name(name)
    settings = load_settings(catalogue=data)
    check_new(predictors_folder(settings), name, replace=replace)
    features = _features(profile, models)
    with screen.progress("features") as progress:
        trained = import_weights(settings, name, weights, videos, features, progress)
    facts = trained_data(trained)
    screen.answer(facts, lambda console: console.print(trained_view(facts)))


def _features(profile: str, models: Sequence[str] | None) -> Features:
    """The profile with the models that are named for it. Raises RequestError for what cannot be read."""
    from ..agent.wiring.predictor_training import Features

    named: dict[str, str] = {}
    for one in models or ():
        role, sign, name = one.partition("=")
        if not sign or not name.strip():
            raise RequestError(f"--model is ROLE=NAME, not {one!r}", hint="Say for example --model frames=FOLDER.")
        if role.strip() in named:
            raise RequestError(f"--model names {role.strip()!r} twice", hint="Name one model for each role.")
        place = Path(name).expanduser()
        named[role.strip()] = str(place.resolve()) if place.is_dir() else name.strip()
    features = Features(profile, tuple(sorted(named.items())))
    features.open()
    return features


def _check_for_pairs(
    data: str | None, videos: Path | None, profile: str, variant: str, models: Sequence[str] | None, *, refit: bool
) -> None:
    """Raises RequestError for options that belong to a training on a catalogue."""
    if data is not None or videos is not None or profile != "light" or variant != "popcorn" or models or refit:
        raise RequestError(
            "--pairs goes without --data, --videos, --profile, --model, --variant and --refit",
            hint="Train the two one after the other.",
        )


def _check_choice(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise RequestError(f"{option} is {' or '.join(known)}, not {value!r}", hint=f"Use {option} {known[0]}.")
