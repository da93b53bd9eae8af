"""Runs of the create graph that visitors begin, go on with, refine or stop: the session's own, one after another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..agent.runs.forks import Origin
from ..agent.runs.machines import Pick
from ..agent.runs.request_terms import understood
from ..agent.runs.run_store import Run, Status
from ..agent.runs.session import Session, resumed_settings
from ..agent.runs.states import last_values
from ..agent.toolbox.scored_drafts import further
from ..agent.toolbox.sendable_result import Gate
from ..agent.toolbox.tools.make_video import make_video
from ..agent.toolbox.tools.render_video import render_video
from ..agent.trace.run_steps import RunSteps
from ..agent.wiring.background import in_background
from ..errors import PopcornError, RequestError
from ..graphs.create.context import Picked
from ..graphs.create.policy import may_refine
from .choices_in_force import chosen
from .edited_clips import render_edited
from .own_pictures import keep_picture
from .work_queue import Stage, Ticket

if TYPE_CHECKING:
    from ..graphs.create.state import Attempt, Draft
    from ..settings import Settings
    from ..tools.video.types import Estimate
    from .service import PageService, Visitor

STEPS, PICK, ANSWER = "steps", "pick", "answer"
"""Facts of a ticket: the steps so far; the order of the drafts that a person is asked about; their answer's future."""


class ConsentNeeded(Exception):  # noqa: N818 - a question, no error
    """What was asked for takes long or costs money, and nobody has agreed to it yet."""

    def __init__(self, estimate: Estimate) -> None:
        super().__init__(estimate.summary)
        self.estimate = estimate


def begin(
    service: PageService,
    visitor: Visitor,
    request: str,
    choices: Mapping[str, Any],
    picture: str | None = None,
    *,
    ask: bool = False,
    agreed: bool = False,
) -> str:
    """Begin a run; its id. With `ask` the visitor picks the draft that is rendered; `picture` is a file that the clip
    shows.

    Raises ConsentNeeded, and RequestError as the command line does.
    """
    named = _named(visitor, choices, picture, ask=ask)
    asked = understood(request, visitor.choosing(named), named)
    estimate = _agreed(estimated(visitor, request, named), agreed=agreed)
    held: list[Ticket] = []
    pick = _picker(service, held) if ask else None
    session = Session(asked.settings, service.ledger, again=agreed, pick=pick)
    begun = session.begin(request, inputs=asked.inputs)
    ticket = Ticket(visitor.owner, begun.run.run_id, begun.run.request, service.device(asked.settings))
    held.append(ticket)
    service.queue.put(ticket, lambda one: _walked(service, session.walk(begun), one, estimate))
    return begun.run.run_id


def takes(
    service: PageService,
    visitor: Visitor,
    request: str,
    choices: Mapping[str, Any],
    picture: str | None = None,
    *,
    ask: bool = False,
) -> tuple[Estimate, int, Settings]:
    """What the clips of a run would take, how many are before it, and its settings. Raises RequestError."""
    named = _named(visitor, choices, picture, ask=ask)
    settings = understood(request, visitor.choosing(named), named).settings
    estimate = estimated(visitor, request, named)
    if estimate is None:
        raise RequestError("nobody knows what this takes", hint="Begin it: it asks first where it costs money.")
    return estimate, service.queue.before(service.device(settings)), settings


def estimated(visitor: Visitor, request: str, named: Mapping[str, Any]) -> Estimate | None:
    """What the clips of a request take with these choices. Raises RequestError."""
    return visitor.toolbox.using(**named).estimate(make_video.name, {"request": request})


def _named(visitor: Visitor, choices: Mapping[str, Any], picture: str | None, *, ask: bool) -> dict[str, Any]:
    """What was chosen besides what is in force, the picture among it."""
    named = chosen(choices, visitor.settings)
    if ask:
        named["attempts"] = 1  # what a person picked is not refined away
    if picture:
        named["image"] = str(keep_picture(visitor.settings, picture))
    return named


