"""`popcorn ad bench`: how well models choose, order and write ads, measured as VC-LLM measures it."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import BudgetError, RequestError
from .display import Screen, chosen_form
from .flags import ChoosingCommand, with_flags
from .out_file import check_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..settings import Settings
    from ..study.ads.bench import Wishes
    from ..study.ads.bench_run import SampleWishes
    from ..study.ads.judges.judging import Judging, Pictures
    from ..study.ads.planners.types import Planner

bench = typer.Typer(name="bench", help="VC-LLM's benchmark: measures, models, baselines.", no_args_is_help=True)

RULE = "rule"
"""The judge that is no model."""
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
    bool, typer.Option("--baselines", help="Add what takes no model: chance, as shown, by facts, the offline planner.")
]
LABELLED = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Ads with labelled segments (Ads-1k's JSON): a baseline learns roles from them."),
]
JUDGE = Annotated[
    str | None,
    typer.Option(metavar="SPEC", help="Who judges Fact, Coh and Logic: `rule`, or a language model, provider:model."),
]
REPORT = Annotated[
    Path | None, typer.Option("--report", metavar="DIR", help="A folder for report.md and report.html as well.")
]
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]


def mount(group: typer.Typer) -> None:
    """Put the group into `popcorn ad`."""
    group.add_typer(bench, name="bench")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What was asked for beside the answers."""

    baselines: bool
    labelled: Path | None
    judge: str | None


@bench.command("import", cls=ChoosingCommand)
@with_flags("max_cost", "max_tokens", "cache", after="voice")
def import_answers(
    files: FILES,
    baselines: BASELINES = False,
    labelled: LABELLED = None,
    judge: JUDGE = None,
    voice: VOICE = None,
    json: JSON = False,
    quiet: QUIET = False,
    **chosen: object,
) -> None:
    """Measure anyone's answers: a table over models with intervals, clustered by product."""
    screen = Screen("ad bench import", chosen_form(json=json), quiet=quiet)
    _show(_imported(files, _Chosen(baselines, labelled, judge), _settings(voice, chosen), screen), screen)


@bench.command("report", cls=ChoosingCommand)
@with_flags("max_cost", "max_tokens", "cache", after="voice")
def report(
    files: FILES,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="A folder for report.md and report.html.")],
    baselines: BASELINES = False,
    labelled: LABELLED = None,
    judge: JUDGE = None,
    voice: VOICE = None,
    json: JSON = False,
    quiet: QUIET = False,
    **chosen: object,
) -> None:
    """Write the whole report: models, differences, chance, conventions, and the paper's figures beside them."""
    from ..study.ads.bench_files import write_report

    screen = Screen("ad bench report", chosen_form(json=json), quiet=quiet)
    data = _imported(files, _Chosen(baselines, labelled, judge), _settings(voice, chosen), screen)
    data["files"] = [str(path) for path in write_report(data, out)]
    _show(data, screen)


@bench.command("run", cls=ChoosingCommand)
@with_flags("llm", "seed", "max_cost", "max_tokens", "cache", after="voice")
def run_bench(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="Finished ads, each with product.toml or product.txt beside it or in a folder above."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="FILE", help="The answers, JSONL; a file that is there is gone on with."),
    ],
    orders: Annotated[int, typer.Option(min=1, max=24, help="Orders of its clips in which an ad is asked about.")] = 1,
    distractors: Annotated[
        int, typer.Option(min=0, max=40, help="Clips of other videos of the product in a question, at most.")
    ] = 8,
    baselines: BASELINES = False,
    labelled: LABELLED = None,
    frames: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="Add the likeness of frames and lines by this CLIP model, a name or folder."
        ),
    ] = None,
    judge: JUDGE = None,
    report_to: REPORT = None,
    voice: VOICE = None,
    json: JSON = False,
    quiet: QUIET = False,
    **chosen: object,
) -> None:
    """Ask a model to make ads again out of their own clips and others of the product, and measure what it makes."""
    from ..study.ads.bench_files import write_report
    from ..study.ads.bench_run import SampleWishes

    screen = Screen("ad bench run", chosen_form(json=json), quiet=quiet)
    settings = _settings(voice, chosen)
    check_target(out)
    wishes = SampleWishes(orders, distractors, settings.seed)
    data = _run(folder, out, wishes, _Chosen(baselines, labelled, judge), frames, settings, screen)
    if report_to is not None:
        data["files"] = [str(path) for path in write_report(data, report_to)]
    _show(data, screen)


def _settings(voice: str | None, chosen: dict[str, Any]) -> Settings:
    from ..settings import load_settings

    return load_settings(**chosen, **({} if voice is None else {"voice": voice}))


def _show(data: dict[str, Any], screen: Screen) -> None:
    from .views.ad_bench import bench_view

    for one in data["lines"]["first_bad"][:3]:
        screen.notice(f"{one['file']}, line {one['line']}: {one['reason']}")
    screen.answer(data, lambda console: console.print(bench_view(data)))


