"""`popcorn trace`: what runs did, shown, compared, walked again, exported, thrown away."""

from __future__ import annotations

import asyncio
import time
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import files
from ..errors import RequestError, StoreError
from . import trace_forks
from .display import Screen, chosen_form
from .flags import ChoosingCommand

if TYPE_CHECKING:
    from ..agent.runs.run_store import Run, RunStore

trace = typer.Typer(
    name="trace", help="What runs did: show, compare, walk again, export, throw away.", no_args_is_help=True
)

RUN = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's id, the beginning of one, or `last`: the one asked for last.")
]
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
_POLL = 0.2
"""Seconds between two looks at a run in progress."""


@trace.command("list")
def list_(
    most: Annotated[int, typer.Option("-n", min=1, help="How many runs, the latest first.")] = 20,
    json: JSON = False,
) -> None:
    """List runs and conversations, the latest first."""
    from ..agent.runs.run_store import Kind
    from ..agent.trace.run_list import row_of
    from .views.trace import runs_view

    store = _store()
    rows = [row_of(store, run) for run in store.runs(most, *Kind)]
    Screen("trace list", chosen_form(json=json)).answer({"runs": rows}, lambda console: console.print(runs_view(rows)))


@trace.command()
def show(
    run: RUN = "last",
    node: Annotated[str, typer.Option(help="Only this node; `choose:2` is its second visit.")] = "",
    messages: Annotated[bool, typer.Option("--messages", help="All that was said to models and tools.")] = False,
    state: Annotated[bool, typer.Option("--state", help="What each step changed in the state.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Stay with a run in progress until it ends.")] = False,
    json: JSON = False,
) -> None:
    """Show a run or a conversation as a tree: nodes, model and tool calls, attempts."""
    from rich.console import Group

    from ..agent.runs.feedback_store import FeedbackStore
    from ..agent.runs.machines import GRAPH_KINDS
    from ..agent.runs.run_store import Kind
    from ..agent.runs.states import steps_of
    from ..agent.trace.run_finder import find_run, read_story
    from ..agent.trace.run_list import story_data
    from ..settings import load_settings
    from .views.feedback import published_lines, video_data
    from .views.trace import states_view, story_view

    store, screen = _store(), Screen("trace show", chosen_form(json=json))
    chosen = find_run(store, run, *(GRAPH_KINDS if state else Kind))
    if follow:
        _tail(store, chosen, screen)
        chosen = store.find(chosen.run_id)
    story = read_story(store, chosen)
    if node and not any(node in {visit.node, f"{visit.node}:{visit.number}"} for visit in story.visits):
        came = ", ".join(dict.fromkeys(visit.node for visit in story.visits)) or "none"
        raise RequestError(f"run {chosen.run_id} did not come to {node!r}", hint=f"It came to: {came}.")
    steps = asyncio.run(steps_of(store, chosen.run_id)) if state else []
    drew = FeedbackStore.of(load_settings()).find(chosen.run_id)
    data = story_data(story, node) | {"feedback": video_data(drew) if drew else None}
    screen.answer(
        data | ({"state": steps} if state else {}),
        lambda console: console.print(
            Group(story_view(story, node=node, messages=messages), *published_lines(drew)),
            *([states_view(steps)] if state else []),
        ),
    )


@trace.command()
def graph(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Mark the path that this run took; `last` is one.")] = "",
    named: Annotated[str, typer.Option("--run", metavar="RUN", help="The same.")] = "",
    json: JSON = False,
) -> None:
    """Draw the graph as mermaid, with the path of a run.

    Paste it into https://mermaid.live, or into a Markdown file between ```mermaid and ```.
    """
    from ..agent.trace.graph_drawing import drawing
    from ..agent.trace.run_finder import find_run, read_story

    if run and named:
        raise RequestError("the run is named twice", hint=f"Leave --run {named} away.")
    run, story = run or named, None
    if run:
        store = _store()
        story = read_story(store, find_run(store, run))
    drawn = drawing(story)
    data = {"run_id": story.run.run_id if story else "", "mermaid": drawn}
    Screen("trace graph", chosen_form(json=json)).answer(
        data, lambda console: console.out(drawn, end="", highlight=False)
    )


@trace.command()
def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A run.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another run.")],
    messages: Annotated[bool, typer.Option("--messages", help="What changed in the questions to models.")] = False,
    json: JSON = False,
) -> None:
    """Compare two runs: settings, prompts, drafts, scores."""
    from ..agent.trace.compare import compared
    from ..agent.trace.run_finder import find_run
    from .views.comparison import diff_view

    store = _store()
    data = compared(store, find_run(store, one), find_run(store, other))
    Screen("trace diff", chosen_form(json=json)).answer(
        data, lambda console: console.print(diff_view(data, messages=messages))
    )


trace.command(cls=ChoosingCommand)(trace_forks.replay)
trace.command(cls=ChoosingCommand)(trace_forks.fork)