def go_on(service: PageService, visitor: Visitor, run_id: str, *, agreed: bool) -> str:
    """Go on with a run where it stopped; its id. Raises ConsentNeeded and RequestError."""
    run = visitor.store.find(run_id)
    if (ticket := service.queue.find(visitor.owner, run_id)) and not ticket.is_over:
        raise RequestError(f"run {run_id} is under way", hint="Wait for it, or stop it.")
    estimate = _agreed(visitor.toolbox.estimate(make_video.name, {"resume": run_id}), agreed=agreed)
    if agreed:
        visitor.toolbox.agree(make_video.name, {"resume": run_id})
    session = Session(visitor.settings, service.ledger, again=agreed)
    ticket = Ticket(visitor.owner, run_id, run.request, service.device(resumed_settings(run, visitor.settings)))
    service.queue.put(ticket, lambda one: _walked(service, session.resume(run_id), one, estimate))
    return run_id


def refine(service: PageService, visitor: Visitor, run_id: str, *, agreed: bool) -> str:
    """Another round of a finished run, as a run of its own; its id. Raises ConsentNeeded and RequestError.

    Where the graph would refine if it had one more attempt, it goes on from its last score; else the same request is
    drafted anew with another seed, so that other drafts come of it.
    """
    run = visitor.store.find(run_id)
    origin, changes = asyncio.run(_further(visitor, run))
    session = Session(visitor.settings, service.ledger, again=agreed)
    estimate = _agreed(visitor.toolbox.estimate(make_video.name, {"request": run.request}), agreed=agreed)
    begun = asyncio.run(session.begin_fork(run_id, origin, changes))
    ticket = Ticket(visitor.owner, begun.run.run_id, run.request, service.device(begun.settings))
    service.queue.put(ticket, lambda one: _walked(service, session.walk(begun), one, estimate))
    return begun.run.run_id


def stop(service: PageService, visitor: Visitor, run_id: str) -> None:
    """Stop what is under way of a run; what is done is kept. Raises RequestError where nothing is."""
    tickets = [service.queue.find(visitor.owner, key) for key in (run_id, edit_key(run_id))]
    going = [one for one in tickets if one and not one.is_over]
    if not going:
        raise RequestError("nothing of this run is under way", hint="Look at it again.")
    for one in going:
        waits = one.stage is Stage.WAITING and STEPS not in one.facts
        one.stop()
        if waits and one.key == run_id:  # nobody walks it yet who could write that down
            visitor.store.end(run_id, Status.STOPPED)


def answer(
    service: PageService, visitor: Visitor, run_id: str, number: int, title: str = "", video_prompt: str = ""
) -> None:
    """Say which draft is rendered, from 1 on, and in which words: its own where they are empty.

    Raises RequestError where nobody asks, there is no such draft, or its words cannot be changed.
    """
    ticket = service.queue.find(visitor.owner, run_id)
    order: Sequence[int] = ticket.facts.get(PICK, ()) if ticket else ()
    if ticket is None or not order:
        raise RequestError("this run does not wait for a draft", hint="Look at it again.")
    if not 1 <= number <= len(order):
        raise RequestError(f"there is no draft {number}", hint=f"There are {len(order)}.")
    drafts = [one.draft for one in ticket.facts["drafts"]]
    picked = _in_words_of(drafts, number - 1, title.strip(), video_prompt.strip())
    service.worker.start(_answered(ticket, replace(picked, place=order[number - 1]))).result()


