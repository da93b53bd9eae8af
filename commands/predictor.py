"""`popcorn predictor`: train, evaluate, choose and question what predicts popularity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import DataError, MissingError, PopcornError, PredictionError, RequestError
from .comparing import compare
from .display import INVENTED, Screen, chosen_form
from .flags import ENCODING
from .predictor_training import JSON, QUIET, import_reference, train

if TYPE_CHECKING:
    from ..settings import Settings
    from ..tools.popularity.tables import Row
    from ..tools.popularity.trained.predictor import TrainedPredictor
    from ..tools.popularity.types import Predictor, Score, Subject

predictor = typer.Typer(
    name="predictor", help="What predicts popularity: train, evaluate, use, question it.", no_args_is_help=True
)

predictor.command("compare")(compare)
predictor.command("train")(train)
predictor.command("import-reference")(import_reference)

PREDICTOR = Annotated[str | None, typer.Option("--predictor", help="Which predictor; `info` lists them.")]
CATALOGUE = Annotated[str | None, typer.Option("--catalogue", help="What `neighbours` is fitted to.")]
TITLE = Annotated[str, typer.Option(help="The title.")]
PROMPT = Annotated[str, typer.Option(help="The video prompt, or a description.")]
TAG = Annotated[str, typer.Option(help="The tag or category, as the predictor's videos have it.")]
VIDEO = Annotated[Path | None, typer.Option(help="The clip, for a predictor that was trained on frames.")]


@predictor.command()
def evaluate(
    name: Annotated[str | None, typer.Argument(help="Which predictor; the one in use without it.")] = None,
    data: Annotated[str | None, typer.Option(help="The catalogue to evaluate on; its own without it.")] = None,
    split: Annotated[str, typer.Option(help="valid or test; test without it, where it has comment counts.")] = "",
    videos: Annotated[Path | None, typer.Option(help="A folder of clips named by their reference's id.")] = None,
    baselines: Annotated[bool, typer.Option(help="Fit the baselines too; the support vectors take minutes.")] = True,
    reference_averaging: Annotated[
        bool,
        typer.Option("--reference-averaging", help="Also the averages over batches that the published code prints."),
    ] = False,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Measure a predictor on videos it has not learned from, beside baselines and controls."""
    from ..agent.wiring.predictor_training import evaluation_of
    from ..settings import load_settings
    from .views.predictor import evaluation_data, evaluation_view

    screen = Screen("predictor evaluate", chosen_form(json=json), quiet=quiet)
    trained = _trained(load_settings(predictor=name))
    settings = load_settings(predictor=name, catalogue=data or trained.fitted.bank.catalogue)
    with screen.progress("evaluate") as progress:
        evaluation = evaluation_of(
            settings, trained, split, videos, baselines=baselines, averaging=reference_averaging, progress=progress
        )
    facts = {"predictor": trained.name, "catalogue": settings.catalogue} | evaluation_data(evaluation)
    screen.answer(facts, lambda console: console.print(evaluation_view(facts)))


