"""A conversation: a thread, who speaks in it, and its turns as events. Shows nothing."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage
from langchain_core.runnables import RunnableLambda
from langgraph.types import Command

from ...errors import PopcornError, RequestError
from ...redaction import TAKEN_OUT, scrubber
from ...secret_shapes import HIDDEN
from ..runs.checkpoints import complaining
from ..runs.run_store import RunStore
from ..toolbox.caps import Caps, Ledger
from ..toolbox.sendable_result import Progress, Result, sendable
from ..toolbox.toolbox import Toolbox
from ..toolbox.tools.draft_video import draft_video
from ..toolbox.tools.render_video import render_video
from .best_draft import request_of, titles_for
from .board import Board, board_of, turn_of
from .broken_turn import MORE_MONEY, STOPPED, missing_answers, turn_error
from .compaction import Digest
from .events import Asked, Event, Remark, ToolBegan
from .guard import Patience
from .record import Record
from .speaker import Speaker, SpeakerModel, open_speaker_model
from .stream import events_of

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.messages import AnyMessage
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from ...settings import Settings
    from ..runs.databases.postgres import Server
    from .threads import Thread, Threads

LONGEST = 40_000
"""Characters of the longest line; a longer one is a document."""
Around = Callable[[str, Progress, Callable[[], Awaitable[Result]]], Awaitable[Result]]
"""Does a call of a tool when its turn comes: its name, whom it tells of its progress, and the call."""
_STEPS = 120
"""Steps of the graph in one turn; the guard ends a turn long before."""
_MODES: list[Any] = ["messages", "updates", "custom", "tasks"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a session may do without asking, and how long it waits."""

    caps: Caps = field(default_factory=Caps)
    consents: bool = False
    """The person has agreed beforehand to whatever is dear."""
    patience: Patience = field(default_factory=Patience)


