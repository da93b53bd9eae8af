"""Studies of the home with their reports: the page that `popcorn study report` writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..prompts.text import visible
from ..study.overview import status_of, studies
from ..study.report_files import report_of
from ..study.report_page import page
from .buttons import LAST, chosen_line
from .fragments import fragment
from .told import told

if TYPE_CHECKING:
    from .service import PageService

_OWN: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
_EMPTY = "No study yet. Run one in a terminal: popcorn study run paper-table-4 --dry-run says first what it takes."


def study_reports(service: PageService, tabs: Sequence[Any]) -> None:
    """Fill the open tab; the list is read anew where one of `tabs` is opened."""
    actions = _Actions(service)
    told_of = gr.HTML(elem_id="studies-told")
    lines = gr.Radio([], label="Studies", elem_id="studies-list", elem_classes="pc-rows", visible=False)
    status, report = gr.HTML(elem_id="studies-status"), gr.HTML(elem_id="studies-report")
    seen = gr.State(None)
    for tab in tabs:
        tab.select(actions.list, seen, [lines, told_of, seen], **_OWN)
    name = gr.Textbox(visible="hidden", label="Name")
    chosen_line(lines, name).then(
        actions.open, name, [status, report], api_name="studies_open", concurrency_limit=None, **LAST
    )


class _Actions:
    """What the parts do."""

    def __init__(self, service: PageService) -> None:
        self._service = service

    def list(self, seen: Any, visit: gr.Request) -> tuple[Any, ...]:
        """The studies of the visitor's home; a list that is as it was seen is left alone, with what is chosen in it."""
        known = [(_line(one), one["name"]) for one in studies(self._service.visitor(visit).settings.home)]
        if known == seen:
            return gr.skip(), gr.skip(), gr.skip()
        sentence = "" if known else fragment("empty.html", text=_EMPTY)
        return gr.update(choices=known, visible=bool(known)), sentence, known

    def open(self, name: str, visit: gr.Request) -> tuple[str, str]:
        """How far a study is, and its report in a frame, as HTML."""
        with told():
            home = self._service.visitor(visit).settings.home
            status = status_of(home, name or "")
            framed = fragment("framed.html", title=f"the report of {name}", page=page(report_of(home, name)))
        return fragment("study_status.html", status=status), framed


def _line(study: dict[str, Any]) -> str:
    failures = f", {study['failures']} failed" if study["failures"] else ""
    question = f"\n{' '.join(visible(study['question']).split())}" if study["question"] else ""
    return f"{visible(study['name'])}\n{study['rows']} rows{failures}{question}"
