"""`popcorn chat` and `popcorn threads`: conversations from the command line."""

from __future__ import annotations

import asyncio
import json as json_
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RequestError, StoppedError
from ..redaction import scrubber
from ..signals import ENDING, on_signals
from .display import Screen, chosen_form
from .flags import with_flags

if TYPE_CHECKING:
    from ..agent.chat.conversation import Terms
    from ..agent.chat.threads import Thread, Threads
    from ..settings import Settings

threads = typer.Typer(name="threads", help="Conversations: list, show, delete, export.", no_args_is_help=True)

_CAPS, _WHICH = "What a session may use", "Which conversation"
THREAD = Annotated[str, typer.Argument(metavar="THREAD", help="A thread's id, the beginning of one, or `last`.")]
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]


@with_flags(
    *("llm", "renderer", "predictor", "catalogue", "platform", "aspect", "shots", "voice", "music", "seed"),
    after="resume",
    panel="Who does what",
)
def chat(
    line: Annotated[str, typer.Argument(help="What to say first.")] = "",
    go_on: Annotated[
        bool, typer.Option("-c", "--continue", help="Go on with the last conversation.", rich_help_panel=_WHICH)
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Go on with this conversation; `last` is one.", rich_help_panel=_WHICH),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Agree to renders that take long or cost money.", rich_help_panel=_CAPS)
    ] = False,
    max_renders: Annotated[int, typer.Option(min=0, help="Clips; 0 for no cap.", rich_help_panel=_CAPS)] = 20,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="US dollars, 5 without it; 0 for no cap.", rich_help_panel=_CAPS)
    ] = None,
    max_minutes: Annotated[
        float, typer.Option(min=0, help="Minutes of work; 0 for no cap.", rich_help_panel=_CAPS)
    ] = 180,
    max_tokens: Annotated[int | None, typer.Option(min=0, help="Tokens of the model.", rich_help_panel=_CAPS)] = None,
    **chosen: object,
) -> None:
    """Talk about videos: draft, compare, score, render, look back."""
    from ..agent.chat.conversation import Terms
    from ..agent.toolbox.caps import COST_USD, Caps
    from ..settings import load_settings

    if go_on and resume is not None:
        raise RequestError("--continue and --resume exclude each other", hint="Give one of them.")
    settings = load_settings(**chosen, max_cost=max_cost, max_tokens=max_tokens)
    most = settings.max_cost or COST_USD
    caps = Caps(max_renders, most if max_cost is None else max_cost, max_minutes, settings.max_tokens)
    screen = Screen("chat")
    asyncio.run(_talk(settings, Terms(caps, consents=yes), "last" if go_on else resume or "", line, screen))


@threads.command("list")
def list_(
    most: Annotated[int, typer.Option("-n", min=1, help="How many, the latest first.")] = 20, json: JSON = False
) -> None:
    """List conversations, the latest first."""
    from dataclasses import asdict

    from .terminal.conversation_views import threads_view

    found = _threads().all()[:most]
    Screen("threads list", chosen_form(json=json)).answer(
        {"threads": [asdict(one) for one in found]}, lambda console: console.print(threads_view(found))
    )


@threads.command()
def show(thread: THREAD = "last", json: JSON = False) -> None:
    """Show what was said in a conversation."""
    from ..agent.chat.transcript import exported
    from .terminal.conversation_views import conversation_view

    found, messages = _said(thread)
    Screen("threads show", chosen_form(json=json)).answer(
        exported(found, messages), lambda console: console.print(conversation_view(messages))
    )


@threads.command()
def delete(
    ids: Annotated[list[str], typer.Argument(metavar="THREAD...", help="Ids, the beginnings of some, or `last`.")],
    json: JSON = False,
) -> None:
    """Delete conversations; clips and runs that came of them stay."""
    from ..agent.chat.stored_threads import delete_threads
    from ..settings import load_settings

    gone = asyncio.run(delete_threads(load_settings(), ids))
    Screen("threads delete", chosen_form(json=json)).answer(
        {"deleted": gone}, lambda console: console.print("\n".join(f"deleted {one}" for one in gone), markup=False)
    )


