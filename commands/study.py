"""`popcorn study`: experiments over many prompts, and what their figures are worth."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RequestError, StoppedError
from ..signals import on_signals
from . import study_finetune, study_preferences
from .display import Screen, chosen_form

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from ..settings import Settings
    from ..study.runner import Outcome
    from ..tools.popularity.choice.pairs import LabelledPair

study = typer.Typer(
    name="study",
    help="Experiments: prompts x models x modes x renderers, with intervals and tests.",
    no_args_is_help=True,
)

study_preferences.mount(study)
study_finetune.mount(study)

JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]


@study.command("run")
def run_study(
    file: Annotated[str, typer.Argument(help="A study as TOML, or a preset such as paper-table-4.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it takes and what it can tell, and do nothing.")
    ] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try units again that failed.")] = False,
    processes: Annotated[int, typer.Option(min=1, max=256, help="Processes on this machine.")] = 1,
    engine: Annotated[str, typer.Option(help="`local`, or `ray` for a cluster.")] = "local",
    address: Annotated[str, typer.Option(help="Of the Ray cluster; one on this machine without it.")] = "",
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Do what is left of a study: kill it at any time and run it again, nothing is done or paid for twice."""
    from ..settings import load_settings
    from ..study.estimate import estimate
    from ..study.runner import plan, run
    from ..study.study_file import read_study
    from .study_display import StudyDisplay
    from .views.study import estimate_view, outcome_view

    screen = Screen("study run", chosen_form(json=json), quiet=quiet)
    settings = load_settings()
    planned = plan(*read_study(file), settings)
    if dry_run:
        data = asdict(asyncio.run(estimate(planned)))
        screen.answer(data, lambda console: console.print(estimate_view(planned.study.name, data)))
        return
    begun = _engine(engine, processes, address)
    with StudyDisplay(screen, planned.study.name) as display:
        outcome = asyncio.run(_stoppable(run(planned, begun, display.show, retry_failed=retry_failed), screen, file))
    data = asdict(outcome) | {"folder": str(outcome.folder)}
    screen.answer(data, lambda console: console.print(outcome_view(planned.study.name, data)))


@study.command("list")
def list_studies(json: JSON = False) -> None:
    """The studies of this home, and the presets."""
    from ..settings import load_settings
    from ..study.overview import studies
    from ..study.study_file import presets
    from .views.study import list_view

    data: dict[str, Any] = {"studies": studies(load_settings().home), "presets": presets()}
    Screen("study list", chosen_form(json=json)).answer(data, lambda console: console.print(list_view(data)))


@study.command("status")
def status(name: Annotated[str, typer.Argument(help="A study's name, or its folder.")], json: JSON = False) -> None:
    """How far a study is, what failed and why, and what it has cost."""
    from ..settings import load_settings
    from ..study.overview import status_of
    from .views.study import status_view

    data = status_of(load_settings().home, name)
    Screen("study status", chosen_form(json=json)).answer(data, lambda console: console.print(status_view(data)))


@study.command("report")
def report(
    name: Annotated[str, typer.Argument(help="A study's name, or its folder.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A folder for report.md and report.html.")] = None,
    json: JSON = False,
) -> None:
    """Tables with intervals and tests, plots, and what the figures can and cannot say."""
    from ..settings import load_settings
    from ..study.report_files import write_report
    from .views.study_report import report_view

    data, files = write_report(load_settings().home, name, out)
    data["files"] = [str(file) for file in files]
    Screen("study report", chosen_form(json=json)).answer(data, lambda console: console.print(report_view(data)))


@study.command("reanalyse")
def reanalyse(
    file: Annotated[
        Path | None, typer.Argument(help="Printed win rates as CSV: table, cell, a, b, n, wins or rate.")
    ] = None,
    json: JSON = False,
) -> None:
    """Read a printed table of win rates again: exact tests, intervals, Holm's correction, power."""
    from ..study.printed_tables import COLUMNS, read_cells
    from ..study.reanalysis import reading_data, summary
    from ..study.reanalysis import reanalyse as readings_of
    from .views.study_report import reanalysis_view

    if file is None:
        raise RequestError(
            "no table is named, and the paper's own do not ship: their cells could not be read in full",
            hint=f"Type one in as CSV with the columns {COLUMNS}: popcorn study reanalyse FILE.csv",
        )
    readings = readings_of(read_cells(file))
    data = {"summary": summary(readings), "cells": [reading_data(one) for one in readings]}
    Screen("study reanalyse", chosen_form(json=json)).answer(data, lambda console: console.print(reanalysis_view(data)))