@predictor.command()
def score(
    title: TITLE = "",
    prompt: PROMPT = "",
    tag: TAG = "",
    video: VIDEO = None,
    batch: Annotated[Path | None, typer.Option(help="A table: video_id, title, tag, perhaps prompt, video.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Where the scores of --batch go, as CSV.")] = None,
    encoding: ENCODING = "",
    name: PREDICTOR = None,
    catalogue: CATALOGUE = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Predict the comments of a draft, or of a table of drafts."""
    from ..settings import load_settings
    from .views.predictor import score_data, score_view

    screen = Screen("predictor score", chosen_form(json=json), quiet=quiet)
    settings = load_settings(predictor=name, catalogue=catalogue)
    if batch is not None:
        _score_table(screen, settings, batch, out, encoding, [title, prompt, tag, video])
        return
    if out is not None:
        raise RequestError("--out belongs to --batch", hint="Add --batch FILE, or redirect the answer of --json.")
    predicted = _opened(settings).score([_subject(title, prompt, tag, video)])[0]
    facts = score_data(predicted)
    screen.answer(facts, lambda console: console.print(score_view(predicted)))
    for notice in predicted.notices:
        screen.notice(notice)
    if predicted.illustrative:
        screen.notice(INVENTED)


@predictor.command()
def explain(
    title: TITLE = "",
    prompt: PROMPT = "",
    tag: TAG = "",
    video: VIDEO = None,
    name: PREDICTOR = None,
    catalogue: CATALOGUE = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Show what moved a score: past videos, what was read, each word of the title."""
    from ..agent.wiring.workshop import workshop_of
    from ..settings import load_settings
    from ..tools.popularity.explanation_data import explanation_data
    from .views.predictor import explanation_view

    screen = Screen("predictor explain", chosen_form(json=json), quiet=quiet)
    settings = load_settings(predictor=name, catalogue=catalogue)
    opened = _opened(settings)
    explanation = opened.explain(_subject(title, prompt, tag, video))
    titles = workshop_of(settings).titles(settings, opened, [one.id for one in explanation.neighbours])
    facts = explanation_data(explanation, titles)
    screen.answer(facts, lambda console: console.print(explanation_view(facts)))
    for notice in explanation.score.notices:
        screen.notice(notice)


@predictor.command()
def info(
    name: Annotated[str | None, typer.Argument(help="Which predictor; all of them without it.")] = None,
    json: JSON = False,
) -> None:
    """List the predictors, or show what one is, was trained on, and how good it was."""
    from ..agent.wiring.choices import choice_in, listed_choices
    from ..agent.wiring.predictors import listed, trained_in
    from ..settings import load_settings
    from .views.choice import choice_data, choice_view, choices_view
    from .views.predictor import fitted_data, info_view, list_view

    screen = Screen("predictor info", chosen_form(json=json))
    choices = listed_choices(load_settings())
    if name is None:
        rows = listed(load_settings())
        facts = {"predictors": rows, "choice_models": choices}
        screen.answer(facts, lambda console: console.print(list_view(rows), choices_view(choices)))
        return
    if name in [row["name"] for row in choices]:
        facts = choice_data(choice_in(load_settings(), name))
        screen.answer(facts, lambda console: console.print(choice_view(facts)))
        return
    facts = fitted_data(trained_in(load_settings(predictor=name)))
    screen.answer(facts, lambda console: console.print(info_view(facts)))


@predictor.command("use")
def use_(name: Annotated[str, typer.Argument(help="Which predictor; `info` lists them.")], json: JSON = False) -> None:
    """Make a predictor the one that everything uses unless told otherwise."""
    from ..agent.wiring.predictors import predictors_folder
    from ..settings import load_settings
    from ..tools.popularity.registry import use

    screen = Screen("predictor use", chosen_form(json=json))
    settings = load_settings()
    name = use(predictors_folder(settings), name)
    screen.answer({"in_use": name}, lambda console: console.print(f"{name} is in use from now on.", markup=False))
    if settings.predictor not in ("default", name):
        screen.notice(f"a setting still asks for {settings.predictor!r}: popcorn config show --origin")


def _score_table(
    screen: Screen, settings: Settings, batch: Path, out: Path | None, encoding: str, single: list[object]
) -> None:
    """Score a table of drafts; without --out the scores are the answer."""
    from ..tools.popularity.tables import read_drafts, write_scores
    from ..tools.popularity.trained.predictor import TrainedPredictor
    from .views.predictor import score_data

    if any(single):
        raise RequestError("--batch takes its drafts from the file", hint="Leave --title and the like out.")
    if out is not None and out.resolve() == batch.resolve():
        raise RequestError("--out would overwrite the drafts of --batch", hint="Choose another --out.")
    rows = read_drafts(batch, encoding)
    opened = _opened(settings)
    scores: list[Score] = []
    with screen.progress("score") as progress:
        for start in range(0, len(rows), 512):
            subjects = [row.subject for row in rows[start : start + 512]]
            try:
                scores += opened.batch(subjects) if isinstance(opened, TrainedPredictor) else opened.score(subjects)
            except (PredictionError, DataError):
                _name_the_row(opened, batch, rows[start : start + 512])
                raise
            progress(min(start + 512, len(rows)), len(rows))
    unjudged = sum(not one.evidence for one in scores)
    facts: dict[str, Any] = {"rows": len(rows), "predictor": opened.name, "without_evidence": unjudged}
    if out is None:
        facts["scores"] = [{"video_id": row.video_id} | score_data(one) for row, one in zip(rows, scores, strict=True)]
    else:
        write_scores(out, rows, scores)
        facts["out"] = str(out)

    def show(console: Any) -> None:
        for row, one in zip(rows, scores, strict=True) if out is None else ():
            console.print(f"{row.video_id}\t{one.log2_comments:.4f}", markup=False)
        if out is not None:
            console.print(f"{len(rows):,} drafts scored by {opened.name}: {out}", markup=False)

    screen.answer(facts, show)
    if unjudged:
        screen.notice(f"for {unjudged:,} of {len(rows):,} drafts there is no evidence where they stand")


def _name_the_row(opened: Predictor, batch: Path, rows: list[Row]) -> None:
    """Raise what is wrong with the first of these drafts that cannot be scored by itself, with its line."""
    for row in rows:
        try:
            opened.score([row.subject])
        except PopcornError as exc:
            exc.message = f"{str(batch)!r}, line {row.line}, {row.video_id!r}: {exc.message}"
            raise


def _opened(settings: Settings) -> Predictor:
    from ..agent.wiring.workshop import workshop_of

    return workshop_of(settings).predictor(settings)[0]


def _trained(settings: Settings) -> TrainedPredictor:
    from ..tools.popularity.trained.predictor import TrainedPredictor

    opened = _opened(settings)
    if not isinstance(opened, TrainedPredictor):
        raise RequestError(
            f"{opened.name!r} is fitted to whatever catalogue is in use and has no videos kept apart",
            hint="Evaluate a trained predictor: it is measured beside the 50 nearest neighbours.",
        )
    return opened


def _subject(title: str, prompt: str, tag: str, video: Path | None) -> Subject:
    from ..tools.popularity.types import Subject

    if video is not None and not video.is_file():
        raise MissingError(f"there is no file at {str(video)!r}", hint="Name the clip with --video FILE.")
    return Subject(title, prompt, tag, video)
