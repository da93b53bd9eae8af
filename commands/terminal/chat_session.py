"""A session at the keyboard: lines in, turns out, one thread at a time."""

from __future__ import annotations

import asyncio
import re
import shlex
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack, aclosing, contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from ...agent.chat.broken_turn import MORE_MONEY
from ...agent.chat.conversation import Conversation, Terms
from ...agent.chat.events import Asked, Event
from ...agent.runs.checkpoints import complaining
from ...agent.toolbox.caps import Ledger
from ...agent.toolbox.table import tool_of
from ...agent.toolbox.toolbox import Toolbox
from ...agent.wiring.spending import left, purchases_of
from ...errors import PopcornError, RequestError, StoppedError, unforeseen
from ...settings import debugging
from ..views.consoles import complain, show_sentence
from .conversation_views import asked_view
from .line_input import Interrupted
from .turn_display import Showing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langgraph.checkpoint.base import BaseCheckpointSaver
    from rich.console import Console

    from ...agent.chat.threads import Thread, Threads
    from ...settings import Settings
    from .line_input import Lines

T = TypeVar("T")
SlashCommands = Callable[["ChatSession", str], Awaitable[bool | None] | None]
"""Does what a line with a slash says, and gives False to leave; None for a line that is said. Raises RequestError."""
_NOBODY = "nobody can be asked here; start with --yes to agree to what takes long or costs money"
_LEAVING = 10
"""Seconds in which a session that is left may tidy up."""
_SETTLED = 8
"""Turns after which the checkpoints on the way are thrown away."""


