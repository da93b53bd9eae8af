"""`popcorn ad bench`: how well models cut, order and write ads, measured as VC-LLM measures it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .display import Screen, chosen_form

bench = typer.Typer(name="bench", help="VC-LLM's benchmark: measures, models, baselines.", no_args_is_help=True)

FILES = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help="Answers, one JSON object a line: ad, product, model, order, selection, ..."
    ),
]
VOICE = Annotated[
    str | None, typer.Option(metavar="NAME", help="Whose pace word counts are measured by; `ad make`'s without it.")
]
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]


def mount(group: typer.Typer) -> None:
    """Put the group into `popcorn ad`."""
    group.add_typer(bench, name="bench")


@bench.command("import")
def import_answers(files: FILES, voice: VOICE = None, json: JSON = False, quiet: QUIET = False) -> None:
    """Measure anyone's answers: a table over models with intervals, clustered by product."""
    from .views.ad_bench import bench_view

    screen = Screen("ad bench import", chosen_form(json=json), quiet=quiet)
    data = _measured(files, voice, screen)
    screen.answer(data, lambda console: console.print(bench_view(data)))


@bench.command("report")
def report(
    files: FILES,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="A folder for report.md and report.html.")],
    voice: VOICE = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Write the whole report: models, differences, chance, conventions, and the paper's figures beside them."""
    from ..study.ads.bench_files import write_report
    from .views.ad_bench import bench_view

    screen = Screen("ad bench report", chosen_form(json=json), quiet=quiet)
    data = _measured(files, voice, screen)
    data["files"] = [str(path) for path in write_report(data, out)]
    screen.answer(data, lambda console: console.print(bench_view(data)))


def _measured(files: list[Path], voice: str | None, screen: Screen) -> dict[str, Any]:
    """The report as data; what could not be read is told."""
    from ..settings import load_settings
    from ..study.ads.bench import bench as bench_of
    from ..study.ads.bench import rate_of

    settings = load_settings(**({} if voice is None else {"voice": voice}))
    with screen.progress("measure") as progress:
        data = bench_of(files, rate_of(settings), progress)
    for one in data["lines"]["first_bad"][:3]:
        screen.notice(f"{one['file']}, line {one['line']}: {one['reason']}")
    return data
