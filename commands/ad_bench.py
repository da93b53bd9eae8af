"""`popcorn ad bench`: how well models cut, order and write ads, measured as VC-LLM measures it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .display import Screen, chosen_form

if TYPE_CHECKING:
    from ..study.ads.judges.judging import Judging

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
BASELINES = Annotated[
    bool, typer.Option("--baselines", help="Add orders by chance, as shown, by facts and by the offline planner.")
]
LABELLED = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Ads with labelled segments (Ads-1k's JSON): a baseline learns roles from them."),
]
JUDGE = Annotated[
    str | None,
    typer.Option(metavar="SPEC", help="Who judges Fact, Coh and Logic: `rule`, or a language model, provider:model."),
]
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]


def mount(group: typer.Typer) -> None:
    """Put the group into `popcorn ad`."""
    group.add_typer(bench, name="bench")


@bench.command("import")
def import_answers(
    files: FILES,
    baselines: BASELINES = False,
    labelled: LABELLED = None,
    judge: JUDGE = None,
    voice: VOICE = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Measure anyone's answers: a table over models with intervals, clustered by product."""
    from .views.ad_bench import bench_view

    screen = Screen("ad bench import", chosen_form(json=json), quiet=quiet)
    data = _measured(files, _Chosen(baselines, labelled, judge, voice), screen)
    screen.answer(data, lambda console: console.print(bench_view(data)))


@bench.command("report")
def report(
    files: FILES,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="A folder for report.md and report.html.")],
    baselines: BASELINES = False,
    labelled: LABELLED = None,
    judge: JUDGE = None,
    voice: VOICE = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Write the whole report: models, differences, chance, conventions, and the paper's figures beside them."""
    from ..study.ads.bench_files import write_report
    from .views.ad_bench import bench_view

    screen = Screen("ad bench report", chosen_form(json=json), quiet=quiet)
    data = _measured(files, _Chosen(baselines, labelled, judge, voice), screen)
    data["files"] = [str(path) for path in write_report(data, out)]
    screen.answer(data, lambda console: console.print(bench_view(data)))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What was asked for beside the files."""

    baselines: bool
    labelled: Path | None
    judge: str | None
    voice: str | None


def _measured(files: list[Path], chosen: _Chosen, screen: Screen) -> dict[str, Any]:
    """The report as data; what could not be read is told."""
    from ..settings import load_settings
    from ..study.ads.baselines.table import baselines
    from ..study.ads.bench import Wishes, rate_of
    from ..study.ads.bench import bench as bench_of

    settings = load_settings(**({} if chosen.voice is None else {"voice": chosen.voice}))
    wanted = chosen.baselines or chosen.labelled is not None
    rivals = baselines(chosen.labelled, settings.seed) if wanted else ()
    wishes = Wishes(rate_of(settings), rivals, _judging(chosen.judge))
    with screen.progress("measure") as progress:
        data = bench_of(files, wishes, progress)
    for one in data["lines"]["first_bad"][:3]:
        screen.notice(f"{one['file']}, line {one['line']}: {one['reason']}")
    return data


def _judging(judge: str | None) -> Judging | None:
    from ..study.ads.judges.by_rule import RuleJudge
    from ..study.ads.judges.judging import Judging

    return Judging(RuleJudge()) if judge == "rule" else None
