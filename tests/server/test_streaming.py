"""Calls are streamed: what a silence is, what it costs, what comes of servers that stream otherwise or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from popcorn.agent.models.refused_parameters import Refusals
from popcorn.agent.models.server_errors import BrokenOffError
from popcorn.agent.wiring.chat_models import open_chat_model
from popcorn.errors import ModelCallError, ModelReplyError, RefusedReplyError
from popcorn.graphs.asking.ask import ask
from popcorn.graphs.asking.types import ModelCall
from popcorn.graphs.asking.window import ReplyRoom, Window
from popcorn.graphs.asking.writing import writing
from popcorn.graphs.create.replies import DraftsReply
from popcorn.settings import load_settings

TALK = [SystemMessage("Draft."), HumanMessage("street tacos")]
CALL = ModelCall("draft", "deepseek:some-model", "draft@0", reply="")
TITLE = "Crispy tacos at midnight"
NEVER = 10**6
"""A piece that no reply has."""


@pytest.fixture(autouse=True)
def _apart(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DEEPSEEK_BASE_URL", server.url)
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-only-for-this-test")
    yield
    for one in (server.always, *server.answers):
        one.go_on.set()


def opened(home: Path, refusals: Refusals | None = None, **changes: Any) -> BaseChatModel:
    chosen = {"llm": "deepseek:some-model", "llm_retries": 3, "llm_timeout": 60.0, "cache": False, "seed": 5} | changes
    return open_chat_model(load_settings(home=home, **chosen), refusals=refusals).model


async def asked(model: BaseChatModel) -> str:
    reply, _ = await ask(model, TALK, DraftsReply, CALL)
    return reply.drafts[0].title


async def failed(model: BaseChatModel) -> ModelCallError:
    with pytest.raises(ModelCallError) as caught:
        await model.ainvoke(TALK)
    return caught.value


async def test_every_call_is_streamed_and_what_it_took_is_asked_for(server: Any, tmp_path: Path) -> None:
    assert await asked(opened(tmp_path)) == TITLE
    assert [(one["stream"], one["stream_options"]) for one in server.asked] == [(True, {"include_usage": True})]


@pytest.mark.parametrize("pings", [False, True], ids=["silent", "keeping the line open"])
async def test_a_silence_in_the_middle_ends_the_call_once_and_keeps_what_was_written(
    server: Any, answer: Any, tmp_path: Path, pings: bool
) -> None:
    server.always = answer(text="tacos " * 50, hush_after=20, pings=pings)
    model = opened(tmp_path, llm_timeout=0.3)
    error = await failed(model)
    assert "deepseek was silent for 0.3 s in the middle of its reply" in error.message
    assert "POPCORN_LLM_TIMEOUT" in error.hint
    assert error.reply.startswith("tacos tacos ")
    assert len(server.asked) == 1, "no time-out is repeated, whatever may be tried again"
    spent = model._meter.spent  # type: ignore[attr-defined]
    assert 0 < spent.output_tokens < 100
    assert spent.input_tokens > 0


@pytest.mark.parametrize("pings", [False, True], ids=["silent", "keeping the line open"])
async def test_a_server_that_never_begins_is_asked_once(server: Any, answer: Any, tmp_path: Path, pings: bool) -> None:
    server.always = answer(hush_after=0, pings=pings)
    error = await failed(opened(tmp_path, llm_timeout=0.1))
    assert "was silent for 0.5 s before its first token" in error.message
    assert "a first token may take 5 times as long" in error.hint
    assert len(server.asked) == 1


async def test_a_server_of_ones_own_has_three_times_as_long(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(hush_after=0)
    own = {"lab": {"base_url": server.url}}
    error = await failed(opened(tmp_path, llm="lab:some-model", providers=own, llm_timeout=0.1))
    assert "was silent for 1.5 s before its first token" in error.message


@pytest.mark.parametrize("form", ["json_schema", "tool", "json_object", "text"])
async def test_each_form_of_a_reply_works_in_a_stream(server: Any, answer: Any, tmp_path: Path, form: str) -> None:
    weaker = ("json_schema", "tool", "json_object")
    refusals = Refusals()
    refusals.forms.add("deepseek:some-model", weaker[: weaker.index(form)] if form in weaker else weaker)
    if form == "tool":
        function = {"name": "answer", "arguments": server.always.text}
        call = {"id": "1", "type": "function", "function": function, "index": 0}
        server.always = answer(text=None, message={"tool_calls": [call]}, finish="tool_calls")
    assert await asked(opened(tmp_path, refusals)) == TITLE
    sent = server.asked[-1]
    assert (sent.get("response_format") or {}).get("type") == (form if form.startswith("json") else None)
    assert ("tools" in sent, sent["stream"]) == (form == "tool", True)


async def test_arguments_of_the_answering_tool_that_are_no_json_are_repaired_from_what_was_written(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    refusals = Refusals()
    refusals.forms.add("deepseek:some-model", ["json_schema"])
    written = {"id": "1", "type": "function", "function": {"name": "answer", "arguments": '{"drafts": [{"ti'}}
    server.answers = [answer(text=None, message={"tool_calls": [written]}, finish="tool_calls")]
    reply, calls = await ask(opened(tmp_path, refusals), TALK, DraftsReply, CALL)
    assert calls[0].reply == '{"drafts": [{"ti', "as it was written, not as a parser guesses it"
    assert reply.drafts[0].title == TITLE


async def test_a_server_that_answers_whole_though_asked_to_stream_is_read_as_well(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.always = answer(whole=True)
    model = opened(tmp_path)
    assert await asked(model) == TITLE
    assert model._meter.spent.tokens == 1_000  # type: ignore[attr-defined]
    pieces = [piece async for piece in model.astream(TALK)]
    assert TITLE in "".join(piece.text for piece in pieces), "in a conversation too"
    assert len(server.asked) == 2, "and nothing is asked or paid twice"


@pytest.mark.parametrize(
    "told",
    [
        {"message": "Unsupported value: 'stream' does not support true with this model.", "param": "stream"},
        {"message": "Streaming is not supported with tools", "param": "tools"},
        {"message": "response_format cannot be used while streaming"},
    ],
    ids=["alone", "with tools", "with a form"],
)
async def test_a_server_that_refuses_to_stream_is_asked_for_a_whole_reply_from_then_on(
    server: Any, answer: Any, tmp_path: Path, told: dict[str, str]
) -> None:
    server.answers = [answer(status=400, body=json.dumps({"error": told}).encode())]
    model = opened(tmp_path)
    assert [await asked(model) for _ in range(2)] == [TITLE, TITLE]
    assert ["stream" in one for one in server.asked] == [True, False, False]
    assert not any("stream_options" in one for one in server.asked[1:])
    assert all(one["response_format"]["type"] == "json_schema" for one in server.asked), "no form was given up for it"
    assert TITLE in "".join([piece.text async for piece in model.astream(TALK)])


async def test_a_server_that_knows_no_stream_options_streams_all_the_same(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.answers = [answer(refuses="stream_options")]
    model = opened(tmp_path)
    assert await asked(model) == TITLE
    assert (server.asked[-1]["stream"], "stream_options" in server.asked[-1]) == (True, False)
    spent = model._meter.spent  # type: ignore[attr-defined]
    assert 0 < spent.tokens != 1_000, "estimated where it was not told"


async def test_a_reply_whose_line_broke_is_asked_for_again_and_both_are_paid_for(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.answers = [answer(drop=True), answer(finish=None)]
    model = opened(tmp_path)
    assert await asked(model) == TITLE
    assert len(server.asked) == 3
    assert model._meter.spent.tokens > 1_000  # type: ignore[attr-defined]
    server.always = answer(drop=True)
    with pytest.raises(BrokenOffError) as caught:
        await asked(opened(tmp_path, llm_retries=1))
    assert len(server.asked) == 5
    assert caught.value.reply.startswith('{"reasoning"')


async def test_a_streamed_reply_is_in_the_cache_like_any_other(server: Any, tmp_path: Path) -> None:
    assert [await asked(opened(tmp_path, cache=True)) for _ in range(2)] == [TITLE, TITLE]
    assert len(server.asked) == 1


async def test_whoever_stops_a_reply_has_paid_for_what_was_written(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="tacos " * 50, hush_after=20)
    model, told = opened(tmp_path), asyncio.Event()

    async def node() -> None:
        async with writing("draft", lambda report: told.set() if report["tokens"] else None):
            await asked(model)

    task = asyncio.create_task(node())
    await told.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    spent = model._meter.spent  # type: ignore[attr-defined]
    assert (spent.input_tokens > 0, 0 < spent.output_tokens < 100) == (True, True)


async def test_with_one_slot_the_others_wait_here_and_are_told_to_wait(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    first = answer(hush_after=10)
    server.answers = [first]
    refusals, reports, waits = Refusals(), [], asyncio.Event()
    models = [opened(tmp_path, refusals, llm_concurrency=1) for _ in range(3)]

    def tell(report: Any) -> None:
        reports.append(report)
        if report["waiting"] == 2 and report["tokens"]:
            waits.set()

    async with writing("draft", tell):
        calls = asyncio.gather(*(asked(model) for model in models))
        await waits.wait()
        assert len(server.asked) == 1, "models of one workshop share the queue of their server"
        first.go_on.set()
        assert await calls == [TITLE] * 3
    assert (server.busiest, len(server.asked)) == (1, 3)


async def test_a_server_of_ones_own_is_asked_one_after_another_unless_somebody_says_otherwise(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    own = {"llm": "lab:some-model", "providers": {"lab": {"base_url": server.url}}}
    await asyncio.gather(*(opened(tmp_path, shared, **own).ainvoke(TALK) for shared in [Refusals()] * 3))
    assert server.busiest == 1
    server.always = answer(together=2)
    model = opened(tmp_path, **own, llm_concurrency=2)
    await asyncio.gather(model.ainvoke(TALK), model.ainvoke(TALK))
    assert server.busiest == 2


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, {"message": "The response was filtered due to the prompt triggering", "code": "content_filter"}),
        (400, {"message": "Your request was rejected as a result of our safety system."}),
        (403, {"message": "openai/gpt-4o requires moderation. Your input was flagged for violence."}),
    ],
    ids=["Azure", "OpenAI", "OpenRouter"],
)
async def test_a_request_that_a_filter_holds_back_is_a_refusal_and_tried_in_no_other_form(
    server: Any, answer: Any, tmp_path: Path, status: int, told: dict[str, str]
) -> None:
    server.always = answer(status=status, body=json.dumps({"error": told}).encode())
    with pytest.raises(RefusedReplyError, match="content filter of deepseek did not let the request through"):
        await asked(opened(tmp_path))
    assert len(server.asked) == 1


async def test_a_whole_message_is_the_same_streamed_and_not(server: Any, answer: Any, tmp_path: Path) -> None:
    function = {"name": "give", "arguments": '{"title": "x"}'}
    call = {"id": "1", "type": "function", "function": function}
    made = [
        {"text": "so </think>yes"},
        {"text": "yes", "message": {"reasoning_content": "Hm."}},
        {"text": None, "message": {"tool_calls": [call]}, "finish": "tool_calls"},
    ]
    for told in made:
        messages: list[AIMessage] = []
        for whole in (True, False):
            server.always = answer(whole=whole, **told)
            messages.append(await opened(tmp_path).ainvoke(TALK))
        facts = [(m.content, m.tool_calls, m.additional_kwargs, m.usage_metadata) for m in messages]
        ends = [(m.response_metadata["finish_reason"], m.response_metadata["model_name"]) for m in messages]
        assert (facts[0], ends[0]) == (facts[1], ends[1])


async def test_an_answer_that_goes_in_circles_is_ended_as_one_that_was_cut_off(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    begins, circles = '{"title": "tacos", "video_prompt": "', "So here is a tip to keep it in line. " * 2_000
    server.always = answer(text=begins + circles)
    model = opened(tmp_path)
    whole = await model.ainvoke(TALK, max_tokens=50_000)
    assert whole.response_metadata["finish_reason"] == "length"
    assert (whole.text.startswith(begins), len(whole.text) < 2_000) == (True, True)
    pieces = [piece async for piece in model.astream(TALK, max_tokens=50_000)]
    assert len("".join(piece.text for piece in pieces)) < 2_000
    assert sum((piece.usage_metadata or {}).get("output_tokens", 0) for piece in pieces) > 0
    with pytest.raises(ModelReplyError, match="it was cut off for its length"):
        await ask(model, TALK, DraftsReply, CALL, room=ReplyRoom(Window(32_000, limits=True), 1_000))
    assert [one["max_tokens"] for one in server.asked[2:]] == [1_000, 1_000], "and is given no more room afterwards"