class ChatSession:
    """What `popcorn chat` does."""

    def __init__(
        self,
        settings: Settings,
        threads: Threads,
        saver: BaseCheckpointSaver[str],
        terms: Terms,
        out: Console,
        err: Console,
        lines: Lines,
        commands: SlashCommands,
    ) -> None:
        """Answers go to `out`, everything else to `err`; `commands` does what is no part of the conversation."""
        self.settings, self.threads, self.terms = settings, threads, terms
        self.out, self.err, self.lines = out, err, lines
        self.ledger = Ledger(terms.caps, MORE_MONEY, purchases_of(settings).owed())
        self._saver, self._commands = saver, commands
        self._held = ExitStack()
        self._turn: asyncio.Task[Any] | None = None
        self.conversation: Conversation

    async def enter(self, thread: Thread) -> None:
        """Speak in this thread from now on. Raises StoreError when another session does."""
        held = ExitStack()
        held.enter_context(self.threads.alone(thread))
        try:
            toolbox = Toolbox(self.settings, self.ledger)
            conversation = Conversation(toolbox, thread, self.threads, self._saver, self.terms, ledger=self.ledger)
            await conversation.repair("(the session ended before an answer)")
        except BaseException:
            held.close()
            raise
        await self.leave()
        self._held, self.conversation = held, conversation

    async def leave(self) -> None:
        """Put the thread away."""
        if hasattr(self, "conversation"):
            # what was said is kept either way: this only saves space, and nobody should wait for a store that is gone
            with suppress(PopcornError, TimeoutError), complaining(self.conversation.database):
                async with asyncio.timeout(_LEAVING):
                    await self.conversation.drop_older_checkpoints()
            self._held.close()
            self.threads.tidy(self.conversation.thread)

    async def run(self, first: str = "") -> None:
        """Answer lines until there are no more. Raises PopcornError where nobody is there who could go on."""
        waiting = [first] if first else []
        if self.lines.interactive:
            self.conversation.toolbox.warm()
        while True:
            try:
                line = waiting.pop() if waiting else await self._read("> ")
            except EOFError:
                return
            except Interrupted:
                self.tell("Ctrl-D or /quit leaves")
                continue
            if not line.strip():
                continue
            try:
                if not await self._answer(line):
                    return
            except Exception as exc:  # whatever a line does, the session goes on
                error = exc if isinstance(exc, PopcornError) else unforeseen(exc)
                if not self.lines.interactive:
                    raise error from (None if error is exc else exc)
                self.complain(error)
                if debugging():
                    self.err.print_exception()

    def complain(self, error: PopcornError) -> None:
        """An error, and its way out."""
        hint = re.sub(r"--llm(?![\w-])", "/model", error.hint)
        error.hint = re.sub(r"--renderer(?![\w-])", "/renderer", hint)
        complain(self.err, error)

    def tell(self, text: str) -> None:
        """A remark that is no part of the conversation."""
        show_sentence(self.err, text, style="dim")

    async def turn(self, events: AsyncGenerator[Event]) -> None:
        """Show a turn to its end, asking where somebody has to be asked; Ctrl-C stops it and nothing else."""
        await self.stoppable(self._shown(events))
        if self.conversation.thread.turns % _SETTLED == 0:
            await self.conversation.drop_older_checkpoints()

    async def stoppable(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What the work gives; None where Ctrl-C stopped it. Raises StoppedError where nobody could go on."""
        began = datetime.now(UTC)
        with self._stopping():
            self._turn = under_way = asyncio.create_task(work)
            try:
                return await under_way
            except (asyncio.CancelledError, Interrupted) as exc:
                if isinstance(exc, asyncio.CancelledError) and (not under_way.cancelled() or _cancelled()):
                    raise
                await self.conversation.repair()
                stopped, ways = await asyncio.to_thread(self.left, began)
                if not self.lines.interactive:
                    raise StoppedError(stopped, hint=ways) from None
                self.tell(f"{stopped}. {ways}" if ways else stopped)
                return None
            finally:
                self._turn = None

    def left(self, since: datetime) -> tuple[str, str]:
        """That something was stopped and what goes on that was begun since, and how that is called off."""
        stays, ways = left(self.settings, since)
        return f"stopped; {stays}" if stays else "stopped", ways

    async def _answer(self, line: str) -> bool:
        """Do what the line says; False when it says to leave."""
        doing = self._commands(self, line)
        with complaining(self.conversation.database):
            if doing is None:
                await self.turn(self.conversation.say(line))
                return True
            return await doing is not False

    async def _shown(self, events: AsyncGenerator[Event]) -> None:
        while True:
            async with aclosing(events):
                asked = await Showing(self.out, self.err).follow(events)
            if not asked:
                return
            events = self.conversation.answer(
                {one.question: await self._decided(one) for one in await self._in_order(asked)}
            )

    async def _in_order(self, asked: Sequence[Asked]) -> list[Asked]:
        """Questions as their calls were made; tools that run at once come to theirs in any order."""
        calls = [call for message in await self.conversation.messages() for call in getattr(message, "tool_calls", ())]
        places = {str(call["id"]): number for number, call in enumerate(calls)}
        return sorted(asked, key=lambda one: places.get(one.call, 0))

    async def _decided(self, asked: Asked) -> Mapping[str, Any]:
        """What the person says to a call."""
        self.out.print(asked_view(asked))
        if not self.lines.interactive:
            self.tell(f"declined: {_NOBODY}")
            return {"type": "reject", "reason": _NOBODY}
        while True:
            try:
                line = (await self._read("yes, no, or changes such as renderer=animatic: ")).strip()
            except EOFError:
                line = "no"
            word, _, reason = line.partition(" ")
            if word.casefold() in {"y", "yes", "ok"}:
                return {"type": "approve"}
            if word.casefold() in {"n", "no", ""}:
                return {"type": "reject", "reason": reason}
            try:
                return {"type": "edit", "arguments": _changes(asked, line)}
            except RequestError as exc:
                self.complain(exc)

    async def _read(self, prompt: str) -> str:
        """A line; Ctrl-C raises Interrupted, whether it comes as a key or as a signal."""
        with self._stopping():
            reading = asyncio.ensure_future(self.lines.read(prompt))
            outer, self._turn = self._turn, reading
            try:
                return await reading
            except asyncio.CancelledError:
                if not reading.cancelled() or _cancelled():
                    raise
                raise Interrupted from None
            finally:
                self._turn = outer

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """While something is under way, Ctrl-C stops that."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._stop)
        try:
            yield
        finally:
            if self._turn is None:
                loop.remove_signal_handler(signal.SIGINT)

    def _stop(self) -> None:
        if self._turn is not None:
            self._turn.cancel()


def _cancelled() -> bool:
    """Whether the session itself is to end, not only what it waits for."""
    task = asyncio.current_task()
    return bool(task and task.cancelling())


def _changes(asked: Asked, line: str) -> dict[str, Any]:
    """`name=value` words as arguments. Raises RequestError where they do not fit the tool."""
    try:
        words: Sequence[str] = shlex.split(line)
    except ValueError as exc:
        raise RequestError(f"{line!r} cannot be read: {exc}", hint="Close the quotation.") from exc
    pairs = [word.partition("=") for word in words]
    tool = tool_of(asked.name)
    names = ", ".join(tool.arguments.model_fields)
    if any(not sign for _, sign, _ in pairs):
        raise RequestError(f"{line!r} is neither yes, no nor changes", hint=f"Write NAME=VALUE; names are {names}.")
    changed = {name: value for name, _, value in pairs}
    fitting = tool.asked({**asked.arguments, **changed})
    fitting_changes: dict[str, Any] = fitting.model_dump(mode="json", include=set(changed))
    return fitting_changes
