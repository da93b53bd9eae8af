"""`popcorn feedback`: what published videos really drew, told and held against what was predicted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .display import Screen, chosen_form
from .flags import ENCODING

if TYPE_CHECKING:
    from ..agent.runs.run_store import RunStore
    from ..settings import Settings

feedback = typer.Typer(
    name="feedback", help="What published videos really drew, against what was predicted.", no_args_is_help=True
)

JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
PLATFORM = Annotated[
    str,
    typer.Option(
        help="Where it was published, e.g. tiktok; without it where it was before, or what the run was drafted for."
    ),
]
FEWER = Annotated[bool, typer.Option("--fewer", help="Numbers below earlier ones are right: some were removed.")]
HORIZON = Annotated[
    float,
    typer.Option(metavar="DAYS", help="The age at which videos are compared; counts at others are brought to it."),
]


@feedback.command()
def add(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run whose clip was published: its id, or `last`.")],
    comments: Annotated[str, typer.Option(metavar="N", help="How many comments it has: 420, 1,234 or 2.3K.")],
    age: Annotated[str, typer.Option(metavar="DAYS", help="Days since it was published: 3, or 0.5.")],
    views: Annotated[str, typer.Option(metavar="N", help="How many views.")] = "",
    likes: Annotated[str, typer.Option(metavar="N", help="How many likes.")] = "",
    platform: PLATFORM = "",
    fewer: FEWER = False,
    json: JSON = False,
) -> None:
    """Tell what the published clip of a run has drawn by now."""
    from ..agent.runs.feedback import count_told, published
    from ..agent.runs.feedback_store import FeedbackStore
    from ..agent.trace.run_finder import find_run
    from ..settings import load_settings
    from .views.feedback import added_data, added_view

    screen, settings = Screen("feedback add", chosen_form(json=json)), load_settings()
    count = count_told(comments, age, views, likes)
    store, kept = _runs(), FeedbackStore.of(settings)
    found = find_run(store, run)
    video = published(store, found, platform or kept.platform(found.run_id))
    (added,) = kept.add([(video, count)], fewer=fewer)
    data = added_data(added)
    data["notices"] += _kept_apart(settings)
    screen.answer(data, lambda console: console.print(added_view(added)))
    for notice in data["notices"]:
        screen.notice(notice)


@feedback.command("import")
def import_(
    table: Annotated[
        Path,
        typer.Argument(
            metavar="TABLE",
            help="CSV, JSON, Parquet or Excel with the columns run (or title), comments, age (or the time of "
            "publishing), perhaps views, likes.",
        ),
    ],
    platform: PLATFORM = "",
    counted: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="When it was counted, for a table with dates and no ages: 2026-11-30, or today."
        ),
    ] = "",
    fewer: FEWER = False,
    encoding: ENCODING = "",
    json: JSON = False,
) -> None:
    """Tell the counts of many runs at once; a table with a row that cannot be used is not imported."""
    from ..agent.runs.feedback import PublishedRuns
    from ..agent.runs.feedback_store import FeedbackStore
    from ..agent.runs.feedback_table import Asked, read_counts
    from ..settings import load_settings
    from .views.feedback import imported_data, imported_view

    screen, settings = Screen("feedback import", chosen_form(json=json)), load_settings()
    asked = Asked(datetime.now(UTC), counted, platform, encoding)
    kept = FeedbackStore.of(settings)
    told = read_counts(table, PublishedRuns(_runs(), kept.platforms()), asked)
    places = [f"{str(table)!r}, line {one.line}" for one in told]
    counts = [(one.video, one.count) for one in told]
    data = imported_data(kept.add(counts, fewer=fewer, places=places))
    data["notices"] += _kept_apart(settings)
    screen.answer(data, lambda console: console.print(imported_view(data)))
    for notice in data["notices"]:
        screen.notice(notice)


@feedback.command()
def remove(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run: its id, the beginning of one, or `last`.")],
    age: Annotated[
        str, typer.Option(metavar="DAYS", help="The age of the count that goes; without it all counts of the run.")
    ] = "",
    json: JSON = False,
) -> None:
    """Take away a count that was told by mistake, or all of a run, and with them its platform."""
    from ..agent.runs.feedback_store import FeedbackStore
    from ..agent.trace.run_finder import find_run
    from ..settings import load_settings
    from ..tools.popularity.feedback.ages import age_of
    from .views.feedback import removed_data, removed_view

    screen = Screen("feedback remove", chosen_form(json=json))
    kept = FeedbackStore.of(load_settings())
    run_id = run if kept.find(run) else find_run(_runs(), run).run_id  # a run may have been pruned since
    data = removed_data(run_id, kept.remove(run_id, age_of(age) if age else None))
    screen.answer(data, lambda console: console.print(removed_view(data)))


@feedback.command()
def report(
    platform: Annotated[str, typer.Option(help="Only what was published there; each has a report of its own.")] = "",
    horizon: HORIZON = 7.0,
    json: JSON = False,
) -> None:
    """Hold what published videos drew against what was predicted: order, ranks, counts, drift."""
    from ..agent.runs.feedback_store import FeedbackStore
    from ..settings import load_settings
    from ..study.feedback import reports
    from .views.feedback_report import report_data, report_view

    screen = Screen("feedback report", chosen_form(json=json))
    found = reports(FeedbackStore.of(load_settings()).videos(), platform, horizon)
    data = report_data(found)
    screen.answer(data, lambda console: console.print(report_view(found)))


@feedback.command()
def recalibrate(
    predictor: Annotated[str, typer.Option(help="Whose scale is fitted anew; it stays as it is.")],
    name: Annotated[str, typer.Option(help="What to call the predictor with the new scale.")],
    platform: Annotated[
        str, typer.Option(help="Where the videos were published, if there is feedback of several.")
    ] = "",
    horizon: HORIZON = 7.0,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a predictor that has this name already.")] = False,
    json: JSON = False,
) -> None:
    """Make a predictor whose ranks and ranges are those of your own published videos."""
    from ..agent.runs.feedback_store import FeedbackStore
    from ..settings import load_settings
    from ..study.recalibration import recalibrated
    from .views.feedback_report import recalibrated_data, recalibrated_view

    screen, settings = Screen("feedback recalibrate", chosen_form(json=json)), load_settings(predictor=predictor)
    videos = FeedbackStore.of(settings).videos()
    made = recalibrated(settings, videos, name, platform=platform, horizon=horizon, replace=replace)
    data = recalibrated_data(made)
    screen.answer(data, lambda console: console.print(recalibrated_view(made)))


def _kept_apart(settings: Settings) -> list[str]:
    """That feedback stands in this home, where runs stand on a server."""
    if not settings.database_url.get_secret_value():
        return []
    return [f"kept in {str(settings.home)!r}, beside its clips: others who share the server do not see it"]


def _runs() -> RunStore:
    from ..agent.runs.run_store import RunStore
    from ..settings import load_settings

    return RunStore.of(load_settings())
