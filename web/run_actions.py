"""What the buttons of the tab Runs do with runs: list, open, compare, fork, go on, delete."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..agent.runs.ad_variants import resume_ads
from ..agent.runs.forks import Origin, forked_settings, left_at, pairs_of
from ..agent.runs.pruning import prune
from ..agent.runs.run_store import Kind
from ..agent.runs.session import Session, resumed_settings
from ..agent.toolbox.tools.make_video import make_video
from ..agent.trace.run_export import known_of, page_of
from ..agent.trace.run_finder import find_run, phase_of
from ..agent.trace.run_page import Media
from ..agent.trace.story import Phase
from ..errors import RequestError
from ..settings import OF_THE_WALK
from . import job
from .buttons import button, stop_button
from .fragments import fragment
from .run_comparison import comparison
from .run_index import forkable, run_index
from .run_media import media_view
from .told import told

if TYPE_CHECKING:
    from ..agent.runs.run_store import Run
    from ..settings import Settings
    from ..tools.video.types import Estimate
    from .service import PageService, Visitor

JOB = "fork"
"""How the keys of these jobs begin."""


class RunActions:
    """The functions, over a service."""

    def __init__(self, service: PageService) -> None:
        self._service = service

    def search(self, words: str, page: float, visit: gr.Request) -> tuple[Any, ...]:
        """A page of the runs with these words: the lines to choose, the sentence above, the page, older and newer.

        What is chosen stays: it may be chosen while this is under way.
        """
        with told():
            index = run_index(self._service.visitor(visit).store, words or "", int(page or 0))
        lines = gr.update(choices=list(index.lines), visible=bool(index.lines))
        sentence = fragment("empty.html" if not index.lines else "sentence.html", text=index.told)
        newer, older = button("Newer", there=index.page > 0), button("Older", there=index.more)
        return lines, sentence, index.page, newer, older

    def others(self, words: str, page: float, run_id: str, other: str | None, visit: gr.Request) -> Any:
        """The runs of that page which the open one may be compared with: all but itself."""
        with told():
            index = run_index(self._service.visitor(visit).store, words or "", int(page or 0))
        lines = [(line.replace("\n", ", "), run) for line, run in index.lines if run != run_id]
        return gr.update(choices=lines, **({"value": None} if other == run_id else {}))

    def open(self, run_id: str | None, visit: gr.Request) -> tuple[Any, ...]:
        """A run: its clip and its trace as HTML, the steps to fork from, and what can be done with it."""
        if not run_id:
            return "", "", gr.update(choices=[]), gr.update(visible=False), gr.update(visible=False)
        with told():
            visitor = self._service.visitor(visit)
            run = find_run(visitor.store, run_id)
            page = page_of(known_of(visitor.store, run, visitor.settings, explain=False), Media())
            steps = forkable(visitor.store, run.run_id)
            left = phase_of(run, visitor.store) in {Phase.LEFT, Phase.FAILED}
        framed = fragment("framed.html", title=f"the trace of run {run.run_id}", page=page)
        choices = gr.update(choices=[("the start", ""), *steps], value="")
        return media_view(visitor, run), framed, choices, gr.update(visible=True), button("Go on with it", there=left)

    def compare(self, one: str | None, other: str | None, visit: gr.Request) -> str:
        """What sets two runs apart, as HTML."""
        with told():
            if not one or not other:
                raise RequestError("two runs are compared", hint="Choose one in the list and another one beside it.")
            return comparison(self._service.visitor(visit).store, one, other)

    async def fork(self, run_id: str, step: str, changes: str, agreed: bool, visit: gr.Request) -> tuple[Any, ...]:
        """Begin a new run that leaves this one before a step, with other settings: the key of its job; or no key, and
        what is asked first.
        """
        with told():
            visitor, origin = self._service.visitor(visit), Origin.read(step or "")
            pairs = pairs_of([line for line in (changes or "").splitlines() if line.strip()], "the line")
            parent = await asyncio.to_thread(visitor.store.find, run_id or "")
            ours = {name: getattr(visitor.settings, name) for name in OF_THE_WALK}
            settings = await asyncio.to_thread(forked_settings, parent, origin, pairs, ours)
            if origin.node:
                await left_at(visitor.store, parent, origin)
            estimate = await asyncio.to_thread(_estimate, visitor, settings, parent)
            if asked := _question(estimate, agreed=agreed):
                return asked
            session = Session(visitor.settings, self._service.ledger, again=bool(agreed))
            label, device = f"a fork of “{parent.request[:60]}”", self._service.device(settings)
            work = lambda: session.fork(parent.run_id, origin, pairs)  # noqa: E731 - begun when its turn comes
            return _begun(job.begin(self._service, visitor, JOB, label, device, work, estimate).key)

    def go_on(self, run_id: str, agreed: bool, visit: gr.Request) -> tuple[Any, ...]:
        """Go on with a run that did not end: the key of its job; or no key, and what is asked first."""
        with told():
            visitor = self._service.visitor(visit)
            run = visitor.store.find(run_id or "")
            if visitor.store.walked(run.run_id):
                raise RequestError("somebody works on this run already", hint="Wait until it has ended.")
            settings = resumed_settings(run, visitor.settings)
            estimate = _estimate(visitor, settings, run)
            if asked := _question(estimate, agreed=agreed):
                return asked
            if agreed and run.kind is Kind.CREATE:
                visitor.toolbox.agree(make_video.name, {"resume": run.run_id})
            session = Session(visitor.settings, self._service.ledger, again=bool(agreed))
            begin = resume_ads if run.kind is Kind.AD else Session.resume
            label, device = f"going on with “{run.request[:60]}”", self._service.device(settings)
            work = lambda: begin(session, run.run_id, {})  # noqa: E731 - begun when its turn comes
            return _begun(job.begin(self._service, visitor, JOB, label, device, work, estimate).key)

    def under_way(self, visit: gr.Request) -> str:
        """The key of the visitor's job that is not over; empty where there is none."""
        ticket = job.under_way(self._service, self._service.visitor(visit), JOB)
        return ticket.key if ticket else ""

    async def follow(self, key: str, visit: gr.Request) -> AsyncIterator[tuple[str, Any]]:
        """How far a job is as HTML, and whether it can be stopped; again until it is over."""
        visitor = self._service.visitor(visit)
        async for ticket, view in job.job_views(self._service, visitor, key):
            yield view, stop_button(there=not ticket.is_over)
        if not key:
            yield "", stop_button(there=False)

    def stop(self, key: str, visit: gr.Request) -> None:
        """Stop a job; its run can be gone on with."""
        ticket = self._service.queue.find(self._service.visitor(visit).owner, key)
        if ticket is not None:
            ticket.stop()

    def ask(self, run_id: str, visit: gr.Request) -> tuple[Any, str]:
        """The question before a run is deleted."""
        with told():
            run = self._service.visitor(visit).store.find(run_id or "")
        question = "Delete this run, with its clip, its drafts and its trace? It cannot be brought back."
        return gr.update(visible=True), fragment("question.html", head=question, lines=[run.request, run.run_id])

    async def delete(self, run_id: str, visit: gr.Request) -> tuple[Any, ...]:
        """Delete a run with its files; the question and the run that was open go away."""
        with told():
            await self._deleted(self._service.visitor(visit), run_id)
        return gr.update(visible=False), "", "", "", gr.update(visible=False)

    async def _deleted(self, visitor: Visitor, run_id: str) -> None:
        """Raises RequestError for a run that somebody works on."""
        run = await asyncio.to_thread(visitor.store.find, run_id or "")
        gone = await prune(visitor.store, [run], dry=False)
        if gone.busy:
            raise RequestError("this run is being worked on", hint="Stop it first, then delete it.")


def _estimate(visitor: Visitor, settings: Settings, run: Run) -> Estimate | None:
    """What the clips of a run with these settings take; None for an ad, whose footage is there."""
    if run.kind is not Kind.CREATE:
        return None
    chosen = {name: getattr(settings, name) for name in ("renderer", "attempts", "render", "aspect")}
    return visitor.toolbox.using(**chosen).estimate(make_video.name, {"request": run.request})


def _question(estimate: Estimate | None, *, agreed: bool) -> tuple[Any, ...]:
    """What is asked before what takes long or costs money; empty where nobody has to be asked."""
    if estimate is None or not estimate.is_dear or agreed:
        return ()
    return "", fragment("question.html", head="Go ahead?", lines=[estimate.summary]), button("Go ahead", there=True)


def _begun(key: str) -> tuple[Any, ...]:
    return key, "", button("Go ahead", there=False)
