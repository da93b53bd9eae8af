"""Conversations that were had: read again, deleted. The tab Talk goes on with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..agent.chat.stored_threads import delete_threads, messages_of
from ..agent.chat.threads import Thread, Threads
from ..prompts.text import visible
from .buttons import LAST, chosen_line
from .fragments import fragment
from .run_index import when
from .talk_view import transcript
from .told import told

if TYPE_CHECKING:
    from .service import PageService

_MOST = 50
"""Conversations in the list, the latest."""
_OWN: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
_EMPTY = "No conversation yet: begin one in the tab Talk."


def thread_lines(threads: Sequence[Thread]) -> list[tuple[str, str]]:
    """What is read of each conversation, and its id."""
    return [(_line(one), one.id) for one in threads[:_MOST]]


def past_talks(service: PageService, tabs: Sequence[Any]) -> None:
    """Fill the open tab; the list is read anew where one of `tabs` is opened."""
    actions = _Actions(service)
    told_of = gr.HTML(elem_id="talks-told")
    lines = gr.Radio([], label="Conversations", elem_id="talks-list", elem_classes="pc-rows", visible=False)
    thread = gr.Textbox(visible="hidden", label="Thread")
    with gr.Column(visible=False) as room:
        said = gr.HTML(elem_id="talks-said")
        delete = gr.Button("Delete this conversation", variant="stop", elem_id="talks-delete")
        with gr.Group(visible=False) as asked:
            question = gr.HTML()
            with gr.Row():
                yes = gr.Button("Delete it", variant="stop", elem_id="talks-delete-yes")
                no = gr.Button("Keep it")
    seen, listed = gr.State(None), [lines, told_of]
    for tab in tabs:
        tab.select(actions.list, seen, [*listed, seen], **_OWN)
    chosen_line(lines, thread).then(
        actions.open, thread, [said, room, asked], api_name="talks_open", concurrency_limit=None, **LAST
    )
    delete.click(actions.ask, thread, [question, asked], **_OWN)
    no.click(lambda: gr.update(visible=False), None, asked, **_OWN)
    gone = yes.click(actions.delete, thread, [asked, room, thread], api_name="talks_delete", concurrency_limit=None)
    gone.success(actions.list, seen, [*listed, seen], **_OWN)


class _Actions:
    """What the parts do."""

    def __init__(self, service: PageService) -> None:
        self._service = service

    def list(self, seen: Any, visit: gr.Request) -> tuple[Any, ...]:
        """The conversations, the latest first; a list that is as it was seen is left alone, with what is chosen."""
        known = thread_lines(Threads(self._service.visitor(visit).settings.home).all())
        if known == seen:
            return gr.skip(), gr.skip(), gr.skip()
        sentence = "" if known else fragment("empty.html", text=_EMPTY)
        return gr.update(choices=known, visible=bool(known)), sentence, known

    async def open(self, thread_id: str, visit: gr.Request) -> tuple[Any, ...]:
        """What was said in a conversation, as HTML."""
        with told():
            visitor = self._service.visitor(visit)
            thread = Threads(visitor.settings.home).find(thread_id or "")
            said = transcript(visitor, await messages_of(visitor.settings, thread))
        return said, gr.update(visible=True), gr.update(visible=False)

    def ask(self, thread_id: str, visit: gr.Request) -> tuple[Any, ...]:
        """The question before a conversation is deleted."""
        with told():
            thread = Threads(self._service.visitor(visit).settings.home).find(thread_id or "")
        head = "Delete this conversation? Clips and runs that came of it stay."
        return fragment("question.html", head=head, lines=[thread.title or thread.id]), gr.update(visible=True)

    async def delete(self, thread_id: str, visit: gr.Request) -> tuple[Any, ...]:
        """Delete a conversation with all that was said in it; what was open goes away."""
        with told():
            await delete_threads(self._service.visitor(visit).settings, [thread_id or ""])
        return gr.update(visible=False), gr.update(visible=False), ""


def _line(thread: Thread) -> str:
    title = " ".join(visible(thread.title).split()) or "(nothing said)"
    return f"{title}\n{when(thread.updated)}, {thread.turns} turn{'s' * (thread.turns != 1)}"