@threads.command()
def export(
    thread: THREAD = "last",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="A file, .md or .json; standard output without it.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON on standard output.")] = False,
) -> None:
    """Write a conversation down as Markdown or JSON."""
    from ..agent.chat.transcript import exported, markdown, write
    from .out_file import check_target

    check_target(out)
    found, messages = _said(thread)
    screen = Screen("threads export", chosen_form(json=json))
    data = exported(found, messages)
    if out is not None:
        write(out, found, messages)
        data = {"thread": found.id, "file": str(out)}
    shown = str(out) if out is not None else markdown(found, messages).rstrip()
    screen.answer(json_.loads(json_.dumps(data, default=str)), lambda console: console.out(shown, highlight=False))


async def _talk(settings: Settings, terms: Terms, name: str, line: str, screen: Screen) -> None:
    from ..agent.chat.threads import Threads
    from ..agent.runs.checkpoints import open_checkpoints
    from ..agent.runs.run_store import RunStore
    from .terminal.chat_session import ChatSession
    from .terminal.line_input import open_lines
    from .terminal.slash_commands import choices, obey

    store, kept, began = RunStore.of(settings), Threads(settings.home), datetime.now(UTC)
    thread = kept.find(name) if name else kept.new()
    async with open_checkpoints(store.database, ()) as saver:
        lines = open_lines(kept.history, choices(settings), scrubber().text)
        session = ChatSession(settings, kept, saver, terms, screen.out, screen.err, lines, obey)
        await session.enter(thread)
        ended = await _ended_by_signal(session, line, resumed=bool(name))
        command = f"popcorn chat --resume {session.conversation.thread.id}"
        if ended:
            stopped, ways = session.left(began)
            way = f"Go on with: {command}" if session.conversation.thread.turns else ""
            raise StoppedError(stopped, hint=f"{way}. {ways}" if way and ways else way or ways)
        if session.conversation.thread.turns:
            session.err.print(f"go on with: {command}", style="dim", highlight=False, soft_wrap=True)


async def _ended_by_signal(session: Any, line: str, *, resumed: bool) -> bool:
    """Talk until the person leaves; whether a signal ended it, be it that the terminal was closed."""
    ended, task = False, asyncio.current_task()

    def end() -> None:
        nonlocal ended
        ended = True
        if task is not None:
            task.cancel()

    try:
        with on_signals(end, *ENDING):
            try:
                await _greet(session, resumed=resumed)
                await session.run(line)
            finally:
                await asyncio.shield(session.leave())
    except (asyncio.CancelledError, OSError):  # a terminal that was closed cannot be written
        if not ended:
            raise
    return ended


async def _greet(session: Any, *, resumed: bool) -> None:
    """Who is there, and what was said last."""
    from ..agent.chat.board import recent
    from ..agent.models.prices import price_of
    from ..agent.models.providers import choose
    from .terminal.conversation_views import conversation_view

    conversation = session.conversation
    session.tell(f"{conversation.speaker_model.name}; {session.settings.renderer} renders; /help, /quit")
    if conversation.speaker_model.notice:
        session.tell(conversation.speaker_model.notice)
    settings, caps = session.settings, conversation.ledger.caps
    if caps.cost_usd and price_of(choose(settings), settings) is None:
        session.tell("no price of this model is known, so its cost is not capped: --max-tokens caps it")
    if resumed:
        session.out.print(conversation_view(recent(await conversation.messages())))


def _threads() -> Threads:
    from ..agent.chat.threads import Threads
    from ..settings import load_settings

    return Threads(load_settings().home)


def _said(name: str) -> tuple[Thread, list[Any]]:
    """A thread, and all that was said in it."""
    from ..agent.chat.stored_threads import messages_of
    from ..settings import load_settings

    thread = _threads().find(name)
    return thread, asyncio.run(messages_of(load_settings(), thread))