class Conversation:
    """One thread, spoken in by one session."""

    def __init__(
        self,
        toolbox: Toolbox,
        thread: Thread,
        threads: Threads,
        saver: BaseCheckpointSaver[str],
        terms: Terms,
        opener: Callable[[Settings, Ledger], SpeakerModel] = open_speaker_model,
        *,
        ledger: Ledger | None = None,
        around: Around | None = None,
    ) -> None:
        """`saver` keeps the messages; `opener` gives who speaks for the toolbox's settings.

        `ledger` is the session's, which other conversations may have used; a new one without it. `around` lets calls
        wait for others.
        """
        self.thread, self.terms, self._opener, self._around = thread, terms, opener, around
        self._threads, self._saver = threads, saver
        self.ledger = ledger or Ledger(terms.caps, MORE_MONEY)
        self.choose(toolbox)

    def choose(self, toolbox: Toolbox) -> None:
        """Go on with another toolbox: another model, another renderer. Raises what opening the model raises."""
        speaker_model = self._opener(toolbox.settings, self.ledger)
        self.toolbox, self.speaker_model = toolbox, speaker_model
        self._scrub = scrubber()
        self._store = RunStore.of(toolbox.settings)
        speaker = Speaker(
            speaker_model=speaker_model,
            settings=toolbox.settings,
            ledger=self.ledger,
            call=self._call,
            estimate=toolbox.estimate,
            agree=toolbox.agree,
            tell=toolbox.tell,
            patience=self.terms.patience,
            consents=self.terms.consents,
            clean=self._scrub.text,
        )
        self._compaction, self._agent = speaker.compaction, speaker.agent(self._saver)

    async def say(self, line: str) -> AsyncGenerator[Event]:
        """A turn: what the person says, and all that comes of it. Raises PopcornError; the thread stays whole.

        After Asked, which is then the last event, `answer` goes on.
        """
        text = self._scrub.text(sendable(line)).strip()
        if len(text) > LONGEST:
            raise RequestError(f"that has {len(text):,} characters; the most is {LONGEST:,}", hint="Say it shorter.")
        if HIDDEN in text:
            yield Remark(TAKEN_OUT)
        async with aclosing(self._turn({"messages": [HumanMessage(text)]}, text)) as events:
            async for event in events:
                yield event

    async def call(self, line: str, name: str, arguments: Mapping[str, Any]) -> AsyncGenerator[Event]:
        """A turn that begins with a call of a tool, which a command of the person stands for."""
        line, arguments = self._scrub.text(line), self._scrub.value(arguments)
        call = {"name": name, "args": dict(arguments), "id": f"call-{uuid.uuid4().hex[:12]}", "type": "tool_call"}
        messages = [HumanMessage(line), AIMessage("", tool_calls=[call])]
        await self._agent.aupdate_state(self._config, {"messages": messages}, as_node="model")
        yield ToolBegan(str(call["id"]), name, arguments)
        async with aclosing(self._turn(None, line)) as events:
            async for event in events:
                yield event

    async def answer(self, answers: Mapping[str, Mapping[str, Any]]) -> AsyncGenerator[Event]:
        """Go on after Asked: for each question `{"type": "approve"}`, `{"type": "edit", "arguments": {...}}` or
        `{"type": "reject", "reason": "..."}`.
        """
        decisions = ", ".join(str(answer["type"]) for answer in answers.values())
        async with aclosing(self._turn(Command(resume=dict(answers)), "", decisions)) as events:
            async for event in events:
                yield event

    async def repair(self, why: str = STOPPED) -> bool:
        """Give every call without an answer one, so that the thread can go on; whether there was something to mend."""
        missing = missing_answers(await self.messages(), why)
        if not missing:
            return False
        await self._agent.aupdate_state(self._config, {"messages": missing}, as_node="model")
        return True

    async def messages(self) -> list[AnyMessage]:
        """All that was said."""
        values = (await self._agent.aget_state(self._config)).values
        return list(values.get("messages", ()))

    async def board(self) -> Board:
        """What was brought so far."""
        return board_of(await self.messages())

    async def undo(self) -> str:
        """Take the last turn back; what the person had said in it, empty where there is none."""
        messages = await self.messages()
        turn = turn_of(messages)
        if not turn:
            return ""
        digest = (await self._agent.aget_state(self._config)).values.get("digest")
        left = len(messages) - len(turn)
        changes: dict[str, Any] = {"messages": [RemoveMessage(id=str(message.id)) for message in turn]}
        if digest and digest["covers"] > left:
            changes["digest"] = Digest(text=digest["text"], covers=left)
        await self._agent.aupdate_state(self._config, changes, as_node="model")
        self.thread = replace(self.thread, turns=max(0, self.thread.turns - 1))
        self._threads.save(self.thread)
        return turn[0].text

    async def compact(self) -> int:
        """Digest all but the last turn; how many messages the digest stands for. Raises PopcornError."""
        values = (await self._agent.aget_state(self._config)).values
        messages, digest = values.get("messages", []), values.get("digest")
        covers = len(messages) - len(turn_of(messages))
        if covers <= (digest["covers"] if digest else 0):
            return 0
        with self.ledger.working():
            self.ledger.check()
            shortened = await self._digested(messages, digest, covers)
        await self._agent.aupdate_state(self._config, {"digest": shortened}, as_node="model")
        return covers

    async def _digested(self, messages: list[AnyMessage], before: Digest | None, covers: int) -> Digest:
        """A digest as a walk of its own in the trace, since no graph walks here. Raises PopcornError."""

        async def digest(said: list[AnyMessage]) -> Digest:
            return await self._compaction.digest(said, before, covers)

        record = Record(self._store, self.thread, self.toolbox.settings)
        with record.turn("/compact"), record.step("digest") as watcher:
            try:
                async with self.ledger.limited():
                    return await RunnableLambda(digest).ainvoke(messages, {"callbacks": [watcher]})
            except Exception as exc:  # a model may fail in any way
                error = turn_error(exc)
                raise error from (None if error is exc else exc)

    async def copy_to(self, thread: Thread) -> None:
        """Put everything that was said into another thread."""
        values = (await self._agent.aget_state(self._config)).values
        kept = {name: values[name] for name in ("messages", "digest") if values.get(name)}
        if kept:
            await self._agent.aupdate_state(_config(thread), kept, as_node="model")

    async def drop_older_checkpoints(self) -> None:
        """Throw the checkpoints on the way here away, all but the last: each of them holds the whole conversation."""
        if not self.thread.turns:
            return
        after = replace(self.thread, generation=self.thread.generation + 1)
        await self._saver.adelete_thread(after.checkpoints)
        await self.copy_to(after)
        self._threads.save(after)
        self.thread = after
        for name in after.leftovers:
            await self._saver.adelete_thread(name)

    async def _turn(self, start: Any, line: str, said: str = "") -> AsyncGenerator[Event]:
        """Walk the agent until it has answered or asks a person; a turn that breaks off leaves the thread whole.

        `line` begins a new turn; `said` is what goes on with one.
        """
        why = ""
        try:
            with self.ledger.working():
                self.ledger.check()
                if line:  # now, so that a session that is killed in the turn can be gone on with
                    self._keep(line)
                self._record = Record(self._store, self.thread, self.toolbox.settings)
                with self._record.turn(said or line):
                    async with aclosing(self._events(start)) as events:
                        async for event in events:
                            yield event
        except (asyncio.CancelledError, GeneratorExit):
            why = STOPPED
            raise
        except PopcornError as exc:
            why = f"(no answer: {self._scrub.text(exc.message)})"
            raise
        finally:
            if why:
                await asyncio.shield(self._close(why))

    async def _close(self, why: str) -> None:
        """End a turn that broke off."""
        with suppress(PopcornError), complaining(self.database):  # the first error is the one to tell
            await self.repair(why)

    def _keep(self, line: str) -> None:
        self.thread = self.thread.touched(line, self.speaker_model.name)
        self._threads.save(self.thread)

    async def _events(self, start: Any) -> AsyncGenerator[Event]:
        """What the agent streams. Raises PopcornError alone: every way to fail ends the turn with a sentence."""
        config = {**self._config, "recursion_limit": _STEPS, "callbacks": [self._record.watcher()]}
        stream = self._agent.astream(start, cast("RunnableConfig", config), stream_mode=_MODES, durability="sync")
        try:
            with complaining(self.database):
                async with self.ledger.limited(), aclosing(cast("AsyncGenerator[tuple[str, Any]]", stream)) as parts:
                    async for kind, part in parts:
                        if kind == "tasks":
                            self._record.take(part)
                        else:
                            for event in events_of(kind, part):
                                if isinstance(event, Asked):
                                    self._record.asked(event)
                                yield event
        except Exception as exc:
            error = turn_error(exc)
            raise error from (None if error is exc else exc)

    async def _call(self, name: str, arguments: dict[str, Any], progress: Progress) -> Result:
        toolbox = self.toolbox.watched(self._record.inner_watcher())
        if name == draft_video.name:
            toolbox = toolbox.besides(titles_for(arguments["request"], await self.messages()))
        if name == render_video.name and not arguments.get("request"):
            arguments = {**arguments, "request": request_of(arguments["title"], await self.messages())}
        work = partial(toolbox.call, name, arguments, progress)
        return await (self._around(name, progress, work) if self._around else work())

    @property
    def database(self) -> Path | Server:
        """Where it is kept."""
        return self._store.database

    @property
    def _config(self) -> RunnableConfig:
        return _config(self.thread)


def _config(thread: Thread) -> RunnableConfig:
    return {"configurable": {"thread_id": thread.checkpoints}}