def _imported(files: list[Path], chosen: _Chosen, settings: Settings, screen: Screen) -> dict[str, Any]:
    """The report over files of answers."""
    from ..study.ads.baselines.table import baselines
    from ..study.ads.bench import Wishes, rate_of
    from ..study.ads.judges.judging import no_pictures

    wanted = chosen.baselines or chosen.labelled is not None
    rivals = baselines(chosen.labelled, settings.seed) if wanted else ()
    with _judging(chosen.judge, settings, screen, no_pictures) as judging:
        return _measured(files, Wishes(rate_of(settings), rivals, judging), screen)


def _measured(files: Sequence[Path], wishes: Wishes, screen: Screen) -> dict[str, Any]:
    from ..study.ads.bench import bench as bench_of

    with screen.progress("measure") as progress:
        try:
            return bench_of(files, wishes, progress)
        except BudgetError as exc:
            exc.hint = "Allow more with --max-cost or --max-tokens; what the judge has said is kept."
            raise


def _run(
    folder: Path,
    out: Path,
    wanted: SampleWishes,
    chosen: _Chosen,
    frames: str | None,
    settings: Settings,
    screen: Screen,
) -> dict[str, Any]:
    """Read the ads, ask everyone, and measure the answers."""
    from ..agent.wiring.workshop import workshop_of
    from ..study.ads import bench_run
    from ..study.ads.bench import Wishes, rate_of
    from ..study.ads.finished_ads import AdReader

    place, rate, workshop = folder.expanduser().absolute(), rate_of(settings), workshop_of(settings)
    if not place.is_dir():
        raise RequestError(f"{str(folder)!r} is no folder", hint="Name the folder that holds the finished ads.")
    reader = AdReader(settings.home / "footage", workshop.transcriber(settings), workshop.sight())
    with screen.progress("read ads") as progress:
        found = bench_run.material(_told(reader.ads(place), progress), wanted)
    with _planners(settings, chosen, frames, screen) as planners, screen.progress("ask") as progress:
        try:
            bench_run.run(found.samples, planners, out, progress)
        except BudgetError as exc:
            exc.hint = "Allow more with --max-cost or --max-tokens, and give the command again: answers are kept."
            raise
    with _judging(chosen.judge, settings, screen, bench_run.pictures_of(found.samples)) as judging:
        data = _measured([out], Wishes(rate, (), judging), screen)
    left_out = dict(found.left_out.most_common())
    return data | {"answers": str(out), "samples": len(found.samples), "ads_read": found.ads, "left_out": left_out}


def _told(found: Any, progress: Any) -> Any:
    """Each ad as it is read, with the progress told."""
    for done, one in enumerate(found, 1):
        progress(done, 0)
        yield one


@contextmanager
def _planners(settings: Settings, chosen: _Chosen, frames: str | None, screen: Screen) -> Iterator[list[Planner]]:
    """Everyone who is asked; the model first."""
    from ..agent.models.providers import OFFLINE, choose
    from ..agent.wiring.workshop import workshop_of
    from ..study.ads.planners.by_frames import FrameLikeness
    from ..study.ads.planners.by_model import ModelPlanner
    from ..study.ads.planners.simple import line_baselines

    choice = choose(settings)
    offline = choice.provider == OFFLINE
    if offline:
        screen.notice(
            "no language model is asked: the offline planner puts facts over clips by rule; name one with --llm"
        )
    with ExitStack() as stack:
        pictures = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="popcorn-bench-")))
        name = "offline planner of ad make" if offline else choice.spec

        def opened() -> Any:
            return workshop_of(settings).chat_model(settings, command="ad bench run")

        planners: list[Planner] = [stack.enter_context(ModelPlanner(opened, name, pictures, offline=offline))]
        if chosen.baselines or chosen.labelled is not None:
            planners += line_baselines(chosen.labelled, settings.seed)
        if frames is not None:
            planners.append(FrameLikeness(frames))
        yield planners


@contextmanager
def _judging(judge: str | None, settings: Settings, screen: Screen, pictures: Pictures) -> Iterator[Judging | None]:
    """Who judges, said before it does. Raises RequestError for the offline drafter, which is no judge."""
    from ..agent.models.providers import OFFLINE, choose
    from ..agent.wiring.workshop import workshop_of
    from ..study.ads.judges.by_model import ModelJudge
    from ..study.ads.judges.by_rule import RuleJudge
    from ..study.ads.judges.judging import Judging

    if judge is None:
        yield None
        return
    if judge == RULE:
        yield Judging(RuleJudge(), pictures)
        return
    own = settings.model_copy(update={"llm": judge, "temperature": 0.0})
    choice = choose(own)
    if choice.provider == OFFLINE:
        raise RequestError(
            "the offline drafter is no language model and judges no ads",
            hint="Name a model, e.g. --judge ollama:qwen3:8b, or --judge rule for what rules can count.",
        )
    screen.notice(f"{choice.spec} is asked twice for each measure of each script: as many levels, listed both ways")
    with ModelJudge(lambda: workshop_of(own).chat_model(own, command="ad bench"), choice.spec) as model:
        yield Judging(model, pictures)
