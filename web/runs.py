"""Runs: what was made, found by words, opened, compared, forked and thrown away; conversations; studies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from .buttons import LAST, button, chosen_line
from .past_talks import past_talks
from .run_actions import RunActions
from .study_reports import study_reports

if TYPE_CHECKING:
    from .service import PageService

_OPEN: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden"}
_OWN: dict[str, Any] = {**_OPEN, "api_visibility": "private"}
"""Of functions that only the page calls."""


def runs_tab(service: PageService) -> None:
    """Fill the open tab."""
    tab = Context.block
    with gr.Tab("Runs", elem_id="runs-runs"):
        _Runs(service).wire(tab)
    with gr.Tab("Conversations", elem_id="runs-talks") as talks:
        past_talks(service, (tab, talks))
    with gr.Tab("Studies", elem_id="runs-studies") as studies:
        study_reports(service, (tab, studies))


class _Runs:
    """The parts of the list and of the run that is open, and what they do."""

    def __init__(self, service: PageService) -> None:
        """Put them into the open tab."""
        self._actions = RunActions(service)
        with gr.Row(equal_height=True):
            self.words = gr.Textbox(
                label="Search",
                placeholder="words of a request or title",
                max_length=500,
                elem_id="runs-words",
                scale=4,
            )
            self.search = gr.Button("Search", elem_id="runs-search", min_width=100)
        self.sentence = gr.HTML(elem_id="runs-told")
        self.lines = gr.Radio([], label="Runs", elem_id="runs-list", elem_classes="pc-rows", visible=False)
        self.run = gr.Textbox(visible="hidden", label="Run", elem_id="runs-run")
        self.page = gr.Number(value=0, visible="hidden", label="Page", precision=0)
        with gr.Row():
            self.newer = gr.Button("Newer", visible=False, elem_id="runs-newer")
            self.older = gr.Button("Older", visible=False, elem_id="runs-older")
        with gr.Column(visible=False) as self.room:
            self.clip = gr.HTML(elem_id="runs-clip")
            self._doings()
            self.trace = gr.HTML(elem_id="runs-trace")
        self.key = gr.Textbox(visible="hidden", label="Job")
        # outside of the room: gradio shows what is hidden in a column once the column is shown
        self.agreed, self.yes_of = gr.Checkbox(value=False, visible="hidden", label="Agreed"), gr.State("")

    def _doings(self) -> None:
        """What can be done with the run that is open."""
        with gr.Accordion("Compare it", open=False, elem_id="runs-comparing"):
            self.other = gr.Dropdown(
                [], label="With this run", elem_id="runs-other", value=None, allow_custom_value=True
            )
            self.compare = gr.Button("Compare", elem_id="runs-compare")
            self.difference = gr.HTML(elem_id="runs-difference")
        with gr.Accordion("Fork it", open=False, elem_id="runs-forking"):
            self.step = gr.Dropdown(
                [("the start", "")],
                label="A new run leaves this one before",
                elem_id="runs-step",
                value="",
                allow_custom_value=True,
            )
            self.changes = gr.Textbox(
                label="With other settings, one a line",
                placeholder="renderer=animatic",
                lines=2,
                max_length=5_000,
                elem_id="runs-changes",
            )
            self.fork = gr.Button("Fork", elem_id="runs-fork")
        with gr.Row():
            self.go_on = gr.Button("Go on with it", visible=False, elem_id="runs-go-on")
            self.delete = gr.Button("Delete it", variant="stop", elem_id="runs-delete")
        with gr.Group(visible=False) as self.asked:
            self.question = gr.HTML(elem_id="runs-question")
            with gr.Row():
                self.yes = gr.Button("Delete it", variant="stop", elem_id="runs-delete-yes")
                self.no = gr.Button("Keep it", elem_id="runs-delete-no")
        self.consent = gr.HTML(elem_id="runs-consent")
        self.agree = gr.Button("Go ahead", visible=False, elem_id="runs-agree")
        self.progress = gr.HTML(elem_id="runs-progress")
        self.stop = gr.Button("Stop", variant="stop", visible=False, elem_id="runs-stop")

    def wire(self, tab: Any) -> None:
        """Say what the parts do."""
        actions = self._actions
        listed = [self.lines, self.sentence, self.page, self.newer, self.older]
        opened = [self.clip, self.trace, self.step, self.room, self.go_on]
        found = [self.search.click, self.words.submit]
        for number, happens in enumerate(found):
            name = {"api_name": "runs_search"} if not number else {"api_visibility": "private"}
            self._others(
                happens(_first, None, self.page, **_OWN).then(
                    actions.search, [self.words, self.page], listed, **_OPEN, **name
                )
            )
        for turner, turn in ((self.newer, _newer), (self.older, _older)):
            self._lists(turner.click(turn, self.page, self.page, **_OWN))
        chosen = chosen_line(self.lines, self.run)
        chosen.then(_turned, None, [self.difference, self.consent, self.agree, self.asked], **_OWN, **LAST)
        self._others(chosen.then(actions.open, self.run, opened, api_name="runs_open", concurrency_limit=None, **LAST))
        self.compare.click(
            actions.compare, [self.run, self.other], self.difference, api_name="runs_compare", concurrency_limit=None
        )
        self._jobs()
        self._deleting()
        self._others(tab.select(actions.search, [self.words, self.page], listed, **_OWN))
        found = tab.select(actions.under_way, None, self.key, **_OWN)
        found.then(actions.follow, self.key, [self.progress, self.stop], **_OWN)

    def _lists(self, event: Any) -> None:
        """The list is read again after an event."""
        listed = [self.lines, self.sentence, self.page, self.newer, self.older]
        self._others(event.then(self._actions.search, [self.words, self.page], listed, **_OWN))

    def _others(self, event: Any) -> None:
        """What the open run may be compared with, after an event that changed either."""
        event.then(self._actions.others, [self.words, self.page, self.run, self.other], self.other, **_OWN, **LAST)

    def _jobs(self) -> None:
        """What walks a run: a fork, and going on; both ask first where it takes long or costs money."""
        actions, begun = self._actions, [self.key, self.consent, self.agree]
        forking = [self.run, self.step, self.changes, self.agreed]
        going = [self.run, self.agreed]
        starts = [
            self.fork.click(actions.fork, forking, begun, api_name="runs_fork", concurrency_limit=None),
            self.go_on.click(actions.go_on, going, begun, api_name="runs_go_on", concurrency_limit=None),
        ]
        self.fork.click(lambda: "fork", None, self.yes_of, **_OWN)
        self.go_on.click(lambda: "go on", None, self.yes_of, **_OWN)
        starts.append(self.agree.click(self._agreed, [self.yes_of, *forking[:3]], begun, **_OWN))
        for start in starts:
            followed = start.success(actions.follow, self.key, [self.progress, self.stop], **_OWN)
            self._lists(followed.then(_first, None, self.page, **_OWN))
        self.stop.click(actions.stop, self.key, None, api_name="runs_stop", **_OPEN)

    async def _agreed(self, what: str, run_id: str, step: str, changes: str, visit: gr.Request) -> tuple[Any, ...]:
        """What was asked about, with the person's consent."""
        if what == "fork":
            return await self._actions.fork(run_id, step, changes, True, visit)
        return self._actions.go_on(run_id, True, visit)

    def _deleting(self) -> None:
        actions = self._actions
        self.delete.click(actions.ask, self.run, [self.asked, self.question], **_OWN)
        self.no.click(lambda: gr.update(visible=False), None, self.asked, **_OWN)
        gone = self.yes.click(
            actions.delete,
            self.run,
            [self.asked, self.run, self.clip, self.trace, self.room],
            api_name="runs_delete",
            concurrency_limit=None,
        )
        self._lists(gone)


def _first() -> int:
    return 0


def _newer(page: float) -> int:
    return max(0, int(page) - 1)


def _older(page: float) -> int:
    return int(page) + 1


def _turned() -> tuple[Any, ...]:
    """Another run is open: what belonged to the one before goes away."""
    return "", "", button("Go ahead", there=False), gr.update(visible=False)