def render_edit(
    service: PageService, visitor: Visitor, run_id: str, title: str, video_prompt: str, *, agreed: bool
) -> str:
    """Render an edited draft of a run; the key of its ticket. Raises ConsentNeeded and RequestError."""
    run = visitor.store.find(run_id)
    settings = resumed_settings(run, visitor.settings)
    toolbox = visitor.toolbox.using(renderer=settings.renderer, aspect=settings.aspect, seed=settings.seed)
    arguments = {"title": title, "video_prompt": video_prompt, "request": run.request}
    estimate = _agreed(toolbox.estimate(render_video.name, arguments), agreed=agreed)
    if agreed:
        toolbox.agree(render_video.name, arguments)

    async def work(ticket: Ticket) -> Any:
        def frames(done: int, total: int, note: str) -> None:
            told = {"event": "progress", "node": "render", "done": done, "total": total, "note": note or "frames"}
            ticket.facts[STEPS].take(told)
            ticket.tell()

        ticket.facts[STEPS] = RunSteps()
        gate = Gate(frames)
        with service.ledger.rendering(estimate):
            try:
                return await in_background(
                    render_edited,
                    settings,
                    visitor.store,
                    run_id,
                    title,
                    video_prompt,
                    lambda done, total: gate(done, total, ""),
                )
            finally:
                gate.closed = True  # a thread that still renders stops at its next frame

    ticket = Ticket(visitor.owner, edit_key(run_id), title or run.request, service.device(settings))
    service.queue.put(ticket, work)
    return ticket.key


def edit_key(run_id: str) -> str:
    """The key of the ticket that renders an edited draft of a run."""
    return f"{run_id}/edit"


def _agreed(estimate: Estimate | None, *, agreed: bool) -> Estimate | None:
    if estimate is not None and estimate.is_dear and not agreed:
        raise ConsentNeeded(estimate)
    return estimate


async def _walked(
    service: PageService, events: AsyncGenerator[dict[str, Any]], ticket: Ticket, estimate: Estimate | None
) -> Any:
    """Walk a run to its end; its data."""
    steps, data = RunSteps(), None
    ticket.facts[STEPS] = steps
    with service.ledger.rendering(estimate):
        async with aclosing(events):
            async for event in events:
                steps.take(event)
                ticket.tell()
                if event["event"] == "run_finished":
                    data = event
    if data is None:
        raise PopcornError("the run ended without a result")
    return data


def _picker(service: PageService, held: Sequence[Ticket]) -> Pick:
    async def pick(attempts: Sequence[Attempt], order: Sequence[int]) -> Picked:
        ticket = held[0]
        answered: asyncio.Future[Picked] = asyncio.get_running_loop().create_future()
        ticket.facts |= {PICK: list(order), ANSWER: answered, "drafts": [attempts[at] for at in order]}
        async with service.queue.aside(ticket):
            picked = await answered
            ticket.facts.pop(PICK)
        return picked

    return pick


async def _answered(ticket: Ticket, picked: Picked) -> None:
    answered: asyncio.Future[Picked] = ticket.facts[ANSWER]
    if not answered.done():
        answered.set_result(picked)


def _in_words_of(drafts: Sequence[Draft], at: int, title: str, video_prompt: str) -> Picked:
    """The draft at that place in a person's words. Raises RequestError for a story with another prompt."""
    if any((title, video_prompt) == (one.title, one.video_prompt) for one in drafts):
        return Picked(at)  # a page that has not turned to this draft yet sends the words of another one
    own = Picked(at, title, video_prompt)
    if drafts[at].shots and not own.applied(drafts[at]).shots:
        raise RequestError(
            "the shots of a story cannot be written anew before they are rendered",
            hint="Change its title alone, or render it and write a clip of your own afterwards.",
        )
    return own


async def _further(visitor: Visitor, run: Run) -> tuple[Origin, dict[str, str]]:
    """Where another round leaves the run, and what it changes."""
    values = await last_values(visitor.store, run.run_id)
    attempts: Sequence[Attempt] = values.get("attempts", ())
    if not attempts:
        raise RequestError(f"run {run.run_id} has no draft to refine", hint="Go on with it first.")
    plan = replace(values["plan"], attempts=len(attempts) + 1)
    if may_refine(attempts, plan):
        return Origin("score", len(attempts)), {"attempts": str(plan.attempts)}
    settings = resumed_settings(run, visitor.settings)
    had = [one.draft.title for one in attempts] + [rival.title for one in attempts for rival in one.rivals]
    other = further(settings, list(dict.fromkeys(had)))
    return Origin(), {"seed": str(other.seed), "candidates": str(other.candidates)}
