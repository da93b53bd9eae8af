"""A run in the queue as it goes on: its steps, its notices and its end, kept with its ticket and shown as HTML."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..agent.trace.run_steps import RunSteps
from .fragments import fragment
from .told import sentence
from .work_queue import Stage, Ticket

if TYPE_CHECKING:
    from ..tools.video.types import Estimate
    from .service import PageService, Visitor

Events = AsyncGenerator[dict[str, Any]]
_LOOK = 0.25
"""Seconds between two looks at a job."""
_MOST_NOTICES = 30
_STAGES = {
    Stage.DONE: "Done.",
    Stage.STOPPED: "Stopped. What was done is kept: the tab Runs goes on with it.",
    Stage.FAILED: "It failed. What was done is kept: the tab Runs goes on with it.",
}


@dataclass(slots=True)
class Walked:
    """A run that a job walks."""

    run_id: str
    request: str
    steps: RunSteps = field(default_factory=RunSteps)


@dataclass(slots=True)
class Progress:
    """What the events of a job have told so far."""

    runs: list[Walked] = field(default_factory=list)
    """Each variant of an ad is one."""
    notices: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    """Those of its last event."""

    def take(self, event: Mapping[str, Any]) -> None:
        """Know what an event says."""
        name = event["event"]
        if name == "run_started":
            self.runs.append(Walked(str(event["run_id"]), str(event["request"])))
        elif name == "notice" and event["message"] not in self.notices:
            self.notices = [*self.notices, str(event["message"])][-_MOST_NOTICES:]
        elif name == "run_finished":
            self.data = dict(event)
        elif self.runs:
            self.runs[-1].steps.take(event)


def begin(
    service: PageService,
    visitor: Visitor,
    kind: str,
    label: str,
    device: str,
    events: Callable[[], Events],
    estimate: Estimate | None = None,
) -> Ticket:
    """Put a job of this kind into the queue; its key begins with the kind. Raises RequestError for too many.

    `estimate` is what its renders take, which is held against the caps of the server.
    """
    ticket = Ticket(visitor.owner, f"{kind} {secrets.token_hex(6)}", label, device)
    ticket.facts["progress"] = Progress()

    async def work(one: Ticket) -> dict[str, Any]:
        progress = progress_of(one)
        with service.ledger.rendering(estimate):
            async with aclosing(events()) as happening:
                async for event in happening:
                    progress.take(event)
                    one.tell()
        return progress.data

    return service.queue.put(ticket, work)


def progress_of(ticket: Ticket) -> Progress:
    """What is known of a job."""
    progress: Progress = ticket.facts["progress"]
    return progress


def under_way(service: PageService, visitor: Visitor, kind: str) -> Ticket | None:
    """The visitor's job of this kind that is not over; the one that was begun last."""
    return next((one for one in reversed(service.queue.of(visitor.owner)) if one.key.startswith(f"{kind} ")), None)


def job_view(service: PageService, ticket: Ticket, *, remarks_of_result: bool = False) -> str:
    """How far a job is, as HTML; without its remarks where its result has come and tells them."""
    progress, over = progress_of(ticket), ticket.is_over
    told_beside = remarks_of_result and over and bool(progress.data)
    return fragment(
        "job.html",
        told=_told(service, ticket),
        runs=[_run(one, now=not over and one is progress.runs[-1]) for one in progress.runs],
        notices=[] if told_beside else progress.notices,
        error=sentence(ticket.error) if ticket.error and ticket.stage is Stage.FAILED else "",
    )


async def job_views(
    service: PageService, visitor: Visitor, key: str, *, remarks_of_result: bool = False
) -> AsyncIterator[tuple[Ticket, str]]:
    """A job, anew whenever something has changed, until it is over; nothing for one that nobody knows any more.

    `remarks_of_result` says that what it gave stands beside it with its remarks.
    """
    seen = -1
    while (ticket := service.queue.find(visitor.owner, key)) is not None:
        over = ticket.is_over
        if ticket.news != seen or over:
            seen = ticket.news
            yield ticket, job_view(service, ticket, remarks_of_result=remarks_of_result)
        if over:
            return
        await asyncio.sleep(_LOOK)


def _told(service: PageService, ticket: Ticket) -> str:
    if ticket.stage is Stage.WAITING:
        before = service.queue.place(ticket)
        return f"Waiting: {before} before it on {ticket.device}." if before else "It begins."
    return _STAGES.get(ticket.stage, f"Under way: {ticket.label}.")


def _run(walked: Walked, *, now: bool) -> dict[str, Any]:
    """A run with its steps; what is under way stands last."""
    steps = [{"name": name, "told": told, "now": False} for name, told in walked.steps.done]
    if now and walked.steps.now:
        steps.append({"name": walked.steps.now, "told": walked.steps.note, "now": True})
    return {"request": walked.request, "steps": steps}
