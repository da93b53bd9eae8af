"""The commands of a session: lines that begin with a slash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...agent.chat.board import recent
from ...agent.toolbox.drafts import MOST_DRAFTS, DraftText
from ...agent.toolbox.table import NAMES, tool_of
from ...agent.toolbox.tools.draft_video import draft_video
from ...agent.toolbox.tools.explain_score import explain_score
from ...agent.toolbox.tools.render_video import render_video
from ...errors import RequestError
from ...names import near
from .chat_session import ChatSession
from .conversation_files import last_clip, save, short, show_outside
from .conversation_views import conversation_view, threads_view

_ALSO = {"/new": "/clear", "/resume": "/threads", "/exit": "/quit", "/?": "/help"}
"""Other words for commands, by which other programs have them."""
Doing = Callable[[ChatSession, str], Awaitable[bool | None]]


@dataclass(frozen=True, slots=True)
class Command:
    """What a line with a slash does; `run` gives False to leave."""

    usage: str
    about: str
    run: Doing


def command_of(line: str) -> tuple[str, str] | None:
    """The command of a line and what stands after it; None for a line that is said.

    Raises RequestError for an unknown command. A path such as /home/me is no command.
    """
    word, _, rest = line.strip().partition(" ")
    if not word.startswith("/") or "/" in word[1:] or "\n" in word:
        return None
    word = _ALSO.get(word, word)
    known = [name for name in COMMANDS if name == word] or [name for name in COMMANDS if name.startswith(word)]
    if len(known) != 1 or word == "/":
        alike = known or near(word, COMMANDS, 2)
        raise RequestError(
            f"there is no command {word!r}" if not known else f"{word!r} may mean several commands",
            hint=f"Did you mean {' or '.join(alike)}?" if alike and word != "/" else "/help lists them.",
        )
    return known[0], rest.strip()


def obey(chat: ChatSession, line: str) -> Awaitable[bool | None] | None:
    """Do what a line with a slash says; None for a line that is said. Raises RequestError for an unknown command."""
    named = command_of(line)
    return COMMANDS[named[0]].run(chat, named[1]) if named else None


def choices(settings: Any) -> Mapping[str, Callable[[], Iterable[str]]]:
    """What can stand after each command."""
    from ...agent.chat.threads import Threads
    from ...agent.models.providers import OFFLINE, presets, providers
    from ...tools.video.registry import RENDERERS

    after: dict[str, Callable[[], Iterable[str]]] = dict.fromkeys(COMMANDS, tuple)
    after["/renderer"] = lambda: sorted({*RENDERERS, *settings.renderers})
    after["/model"] = lambda: [OFFLINE, *presets(), *(f"{name}:" for name in providers(settings))]
    after["/tools"] = lambda: NAMES
    after["/threads"] = lambda: [one.id for one in Threads(settings.home).all()[:20]]
    after["/trace"] = lambda: ["chat", "last"]
    return after


async def _help(chat: ChatSession, rest: str) -> None:
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for command in COMMANDS.values():
        table.add_row(command.usage, command.about)
    chat.out.print(table, markup=False)
    chat.tell("Ctrl-C stops a turn, Ctrl-D leaves, Ctrl-R searches what was typed, Alt-Enter begins a new line.")


async def _model(chat: ChatSession, rest: str) -> None:
    if rest:
        chat.conversation.choose(chat.conversation.toolbox.using(llm=rest))
        chat.settings = chat.conversation.toolbox.settings
    speaker_model = chat.conversation.speaker_model
    chat.tell(speaker_model.notice or f"{speaker_model.name} speaks and drafts")


async def _renderer(chat: ChatSession, rest: str) -> None:
    if rest:
        toolbox = chat.conversation.toolbox.using(renderer=rest)
        toolbox.estimate(
            render_video.name, {"title": "a title", "video_prompt": "a shot"}
        )  # knows the name, or says so
        chat.conversation.choose(toolbox)
        chat.settings = toolbox.settings
    chat.tell(f"{chat.settings.renderer} renders")


async def _cost(chat: ChatSession, rest: str) -> None:
    from dataclasses import replace

    ledger = chat.conversation.ledger
    if rest:
        try:
            most = float(rest.lstrip("$"))
        except ValueError as exc:
            raise RequestError(f"{rest!r} is no amount", hint="Write US dollars, e.g. /cost 10; 0 is no cap.") from exc
        if not 0 <= most < 1e6:
            raise RequestError(f"{rest!r} is no amount", hint="Write US dollars, e.g. /cost 10; 0 is no cap.")
        ledger.caps = replace(ledger.caps, cost_usd=most)
    caps = ledger.caps
    known = f" (and {ledger.unpriced:,} tokens of models without a known price)" if ledger.unpriced else ""
    known += f" (${ledger.owed:.2f} of it begun before this session)" if ledger.owed else ""
    chat.out.print(
        f"cost     ${ledger.cost:.4f} of {_most(caps.cost_usd, '$')}{known}\n"
        f"tokens   {ledger.tokens:,} of {_most(caps.tokens)}\n"
        f"renders  {ledger.renders} of {_most(caps.renders)}\n"
        f"minutes  {ledger.seconds / 60:.1f} of {_most(caps.minutes)}",
        markup=False,
        highlight=False,
    )


async def _trace(chat: ChatSession, rest: str) -> None:
    from ...agent.runs.run_store import Kind, RunStore
    from ...agent.trace.run_finder import LAST, find_run, read_story
    from ..views.trace import story_view

    thread, store = chat.conversation.thread, RunStore.of(chat.settings)
    if not thread.turns and not rest:
        chat.tell("nothing was said yet; /trace last shows the latest video of all")
        return
    runs = (await chat.conversation.board()).runs
    named = rest if rest != "chat" else thread.id
    named = named or (runs[-1].run_id if runs else thread.id)
    if named == thread.id and thread.parent and not any(run.run_id == named for run in store.runs(-1, Kind.CHAT)):
        chat.tell(f"nothing was said in this copy yet; /trace {thread.parent} shows what was said before it")
        return
    run = find_run(store, named, *([Kind.CREATE] if named == LAST else Kind))
    chat.out.print(story_view(read_story(store, run)))


async def _tools(chat: ChatSession, rest: str) -> None:
    for name in [rest] if rest else NAMES:
        description = tool_of(name).description
        chat.out.print(
            f"{name}: {description if rest else description.partition('. ')[0].splitlines()[0]}", markup=False
        )


async def _threads(chat: ChatSession, rest: str) -> None:
    if not rest:
        chat.out.print(threads_view(chat.threads.all()))
        return
    thread = chat.threads.find(rest)
    if thread.id != chat.conversation.thread.id:
        await chat.enter(thread)
    chat.out.print(conversation_view(recent(await chat.conversation.messages())))


async def _undo(chat: ChatSession, rest: str) -> None:
    line = await chat.conversation.undo()
    chat.tell(f"taken back: {' '.join(line.split())[:80]}" if line else "nothing was said yet")


async def _fork(chat: ChatSession, rest: str) -> None:
    from dataclasses import replace

    here = chat.conversation
    if not here.thread.turns:
        chat.tell("nothing was said yet")
        return
    new = replace(chat.threads.new(parent=here.thread.id), title=here.thread.title, turns=here.thread.turns)
    chat.threads.save(new)  # first: what is copied has a thread that names it, and can be deleted with it
    await here.copy_to(new)
    await chat.enter(new)
    chat.tell(f"thread {new.id}, from {here.thread.id}, which stays as it is")


async def _variants(chat: ChatSession, rest: str) -> None:
    request = (await chat.conversation.board()).request
    number = _number(rest.split()[0] if rest else "3")
    if not request:
        raise RequestError("there is nothing yet to make variants of", hint="Say what the video is about first.")
    if not 1 <= number <= MOST_DRAFTS:
        hint = f"Write a number from 1 to {MOST_DRAFTS}, e.g. /variants 3."
        raise RequestError(f"{short(rest)!r} is no number of drafts", hint=hint)
    line = f"/variants {number}"
    await chat.turn(chat.conversation.call(line, draft_video.name, {"request": request, "drafts": number}))


async def _score(chat: ChatSession, rest: str) -> None:
    draft = await _draft(chat, rest)
    await chat.turn(chat.conversation.call(f"/score {rest}".strip(), explain_score.name, draft.arguments()))


async def _open(chat: ChatSession, rest: str) -> None:
    path = await last_clip(chat.conversation)
    chat.out.print(path, style="cyan", markup=False, highlight=False, soft_wrap=True)
    show_outside(path)


async def _save(chat: ChatSession, rest: str) -> None:
    chat.tell(await save(chat.conversation, rest))


async def _compact(chat: ChatSession, rest: str) -> None:
    covers = await chat.stoppable(chat.conversation.compact())
    if covers is None:
        return
    chat.tell(
        f"{covers} messages are now a digest for the model; the thread keeps them" if covers else "nothing to compact"
    )


async def _clear(chat: ChatSession, rest: str) -> None:
    before = chat.conversation.thread
    await chat.enter(chat.threads.new())
    if chat.out.is_terminal and not chat.out.is_dumb_terminal:
        chat.out.clear()
    chat.tell(f"a new conversation; the last one is kept as {before.id}" if before.turns else "a new conversation")


async def _quit(chat: ChatSession, rest: str) -> bool:
    return False


async def _draft(chat: ChatSession, which: str) -> DraftText:
    """The draft that a command names by its number. Raises RequestError where there is none."""
    board = await chat.conversation.board()
    if not which and board.chosen is not None:
        return board.chosen
    if 1 <= _number(which) <= len(board.drafts):
        return board.drafts[_number(which) - 1]
    count = len(board.drafts)
    hint = f"There are 1 to {count}." if count else "Ask for drafts first, e.g.: three hooks about street tacos"
    raise RequestError(f"there is no draft {short(which)!r}" if which else "there is no draft yet", hint=hint)


def _number(text: str) -> int:
    """The number that a text is; 0 where it is none, or one that nobody means."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _most(most: float, sign: str = "") -> str:
    return f"{sign}{most:g}" if most else "no cap"


