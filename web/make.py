"""Make: a request and what may be chosen, the run that it begins, its drafts, and what one makes of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from . import runs_at_work as work
from .choice_boxes import box, stand_ins_line, takes_line
from .choices_in_force import NAMES, in_force
from .draft_view import score_view, why_view
from .own_pictures import ENDINGS
from .run_view import RunView
from .told import told
from .watching import Watching, state_of

if TYPE_CHECKING:
    from .service import PageService

_LONGEST = 4_000
"""Characters of a request, and of a video prompt."""
FIRST = "Make a video about street tacos at dawn"
"""What a first visit finds written: one click gives a clip."""
_RUN = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
"""The key of a ticket that is a run of this tab."""
_OPENED = "() => [new URLSearchParams(location.search).get('run') || '']"
_UNLESS = "(first, request) => [request || first]"
"""What somebody has typed meanwhile stays."""
_KEEP = """(run) => { const at = new URL(location);
run ? at.searchParams.set('run', run) : at.searchParams.delete('run');
history.replaceState(null, '', at); return [run]; }"""
"""The address names the run, so that a reload, a bookmark and another tab find it."""


class MakeTab:
    """The parts of the tab, and what they do."""

    def __init__(self, service: PageService) -> None:
        """Fill the open tab."""
        self._service = service
        self._watching = Watching(service)
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
        self._begins(self.start, self.make, given, "make")
        self._begins(self.go_on, self.resume, [self.run, self.agreed], "resume")
        self._begins(self.refine, self.refined, [self.run, self.agreed], "refine")
        self._begins(self.render, self.rendered, edited, "render")
        self._begins(self.agree, self.agreed_to, [self.wish, *given[:-1], *edited[:-1]], None)
        self.cost.click(self.takes, given[:-1], self.question, api_name="make_takes", concurrency_limit=None)
        self.stop.click(self.stopped, self.run, None, api_name="stop", concurrency_limit=None)
        self.take.click(
            self.taken,
            [self.run, self.pick, self.title, self.shot],
            None,
            api_visibility="private",
            concurrency_limit=None,
        )
        self.pick.input(self.picked, [self.run, self.pick], [self.title, self.shot], api_visibility="private")
        texts = [self.run, self.title, self.shot]
        self.score.click(self.scored, texts, self.said, api_name="score", concurrency_limit=None)
        self.why.click(self.explained, texts, self.said, api_name="why", concurrency_limit=None)
        page = Context.root_block
        opened = page.load(self.opened, self.run, [self.run, self.first], js=_OPENED, api_visibility="private")
        opened.success(None, [self.first, self.request], self.request, js=_UNLESS, api_visibility="private")
        self._follows(opened)
        gr.api(self.state, api_name="run", concurrency_limit=None)
        gr.api(self.taken, api_name="take", concurrency_limit=None)

    def _begins(self, button: gr.Button, function: Callable[..., Any], inputs: list[Any], name: str | None) -> None:
        """What begins a run, or asks first; then the run is followed."""
        shown: dict[str, Any] = {"api_name": name} if name else {"api_visibility": "private"}
        outputs = [self.run, self.question, self.wish]
        began = button.click(function, inputs, outputs, concurrency_limit=None, **shown)
        asks = began.success(_asks, self.wish, self.agree, api_visibility="private", show_progress="hidden")
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
            self.followed, self.run, outputs, api_visibility="private", concurrency_limit=None, show_progress="hidden"
        )

    # What follows is called by the page, and by gradio_client under the names above.

    def make(
        self,
        request: str,
        catalogue: str,
        llm: str,
        renderer: str,
        mode: str,
        candidates: float | None,
        attempts: float | None,
        language: str,
        aspect: str,
        platform: str,
        seed: float | None,
        shots: float | None,
        voice: str | None,
        picture: str | None = None,
        ask: bool = False,
        agreed: bool = False,
        visit: gr.Request | None = None,
    ) -> tuple[str, str, str]:
        """Begin a run: its id; or no id, and what is asked first."""
        values = (catalogue, llm, renderer, mode, candidates, attempts, language, aspect, platform, seed, shots, voice)
        choices, visitor = dict(zip(NAMES, values, strict=True)), self._service.visitor(visit)
        return _consented(
            "make", lambda: work.begin(self._service, visitor, request, choices, picture, ask=ask, agreed=agreed)
        )

    def takes(
        self,
        request: str,
        catalogue: str,
        llm: str,
        renderer: str,
        mode: str,
        candidates: float | None,
        attempts: float | None,
        language: str,
        aspect: str,
        platform: str,
        seed: float | None,
        shots: float | None,
        voice: str | None,
        picture: str | None = None,
        ask: bool = False,
        visit: gr.Request | None = None,
    ) -> str:
        """What making it would take, as HTML; nothing is begun."""
        values = (catalogue, llm, renderer, mode, candidates, attempts, language, aspect, platform, seed, shots, voice)
        choices, visitor = dict(zip(NAMES, values, strict=True)), self._service.visitor(visit)
        with told():
            return takes_line(*work.takes(self._service, visitor, request, choices, picture, ask=ask))

    def resume(self, run: str, agreed: bool, visit: gr.Request) -> tuple[str, str, str]:
        """Go on with a run where it stopped: its id; or no id, and what is asked first."""
        visitor = self._service.visitor(visit)
        return _consented("resume", lambda: work.go_on(self._service, visitor, run, agreed=agreed), run)

    def refined(self, run: str, agreed: bool, visit: gr.Request) -> tuple[str, str, str]:
        """Another round of a run: the id of a new run; or no id, and what is asked first."""
        visitor = self._service.visitor(visit)
        return _consented("refine", lambda: work.refine(self._service, visitor, run, agreed=agreed), run)

    def rendered(self, run: str, title: str, shot: str, agreed: bool, visit: gr.Request) -> tuple[str, str, str]:
        """Render a draft of one's own beside a run: the run's id, or what is asked first."""
        visitor = self._service.visitor(visit)

        def begin() -> str:
            work.render_edit(self._service, visitor, run, title, shot, agreed=agreed)
            return run

        return _consented("render", begin, run)

    def agreed_to(self, visit: gr.Request, wish: str, *values: Any) -> tuple[str, str, str]:
        """Do what was asked about."""
        given, (run, title, shot) = values[:-3], values[-3:]
        if wish == "make":
            begin: Callable[..., tuple[str, str, str]] = self.make
            return begin(*given, True, visit)
        if wish == "resume":
            return self.resume(run, True, visit)
        if wish == "refine":
            return self.refined(run, True, visit)
        return self.rendered(run, title, shot, True, visit)

    def stopped(self, run: str, visit: gr.Request) -> None:
        """Stop what is under way of a run; what is done is kept."""
        with told():
            work.stop(self._service, self._service.visitor(visit), run)

    def taken(self, run: str, number: str, title: str = "", shot: str = "", visit: gr.Request | None = None) -> None:
        """Say which draft is rendered, of a run that asks: 1 is the first; in other words where some are given."""
        with told():
            visitor = self._service.visitor(visit)
            work.answer(self._service, visitor, run, int(number or 0), title or "", shot or "")

    def scored(self, run: str, title: str, shot: str, visit: gr.Request) -> str:
        """Where a draft stands among real videos, or that nobody can tell; as `run` scores, if one is given."""
        with told():
            return score_view(self._service.visitor(visit), run, title, shot)

    def explained(self, run: str, title: str, shot: str, visit: gr.Request) -> str:
        """What moved a draft's score, and the past videos that it leans on."""
        with told():
            return why_view(self._service.visitor(visit), run, title, shot)

    def state(self, run: str, visit: gr.Request) -> dict[str, Any]:
        """A run as JSON: how far it is, its place in the queue, its steps, its drafts, its clip."""
        with told():
            return state_of(self._service, self._service.visitor(visit), run)

    def picked(self, run: str, number: str, visit: gr.Request) -> tuple[str, str]:
        """The texts of a draft."""
        with told():
            drafts = self._watching.view(self._service.visitor(visit), run).drafts
            one = drafts[int(number) - 1]
            return one.title, one.video_prompt

    def opened(self, run: str, visit: gr.Request) -> tuple[str, str]:
        """The run that the address names, or what is under way of the visitor's; and a request for a first visit."""
        visitor = self._service.visitor(visit)
        going = [one.key for one in self._service.queue.of(visitor.owner) if _RUN.fullmatch(one.key)]
        is_first = not run and not visitor.store.runs(1)
        return run or (going[-1] if going else ""), FIRST if is_first else ""

    async def followed(self, run: str, visit: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """How the run is, again and again until it is over."""
        before: RunView | None = None
        async for one in self._watching.views(self._service.visitor(visit), run, visit.session_hash or ""):
            yield _shown(one, before)
            before = one


def make_tab(service: PageService) -> None:
    """Fill the open tab."""
    MakeTab(service).wire()


def _consented(name: str, begin: Callable[[], str], run: str = "") -> tuple[str, str, str]:
    """The id of what was begun; or the one before, and the question that comes first."""
    from markupsafe import Markup

    with told():
        try:
            return begin(), "", ""
        except work.ConsentNeeded as need:
            asked = Markup('<p class="remark" role="alert">It would take {}. Nothing is begun yet.</p>')
            return run, str(asked.format(str(need))), name


def _asks(wish: str) -> Any:
    return _button("Go ahead", bool(wish))


def _button(text: str, visible: bool) -> Any:
    """A button that is there or not; one that appears has lost its text unless it is told again."""
    return gr.update(value=text, visible=visible)


def _shown(view: RunView, before: RunView | None) -> tuple[Any, ...]:
    """The buttons that make sense, and of the rest what is another than before."""
    html = gr.skip() if before and before.html == view.html else view.html
    buttons = [
        _button("Stop", view.under_way),
        _button("Go on", view.unfinished),
        _button("Refine once more", view.finished and not view.under_way),
    ]
    desk = gr.update(visible=bool(view.drafts))
    take = _button("Render this one", view.asks)
    if before and before.drafts == view.drafts:
        return view.live, html, *buttons, desk, gr.skip(), take, gr.skip(), gr.skip()
    at = next((number for number, one in enumerate(view.drafts) if one.chosen), 0)
    choices = [(f"{number} · {one.title}", str(number)) for number, one in enumerate(view.drafts, start=1)]
    pick = gr.update(choices=choices, value=str(at + 1) if choices else None)
    title, shot = (view.drafts[at].title, view.drafts[at].video_prompt) if view.drafts else ("", "")
    return view.live, html, *buttons, desk, pick, take, title, shot
