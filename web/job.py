"""A run in the queue as it goes on: its steps, its notices and its end, kept with its ticket and shown as HTML."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import sentences
from .fragments import fragment
from .work_queue import Stage, Ticket

if TYPE_CHECKING:
    from .service import PageService, Visitor

Events = AsyncGenerator[dict[str, Any]]
_LOOK = 0.25
"""Seconds between two looks at a job."""
_MOST_NOTICES = 30
_STAGES = {Stage.DONE: "Done.", Stage.STOPPED: "Stopped.", Stage.FAILED: "It failed."}


@dataclass(slots=True)
class Progress:
    """What the events of a job have told so far."""

    request: str = ""
    run_ids: list[str] = field(default_factory=list)
    """The runs that it walked; each variant of an ad is one."""
    steps: list[dict[str, str]] = field(default_factory=list)
    """`name`, `look` (done, now) and `told`."""
    notices: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    """Those of its last event."""

    def take(self, event: Mapping[str, Any]) -> None:
        """Know what an event says."""
        name = event["event"]
        if name == "run_started":
            self.request = str(event["request"])
            self.run_ids.append(str(event["run_id"]))
            self.steps.append({"name": self.request, "look": "head", "told": ""})
        elif name == "node_started":
            self._now(str(event["node"]), "")
        elif name == "progress":
            self._now(str(event["node"]), _far(event))
        elif name == "node_finished":
            self._finish(str(event["node"]), float(event["seconds"]))
        elif name == "notice" and event["message"] not in self.notices:
            self.notices = [*self.notices, str(event["message"])][-_MOST_NOTICES:]
        elif name == "run_finished":
            self.data = dict(event)

    def _now(self, node: str, told: str) -> None:
        name = node.replace("_", " ")
        last = self.steps[-1] if self.steps else {}
        if last.get("look") == "now" and last["name"] == name:
            last["told"] = told or last["told"]
            return
        if last.get("look") == "now":  # a step that only told of its progress has ended when another one begins
            last["look"] = "done"
        self.steps.append({"name": name, "look": "now", "told": told})

    def _finish(self, node: str, seconds: float) -> None:
        self._now(node, "")
        self.steps[-1] |= {"look": "done", "told": f"{seconds:.1f} s"}


def begin(
    service: PageService, visitor: Visitor, kind: str, label: str, device: str, events: Callable[[], Events]
) -> Ticket:
    """Put a job of this kind into the queue; its key begins with the kind. Raises RequestError for too many."""
    ticket = Ticket(visitor.owner, f"{kind} {secrets.token_hex(6)}", label, device)
    ticket.facts["progress"] = Progress()

    async def work(one: Ticket) -> dict[str, Any]:
        progress = progress_of(one)
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


def job_view(service: PageService, ticket: Ticket) -> str:
    """How far a job is, as HTML."""
    progress, over = progress_of(ticket), ticket.is_over
    error = ticket.error if ticket.stage is Stage.FAILED else None
    return fragment(
        "job.html",
        told=_told(service, ticket),
        steps=[_ended(step) if over else step for step in progress.steps],
        notices=progress.notices,
        error=sentences(error.message, error.hint) if error else "",
    )


async def job_views(service: PageService, visitor: Visitor, key: str) -> AsyncIterator[tuple[Ticket, str]]:
    """A job, anew whenever something has changed, until it is over; nothing for one that nobody knows any more."""
    seen = -1
    while (ticket := service.queue.find(visitor.owner, key)) is not None:
        over = ticket.is_over
        if ticket.news != seen or over:
            seen = ticket.news
            yield ticket, job_view(service, ticket)
        if over:
            return
        await asyncio.sleep(_LOOK)


def _told(service: PageService, ticket: Ticket) -> str:
    if ticket.stage is Stage.WAITING:
        before = service.queue.place(ticket)
        return f"Waiting: {before} before it on {ticket.device}." if before else "It begins."
    return _STAGES.get(ticket.stage, f"Under way: {ticket.label}.")


def _ended(step: dict[str, str]) -> dict[str, str]:
    """A step of a job that is over: what was under way then is not any more."""
    return step | {"look": "left"} if step["look"] == "now" else step


def _far(event: Mapping[str, Any]) -> str:
    done, total, note = event.get("done", 0), event.get("total", 0), str(event.get("note", ""))
    counted = f"{done} of {total}" if total > 1 else ""
    return ", ".join(part for part in (note, counted) if part)
