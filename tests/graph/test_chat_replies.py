"""Replies that are no good as they come: calls cut off, without ids, with half characters; what is kept of them."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from popcorn.agent.chat.conversation import Conversation, Terms
from popcorn.agent.chat.events import Event, Remark, Said, ToolBegan, ToolEnded, ToolProgress
from popcorn.agent.chat.speaker import SpeakerModel
from popcorn.agent.chat.stream import events_of
from popcorn.agent.chat.threads import Threads
from popcorn.agent.models.whole_tool_calls import WRITTEN, sound_arguments, written_calls
from popcorn.agent.runs.checkpoints import open_checkpoints
from popcorn.agent.toolbox.sendable_result import Progress, Result, bounded
from popcorn.agent.toolbox.toolbox import Toolbox
from popcorn.commands.terminal.turn_display import Showing
from popcorn.graphs.asking.window import Window
from popcorn.settings import Settings
from rich.console import Console

SECRET = "not-a-shape-but-a-key-0815"
DRAFTED: dict[str, Any] = {"drafts": []}


@dataclass(frozen=True)
class Call:
    """A call as a server streams it."""

    args: str | None
    id: str | None = "c0"
    name: str | None = "draft_video"


@dataclass(frozen=True)
class Reply:
    """A reply as a server streams it."""

    text: str = ""
    calls: Sequence[Call] = ()
    finish: str = "stop"


class StreamingModel(BaseChatModel):
    """Streams what its script says, as the model of a server does; after the script it says `done`."""

    script: list[Reply] = []  # noqa: RUF012 - a pydantic field
    asked: list[list[BaseMessage]] = []  # noqa: RUF012 - a pydantic field

    @property
    def _llm_type(self) -> str:
        return "streaming"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(list(messages))
        reply = self.script.pop(0) if self.script else Reply("done")
        whole = AIMessageChunk(content="")
        for chunk in _chunks(reply):
            whole = whole + chunk
            yield ChatGenerationChunk(message=chunk)
        last = AIMessageChunk(content="")
        if calls := written_calls(whole):
            last.additional_kwargs[WRITTEN] = calls
        yield ChatGenerationChunk(message=last, generation_info={"finish_reason": reply.finish})

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages):
            yield chunk


def _chunks(reply: Reply) -> Iterator[AIMessageChunk]:
    if reply.text:
        yield AIMessageChunk(content=reply.text)
    for place, call in enumerate(reply.calls):
        first = {"name": call.name, "args": "", "id": call.id, "index": place}
        rest = [{"name": None, "args": one, "id": None, "index": place} for one in call.args or ""]
        for piece in (first, *rest):
            yield AIMessageChunk(content="", tool_call_chunks=[piece])


class ToyBox(Toolbox):
    """A toolbox that writes down what is called."""

    def __init__(self, settings: Settings, called: list[str]) -> None:
        super().__init__(settings)
        self.called = called

    async def call(self, name: str, arguments: Mapping[str, Any], progress: Progress | None = None) -> Result:
        self.called.append(arguments["request"])
        await asyncio.sleep(0)
        return bounded(name, DRAFTED, "drafted")

    def using(self, **changes: object) -> Toolbox:
        return self


@dataclass
class Room:
    """A conversation, its model, and what was called in it."""

    chat: Conversation
    model: StreamingModel
    called: list[str] = field(default_factory=list)

    async def hears(self, line: str, *script: Reply) -> list[Event]:
        self.model.script.extend(script)
        return [event async for event in self.chat.say(line)]

    async def replies(self) -> list[AIMessage]:
        return [message for message in await self.chat.messages() if isinstance(message, AIMessage)]

    async def answers(self) -> list[ToolMessage]:
        return [message for message in await self.chat.messages() if isinstance(message, ToolMessage)]


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[], Any]:
    @asynccontextmanager
    async def opening() -> AsyncIterator[Room]:
        settings, threads = Settings(home=tmp_path, llm="offline"), Threads(tmp_path)
        called: list[str] = []
        model = StreamingModel(script=[], asked=[])
        speaker_model = SpeakerModel(model, "streaming", Window(), offline=False)
        async with open_checkpoints(tmp_path / "popcorn.sqlite", ()) as saver:
            box = ToyBox(settings, called)
            chat = Conversation(box, threads.new(), threads, saver, Terms(), lambda *_: speaker_model)
            yield Room(chat, model, called)

    return opening


def paired(messages: Sequence[BaseMessage]) -> bool:
    """Whether every call has its answer right after it, and every answer its call, as servers want them."""
    waiting: list[str] = []
    for message in messages:
        if isinstance(message, ToolMessage):
            if message.tool_call_id not in waiting:
                return False
            waiting.remove(message.tool_call_id)
        elif waiting:
            return False
        elif isinstance(message, AIMessage):
            waiting = [str(call["id"]) for call in message.tool_calls]
            if len(set(waiting)) < len(waiting) or message.invalid_tool_calls:
                return False
    return not waiting


@pytest.mark.parametrize("text", ["{}", '{"a": 1}', ' {"a": "line\nbreak"} ', "", "  ", None])
def test_whole_objects_and_nothing_at_all_are_arguments(text: str | None) -> None:
    assert isinstance(sound_arguments(text), dict)


@pytest.mark.parametrize(
    "text",
    ['{"a": "b', '{"a": 1', "{a: ]]", "[1]", "null", "3", '{"a": NaN}', '{"a": 1e999}', '{"a": 1}{"b": 2}', "[" * 9**6],
)  # fmt: skip
def test_anything_else_is_not(text: str) -> None:
    assert sound_arguments(text) is None


@pytest.mark.parametrize("ids", [(None, None), ("", ""), ("same", "same")])
async def test_calls_without_ids_of_their_own_are_given_some(opened: Any, ids: tuple[Any, Any]) -> None:
    async with opened() as room:
        calls = [Call('{"request": "tacos"}', ids[0]), Call('{"request": "ramen"}', ids[1])]
        await room.hears("two", Reply(calls=calls))
        await room.hears("again", Reply(calls=calls))
        assert room.called == ["tacos", "ramen"] * 2
        messages = await room.chat.messages()
        assert paired(messages)
        assert len({message.tool_call_id for message in messages if isinstance(message, ToolMessage)}) == 4
        assert paired(room.model.asked[-1])


@pytest.mark.parametrize(("finish", "told"), [("stop", "cut off or are no JSON"), ("length", "model's limit")])
async def test_arguments_that_broke_off_are_told_and_never_run(opened: Any, finish: str, told: str) -> None:
    async with opened() as room:
        calls = [Call('{"request": "taco')]
        events = await room.hears(
            "draft", Reply(calls=calls, finish=finish), Reply(calls=[Call('{"request": "tacos"}')])
        )
        assert room.called == ["tacos"]
        first, second = await room.answers()
        assert (first.status, second.status) == ("error", "success")
        assert told in first.text
        assert '{"request": "taco' in first.text
        assert first.text.endswith("Mend the arguments and try again.")
        kinds = [type(event) for event in events]
        assert kinds == [ToolBegan, ToolEnded, ToolBegan, ToolEnded, Said]


async def test_no_call_of_a_reply_that_was_cut_is_run(opened: Any) -> None:
    async with opened() as room:
        await room.hears("draft", Reply(calls=[Call(""), Call('{"request": "ramen"}', "c1")], finish="length"))
        assert room.called == []
        assert ["model's limit" in answer.text for answer in await room.answers()] == [True, True]


@pytest.mark.parametrize("args", ["{about: ]]", "[1,2]", "null"])
async def test_arguments_that_are_none_are_answered_in_their_own_turn(opened: Any, args: str) -> None:
    async with opened() as room:
        events = await room.hears("draft", Reply(calls=[Call('{"request": "ramen"}'), Call(args, "c1")]))
        assert [event.data for event in events if isinstance(event, ToolEnded)].count(None) == 1
        assert events[-1] == Said("done")
        assert room.called == ["ramen"]
        wrong = next(answer for answer in await room.answers() if answer.status == "error")
        assert (wrong.tool_call_id, repr(args) in wrong.text) == ("c1", True)
        assert paired(await room.chat.messages())
        later = await room.hears("thanks")
        assert later == [Said("done")]
        assert paired(room.model.asked[-1])


async def test_a_call_without_a_name_can_be_sent_again(opened: Any) -> None:
    async with opened() as room:
        await room.hears("draft", Reply(calls=[Call("{}", name="")]), Reply(calls=[Call("{}", "c1", "a b\n")]))
        assert [call["name"] for reply in await room.replies() for call in reply.tool_calls] == ["unnamed", "a_b_"]
        assert paired(room.model.asked[-1])


async def test_half_characters_are_mended_before_they_are_kept(opened: Any) -> None:
    async with opened() as room:
        half = '{"request": "half \\ud83d of \\u0000 it", "\\ud83d": ["\\ud83d"]}'
        await room.hears("draft", Reply("half \ud83d", [Call(half)]))
        assert room.called == []  # `?` is no argument of this tool
        reply = (await room.replies())[0]
        assert reply.text == "half ?"
        assert reply.tool_calls[0]["args"] == {"request": "half ? of \ufffd it", "?": ["?"]}
        await room.hears("draft", Reply(calls=[Call('{"request": "half \\ud83d of it"}')]))
        assert room.called == ["half ? of it"]


async def test_a_key_that_a_model_repeats_is_kept_nowhere(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", SECRET)
    async with opened() as room:
        calls = [Call(json.dumps({"request": SECRET})), Call(f"[{SECRET}", "c1")]
        said = await room.hears(f"my key is {SECRET}", Reply(f"so {SECRET}", calls))
        assert Said(f"so {SECRET}") in said  # the screen is the person's own
        kept = await room.chat.messages()
        assert SECRET not in repr(kept)
        assert "[hidden]" in repr(kept)
        assert SECRET not in repr(room.model.asked)
        assert room.called == ["[hidden]"]


async def test_a_reply_that_was_cut_says_so(opened: Any) -> None:
    async with opened() as room:
        cut = await room.hears("tell me", Reply("I was just about to", finish="length"))
        assert cut == [Said("I was just about to"), Remark("the reply was cut off at the model's limit")]
        assert await room.hears("go on", Reply("say it.")) == [Said("say it.")]


async def test_a_remark_stands_on_a_line_of_its_own() -> None:
    async def events() -> AsyncIterator[Event]:
        yield Said("I was just :taco: about")
        yield Remark("the reply was \x1b[2Jcut off")

    out = io.StringIO()
    assert await Showing(Console(file=out, width=80)).follow(events()) == []
    assert out.getvalue() == "I was just :taco: about\n! the reply was [2Jcut off\n"


@pytest.mark.parametrize(("every", "told"), [(0, "- draft  40 tokens\n- draft  90 tokens\n"), (3600, "")])
async def test_where_nothing_can_be_redrawn_a_long_tool_says_beside_the_answer_how_far_it_is(
    every: float, told: str
) -> None:
    async def events() -> AsyncIterator[Event]:
        yield ToolBegan("1", "draft_video", {})
        yield ToolProgress("1", "draft_video", 0, 0, "40 tokens")
        yield ToolProgress("1", "draft_video", 0, 0, "90 tokens")

    out, aside = io.StringIO(), io.StringIO()
    await Showing(Console(file=out, width=80), Console(file=aside, width=80), every).follow(events())
    assert (out.getvalue(), aside.getvalue()) == ("- draft ...\n", told)


def test_messages_of_earlier_turns_that_are_saved_again_are_no_events() -> None:
    stale = {"name": "draft_video", "args": {}, "id": "old", "type": "tool_call"}
    history = [HumanMessage("a"), AIMessage("", tool_calls=[stale]), ToolMessage("b", tool_call_id="old", name="c")]
    new = AIMessage("", tool_calls=[{**stale, "id": "new"}])
    assert events_of("updates", {"model": {"messages": [*history, new]}}) == [ToolBegan("new", "draft_video", {})]
    assert events_of("updates", {"model": {"messages": [*history, AIMessage("done")]}}) == []
    assert [type(one) for one in events_of("updates", {"tools": {"messages": history[-1:]}})] == [ToolEnded]


async def test_a_key_that_comes_by_another_door_than_a_session_reaches_no_model() -> None:
    from langchain.agents import create_agent
    from popcorn.agent.chat.model_replies import Replies
    from popcorn.redaction import scrubbed

    model = StreamingModel(script=[Reply("It was sk-proj-4f9aZ81kQm27Lx0pTb55Vd.")], asked=[])
    agent = create_agent(model, middleware=[Replies(scrubbed)])
    typed = HumanMessage("my key is sk-proj-4f9aZ81kQm27Lx0pTb55Vd, tacos")
    parts = agent.astream({"messages": [typed]}, stream_mode=["messages", "values"])
    states = [part async for kind, part in parts if kind == "values"]
    assert [message.text for message in model.asked[0]] == ["my key is [hidden], tacos"]
    assert states[-1]["messages"][-1].text == "It was [hidden]."
