"""`popcorn trace replay` and `fork`: new runs that leave another one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .display import Screen, chosen_form
from .flags import with_flags

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..agent.runs.forks import Origin
    from ..agent.runs.run_store import Run, RunStore
    from ..settings import Settings

LEFT = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run's id, the beginning of one, or `last`: the one asked for last, with --from the last that came to"
        " that node.",
    ),
]
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
SET = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Another value for a setting; may be repeated.")
]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]


@with_flags("cache", after="changes")
def replay(
    run: LEFT,
    node: Annotated[str, typer.Option("--from", help="Begin before this node, with all that came before.")] = "",
    changes: SET = None,
    json: JSON = False,
    quiet: QUIET = False,
    **chosen: object,
) -> None:
    """Walk a run again as a new one, from the start or from a node, and say what came out otherwise."""
    from ..agent.trace.compare import compared
    from .views.comparison import diff_view

    screen = Screen("trace replay", chosen_form(json=json), quiet=quiet)
    store, parent, data = _forked(screen, run, node, changes or (), chosen)
    data |= {"parent": parent.run_id}
    differing = compared(store, parent, store.find(data["run_id"]))
    screen.answer(data | {"differs": differing}, lambda console: console.print(diff_view(differing)))


@with_flags("cache", after="changes")
def fork(
    run: LEFT,
    node: Annotated[
        str, typer.Option("--from", help="Leave the run before this node; `choose:2` for its second visit.")
    ],
    changes: SET = None,
    json: JSON = False,
    quiet: QUIET = False,
    **chosen: object,
) -> None:
    """Begin a new run in the middle of another one, which stays as it is."""
    screen = Screen("trace fork", chosen_form(json=json), quiet=quiet)
    _, parent, data = _forked(screen, run, node, changes or (), chosen)
    data |= {"parent": parent.run_id, "node": node}
    screen.answer(data, lambda console: console.print(_card(data)))


def _card(data: Mapping[str, Any]) -> RenderableType:
    """What a person sees of a finished run."""
    from ..agent.toolbox.ad_card import ad_card
    from ..agent.toolbox.run_card import card

    return ad_card(data) if "segments" in data else card(data)


def _forked(
    screen: Screen, name: str, node: str, changes: Sequence[str], chosen: Mapping[str, object]
) -> tuple[RunStore, Run, dict[str, Any]]:
    """Walk a fork as `ask` walks a run: the store, the run it left, and what it gave."""
    from ..agent.runs.forks import Origin, pairs_of
    from ..agent.runs.machines import machine_of
    from ..agent.runs.session import Session
    from ..settings import load_settings

    pairs, origin = pairs_of(changes, "--set"), Origin.read(node)
    session = Session(load_settings(**chosen))
    parent = _parent(session.store, name, origin, screen)
    events = session.fork(parent.run_id, origin, pairs)
    command = machine_of(parent.kind).command
    return session.store, parent, asyncio.run(_walked(events, screen, session.settings, command))


def _parent(store: RunStore, name: str, origin: Origin, screen: Screen) -> Run:
    """The run to leave; which one `last` means is said."""
    from ..agent.runs.forks import last_at
    from ..agent.trace.run_finder import LAST, find_run

    run = find_run(store, name)
    if name != LAST:
        return run
    parent = asyncio.run(last_at(store, origin)) if origin.node else run
    passed = f"; {run.run_id} is later, but never came to {origin}" if parent != run else ""
    screen.aside(f"from run {parent.run_id}{passed}")
    return parent


async def _walked(
    events: AsyncGenerator[dict[str, Any]], screen: Screen, settings: Settings, command: str
) -> dict[str, Any]:
    from .ask_run import follow

    return await follow(events, screen, settings, command=command)