@trace.command()
def export(
    run: RUN = "last",
    html: Annotated[bool, typer.Option("--html", help="One page that needs nothing else; the default.")] = False,
    json: Annotated[bool, typer.Option("--json", help="All that is known, as JSON.")] = False,
    otel: Annotated[bool, typer.Option("--otel", help="Spans for OpenTelemetry, as OTLP JSON.")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file; a page is named after its run.")] = None,
    link: Annotated[bool, typer.Option("--link", help="Keep clip and cover beside the page, not inside.")] = False,
) -> None:
    """Write a run down for others: a page, JSON, or spans for OpenTelemetry."""
    from ..agent.runs.machines import GRAPH_KINDS
    from ..agent.runs.run_store import Kind
    from ..agent.trace.run_export import export_page, whole
    from ..agent.trace.run_finder import LAST, find_run
    from ..agent.trace.spans import otlp
    from ..settings import load_settings
    from .out_file import check_target

    if html + json + otel > 1 or (link and (json or otel)):
        raise RequestError("--html, --json and --otel exclude each other", hint="Give one; --link belongs to --html.")
    settings, store = load_settings(), _store()
    chosen = find_run(store, run, *(Kind if json or otel else GRAPH_KINDS))
    target = out or (None if json or otel else Path(f"{chosen.run_id}.html"))
    check_target(target)
    screen = Screen("trace export", chosen_form(json=json))
    if run == LAST:
        screen.aside(f"run {chosen.run_id}")
    _warn_of_nothing(store, chosen, screen)
    if target is None:
        record = whole(store, chosen, settings) if json else otlp(store, chosen, settings)
        screen.answer(record, lambda console: screen.line(record))
        return
    if json or otel:
        record = whole(store, chosen, settings) if json else otlp(store, chosen, settings)
        with files.writing(target):
            files.write_text(target, f"{dumps(record, ensure_ascii=False)}\n", shared=True)
        written = [target]
    else:
        written = export_page(store, chosen, settings, target, link=link)
    paths = [str(path) for path in written]
    screen.answer({"files": paths}, lambda console: console.print(*paths, sep="\n", soft_wrap=True, highlight=False))


@trace.command()
def prune(
    older_than: Annotated[str, typer.Option("--older-than", metavar="SPAN", help="Such as 12h, 30d or 4w.")] = "",
    keep: Annotated[int | None, typer.Option(min=0, help="Keep at least so many of the latest runs.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and leave it.")] = False,
    json: JSON = False,
) -> None:
    """Throw old runs away: their steps, events and files; of conversations the trace alone."""
    from ..agent.runs.pruning import make_room, old_runs, span
    from ..agent.runs.pruning import prune as throw
    from ..agent.runs.run_store import Kind

    if not older_than and keep is None:
        raise RequestError("nothing says which runs are to go", hint="Add --older-than 30d, --keep 20, or both.")
    older, freed = span(older_than) if older_than else None, 0
    try:
        store = _store()
    except StoreError:
        from ..settings import load_settings

        freed = 0 if dry_run else make_room(load_settings().home, older=older, keep=keep or 0)
        if not freed:
            raise
        store = _store()
    chosen = [run for kind in Kind for run in old_runs(store.runs(-1, kind), older=older, keep=keep or 0)]
    done = asyncio.run(throw(store, chosen, dry=dry_run))
    data = {"runs": list(done.runs), "bytes": done.size + freed, "busy": list(done.busy), "dry_run": dry_run}
    what = f"{len(done.runs)} run{'s' * (len(done.runs) != 1)}, {(done.size + freed) / 1e6:.1f} MB of files"
    sentence = f"would throw away {what}" if dry_run else f"threw away {what}"
    screen = Screen("trace prune", chosen_form(json=json))
    screen.answer(data, lambda console: console.print(sentence, highlight=False))
    if done.busy:
        screen.notice(f"{', '.join(done.busy)} left alone: being worked on")


def _store() -> RunStore:
    from ..agent.runs.run_store import RunStore
    from ..settings import load_settings

    return RunStore.of(load_settings())


def _warn_of_nothing(store: RunStore, run: Run, screen: Screen) -> None:
    """Say so where no step of the run has finished, and which run did."""
    from ..agent.trace.run_finder import ended, last_finished, read_story

    story = read_story(store, run)
    if story.begun:
        return
    last = last_finished(store)
    other = f"; the last finished one is {last.run_id}" if last else ""
    end = ended(story.phase, run)
    screen.notice(f"no step of run {run.run_id} was finished ({end}): there is little to see{other}")


def _tail(store: RunStore, run: Run, screen: Screen) -> None:
    """Every event as it happens, a line each on stderr, until nobody walks the run any more."""
    from ..agent.trace.run_finder import phase_of
    from ..agent.trace.story import Phase
    from .views.trace import event_line

    seen = 0
    while True:
        under_way = phase_of(store.find(run.run_id), store) is Phase.UNDER_WAY
        events = store.events(run.run_id, after=seen)
        for event in events:
            screen.err.print(event_line(event), soft_wrap=True)
        seen += len(events)
        if not under_way:
            return
        time.sleep(_POLL)
