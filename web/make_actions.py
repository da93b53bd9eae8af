"""What the buttons of the tab Make do: each function is one of the page's, called by its visitors and by programs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from . import runs_at_work as work
from .choice_boxes import takes_line
from .choices_in_force import NAMES
from .draft_view import score_view, why_view
from .run_view import RunView
from .told import told
from .watching import Watching, state_of

if TYPE_CHECKING:
    from .service import PageService

FIRST = "Make a video about street tacos at dawn"
"""What a first visit finds written: one click gives a clip."""
_RUN = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
"""The key of a ticket that is a run of this tab."""


class MakeActions:
    """The functions, over a service."""

    def __init__(self, service: PageService) -> None:
        self._service = service
        self._watching = Watching(service)

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
            work.answer(self._service, visitor, run, _number(number), title or "", shot or "")

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


def _consented(name: str, begin: Callable[[], str], run: str = "") -> tuple[str, str, str]:
    """The id of what was begun; or the one before, and the question that comes first."""
    from markupsafe import Markup

    with told():
        try:
            return begin(), "", ""
        except work.ConsentNeeded as need:
            asked = Markup('<p class="remark" role="alert">It would take {}. Nothing is begun yet.</p>')
            return run, str(asked.format(str(need))), name


def _number(text: str | None) -> int:
    """The number of a draft; 0, which none has, for what is no number."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 4 else 0


def go_ahead(wish: str) -> Any:
    """The button that agrees, where something is asked."""
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
