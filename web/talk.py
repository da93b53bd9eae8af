"""Talk: the agent of `popcorn chat`, with cards, its questions as buttons, and caps; conversations are found again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from ..agent.chat.conversation import LONGEST
from ..agent.chat.stored_threads import messages_of
from ..agent.chat.threads import Threads
from .buttons import LAST, chosen_line, stop_button
from .fragments import fragment
from .live_talk import LiveTalk, LiveTalks
from .past_talks import thread_lines
from .setup_views import is_offline
from .talk_view import conversation, question, transcript
from .told import told

if TYPE_CHECKING:
    from .service import PageService, Visitor

_LOOK = 0.15
"""Seconds between two looks at a turn."""
_OWN: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
_OPENED = "() => [new URLSearchParams(location.search).get('talk') || '']"
_KEEP = """(thread) => { const at = new URL(location);
thread ? at.searchParams.set('talk', thread) : at.searchParams.delete('talk');
history.replaceState(null, '', at); return [thread]; }"""
"""The address names the conversation, so that a reload finds it."""
_ENDS = frozenset({"failed", "remark"})
"""Pieces of a turn that are told after it, since no message of the conversation has them."""
_NEW = ("a new conversation", "")
_EMPTY = "Say what you want, such as: draft three videos about street tacos, or: compare the first two, or: render 1."


def talk_tab(service: PageService) -> None:
    """Fill the open tab."""
    _Talk(service).wire(Context.block)


class _Talk:
    """The parts of the tab, and what they do."""

    def __init__(self, service: PageService) -> None:
        """Fill the open tab."""
        self._service, self._talks = service, LiveTalks(service)
        self.which = gr.Dropdown([_NEW], value="", label="Conversation", elem_id="talk-which")
        self.thread = gr.Textbox(visible="hidden", label="Thread", elem_id="talk-thread")
        self.seen = gr.State(None)
        self.past, self.now = gr.HTML(elem_id="talk-past"), gr.HTML(elem_id="talk-now")
        with gr.Group(visible=False) as self.asks:
            self.question = gr.HTML(elem_id="talk-question")
            with gr.Row():
                self.yes = gr.Button("Yes, go ahead", variant="primary", elem_id="talk-yes")
                self.no = gr.Button("No", elem_id="talk-no")
        self.line = gr.Textbox(
            label="Say something",
            placeholder="Draft three videos about street tacos",
            info="Enter sends, Shift+Enter begins a new line",
            lines=1,
            max_lines=8,
            max_length=LONGEST,
            elem_id="talk-line",
        )
        with gr.Row():
            self.send = gr.Button("Send", variant="primary", elem_id="talk-send")
            self.stop = gr.Button("Stop", variant="stop", visible=False, elem_id="talk-stop")
        self.caps = gr.HTML(elem_id="talk-caps")

    def wire(self, tab: Any) -> None:
        """Say what the parts do."""
        shown = [self.past, self.now, self.asks, self.question, self.stop, self.caps]
        followed = {"fn": self.follow, "inputs": self.thread, "outputs": shown}
        said = gr.on(
            [self.send.click, self.line.submit],
            self.say,
            [self.thread, self.line],
            [self.thread, self.line],
            api_name="talk_say",
            concurrency_limit=None,
        ).success(None, self.thread, self.thread, js=_KEEP, api_visibility="private")
        said = said.success(**followed, api_name="talk_follow", concurrency_limit=None, show_progress="hidden")
        self._lists(said)
        for button, answer, name in ((self.yes, self.agree, "talk_yes"), (self.no, self.decline, "talk_no")):
            answered = button.click(answer, self.thread, None, api_name=name, concurrency_limit=None)
            answered.success(**followed, **_OWN)
        self.stop.click(self.stopped, self.thread, None, api_name="talk_stop", concurrency_limit=None)
        turned = chosen_line(self.which, self.thread)
        turned.then(None, self.thread, self.thread, js=_KEEP, api_visibility="private").then(**followed, **_OWN, **LAST)
        opened = tab.select(None, None, self.thread, js=_OPENED, api_visibility="private")
        opened = opened.success(self.known, self.thread, self.thread, **_OWN).success(**followed, **_OWN)
        self._lists(opened)

    def _lists(self, event: Any) -> None:
        """The conversations to choose from are read again; which is chosen is what the page says by then."""
        listed = event.then(self.listed, self.seen, [self.which, self.seen], **_OWN)
        listed.then(None, self.thread, self.which, js="(thread) => [thread || '']", api_visibility="private")

    # What follows is called by the page, and by gradio_client under the names above.

    def say(self, thread: str, line: str, visit: gr.Request) -> tuple[str, str]:
        """Begin a turn of a conversation, a new one without an id; its id, and an empty line to type in."""
        with told():
            return self._talks.say(self._service.visitor(visit), thread or "", line or "").thread.id, ""

    def agree(self, thread: str, visit: gr.Request) -> None:
        """Agree to the call that is asked about."""
        with told():
            self._talks.answer(self._service.visitor(visit), thread, yes=True)

    def decline(self, thread: str, visit: gr.Request) -> None:
        """Decline the call that is asked about."""
        with told():
            self._talks.answer(self._service.visitor(visit), thread, yes=False)

    def stopped(self, thread: str, visit: gr.Request) -> None:
        """Stop the answer that is under way."""
        self._talks.stop(self._service.visitor(visit), thread)

    def known(self, thread: str, visit: gr.Request) -> str:
        """The id, where the visitor has such a conversation; else empty."""
        visitor = self._service.visitor(visit)
        if thread and self._talks.find(visitor, thread):
            return thread
        ids = {one.id for one in Threads(visitor.settings.home).all()} if thread else ()
        return thread if thread in ids else ""

    def listed(self, seen: Any, visit: gr.Request) -> tuple[Any, Any]:
        """The conversations to choose from; as they were seen they are left alone."""
        known = thread_lines(Threads(self._service.visitor(visit).settings.home).all())
        if known == seen:
            return gr.skip(), gr.skip()
        return gr.update(choices=[_NEW, *((line.replace("\n", ", "), one) for line, one in known)]), known

    async def follow(self, thread: str, visit: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """What was said, the turn under way, a question where one waits, all as HTML; again until it is over."""
        visitor = self._service.visitor(visit)
        talk, seen = self._talks.find(visitor, thread or ""), -1
        while talk is not None and talk.is_busy:
            if talk.news != seen:
                before = gr.skip() if seen >= 0 else await self._before(visitor, talk)
                seen = talk.news
                now = conversation(list(talk.pieces), "The answer")
                yield before, now, gr.update(visible=False), "", stop_button(there=True), gr.skip()
            await asyncio.sleep(_LOOK)
        yield await self._all(visitor, talk.thread.id if talk and seen >= 0 else thread or "", talk)

    async def _all(self, visitor: Visitor, thread: str, talk: LiveTalk | None) -> tuple[Any, ...]:
        """A conversation in which nothing is under way. A turn that failed or asks stands as it came."""
        caps = fragment("sentence.html", text=self._told(visitor))
        if not thread:
            return fragment("empty.html", text=_EMPTY), "", gr.update(visible=False), "", stop_button(there=False), caps
        with told():
            if talk is not None and talk.asked:
                past, now = await self._before(visitor, talk), conversation(list(talk.pieces), "The answer")
                asks, shown = gr.update(visible=True), question(talk.asked[0])
            else:
                past = transcript(visitor, await self._messages(visitor, thread, talk))
                ends = [one for one in talk.pieces if one["kind"] in _ENDS and "call" not in one] if talk else []
                now, asks, shown = conversation(ends, "How it ended"), gr.update(visible=False), ""
        return past, now, asks, shown, stop_button(there=False), caps

    async def _before(self, visitor: Visitor, talk: LiveTalk) -> str:
        """All that was said before the turn that is under way."""
        messages = await self._messages(visitor, talk.thread.id, talk)
        starts = [place for place, one in enumerate(messages) if one.type == "human"]
        began = bool(talk.pieces) and talk.pieces[0]["kind"] == "person"
        mine = bool(began and starts and messages[starts[-1]].text == talk.pieces[0]["text"])
        return transcript(visitor, messages[: starts[-1]] if mine else messages)

    async def _messages(self, visitor: Visitor, thread: str, talk: LiveTalk | None) -> list[Any]:
        """All that was said; nothing in a conversation that is not on disk yet."""
        threads = Threads(visitor.settings.home)
        kept = next((one for one in threads.all() if one.id == thread), talk.thread if talk else None)
        return await messages_of(visitor.settings, kept) if kept is not None else []

    def _told(self, visitor: Visitor) -> str:
        """Who speaks, and what was used of the caps."""
        ledger, settings = self._service.ledger, visitor.settings
        who = "Rules answer, since no language model is set" if is_offline(settings) else f"{settings.llm} answers"
        clips = f"{ledger.renders} of {ledger.caps.renders} clips" if ledger.caps.renders else f"{ledger.renders} clips"
        most = f" of ${ledger.caps.cost_usd:g}" if ledger.caps.cost_usd else ""
        unpriced = f", and {ledger.unpriced:,} tokens without a known price" if ledger.unpriced else ""
        return f"{who}. Used since the server began: {clips}, ${ledger.cost:.4f}{most}{unpriced}."