@study.command("validate")
def validate(
    pairs: Annotated[
        Path, typer.Option(help="Randomised tests: title_a, title_b, and z, counts or winner; perhaps test_id, story.")
    ],
    predictor: Annotated[
        str | None, typer.Option(help="A predictor or a choice model; without it the choice model in use.")
    ] = None,
    llm: Annotated[
        str | None, typer.Option(help="A language model that judges instead: provider:model, asked in both orders.")
    ] = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Say how well a predictor, or a language model, agrees with randomised tests, beside rivals that know nothing."""
    from ..agent.wiring.choices import open_choice_model
    from ..agent.wiring.workshop import workshop_of
    from ..settings import load_settings
    from ..study.validation import validate as validation_of
    from ..study.validation import validation_data
    from ..tools.popularity.choice.pair_tables import read_labelled
    from .views.study_report import validation_view

    screen = Screen("study validate", chosen_form(json=json), quiet=quiet)
    if llm is not None and predictor is not None:
        raise RequestError("--llm and --predictor both name who judges", hint="Leave one of them out.")
    settings, rows = load_settings(), read_labelled(pairs)
    if llm is not None:
        data = _judged(settings, llm, rows, screen)
    else:
        workshop = workshop_of(settings)
        model = open_choice_model(settings, predictor, lambda name: workshop.predictor(settings, name)[0])
        with screen.progress("compare") as progress:
            data = validation_data(validation_of(model, rows, progress))
    screen.answer(data, lambda console: console.print(validation_view(data)))
    screen.notice(
        f"a figure counts on tests that {data['model']} has not learned from: it learned from {data['learned_from']}"
    )


async def _stoppable(work: Coroutine[Any, Any, Outcome], screen: Screen, file: str) -> Outcome:
    """The study's run; the first Ctrl-C, or whatever else ends a process, lets the units under way finish.

    Raises StoppedError.
    """
    task = asyncio.ensure_future(work)

    def stop() -> None:
        screen.notice("stopping: the units under way are finished first; once more to leave at once")
        task.cancel()

    try:
        with on_signals(stop):
            return await task
    except asyncio.CancelledError as exc:
        raise StoppedError("stopped", hint=f"Go on with: popcorn study run {file}") from exc


def _judged(settings: Settings, llm: str, rows: Sequence[LabelledPair], screen: Screen) -> dict[str, Any]:
    """The agreement of a language model, with what judging took; that is said before anything is asked."""
    from ..study.model_judge import ModelJudge
    from ..study.validation import sides, validate, validation_data

    judge = ModelJudge(settings, llm)
    cost = judge.cost([sides(row) for row in rows if row.z])
    screen.notice(str(cost))
    with screen.progress("ask") as progress:
        judge.watched_by(lambda done: progress(done, cost.calls // 2))
        data = validation_data(validate(judge, rows))
    return data | {"judge": asdict(cost) | {"disagreed": judge.disagreed, "unusable": judge.unusable}}


def _engine(name: str, processes: int, address: str) -> Any:
    """What makes the engine of a study's place. Raises RequestError for one that there is not."""
    from ..study.engines.local import LocalEngine, ProcessEngine

    if name == "local":
        if address:
            raise RequestError("--address belongs to --engine ray", hint="Add --engine ray.")
        return LocalEngine if processes == 1 else lambda place: ProcessEngine(place, processes)
    if name == "ray":
        from ..study.engines.ray_cluster import RayEngine

        return lambda place: RayEngine(place, address)
    raise RequestError(f"there is no engine {name!r}", hint="There are local and ray.")
