"""A conversation with a scripted model and a toolbox of toys: what a turn is, and how every turn can end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from popcorn.agent.chat.conversation import Conversation, Terms
from popcorn.agent.chat.events import Asked, Event, Said, ToolBegan, ToolEnded, ToolProgress
from popcorn.agent.chat.guard import CALLS, Patience
from popcorn.agent.chat.speaker import SpeakerModel, beside
from popcorn.agent.chat.threads import Threads
from popcorn.agent.runs.checkpoints import open_checkpoints
from popcorn.agent.runs.run_store import Kind, RunStore
from popcorn.agent.toolbox.caps import Caps
from popcorn.agent.toolbox.sendable_result import LONGEST, Progress, Result, bounded
from popcorn.agent.toolbox.toolbox import Toolbox
from popcorn.agent.trace.run_finder import read_story
from popcorn.agent.trace.story import Phase, Story
from popcorn.commands.terminal.chat_session import ChatSession
from popcorn.commands.terminal.slash_commands import obey
from popcorn.errors import (
    BudgetError,
    MissingError,
    ModelCallError,
    PopcornError,
    RenderError,
    RequestError,
    StoreError,
    TooLongError,
)
from popcorn.graphs.asking.capabilities import AsksInText
from popcorn.graphs.asking.window import Window
from popcorn.prompts import load
from popcorn.settings import Settings, load_settings
from popcorn.tools.video.types import Estimate
from rich.console import Console

SCORE = {
    "percentile": 71.0, "percentile_low": 20.0, "percentile_high": 95.0, "evidence": True,
    "comments": 9.0, "log2_comments": 3.2, "against": "12 videos", "basis": ["title"],
    "predictor": "toy", "illustrative": False, "interval": {"low": 1.0, "high": 4.0, "coverage": 0.8},
}  # fmt: skip
DRAFTS = [
    {"title": f"Title {n}", "video_prompt": f"Shot {n}", "tag": "Food", "score": SCORE, "complaints": []}
    for n in (1, 2)
]
DEAR = Estimate(seconds=900, memory_bytes=2**34, cost_usd=0.5)
CHEAP = Estimate(seconds=2)
CLIP = {
    "path": "/x/clip.mp4", "renderer": "toy", "seconds": 3.0, "width": 1080, "height": 1920, "fps": 30.0,
    "frames": 90, "codec": "h264", "sha256": "0" * 64,
}  # fmt: skip
RENDER = {"title": "Title 1", "video_prompt": "Shot 1"}


class ScriptedModel(BaseChatModel):
    """Says what its script says, one reply a call; after the script it says `done`."""

    script: list[Any] = []  # noqa: RUF012 - a pydantic field
    asked: list[list[BaseMessage]] = []  # noqa: RUF012 - a pydantic field

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.asked.append(list(messages))
        step = self.script.pop(0) if self.script else "done"
        if isinstance(step, Exception):
            raise step
        reply = step if isinstance(step, AIMessage) else AIMessage(step)
        return ChatResult(generations=[ChatGeneration(message=reply)])


class SmallerThanKnown(AsksInText, ScriptedModel):
    """Refuses the prompts that its script says, and is known to take in less from then on."""

    named: int = 0
    takes: bool = True

    @property
    def named_window(self) -> int:
        return self.named

    @property
    def takes_tools(self) -> bool:
        return self.takes

    def _generate(self, *given: Any, **kwargs: Any) -> ChatResult:
        try:
            return super()._generate(*given, **kwargs)
        except TooLongError as exc:
            self.named = exc.window
            raise
        except ModelCallError:
            self.takes = False
            raise


@dataclass
class Toys:
    """What the tools do, and what was called."""

    does: Callable[[str, Mapping[str, Any]], Any] = lambda name, arguments: bounded(
        name, {"drafts": DRAFTS}, "two drafts"
    )
    estimated: Estimate | None = None
    called: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    cancelled: int = 0


class ToyBox(Toolbox):
    """A toolbox whose tools are toys."""

    def __init__(self, settings: Settings, toys: Toys) -> None:
        super().__init__(settings)
        self.toys = toys

    async def call(self, name: str, arguments: Mapping[str, Any], progress: Progress | None = None) -> Result:
        self.toys.called.append((name, dict(arguments)))
        if progress:
            progress(1, 2, "half")
        try:
            made = self.toys.does(name, arguments)
            result: Result = await made if asyncio.iscoroutine(made) else made
        except asyncio.CancelledError:
            self.toys.cancelled += 1
            raise
        return result

    def warm(self) -> None:
        """There is nothing to open."""

    def using(self, **changes: object) -> Toolbox:
        return self

    def estimate(self, name: str, arguments: Mapping[str, Any]) -> Estimate | None:
        return self.toys.estimated


@dataclass
class Place:
    """A home with one conversation in it at a time."""

    home: Path
    toys: Toys = field(default_factory=Toys)
    model: ScriptedModel = field(default_factory=lambda: ScriptedModel(script=[], asked=[]))
    window: Window = field(default_factory=Window)

    @property
    def threads(self) -> Threads:
        return Threads(self.home)

    @asynccontextmanager
    async def opened(self, name: str = "", **terms: Any) -> AsyncIterator[Conversation]:
        self.home.mkdir(exist_ok=True)
        settings = Settings(home=self.home, llm="offline")
        thread = self.threads.find(name) if name else self.threads.new()
        speaker_model = SpeakerModel(self.model, "scripted", self.window, offline=False)
        async with open_checkpoints(self.home / "popcorn.sqlite", ()) as saver:
            box = ToyBox(settings, self.toys)
            yield Conversation(box, thread, self.threads, saver, Terms(**terms), lambda *_: speaker_model)

    def says(self, *script: Any) -> None:
        self.model.script.extend(script)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home")


def calling(*calls: tuple[str, dict[str, Any]]) -> AIMessage:
    made = [{"name": name, "args": args, "id": f"c{n}-{time.monotonic_ns()}"} for n, (name, args) in enumerate(calls)]
    return AIMessage("", tool_calls=[{**one, "type": "tool_call"} for one in made])


async def heard(events: AsyncIterator[Event]) -> list[Event]:
    return [event async for event in events]


async def kinds(conversation: Conversation) -> list[str]:
    return [message.type for message in await conversation.messages()]


async def last_answer(conversation: Conversation) -> ToolMessage:
    found = [message for message in await conversation.messages() if isinstance(message, ToolMessage)]
    return found[-1]


def unanswered(messages: Sequence[BaseMessage]) -> set[str]:
    asked = {str(call["id"]) for one in messages if isinstance(one, AIMessage) for call in one.tool_calls}
    return asked - {one.tool_call_id for one in messages if isinstance(one, ToolMessage)}


async def test_a_turn_calls_tools_and_ends_with_words_and_each_is_told_as_it_happens(place: Place) -> None:
    place.says(calling(("draft_video", {"request": "tacos"})), "The first is best.")
    async with place.opened() as chat:
        events = await heard(chat.say("two hooks about tacos"))
        assert [type(event) for event in events] == [ToolBegan, ToolProgress, ToolEnded, Said]
        began, progress, ended, said = events
        assert (began.name, dict(began.arguments)) == ("draft_video", {"request": "tacos"})
        assert (progress.call, progress.done, progress.total, progress.note) == (began.call, 1, 2, "half")
        assert (ended.text, ended.data) == ("two drafts", {"drafts": DRAFTS})
        assert said.text == "The first is best."
        assert (await chat.board()).drafts[1].title == "Title 2"
        assert chat.thread.title == "two hooks about tacos"


async def test_a_thread_goes_on_in_a_later_session_as_it_was_left(place: Place) -> None:
    place.says(calling(("draft_video", {"request": "tacos"})), "Two.")
    async with place.opened() as chat:
        await heard(chat.say("hooks"))
        await chat.drop_older_checkpoints()
        before = await chat.messages()
    async with place.opened("last") as chat:
        assert await chat.messages() == before
        assert (await chat.board()).request == ""
        assert chat.thread.turns == 1
        place.says("Yes.")
        await heard(chat.say("again"))
    assert [message.type for message in place.model.asked[-1]] == ["system", "human", "ai", "tool", "ai", "human"]


async def test_what_a_thread_holds_on_disk_is_for_its_owner_alone(place: Place) -> None:
    async with place.opened() as chat:
        await heard(chat.say("hello"))
        folder = place.threads.folder(chat.thread)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "thread.json").stat().st_mode & 0o777 == 0o600
    assert place.threads.history.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (RequestError("no such renderer", hint="There are two."), "Mend the arguments and try again."),
        (MissingError("no key", hint="Set one."), "Do not call it again in this turn"),
        (ValueError("out of range"), "Do not call it again in this turn"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad \ud800 byte"), "Do not call it again in this turn"),
    ],
)
async def test_a_tool_that_fails_is_told_to_the_model_by_its_kind(place: Place, failure: Exception, told: str) -> None:
    def fails(name: str, arguments: Mapping[str, Any]) -> Result:
        raise failure

    place.toys.does = fails
    place.says(calling(("score_popularity", {"title": "x"})), "It failed.")
    async with place.opened() as chat:
        events = await heard(chat.say("score x"))
        answer = await last_answer(chat)
        assert answer.status == "error"
        assert told in answer.text
        assert events[-1] == Said("It failed.")
        assert [event.data for event in events if isinstance(event, ToolEnded)] == [None]


async def test_a_model_that_cannot_mend_its_arguments_is_told_to_stop(place: Place) -> None:
    def fails(name: str, arguments: Mapping[str, Any]) -> Result:
        raise RequestError("no such renderer")

    place.toys.does = fails
    place.says(*(calling(("score_popularity", {"title": "x"})) for _ in range(4)), "I give up.")
    async with place.opened() as chat:
        await heard(chat.say("score x"))
        answers = [one.text for one in await chat.messages() if one.type == "tool"]
    assert ["Mend" in text for text in answers] == [True, True, True, False]


async def test_a_tool_that_hangs_is_given_up_and_the_turn_goes_on(place: Place) -> None:
    place.toys.does = lambda name, arguments: asyncio.sleep(60)
    place.says(calling(("list_runs", {})), "It hangs.")
    async with place.opened(patience=Patience(quick=0.2)) as chat:
        events = await heard(chat.say("list"))
        assert "list_runs gave no answer for 0.2 s" in (await last_answer(chat)).text
    assert events[-1] == Said("It hangs.")
    assert place.toys.cancelled == 1


async def test_ten_megabytes_with_half_characters_reach_the_model_short_and_whole(place: Place) -> None:
    text = "\ud800" + "x" * 10_000_000
    place.toys.does = lambda name, arguments: bounded(name, {"runs": [], "text": text}, text)
    place.says(calling(("list_runs", {})), "Long.")
    async with place.opened() as chat:
        await heard(chat.say("list"))
        answer = await last_answer(chat)
        assert len(answer.text) <= LONGEST
        answer.text.encode()
    assert (place.home / "popcorn.sqlite").stat().st_size < 2_000_000


@pytest.mark.parametrize("failure", [StoreError("the disk is full"), BudgetError("the run took longer than 5 s")])
async def test_what_no_model_can_mend_ends_the_turn_and_leaves_no_call_unanswered(
    place: Place, failure: PopcornError
) -> None:
    def fails(name: str, arguments: Mapping[str, Any]) -> Result:
        raise failure

    place.toys.does = fails
    place.says(calling(("list_runs", {})))
    async with place.opened() as chat:
        with pytest.raises(type(failure), match=str(failure)):
            await heard(chat.say("list"))
        assert unanswered(await chat.messages()) == set()
        assert await kinds(chat) == ["human", "ai", "tool", "ai"]
        place.toys.does = Toys().does
        place.says("Better.")
        assert (await heard(chat.say("again")))[-1] == Said("Better.")


async def test_a_model_that_fails_leaves_a_thread_that_goes_on(place: Place) -> None:
    place.says(RuntimeError("boom"))
    async with place.opened() as chat:
        with pytest.raises(PopcornError, match="RuntimeError: boom"):
            await heard(chat.say("hello"))
        assert await kinds(chat) == ["human", "ai"]
        place.says("Hello.")
        assert await heard(chat.say("again")) == [Said("Hello.")]


async def test_an_unknown_tool_and_wrong_arguments_are_told_to_the_model(place: Place) -> None:
    place.says(calling(("fly", {}), ("render_video", {"title": "x", "wings": 2})), "Sorry.")
    async with place.opened() as chat:
        await heard(chat.say("fly"))
        answers = [one.text for one in await chat.messages() if one.type == "tool"]
    assert "fly" in answers[0]
    assert "video_prompt" in answers[1]
    assert place.toys.called == []


async def test_a_turn_that_is_stopped_answers_its_call_and_stops_its_tool(place: Place) -> None:
    begun = asyncio.Event()

    async def hangs() -> None:
        begun.set()
        await asyncio.sleep(60)

    place.toys.does = lambda name, arguments: hangs()
    place.says(calling(("list_runs", {}), ("list_runs", {"about": "x"})))
    async with place.opened() as chat:
        turn = asyncio.ensure_future(heard(chat.say("list")))
        await begun.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        messages = await chat.messages()
        assert unanswered(messages) == set()
        assert [one.type for one in messages] == ["human", "ai", "tool", "tool", "ai"]
        assert messages[-1].text == "(stopped by the person)"
        place.toys.does = Toys().does
        place.says("Here.")
        assert (await heard(chat.say("go on")))[-1] == Said("Here.")
    assert place.toys.cancelled >= 1


async def test_a_thread_left_in_the_middle_of_a_call_is_mended_when_it_is_opened(place: Place) -> None:
    place.toys.estimated = DEAR
    place.says(calling(("render_video", RENDER)))
    async with place.opened() as chat:
        assert isinstance((await heard(chat.say("render it")))[-1], Asked)
    async with place.opened("last") as chat:
        assert await chat.repair("(the session ended before an answer)")
        assert unanswered(await chat.messages()) == set()
        assert not await chat.repair()
        place.says("Later, then.")
        assert await heard(chat.say("never mind")) == [Said("Later, then.")]
    assert place.toys.called == []


async def test_a_dear_render_asks_first_and_does_as_it_is_told(place: Place) -> None:
    place.toys.estimated = DEAR
    decisions: list[tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]] = [
        ({"type": "reject", "reason": "too dear"}, []),
        ({"type": "approve"}, [("render_video", RENDER)]),
        ({"type": "edit", "arguments": {"aspect": "1:1"}}, [("render_video", {**RENDER, "aspect": "1:1"})]),
    ]
    async with place.opened() as chat:
        for decision, called in decisions:
            place.toys.called.clear()
            place.says(calling(("render_video", RENDER)), "Well.")
            asked = (await heard(chat.say("render it")))[-1]
            assert isinstance(asked, Asked)
            assert asked.estimate == {"seconds": 900, "memory_bytes": 2**34, "cost_usd": 0.5, "clips": 1}
            assert dict(asked.arguments) == RENDER
            assert place.toys.called == []
            events = await heard(chat.answer({asked.question: decision}))
            assert events[-1] == Said("Well.")
            given = [(name, {k: v for k, v in args.items() if v not in ("", -1)}) for name, args in place.toys.called]
            assert given == called
        assert chat.ledger.renders == 2
        assert chat.ledger.cost == pytest.approx(1.0)
        first = next(one.text for one in await chat.messages() if one.type == "tool")
        assert "declined this call: too dear" in first


async def test_whoever_agreed_beforehand_is_not_asked_and_cheap_renders_never_ask(place: Place) -> None:
    for estimate, terms in ((DEAR, {"consents": True}), (CHEAP, {})):
        place.toys.estimated = estimate
        place.says(calling(("render_video", RENDER)), "Done.")
        async with place.opened(**terms) as chat:
            assert (await heard(chat.say("render it")))[-1] == Said("Done.")
    assert len(place.toys.called) == 2


async def test_caps_on_renders_cost_and_minutes_hold(place: Place) -> None:
    place.toys.estimated = DEAR
    for caps, message in (
        (Caps(renders=1), "has rendered 1 of 1 clips"),
        (Caps(cost_usd=0.7), r"the render would cost \$0.5, and \$0.2000 of \$0.7 are left"),
    ):
        place.toys.called.clear()
        place.model.script.clear()
        place.says(calling(("render_video", RENDER)), "One.", calling(("render_video", RENDER)))
        async with place.opened(consents=True, caps=caps) as chat:
            await heard(chat.say("render it"))
            await heard(chat.say("again"))
            assert re.search(message, (await last_answer(chat)).text)
            assert unanswered(await chat.messages()) == set()
        assert len(place.toys.called) == 1
    place.model.script.clear()
    place.toys.does = lambda name, arguments: asyncio.sleep(60)
    place.says(calling(("list_runs", {})))
    async with place.opened(caps=Caps(minutes=0.005)) as chat:
        for _ in range(2):
            with pytest.raises(BudgetError, match=r"has worked .* minutes"):
                await heard(chat.say("list"))


async def test_of_renders_at_once_those_are_made_that_fit_into_what_is_left(place: Place) -> None:
    place.toys.estimated = DEAR
    place.says(calling(*[("render_video", RENDER)] * 4), "Two of four.")
    async with place.opened(consents=True, caps=Caps(renders=2)) as chat:
        await heard(chat.say("render four"))
        answers = [one for one in await chat.messages() if isinstance(one, ToolMessage)]
        assert (chat.ledger.renders, chat.ledger.cost) == (2, 1.0)
    assert len(place.toys.called) == 2
    assert ["was not called" in one.text for one in answers].count(True) == 2


async def test_a_render_that_nobody_began_costs_nothing_and_every_other_failure_does(place: Place) -> None:
    def fails(*_: Any) -> Any:
        error = RenderError("no connection")
        error.nothing_begun = len(place.toys.called) == 1
        raise error

    place.toys.estimated, place.toys.does = DEAR, fails
    place.says(calling(("render_video", RENDER)), calling(("render_video", RENDER)), "It failed.")
    async with place.opened(consents=True) as chat:
        await heard(chat.say("render"))
        assert (chat.ledger.renders, chat.ledger.cost) == (1, 0.5)


async def test_more_calls_in_one_message_than_a_turn_may_have_are_refused(place: Place) -> None:
    place.says(calling(*[("list_runs", {})] * (CALLS + 15)), "Enough.")
    async with place.opened() as chat:
        assert (await heard(chat.say("list")))[-1] == Said("Enough.")
        assert unanswered(await chat.messages()) == set()
    assert len(place.toys.called) == CALLS


async def test_a_failed_video_says_with_which_run_to_go_on(place: Place) -> None:
    def fails(*_: Any) -> Any:
        error = MissingError("the renderer is not there")
        error.run_id = "20260101-000000-abcdef"
        raise error

    place.toys.does = fails
    place.says(calling(("make_video", {"request": "tacos"})), "It failed.")
    async with place.opened() as chat:
        await heard(chat.say("make it"))
        assert 'make_video(resume="20260101-000000-abcdef")' in (await last_answer(chat)).text


async def test_a_model_that_calls_in_circles_is_stopped(place: Place) -> None:
    place.says(*(calling(("list_runs", {})) for _ in range(CALLS + 5)))
    async with place.opened() as chat:
        with pytest.raises(BudgetError, match=f"called tools {CALLS} times in one turn"):
            await heard(chat.say("list"))
        assert unanswered(await chat.messages()) == set()
    assert len(place.toys.called) == CALLS


async def test_the_last_turn_can_be_taken_back(place: Place) -> None:
    place.says("One.", calling(("draft_video", {"request": "b"})), "Two.")
    async with place.opened() as chat:
        await heard(chat.say("a"))
        await heard(chat.say("b"))
        assert await chat.undo() == "b"
        assert [one.text for one in await chat.messages()] == ["a", "One."]
        assert await chat.undo() == "a"
        assert await chat.undo() == ""
        place.says("Three.")
        await heard(chat.say("c"))
        assert [one.text for one in await chat.messages()] == ["c", "Three."]


async def test_a_copy_goes_its_own_way_and_the_first_thread_stays(place: Place) -> None:
    place.says("One.")
    async with place.opened() as chat:
        await heard(chat.say("a"))
        copy = place.threads.new(parent=chat.thread.id)
        await chat.copy_to(copy)
        place.threads.save(copy)
        first = await chat.messages()
    async with place.opened(copy.id) as chat:
        await heard(chat.say("b"))
        assert [one.text for one in await chat.messages()] == ["a", "One.", "b", "done"]
    async with place.opened(copy.parent) as chat:
        assert await chat.messages() == first


async def test_old_checkpoints_are_thrown_away_and_nothing_that_was_said(place: Place) -> None:
    async with place.opened() as chat:
        for number in range(4):
            await heard(chat.say(f"line {number}"))
        before = await chat.messages()
        many = len([one async for one in chat._saver.alist(None)])
        await chat.drop_older_checkpoints()
        assert await chat.messages() == before
        assert many > 8
        assert len([one async for one in chat._saver.alist(None)]) == 1


async def test_a_long_conversation_is_shown_short_and_keeps_drafts_scores_and_run_ids(place: Place) -> None:
    place.window = Window(6_000 + beside(Window()))
    run = {
        "run_id": "20260131-235959-0a1b2c", "request": "rain", "title": "Rain", "video_prompt": "Drops",
        "tags": ["Art"], "accepted": True, "threshold": 60.0, "attempts": [],
        "score": SCORE, "video": CLIP, "cover": {"path": "/x/cover.jpg"},
    }  # fmt: skip
    place.says(calling(("draft_video", {"request": "tacos"})), "Two drafts.")
    async with place.opened() as chat:
        await heard(chat.say("hooks about tacos"))
        place.toys.does = lambda name, arguments: bounded(name, run, "a run")
        place.says(calling(("make_video", {"request": "rain"})), "Made.")
        await heard(chat.say("make rain"))
        for number in range(14):
            place.says("word " * 300)
            await heard(chat.say(f"tell me more {number}"))
        sizes = [sum(len(one.text) for one in asked) // 3 for asked in place.model.asked]
        assert max(sizes) + beside(place.window) - place.window.count(load("chat").text) < place.window.tokens
        digests = [asked[0].text for asked in place.model.asked if len(asked) == 1]
        assert digests
        assert "hooks about tacos" in digests[0]
        system = place.model.asked[-1][0].text
        for kept in ("20260131-235959-0a1b2c", '"title": "Rain"', '"rank_of_100": 71', "What came before"):
            assert kept in system
        first = next(asked[0].text for asked in place.model.asked if "What came before" in asked[0].text)
        assert "Title 1" in first
        assert (await kinds(chat)).count("human") == 16
    last = place.model.asked[-1]
    assert unanswered(last) == set()
    assert last[1].type == "human"


async def test_a_renderer_is_told_what_a_draft_was_asked_for_where_the_model_says_nothing_of_it(place: Place) -> None:
    drafted = {"drafts": DRAFTS, "request": "a video about kittens"}
    place.toys.does = lambda name, arguments: bounded(name, drafted, "two drafts")
    place.says(calling(("draft_video", {"request": "a video about kittens"})), "Two drafts.")
    async with place.opened() as chat:
        await heard(chat.say("hooks about kittens"))
        place.says(calling(("render_video", RENDER)), "Rendered.")
        await heard(chat.say("render the first"))
        place.says(calling(("render_video", RENDER | {"request": "cats"})), "Rendered.")
        await heard(chat.say("once more"))
    asked = [arguments["request"] for name, arguments in place.toys.called if name == "render_video"]
    assert asked == ["a video about kittens", "cats"]


async def test_a_command_of_the_person_calls_a_tool_and_the_model_goes_on_from_there(place: Place) -> None:
    place.says("More.")
    async with place.opened() as chat:
        events = await heard(chat.call("/variants 2", "draft_video", {"request": "tacos", "drafts": 2}))
        assert [type(event) for event in events] == [ToolBegan, ToolProgress, ToolEnded, Said]
        assert await kinds(chat) == ["human", "ai", "tool", "ai"]
        assert chat.thread.turns == 1


async def test_a_line_that_is_a_document_is_refused_before_anything_is_kept(place: Place) -> None:
    async with place.opened() as chat:
        with pytest.raises(RequestError, match="that has 50,000 characters"):
            await heard(chat.say("x" * 50_000))
        assert await chat.messages() == []


async def test_two_sessions_do_not_speak_in_one_thread(place: Place) -> None:
    async with place.opened() as chat:
        with (
            place.threads.alone(chat.thread),
            pytest.raises(StoreError, match="another session speaks in thread"),
            place.threads.alone(chat.thread),
        ):
            pass


async def test_a_conversation_stands_in_the_trace_turn_by_turn_with_its_calls(place: Place) -> None:
    place.says(calling(("draft_video", {"request": "tacos"})), "Two drafts.", RuntimeError("no route"))
    async with place.opened() as chat:
        await heard(chat.say("two hooks"))
        with pytest.raises(PopcornError):
            await heard(chat.say("shorter"))
        thread = chat.thread
    story = told_of(place, thread.id)
    assert (story.run.kind, story.run.request, story.phase) == (Kind.CHAT, "two hooks", Phase.FAILED)
    assert story.said == ["two hooks", "shorter"]
    calls = [(visit.walk, call.tool or call.model, call.phase) for visit in story.visits for call in visit.calls]
    assert calls == [
        (0, "ScriptedModel", Phase.DONE), (0, "draft_video", Phase.DONE), (0, "ScriptedModel", Phase.DONE),
        (1, "ScriptedModel", Phase.FAILED),
    ]  # fmt: skip
    (tool,) = [call for call in story.calls if call.tool]
    assert (json.loads(tool.input), tool.output) == ({"request": "tacos"}, "two drafts")
    assert story.error
    assert "no route" in story.error["message"]


async def test_what_a_person_decides_begins_a_walk_and_a_stopped_turn_is_told_as_left(place: Place) -> None:
    place.toys.estimated = DEAR
    place.says(calling(("render_video", RENDER)), "Rendered.")
    async with place.opened() as chat:
        (*_, asked) = await heard(chat.say("render it"))
        assert isinstance(asked, Asked)
        await heard(chat.answer({asked.question: {"type": "approve"}}))
        place.toys.does = lambda *_: asyncio.sleep(60)
        place.says(calling(("score_popularity", {"title": "x"})))
        turn = chat.say("score it")
        async for event in turn:
            if isinstance(event, ToolProgress):
                break
        await turn.aclose()
        thread = chat.thread
    story = told_of(place, thread.id)
    assert story.said == ["render it", "approve", "score it"]
    assert story.phase is Phase.LEFT
    assert story.calls[-1].tool == "score_popularity"
    assert story.calls[-1].phase in {Phase.LEFT, Phase.FAILED}


async def test_a_question_that_nobody_answers_stands_in_the_trace_and_the_turn_is_left(place: Place) -> None:
    place.toys.estimated = DEAR
    place.says(calling(("render_video", RENDER)), "Rendered.")
    async with place.opened() as chat:
        (*_, asked) = await heard(chat.say("render it"))
        assert isinstance(asked, Asked)
        story = told_of(place, chat.thread.id)
        assert story.phase is Phase.LEFT
        assert [visit.phase for visit in story.visits if visit.node == "tools"] == [Phase.LEFT]
        assert story.notices == [
            "asked a person before render_video(title='Title 1', video_prompt='Shot 1'): about 15 min, 16.0 GiB, $0.50"
        ]
        (event,) = [one for one in RunStore(place.home).events(chat.thread.id) if one["event"] == "notice"]
        assert (event["tool"], event["arguments"], event["estimate"]["cost_usd"]) == ("render_video", RENDER, 0.5)
        await chat.repair()
        assert told_of(place, chat.thread.id).phase is Phase.LEFT
        await heard(chat.say("hello"))
        assert told_of(place, chat.thread.id).phase is Phase.DONE


async def test_what_a_settling_that_was_killed_left_goes_with_the_next_one_and_with_the_thread(place: Place) -> None:
    async with place.opened() as chat:
        await heard(chat.say("hello"))
        killed = replace(chat.thread, generation=2)
        await chat.copy_to(killed)
        place.threads.save(killed)
    async with place.opened("last") as chat:
        assert killed.leftovers == [f"chat-{killed.id}-1", f"chat-{killed.id}-3"]
        assert chat.thread.checkpoints == f"chat-{killed.id}-2"
        await chat.drop_older_checkpoints()
        kept = {one.config["configurable"]["thread_id"] async for one in chat._saver.alist(None)}
        assert kept == {f"chat-{killed.id}-3"}
        assert await kinds(chat) == ["human", "ai"]


async def test_a_prompt_that_is_refused_for_its_length_is_asked_again_with_a_digest_in_the_same_turn(
    place: Place,
) -> None:
    place.model, place.window = SmallerThanKnown(script=[], asked=[]), Window(100_000)
    refused = TooLongError("the request is longer than it can read", window=12_000)
    place.says(*["said " * 900] * 3, refused, "they spoke of tacos", "here you are")
    async with place.opened() as chat:
        for number in range(3):
            await heard(chat.say(f"tell me of tacos {number}"))
        assert await heard(chat.say("and now?")) == [Said("here you are")]
    before, again = place.model.asked[3], place.model.asked[-1]
    assert len(again) < len(before)
    assert "they spoke of tacos" in again[0].text
    assert again[-1].text == "and now?"


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (TooLongError("the request is longer than it can read", window=2_000), "scripted takes in 2,000 tokens"),
        (ModelCallError("it cannot call tools"), "scripted cannot call tools"),
    ],
)
async def test_a_model_that_turns_out_to_hold_no_conversation_is_told_of_once_and_the_router_answers(
    place: Place, failure: Exception, said: str
) -> None:
    place.model = SmallerThanKnown(script=[failure], asked=[])
    async with place.opened() as chat:
        first = "".join(one.text for one in await heard(chat.say("hello")) if isinstance(one, Said))
        events = await heard(chat.say("two hooks about tacos"))
        messages = await chat.messages()
    assert first.startswith(said)
    assert "I am the offline router" in first
    assert any(isinstance(one, ToolBegan) and one.name == "draft_video" for one in events)
    assert sum(said in one.text for one in messages) == 1
    assert len(place.model.asked) == 1


async def test_a_digest_that_is_asked_for_holds_to_the_limits_of_the_session(place: Place) -> None:
    async with place.opened() as chat:
        for line in ("hello", "again"):
            await heard(chat.say(line))
        place.says(RuntimeError("no route"))
        with pytest.raises(PopcornError, match="RuntimeError: no route"):
            await chat.compact()
        chat.ledger.caps = Caps(minutes=1e-9)
        with pytest.raises(BudgetError, match=r"has worked .* minutes"):
            await chat.compact()
        asked = len(place.model.asked)
        chat.ledger.caps = Caps()
        place.says("A greeting.")
        assert await chat.compact() == 2
        assert len(place.model.asked) == asked + 1, "what is not allowed is not asked"
        assert await chat.compact() == 0
        story = told_of(place, chat.thread.id)
    assert story.said == ["hello", "again", "/compact", "/compact"]
    digests = [visit for visit in story.visits if visit.node == "digest"]
    assert [(visit.phase, [call.reply for call in visit.calls]) for visit in digests] == [
        (Phase.FAILED, [""]), (Phase.DONE, ["A greeting."])
    ]  # fmt: skip


class TypedLines:
    """Somebody who types these lines, and then leaves."""

    interactive = True

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)

    async def read(self, prompt: str, default: str = "") -> str:
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


class HangingModel(ScriptedModel):
    """Hangs where its script says so."""

    async def _agenerate(self, messages: list[BaseMessage], *rest: Any, **kwargs: Any) -> ChatResult:
        if self.script[:1] == ["hang"]:
            self.script.pop(0)
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)
        return await super()._agenerate(messages, *rest, **kwargs)


class OddBox(ToyBox):
    """Fails as nobody foresaw."""

    def using(self, **changes: object) -> Toolbox:
        raise ValueError("odd")


@asynccontextmanager
async def typing(place: Place, *lines: str) -> AsyncIterator[tuple[ChatSession, Callable[[], str]]]:
    """A session at a keyboard, and all that it shows."""
    shown = StringIO()
    console = Console(file=shown, width=200)
    async with place.opened() as chat:
        settings = chat.toolbox.settings
        session = ChatSession(
            settings, place.threads, chat._saver, chat.terms, console, console, TypedLines(*lines), obey
        )
        session.conversation = chat
        yield session, shown.getvalue


async def test_questions_come_in_the_order_of_their_calls(place: Place) -> None:
    place.toys.estimated = DEAR
    titles = [f"Title {number}" for number in range(6)]
    place.says(calling(*(("render_video", RENDER | {"title": title}) for title in titles)), "Well.")
    async with typing(place, "render all", *("no" for _ in titles)) as (session, shown):
        await session.run()
        assert [line.removeprefix("title: ") for line in shown().splitlines() if line.startswith("title: ")] == titles


async def test_ctrl_c_in_a_digest_stops_it_and_not_the_session(place: Place) -> None:
    place.model = HangingModel(script=["Hello.", "Hello again.", "hang", "A greeting."], asked=[])
    async with typing(place, "hello", "again", "/compact", "/compact") as (session, shown):
        await session.run()
        *_, stopped, digested = shown().splitlines()
        assert (stopped, digested.partition(";")[0]) == ("stopped", "2 messages are now a digest for the model")


async def test_what_nobody_foresaw_in_a_command_is_told_and_the_session_goes_on(place: Place) -> None:
    async with typing(place, "/model other", "hello") as (session, shown):
        session.conversation.toolbox = OddBox(session.settings, place.toys)
        await session.run()
        assert "error something unforeseen went wrong: ValueError: odd" in shown()
        assert shown().endswith("done\n")


async def test_what_the_drafting_of_a_tool_asks_stands_where_the_tool_does(place: Place) -> None:
    place.home.mkdir()
    parts = {"home": place.home, "llm": "offline", "encoder": "hashing", "catalogue": "sample"}
    settings = load_settings(**parts, predictor="neighbours", clips_gb=0)
    place.says(calling(("draft_video", {"request": "street tacos", "drafts": 2})), "Two drafts.")
    speaker_model = SpeakerModel(place.model, "scripted", place.window, offline=False)
    thread = place.threads.new()
    async with open_checkpoints(place.home / "popcorn.sqlite", ()) as saver:
        chat = Conversation(Toolbox(settings), thread, place.threads, saver, Terms(), lambda *_: speaker_model)
        await heard(chat.say("two hooks about tacos"))
    (tools,) = [visit for visit in told_of(place, thread.id).visits if visit.node == "tools"]
    outer, *inner = tools.calls
    assert (outer.tool, outer.beside, {call.inside for call in inner}) == ("draft_video", 0, {outer.call})
    assert [call.tool for call in inner if call.tool] == ["find_references"]
    assert {call.model for call in tools.calls if call.model} == {"offline drafter (not a language model)"}


def told_of(place: Place, thread_id: str) -> Story:
    store = RunStore(place.home)
    return read_story(store, store.find(thread_id))
