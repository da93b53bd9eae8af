"""Make: a request and what may be chosen, the run that it begins, its drafts, and what one makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from .choice_boxes import box, stand_ins_line
from .choices_in_force import in_force
from .make_actions import FIRST, MakeActions, go_ahead
from .own_pictures import ENDINGS

if TYPE_CHECKING:
    from .service import PageService

_LONGEST = 4_000
"""Characters of a request, and of a video prompt."""
_OPENED = "() => [new URLSearchParams(location.search).get('run') || '']"
_UNLESS = "(named, run, first, request) => [run || named, request || first]"
"""What somebody has begun or typed meanwhile stays."""
_KEEP = """(run) => { const at = new URL(location);
run ? at.searchParams.set('run', run) : at.searchParams.delete('run');
history.replaceState(null, '', at); return [run]; }"""
"""The address names the run, so that a reload, a bookmark and another tab find it."""


class MakeTab:
    """The parts of the tab, and what they do."""

    def __init__(self, service: PageService) -> None:
        """Fill the open tab."""
        self._actions = MakeActions(service)
        self.request = gr.Textbox(
            label="What is the video about?",
            placeholder=FIRST,
            lines=2,
            max_length=_LONGEST,
            elem_id="request",
        )
        with gr.Accordion("Options", open=False, elem_id="choices"):
            with gr.Row():
                self.boxes = [box(one) for one in in_force(service.settings, service.origins())]
            self.picture = gr.File(
                label="A picture of your own that the clip shows",
                file_types=list(ENDINGS),
                elem_id="picture",
                height=120,
            )
            self.ask = gr.Checkbox(label="Ask me which draft is rendered", elem_id="ask")
        gr.HTML(stand_ins_line(service.settings), elem_id="stand-ins", apply_default_css=False)
        with gr.Row():
            self.start = gr.Button("Make the clip", variant="primary", elem_id="start", scale=3)
            self.cost = gr.Button("What it takes", elem_id="takes", min_width=140)
        self.question = gr.HTML(label="Question", elem_id="question", apply_default_css=False)
        self.agree = gr.Button("Go ahead", visible=False, elem_id="agree")
        self.agreed = gr.Checkbox(label="I agree to what it takes", visible="hidden")
        self.run = gr.Textbox(label="Run", visible="hidden", elem_id="run-id")
        self.named = gr.Textbox(label="The run that the address names", visible="hidden")
        self.first = gr.Textbox(label="A first request", visible="hidden")
        self.wish = gr.Textbox(label="What is asked about", visible="hidden")
        self.live = gr.HTML(label="How far it is", elem_id="live", apply_default_css=False)
        self.view = gr.HTML(label="The run", elem_id="run", apply_default_css=False)
        with gr.Row():
            self.stop = gr.Button("Stop", variant="stop", visible=False, elem_id="stop")
            self.go_on = gr.Button("Go on", visible=False, elem_id="go-on")
            self.refine = gr.Button("Refine once more", visible=False, elem_id="refine")
        self._desk()

    def _desk(self) -> None:
        """Where a draft is picked and edited."""
        with gr.Group(visible=False, elem_id="desk") as self.desk:
            self.pick = gr.Radio([], label="Pick a draft", elem_id="pick")
            self.take = gr.Button("Render this one", visible=False, variant="primary", elem_id="take")
            self.title = gr.Textbox(label="Title", max_length=500, elem_id="title")
            self.shot = gr.Textbox(label="Video prompt", lines=3, max_length=_LONGEST, elem_id="shot")
            with gr.Row():
                self.score = gr.Button("Score it", elem_id="score")
                self.why = gr.Button("Why?", elem_id="why")
                self.render = gr.Button("Render it", elem_id="render")
            self.said = gr.HTML(label="The draft", elem_id="said", apply_default_css=False)

    def wire(self) -> None:
        """Say what the buttons do."""
        given = [self.request, *self.boxes, self.picture, self.ask, self.agreed]
        edited = [self.run, self.title, self.shot, self.agreed]
        self._begins(self.start, self._actions.make, given, "make")
        self._begins(self.go_on, self._actions.resume, [self.run, self.agreed], "resume")
        self._begins(self.refine, self._actions.refined, [self.run, self.agreed], "refine")
        self._begins(self.render, self._actions.rendered, edited, "render")
        self._begins(self.agree, self._actions.agreed_to, [self.wish, *given[:-1], *edited[:-1]], None)
        self.cost.click(self._actions.takes, given[:-1], self.question, api_name="make_takes", concurrency_limit=None)
        self.stop.click(self._actions.stopped, self.run, None, api_name="stop", concurrency_limit=None)
        self.take.click(
            self._actions.taken,
            [self.run, self.pick, self.title, self.shot],
            None,
            api_visibility="private",
            concurrency_limit=None,
        )
        self.pick.input(self._actions.picked, [self.run, self.pick], [self.title, self.shot], api_visibility="private")
        texts = [self.run, self.title, self.shot]
        self.score.click(self._actions.scored, texts, self.said, api_name="score", concurrency_limit=None)
        self.why.click(self._actions.explained, texts, self.said, api_name="why", concurrency_limit=None)
        page = Context.root_block
        found = [self.named, self.first]
        opened = page.load(self._actions.opened, self.named, found, js=_OPENED, api_visibility="private")
        boxes = [self.run, self.request]
        inputs = [self.named, self.run, self.first, self.request]
        self._follows(opened.success(None, inputs, boxes, js=_UNLESS, api_visibility="private"))
        gr.api(self._actions.state, api_name="run", concurrency_limit=None)
        gr.api(self._actions.taken, api_name="take", concurrency_limit=None)

    def _begins(self, button: gr.Button, function: Callable[..., Any], inputs: list[Any], name: str | None) -> None:
        """What begins a run, or asks first; then the run is followed."""
        shown: dict[str, Any] = {"api_name": name} if name else {"api_visibility": "private"}
        outputs = [self.run, self.question, self.wish]
        began = button.click(function, inputs, outputs, concurrency_limit=None, **shown)
        asks = began.success(go_ahead, self.wish, self.agree, api_visibility="private", show_progress="hidden")
        self._follows(asks.success(None, self.run, self.run, js=_KEEP, api_visibility="private"))

    def _follows(self, event: Any) -> None:
        outputs = [
            self.live,
            self.view,
            self.stop,
            self.go_on,
            self.refine,
            self.desk,
            self.pick,
            self.take,
            self.title,
            self.shot,
        ]
        event.success(
            self._actions.followed,
            self.run,
            outputs,
            api_visibility="private",
            concurrency_limit=None,
            show_progress="hidden",
        )


def make_tab(service: PageService) -> None:
    """Fill the open tab."""
    MakeTab(service).wire()