COMMANDS = {
    "/help": Command("/help", "what there is", _help),
    "/model": Command("/model [SPEC]", "who speaks, or let another model speak", _model),
    "/renderer": Command("/renderer [NAME]", "what renders, or choose another", _renderer),
    "/cost": Command("/cost [DOLLARS]", "what the session has used, or set the cap", _cost),
    "/trace": Command("/trace [chat|RUN]", "what happened in the last video's run, or in this talk", _trace),
    "/tools": Command("/tools [NAME]", "what the model can call", _tools),
    "/threads": Command("/threads [ID]", "conversations, or go to one", _threads),
    "/undo": Command("/undo", "take the last turn back", _undo),
    "/fork": Command("/fork", "go on in a copy of this conversation", _fork),
    "/variants": Command("/variants [N]", "more drafts of what was asked last", _variants),
    "/score": Command("/score [N]", "why draft N scores as it does", _score),
    "/open": Command("/open", "open the last clip", _open),
    "/save": Command("/save FILE", "the last clip (.mp4) or the conversation (.md, .json)", _save),
    "/compact": Command("/compact", "show the model a digest of what came before", _compact),
    "/clear": Command("/clear", "begin a new conversation", _clear),
    "/quit": Command("/quit", "leave", _quit),
}
"""Every command by its word."""
