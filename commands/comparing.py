"""`popcorn predictor compare`, and the training on pairs: which of two drafts of one idea draws more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import DataError, PopcornError, PredictionError, RequestError
from .display import Screen, chosen_form
from .flags import ENCODING

if TYPE_CHECKING:
    from ..tools.popularity.choice.pair_tables import Row
    from ..tools.popularity.choice.types import ChoiceModel, Comparison

_AT_ONCE = 5_000
"""Pairs between two steps of the progress bar."""

JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]


def compare(
    title_a: Annotated[str, typer.Option(help="The title of the first draft.")] = "",
    title_b: Annotated[str, typer.Option(help="The title of the second draft, of the same idea.")] = "",
    prompt_a: Annotated[str, typer.Option(help="The first video prompt, or description.")] = "",
    prompt_b: Annotated[str, typer.Option(help="The second video prompt, or description.")] = "",
    tag: Annotated[str, typer.Option(help="The tag of both.")] = "",
    request: Annotated[str, typer.Option(help="What was asked for.")] = "",
    platform: Annotated[str, typer.Option(help="Where it is to be published; the model's own without it.")] = "",
    batch: Annotated[
        Path | None,
        typer.Option(
            help="A table, e.g. CSV or Parquet: pair_id, title_a, title_b, perhaps prompt_a, prompt_b, tag, request."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Where --batch's answers go, as CSV.")] = None,
    encoding: ENCODING = "",
    name: Annotated[
        str | None,
        typer.Option("--predictor", help="A choice model or a predictor; without it what fits the one in use."),
    ] = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Say which of two drafts of one idea draws more, and how sure that is; or of a table of pairs."""
    from ..tools.popularity.choice.types import Pair
    from ..tools.popularity.types import Subject
    from .views.choice import comparison_data, comparison_view

    screen = Screen("predictor compare", chosen_form(json=json), quiet=quiet)
    if batch is not None:
        if any((title_a, title_b, prompt_a, prompt_b, tag, request, platform)):
            raise RequestError("--batch takes its drafts from the file", hint="Leave --title-a and the like out.")
        _compare_table(screen, name, batch, out, encoding)
        return
    if out is not None:
        raise RequestError("--out belongs to --batch", hint="Add --batch FILE, or redirect the answer of --json.")
    if not ((title_a or prompt_a).strip() and (title_b or prompt_b).strip()):
        raise RequestError("there are not two drafts to compare", hint="Give --title-a and --title-b, or --batch FILE.")
    a, b = (
        Subject(title, prompt, tag, request=request, platform=platform)
        for title, prompt in ((title_a, prompt_a), (title_b, prompt_b))
    )
    model = _opened(name)
    facts = comparison_data(model.compare([Pair(a, b)])[0], model)
    screen.answer(facts, lambda console: console.print(comparison_view(facts)))


def train_on_pairs(
    screen: Screen,
    pairs: Path,
    name: str,
    *,
    platform: str,
    start: str,
    encoding: str,
    quick: bool,
    encoders: int | None,
    epochs: int | None,
    seed: int | None,
    replace: bool,
) -> None:
    """Train a choice model on a table of pairs, and show how often it is right on stories kept apart."""
    from ..agent.wiring.choice_training import train_choice
    from ..agent.wiring.predictors import predictors_folder
    from ..settings import load_settings
    from ..tools.popularity.choice.recipe import Recipe
    from ..tools.popularity.registry import check_new
    from .training_display import TrainingDisplay
    from .views.choice import choice_data, choice_view

    settings = load_settings(seed=seed)
    check_new(predictors_folder(settings), name, replace=replace)
    recipe = Recipe(seed=settings.seed).changed(
        epochs=1 if quick and epochs is None else epochs, encoders=encoders, judged=2 if quick else None
    )
    with TrainingDisplay(screen) as watcher:
        made = train_choice(settings, name, pairs, recipe, watcher, platform, start, encoding)
    facts = choice_data(made)
    screen.answer(facts, lambda console: console.print(choice_view(facts)))
    if made.facts.started_from:
        screen.notice(
            f"it goes on from {made.facts.started_from!r}, with what {made.facts.pairs:,} pairs add to that; "
            "--start nothing begins anew"
        )
    figure = made.facts.report.figure
    if figure.model.low is None or figure.model.low <= 0.5:
        screen.notice(
            f"on stories kept apart it is not better than chance: the better one of {figure.pairs} was found in "
            f"{figure.model}"
        )
    screen.notice(f"compare drafts with it: popcorn predictor compare --predictor {name}")


def _compare_table(screen: Screen, name: str | None, batch: Path, out: Path | None, encoding: str) -> None:
    """Compare a table of pairs; without --out the comparisons are the answer."""
    from ..tools.popularity.choice.pair_tables import read_pairs, write_comparisons
    from .views.choice import row_data

    if out is not None and out.resolve() == batch.resolve():
        raise RequestError("--out would overwrite the pairs of --batch", hint="Choose another --out.")
    rows, model = read_pairs(batch, encoding), _opened(name)
    found: list[Comparison] = []
    with screen.progress("compare") as progress:
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            try:
                found += model.compare([row.pair for row in part])
            except (PredictionError, DataError):
                _name_the_row(model, batch, part)
                raise
            progress(start + len(part), len(rows))
    tied, unknown = sum(one.tied for one in found), sum(not one.evidence for one in found)
    facts: dict[str, Any] = {
        "rows": len(rows),
        "model": model.name,
        "learned_from": model.learned_from,
        "tied": tied,
        "without_evidence": unknown,
    }
    if out is None:
        facts["comparisons"] = [row_data(row.pair_id, one) for row, one in zip(rows, found, strict=True)]
    else:
        write_comparisons(out, rows, found)
        facts["out"] = str(out)

    def show(console: Any) -> None:
        for row, one in zip(rows, found, strict=True) if out is None else ():
            console.print(f"{row.pair_id}\t{one.probability_a:.4f}", markup=False)
        if out is not None:
            console.print(f"{len(rows):,} pairs compared by {model.name}: {out}", markup=False)

    screen.answer(facts, show)
    if unknown:
        screen.notice(f"of {unknown:,} of {len(rows):,} pairs {model.name} has no evidence")


def _name_the_row(model: ChoiceModel, batch: Path, rows: list[Row]) -> None:
    """Raise what is wrong with the first of these pairs that cannot be compared by itself, with its line."""
    for row in rows:
        try:
            model.compare([row.pair])
        except PopcornError as exc:
            exc.message = f"{str(batch)!r}, line {row.line}, {row.pair_id!r}: {exc.message}"
            raise


def _opened(name: str | None) -> ChoiceModel:
    from ..agent.wiring.choices import open_choice_model
    from ..agent.wiring.workshop import workshop_of
    from ..settings import load_settings

    settings = load_settings()
    workshop = workshop_of(settings)
    return open_choice_model(settings, name, lambda known: workshop.predictor(settings, known)[0])
