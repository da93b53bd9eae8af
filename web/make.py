"""Make: a request, the run that it begins, and how far that is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..agent.runs.request_terms import understood
from ..agent.runs.run_store import Run
from ..agent.runs.session import Session
from ..errors import PopcornError, sentences
from .run_view import run_view
from .work_queue import Ticket

if TYPE_CHECKING:
    from .service import PageService, Visitor

_LOOK = 0.3
"""Seconds between two looks at a run that is under way."""


def make_tab(service: PageService) -> None:
    """Fill the open tab."""
    request = gr.Textbox(label="What is the video about?", lines=2, max_length=4000, elem_id="request")
    start = gr.Button("Make the clip", variant="primary", elem_id="start")
    run = gr.Textbox(label="Run", visible="hidden", elem_id="run-id")
    view = gr.HTML(elem_id="run")

    def make(text: str, visit: gr.Request) -> str:
        """Begin a run; its id."""
        with told():
            visitor = service.visitor(visit)
            asked = understood(text, visitor.settings, ())
            session = Session(asked.settings, service.ledger)
            begun = session.begin(text, inputs=asked.inputs)
            ticket = Ticket(visitor.owner, begun.run_id, begun.request, service.device(asked.settings))
            service.queue.put(ticket, lambda one: walked(session, begun, one))
            return begun.run_id

    async def follow(run_id: str, visit: gr.Request) -> AsyncIterator[str]:
        """How the run is, again and again until it is over."""
        visitor = service.visitor(visit)
        async for shown in views(service, visitor, run_id):
            yield shown

    start.click(make, request, run, api_name="make").then(follow, run, view, api_name="follow", concurrency_limit=None)


class told:  # noqa: N801 - reads as what it is for
    """Errors of ours become sentences on the page."""

    def __enter__(self) -> None:
        """Nothing to begin."""

    def __exit__(self, kind: object, exc: BaseException | None, trace: object) -> None:
        """Raise gradio's error for one of ours; others stay."""
        if isinstance(exc, PopcornError):
            raise gr.Error(sentences(exc.message, exc.hint), print_exception=False) from exc


async def walked(session: Session, run: Run, ticket: Ticket) -> Any:
    """Walk a run that was begun; its data."""
    data = None
    async with aclosing(session.walk(run)) as events:
        async for event in events:
            if event["event"] == "run_finished":
                data = event
            ticket.tell()
    return data


async def views(service: PageService, visitor: Visitor, run_id: str) -> AsyncIterator[str]:
    """The run as HTML, anew whenever something has changed, until it is over."""
    seen = -1
    while run_id:
        ticket = service.queue.find(visitor.owner, run_id)
        if ticket is None or ticket.news != seen:
            seen = ticket.news if ticket else 0
            yield await asyncio.to_thread(run_view, service, visitor, run_id, ticket)
        if ticket is None or ticket.is_over:
            return
        await asyncio.sleep(_LOOK)
