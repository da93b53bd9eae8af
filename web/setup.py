"""Setup: what is there and what to do about what is not, a first clip in one click, and the settings in force."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from ..agent.runs.session import Session
from ..agent.toolbox.tools.make_video import make_video
from . import job
from .buttons import stop_button
from .fragments import fragment
from .run_media import media_view
from .setup_views import DRAWN, diagnosis, settings_view, stand_in_view
from .told import told

if TYPE_CHECKING:
    from ..settings import Settings
    from ..tools.video.types import Estimate
    from .service import PageService, Visitor

JOB = "first"
"""How the keys of these jobs begin."""
FIRST = "Make a video about street tacos at dawn"
_OWN: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}


def setup_tab(service: PageService) -> None:
    """Fill the open tab."""
    actions, tab = _Actions(service), Context.block
    gr.HTML(fragment("room.html", head="A first clip", text=f"One click, no key needed. It asks for: {FIRST}."))
    with gr.Row():
        first = gr.Button("Make a first clip", variant="primary", elem_id="setup-first")
        stop = gr.Button("Stop", variant="stop", visible=False, elem_id="setup-stop")
    stand_ins, key = gr.HTML(elem_id="setup-stand-ins"), gr.Textbox(visible="hidden", label="Job")
    progress, clip = gr.HTML(elem_id="setup-progress"), gr.HTML(elem_id="setup-clip")
    gr.HTML(fragment("room.html", head="What is there", text="What popcorn doctor says of the machine of this server."))
    looking = fragment("sentence.html", text="It is being looked at …")
    findings, look = gr.HTML(looking, elem_id="setup-findings"), gr.Button("Look again", elem_id="setup-look")
    with gr.Accordion("The settings in force, and where they come from", open=False, elem_id="setup-settings-room"):
        settings = gr.HTML(elem_id="setup-settings")
    shown = [progress, clip, stop]
    begun = first.click(actions.begin, None, key, api_name="setup_first", concurrency_limit=None)
    begun.success(actions.follow, key, shown, api_name="setup_follow", concurrency_limit=None, show_progress="hidden")
    stop.click(actions.stop, key, None, api_name="setup_stop", concurrency_limit=None)
    looked = [findings, stand_ins, settings]
    look.click(actions.look, None, looked, api_name="setup_look", concurrency_limit=None)
    tab.select(actions.look, None, looked, **_OWN)
    tab.select(actions.under_way, None, key, **_OWN).then(actions.follow, key, shown, **_OWN)


class _Actions:
    """What the buttons do."""

    def __init__(self, service: PageService) -> None:
        self._service = service

    def look(self, visit: gr.Request) -> tuple[str, str, str]:
        """What is there and missing, what is a stand-in, and the settings in force, as HTML."""
        with told():
            settings = self._service.visitor(visit).settings
            origins = self._service.origins()
            return diagnosis(settings), stand_in_view(settings), settings_view(settings, origins)

    def begin(self, visit: gr.Request) -> str:
        """Begin a first clip with the settings in force; the key of its job."""
        with told():
            visitor = self._service.visitor(visit)
            settings, estimate = _first_settings(visitor)
            session, device = Session(settings, self._service.ledger), self._service.device(settings)
            work = lambda: session.create(FIRST)  # noqa: E731 - begun when its turn comes
            return job.begin(self._service, visitor, JOB, "a first clip", device, work, estimate).key

    def under_way(self, visit: gr.Request) -> str:
        """The key of the visitor's job that is not over; empty where there is none."""
        ticket = job.under_way(self._service, self._service.visitor(visit), JOB)
        return ticket.key if ticket else ""

    async def follow(self, key: str, visit: gr.Request) -> AsyncIterator[tuple[str, Any, Any]]:
        """How far it is, and the clip, as HTML, and whether it can be stopped; again until it is over."""
        visitor = self._service.visitor(visit)
        async for ticket, view in job.job_views(self._service, visitor, key):
            run_id = job.progress_of(ticket).data.get("run_id", "") if ticket.is_over else ""
            clip = await asyncio.to_thread(self._clip, visitor, run_id) if run_id else ""
            yield view, clip, stop_button(there=not ticket.is_over)

    def stop(self, key: str, visit: gr.Request) -> None:
        """Stop it; its run can be gone on with."""
        ticket = self._service.queue.find(self._service.visitor(visit).owner, key)
        if ticket is not None:
            ticket.stop()

    @staticmethod
    def _clip(visitor: Visitor, run_id: str) -> str:
        return media_view(visitor, visitor.store.find(run_id))


def _first_settings(visitor: Visitor) -> tuple[Settings, Estimate | None]:
    """Those in force, but for a renderer that takes long or costs money: nobody was asked; and what the clip takes."""
    estimate = visitor.toolbox.estimate(make_video.name, {"request": FIRST})
    if estimate is None or not estimate.is_dear:
        return visitor.settings, estimate
    drawn = visitor.toolbox.using(renderer=DRAWN)
    return drawn.settings, drawn.estimate(make_video.name, {"request": FIRST})
