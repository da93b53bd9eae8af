"""Conversations that somebody is in: a turn goes on when the tab is closed, and is found again after a reload.

A turn walks on the event loop of all work. Its tools that compute or spend wait for their turn in the queue; words of a
language model wait for nobody.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ..agent.chat.conversation import Conversation, Terms
from ..agent.chat.events import Asked, Event, Remark, Said, ToolBegan, ToolEnded, ToolProgress
from ..agent.chat.speaker import open_speaker_model
from ..agent.chat.threads import Thread, Threads
from ..agent.chat.without_terminal import without_terminal
from ..agent.runs.checkpoints import open_checkpoints
from ..agent.toolbox.table import known_tool, label
from ..agent.wiring.background import in_background
from ..errors import PopcornError, RequestError, sentences, unforeseen
from ..prompts.text import visible
from .service import MACHINE
from .talk_view import Piece, card_of, person, said
from .work_queue import Ticket

if TYPE_CHECKING:
    from ..agent.toolbox.sendable_result import Progress, Result
    from .service import PageService, Visitor

_SETTLED = 8
"""Turns after which the checkpoints on the way are thrown away."""
_MOST = 200
"""Conversations that are remembered, the latest."""
_ENDED = "(the session ended before an answer)"
_LOOK = 0.1
"""Seconds between two looks at the place in the queue."""
_LEAVING = 8.0
"""Seconds that stopped answers have to tidy up when the server ends."""
_opener = partial(open_speaker_model, served=True)
Begin = Callable[[Conversation], AsyncGenerator[Event]]


@dataclass(eq=False)
class LiveTalk:
    """One conversation, and the turn that is under way in it. Its fields may be read from any thread."""

    thread: Thread
    pieces: list[Piece] = field(default_factory=list)
    """What the turn has brought so far."""
    asked: list[Asked] = field(default_factory=list)
    """Calls that wait for the person, the first of which is asked about."""
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    news: int = 0
    """Grows with everything that changes."""
    turn: Future[None] | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    """Set once the turn has tidied up, which one that is stopped still does."""

    @property
    def is_busy(self) -> bool:
        """Whether a turn is under way."""
        return self.turn is not None and not self.turn.done()

    def take(self, event: Event, visitor: Visitor) -> None:
        """Know what an event of the turn says."""
        if isinstance(event, Said):
            last = self.pieces[-1] if self.pieces else {}
            if last.get("kind") == "said":
                self.pieces[-1] = said(last["text"] + event.text)
            else:
                self.pieces.append(said(event.text))
        elif isinstance(event, ToolBegan):
            self._work(event.call, event.name, "")
        elif isinstance(event, ToolProgress):
            counted = f"{event.done} of {event.total}" if event.total > 1 else ""
            self._work(event.call, event.name, ", ".join(part for part in (event.note, counted) if part))
        elif isinstance(event, ToolEnded):
            self.pieces = [one for one in self.pieces if one.get("call") != event.call]
            if event.data is not None:
                self.pieces.append(card_of(visitor, event.name, event.data))
            else:
                self.pieces.append({"kind": "failed", "call": event.call, "text": event.text})
        elif isinstance(event, Remark):
            self.pieces.append({"kind": "remark", "text": event.text})
        elif isinstance(event, Asked):
            self.asked.append(event)
        self.news += 1

    def fail(self, error: PopcornError) -> None:
        """Tell how the turn ended."""
        way_out = without_terminal(error.hint)
        self.pieces.append({"kind": "failed", "text": visible(sentences(error.message, way_out))})

    def _work(self, call: str, name: str, told: str) -> None:
        """A line of a tool that is under way; there is one for each call."""
        line = {"kind": "work", "call": call, "text": f"{label(name)} …", "told": told}
        places = [place for place, one in enumerate(self.pieces) if one.get("call") == call]
        if places:
            self.pieces[places[0]] = line
        else:
            self.pieces.append(line)


class LiveTalks:
    """Who talks now."""

    def __init__(self, service: PageService) -> None:
        """Nobody talks yet."""
        self._service = service
        self._lock = threading.Lock()
        self._talks: OrderedDict[tuple[str, str], LiveTalk] = OrderedDict()
        service.at_end(self.close)

    def find(self, visitor: Visitor, thread_id: str) -> LiveTalk | None:
        """The visitor's conversation of that id, where somebody was in it since the server began."""
        with self._lock:
            return self._talks.get((visitor.owner, thread_id))

    def enter(self, visitor: Visitor, thread_id: str) -> LiveTalk:
        """The visitor's conversation, a new one for an empty id. Raises RequestError where there is none."""
        if known := self.find(visitor, thread_id):
            return known
        threads = Threads(visitor.settings.home)
        talk = LiveTalk(threads.find(thread_id) if thread_id else threads.new())
        with self._lock:
            self._talks[visitor.owner, talk.thread.id] = talk
            idle = [key for key, one in self._talks.items() if not one.is_busy and not one.asked]
            for key in idle[: max(0, len(self._talks) - _MOST)]:
                del self._talks[key]
        return talk

    def say(self, visitor: Visitor, thread_id: str, line: str) -> LiveTalk:
        """Begin a turn with what the person says. Raises RequestError where one is under way, or nothing is said."""
        if not line.strip():
            raise RequestError("nothing was said", hint="Write what you want to see or know.")
        talk = self.enter(visitor, thread_id)
        self._check_free(talk)
        if talk.asked:
            raise RequestError("a question waits for your answer", hint="Answer it with one of its buttons first.")
        talk.pieces = [person(line)]
        self._start(visitor, talk, lambda conversation: conversation.say(line), repairs=True)
        return talk

    def answer(self, visitor: Visitor, thread_id: str, *, yes: bool) -> LiveTalk:
        """Answer the question; after the last one the turn goes on. Raises RequestError where nothing is asked."""
        talk = self.find(visitor, thread_id)
        if talk is None or not talk.asked:
            raise RequestError("nothing waits for an answer", hint="Say what you want.")
        self._check_free(talk)
        one = talk.asked.pop(0)
        talk.answers[one.question] = {"type": "approve"} if yes else {"type": "reject"}
        talk.news += 1
        if not talk.asked:
            answers, talk.answers = talk.answers, {}
            self._start(visitor, talk, lambda conversation: conversation.answer(answers), repairs=False)
        return talk

    def stop(self, visitor: Visitor, thread_id: str) -> None:
        """Stop the turn that is under way; the conversation can be gone on with."""
        talk = self.find(visitor, thread_id)
        if talk is not None and talk.turn is not None:
            talk.turn.cancel()

    def close(self) -> None:
        """Stop every answer that is under way, and wait a little for the end of each to be written down."""
        with self._lock:
            busy = [one for one in self._talks.values() if one.is_busy]
        for one in busy:
            if one.turn is not None:
                one.turn.cancel()
        end = time.monotonic() + _LEAVING
        for one in busy:
            one.ended.wait(max(0.0, end - time.monotonic()))

    def _check_free(self, talk: LiveTalk) -> None:
        if talk.is_busy:
            raise RequestError("an answer is under way", hint="Wait for it, or stop it.")

    def _start(self, visitor: Visitor, talk: LiveTalk, begin: Begin, *, repairs: bool) -> None:
        talk.ended.clear()
        talk.turn = self._service.worker.start(self._turn(visitor, talk, begin, repairs=repairs))

    async def _turn(self, visitor: Visitor, talk: LiveTalk, begin: Begin, *, repairs: bool) -> None:
        try:
            await self._walk(visitor, talk, begin, repairs=repairs)
        except (asyncio.CancelledError, CancelledError):
            talk.pieces.append({"kind": "remark", "call": "", "text": "stopped"})  # the thread tells it itself
            raise
        except PopcornError as exc:
            talk.fail(exc)
        except Exception as exc:  # the page tells of every end, and the loop serves others
            talk.fail(unforeseen(exc))
        finally:
            talk.news += 1
            talk.ended.set()

    async def _walk(self, visitor: Visitor, talk: LiveTalk, begin: Begin, *, repairs: bool) -> None:
        threads, around = Threads(visitor.settings.home), self._around(visitor)
        terms, ledger = Terms(self._service.ledger.caps), self._service.ledger
        with threads.alone(talk.thread):
            async with open_checkpoints(visitor.store.database, ()) as saver:
                conversation = await in_background(
                    lambda: Conversation(
                        visitor.toolbox, talk.thread, threads, saver, terms, _opener, ledger=ledger, around=around
                    )
                )
                if repairs:
                    await conversation.repair(_ENDED)
                try:
                    async with aclosing(begin(conversation)) as events:
                        async for event in events:
                            talk.take(event, visitor)
                finally:
                    talk.thread = conversation.thread
                if talk.thread.turns % _SETTLED == 0 and not talk.asked:
                    await conversation.drop_older_checkpoints()
                    talk.thread = conversation.thread

    def _around(self, visitor: Visitor) -> Any:
        """Lets calls that compute or spend wait for the device that they keep busy."""
        queue, device = self._service.queue, self._service.device(visitor.settings)

        async def around(name: str, progress: Progress, work: Callable[[], Awaitable[Result]]) -> Result:
            tool = known_tool(name)
            if tool is None or not tool.spends:
                return await work()
            ticket = queue.put(Ticket(visitor.owner, f"talk {name}", label(name), device or MACHINE), lambda _: work())
            try:
                while not ticket.is_over:
                    if before := queue.place(ticket):
                        progress(0, 0, f"waiting: {before} before it")
                    await asyncio.sleep(_LOOK)
            finally:
                if not ticket.is_over:
                    ticket.stop()
            if ticket.error is not None:
                raise ticket.error
            result: Result = ticket.result
            return result

        return around
