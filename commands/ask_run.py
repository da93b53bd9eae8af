"""Walking one run of the create graph from the command line: what happens is shown until it is finished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
from contextlib import aclosing, nullcontext
from typing import TYPE_CHECKING, Any

from ..errors import ConsentError, DeliveryError, PopcornError, RequestError, StoppedError, sentences
from ..signals import on_signals
from .display import Form, Screen

if TYPE_CHECKING:
    from ..agent.runs.request_terms import Understood
    from ..agent.runs.session import Session
    from ..graphs.create.context import Pick
    from ..settings import Settings
    from .views.run_progress import Steps

Event = dict[str, Any]
LAST = "last"
"""What may stand for the id of the latest unfinished run."""


async def follow_request(
    settings: Settings,
    request: str,
    going_on: tuple[str | None, Mapping[str, object]],
    screen: Screen,
    *,
    again: bool,
    pick: Pick | None = None,
    begun: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Walk a new run, or go on with one and what was chosen for that.

    `pick` asks a person for a draft on the way; `begun` is told the run's id before anything is done in it.
    """
    from ..settings import CHOSEN_ANEW

    run_id, chosen = going_on
    inputs: Mapping[str, Any] = {}
    if not run_id:
        asked = await asyncio.to_thread(_understood, request, settings, chosen)
        settings, inputs = asked.settings, asked.inputs
    session = await asyncio.to_thread(_open_session, settings, again=again, pick=pick)
    if run_id == LAST:
        run_id = last_unfinished(session, "ask")
    if run_id:
        _check_kind(session, run_id)
    anew = {name: value for name, value in chosen.items() if name in CHOSEN_ANEW}
    events = session.resume(run_id, anew) if run_id else session.create(request, inputs=inputs)
    if begun is not None:
        events = _announced(events, begun)
    return await follow(events, screen, settings, run_id or "", still=pick is not None)


async def _announced(events: AsyncGenerator[Event], begun: Callable[[str], None]) -> AsyncGenerator[Event]:
    """The same events, of which the first names the run to somebody."""
    async with aclosing(events):
        first = True
        async for event in events:
            if first:
                begun(event["run_id"])
            first = False
            yield event


def last_unfinished(session: Session, command: str) -> str:
    """The latest run of `command` that has not ended well. Raises RequestError where there is none."""
    from ..agent.runs.machines import GRAPH_KINDS, machine_of
    from ..agent.runs.run_store import Status

    kinds = [kind for kind in GRAPH_KINDS if machine_of(kind).command == command]
    latest = next((run for run in session.store.runs(-1, *kinds) if run.status is not Status.DONE), None)
    if latest is None:
        raise RequestError(
            f"there is no unfinished run of `popcorn {command}` to go on with",
            hint="`popcorn trace list` shows what there is.",
        )
    return latest.run_id


def _check_kind(session: Session, run_id: str) -> None:
    """Raises RequestError for a run of another command."""
    from ..agent.runs.machines import GRAPH_KINDS, machine_of

    kind = session.store.find(run_id).kind
    command = machine_of(kind).command if kind in GRAPH_KINDS else "chat"
    if command != "ask":
        raise RequestError(
            f"run {run_id} was made by `popcorn {command}`", hint=f"Go on with: {_going_on(command, run_id)}"
        )


async def follow(
    events: AsyncGenerator[Event],
    screen: Screen,
    settings: Settings,
    run_id: str = "",
    command: str = "ask",
    *,
    still: bool = False,
) -> dict[str, Any]:
    """Show what happens until the run is finished; what it gave. Raises StoppedError on the first Ctrl-C.

    `command` is the one that goes on with the run; with `still` nothing is redrawn: a question is asked meanwhile.
    """
    node, data, stopped = "", None, False
    task = asyncio.current_task()

    def stop() -> None:
        nonlocal stopped
        stopped = True
        if task is not None:
            task.cancel()

    try:
        with on_signals(stop):
            async with aclosing(events):
                async for event in _shown(events, screen, still=still):
                    run_id, node = event["run_id"], event.get("node", node)
                    if event["event"] == "run_finished":
                        data = {key: value for key, value in event.items() if key not in {"event", "ts"}}
    except (asyncio.CancelledError, OSError) as exc:  # a terminal that was closed cannot be written
        if isinstance(exc, OSError) and not stopped:
            raise
        raise _stopped(settings, run_id, node, command) from exc
    except ConsentError as exc:
        exc.hint = sentences(exc.hint, f"Go on with: popcorn ask --resume {exc.run_id}; or {_bought(exc.run_id)}")
        raise
    except PopcornError as exc:
        if exc.run_id and exc.exit_status in {1, 10} and not (exc.anew or isinstance(exc, DeliveryError)):
            exc.hint = sentences(exc.hint, f"Then go on with: {_going_on(command, exc.run_id)}")
        raise
    if data is None:
        raise PopcornError("the run ended without a result")
    return data


def _bought(run_id: str) -> str:
    return f"buy another one with: popcorn ask --resume {run_id} --buy-again"


def _going_on(command: str, run_id: str) -> str:
    return f"popcorn {command} --resume {run_id}"


def _stopped(settings: Settings, run_id: str, node: str, command: str) -> StoppedError:
    """What to say of a run that somebody stopped: how it goes on, and what stays at a server meanwhile."""
    from ..agent.wiring.spending import goes_on, ways_off

    stays = goes_on(settings, run_id) if run_id else ""
    way = f"Go on with: {_going_on(command, run_id)}" if run_id else ""
    hint = f"{way} (nothing is bought anew). {ways_off(settings, run_id)}".strip() if stays else way
    error = StoppedError(f"stopped; {stays}" if stays else "stopped", hint=hint, stage=node)
    error.run_id = run_id
    return error


def _understood(request: str, settings: Settings, chosen: Collection[str]) -> Understood:
    from ..agent.runs.request_terms import understood

    return understood(request, settings, chosen)


def _open_session(settings: Settings, *, again: bool, pick: Pick | None) -> Session:
    from ..agent.runs.session import Session

    return Session(settings, again=again, pick=pick)


async def _shown(events: AsyncIterator[Event], screen: Screen, *, still: bool) -> AsyncIterator[Event]:
    """The same events, each shown as it passes: lines of JSON, a live list, or a line a step."""
    from rich.live import Live

    from .views.run_progress import Steps

    steps, console, begun = Steps(), screen.err, False
    live = not still and console.is_terminal and screen.form is Form.TEXT and not screen.quiet
    view = Live(steps, console=console, transient=True, refresh_per_second=12) if live else nullcontext()
    with view:
        async for event in events:
            steps.take(event)
            begun = begun or event["event"] == "node_started"
            if event["event"] == "notice" and not begun and screen.form is not Form.JSONL:
                screen.notice(event["message"])  # how the request was understood: told before anything is spent
            if screen.form is Form.JSONL:
                screen.line(event)
            elif not live and not screen.quiet and (line := _line(steps, event["event"])):
                console.print(line, highlight=False, markup=False)
            yield event


def _line(steps: Steps, kind: str) -> str:
    """What is printed at an event of this kind, where nothing is redrawn; empty for nothing."""
    if kind in {"node_finished", "attempt"}:
        return steps.line()
    return steps.under_way() if kind == "progress" else ""
