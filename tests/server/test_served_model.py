"""A served model against a server that misbehaves: what is kept, what is learned, which error is raised."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from langchain_core.exceptions import ModelError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from popcorn.agent.models.server_errors import BrokenOffError, RefusedCallError
from popcorn.agent.wiring.chat_models import open_chat_model, usage_of
from popcorn.agent.wiring.workshop import Workshop
from popcorn.errors import (
    BudgetError,
    MissingError,
    ModelCallError,
    ModelReplyError,
    OnlyThoughtError,
    PopcornError,
    RefusedReplyError,
    TooLongError,
)
from popcorn.graphs.asking.ask import ask
from popcorn.graphs.create.replies import DraftsReply
from popcorn.graphs.create.state import ModelCall
from popcorn.settings import load_settings

KEY = "sk-only-for-this-test"
TALK = [SystemMessage("Draft."), HumanMessage("street tacos")]
FAILED_BEHIND = b'{"choices": [{"finish_reason": "error", "message": null, "error": {"message": "upstream died"}}]}'
HTML = b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"


@pytest.fixture(autouse=True)
def _apart(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DEEPSEEK_BASE_URL", server.url)
    monkeypatch.setenv("DEEPSEEK_API_KEY", KEY)


def opened(home: Path, folder: Path | None = None, model: str = "some-model", **changes: Any) -> BaseChatModel:
    chosen = {"llm_retries": 0, "llm_timeout": 60.0, "cache": False, "seed": 5} | changes
    return open_chat_model(load_settings(home=home, llm=f"deepseek:{model}", **chosen), folder).model


async def refused(model: BaseChatModel) -> PopcornError:
    with pytest.raises(PopcornError) as caught:
        await model.ainvoke(TALK)
    assert KEY not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r}"
    assert caught.value.hint
    return caught.value


async def test_reasoning_in_a_field_is_kept_beside_the_answer(server: Any, answer: Any, tmp_path: Path) -> None:
    for name in ("reasoning_content", "reasoning"):
        server.always = answer(text="yes", message={name: "First I think."})
        message = await opened(tmp_path).ainvoke(TALK)
        assert (message.text, message.additional_kwargs["reasoning"]) == ("yes", "First I think.")


def test_runs_one_after_another_in_loops_of_their_own_are_counted_apart(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, llm="deepseek:some-model", llm_retries=0, cache=False, max_tokens=1500)
    workshop = Workshop()
    for folder, calls in ((tmp_path / "a", 1), (tmp_path / "b", 2)):
        model = workshop.chat_model(settings, folder).model
        for _ in range(calls):
            asyncio.run(model.ainvoke(TALK))
    assert [usage_of(settings, tmp_path / name)["input_tokens"] for name in "ab"] == [700, 1400]
    again = workshop.chat_model(settings, tmp_path / "b").model
    with pytest.raises(BudgetError, match="2,000 of 1,500 tokens"):
        asyncio.run(again.ainvoke(TALK))


async def test_an_account_at_openai_is_told_to_nobody_else(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-mine")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-mine")
    await opened(tmp_path).ainvoke(TALK)
    opened(tmp_path).invoke(TALK)
    assert len(server.heads) == 2
    assert "of-mine" not in str(server.heads)


async def test_what_the_environment_says_of_openai_reaches_no_other_provider(
    server: Any, other: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-openai")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "admin-of-openai")
    monkeypatch.setenv("OPENAI_ORGANIZATION", "org-of-openai")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer door-of-openai\nX-Gateway: gate-of-openai")
    monkeypatch.setenv("OPENAI_PROXY", other.url.removesuffix("/v1"))
    model = opened(tmp_path)
    await model.ainvoke(TALK)
    model.invoke(TALK)
    assert "".join([chunk.text async for chunk in model.astream(TALK)])
    assert server.keys == [f"Bearer {KEY}"] * 3
    assert "of-openai" not in str(server.heads)
    assert other.asked == [], "not even its proxy is asked"


@pytest.mark.parametrize("variable", ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS"])
async def test_openai_itself_is_told_its_account(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv(variable, "X-Account: of-mine")
    settings = load_settings(home=tmp_path, llm="openai:gpt-4o", cache=False)
    await open_chat_model(settings).model.ainvoke(TALK)
    assert "of-mine" in str(server.heads)
    assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_server_that_sends_us_on_is_not_followed(
    server: Any, other: Any, answer: Any, tmp_path: Path, status: int
) -> None:
    elsewhere = f"{other.url.replace('http://', 'http://me:hunter2@')}/chat/completions?key=hunter2"
    server.always = answer(status=status, body=b"", headers={"Location": elsewhere})
    error = await refused(opened(tmp_path))
    with pytest.raises(ModelCallError):
        opened(tmp_path).invoke(TALK)
    assert f"sends us on to {other.url}/chat/completions, where neither request nor key goes" in error.message
    assert "DEEPSEEK_BASE_URL" in error.hint
    assert "hunter2" not in f"{error.message} {error.hint}"
    assert other.asked == []
    assert len(server.asked) == 2, "it is asked once"


async def test_thinking_in_tags_is_taken_out_of_the_answer(server: Any, answer: Any, tmp_path: Path) -> None:
    long = "so " * 2_000
    for text in (f"<think>{long}</think>\n\nyes", f"{long}</think>yes"):
        server.always = answer(text=text)
        message = await opened(tmp_path).ainvoke(TALK)
        assert (message.text, message.additional_kwargs["reasoning"]) == ("yes", long.strip())


async def test_a_streamed_reply_is_sorted_like_a_whole_one(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="<think>hm, well</think>yes <b>", message={"reasoning_content": "Before. "})
    whole = None
    async for chunk in opened(tmp_path).astream(TALK):
        assert "think" not in chunk.text
        whole = chunk if whole is None else whole + chunk
    assert whole is not None
    assert (whole.text, whole.additional_kwargs["reasoning"]) == ("yes <b>", "Before. hm, well")
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["output_tokens"] == 300


def test_a_call_without_a_loop_is_answered_too(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="<think>hm</think>yes")
    model = opened(tmp_path)
    assert model.invoke(TALK).text == "yes"
    assert "".join(chunk.text for chunk in model.stream(TALK)) == "yes"


@pytest.mark.parametrize("name", ["seed", "temperature", "top_p", "system"])
async def test_what_a_model_refuses_is_left_away_once_and_for_all(
    server: Any, answer: Any, tmp_path: Path, name: str
) -> None:
    server.always = answer(text="yes", refuses=name)
    model = opened(tmp_path, model=f"picky-about-{name}", temperature=0.3, top_p=0.9)
    assert [(await model.ainvoke(TALK)).text for _ in range(2)] == ["yes", "yes"]
    assert len(server.asked) == 3
    last = server.asked[-1]
    kept = {"seed", "temperature", "top_p"} - {name}
    assert kept <= set(last)
    assert name not in last
    if name == "system":
        assert last["messages"] == [{"role": "user", "content": "Draft.\n\nstreet tacos"}]


@pytest.mark.parametrize(
    "told",
    [
        {"error": {"message": "Developer instruction is not enabled for this model", "code": 400}},
        {"error": {"message": "Conversation roles must alternate user/assistant/user/assistant/...", "param": None}},
        {"detail": [{"loc": ["body", "messages", 0, "role"], "msg": "Input should be 'user' or 'assistant'"}]},
    ],
    ids=["a developer's", "a chat template", "a schema"],
)
async def test_a_refused_system_message_is_known_in_the_words_of_servers(
    server: Any, answer: Any, tmp_path: Path, told: dict[str, Any]
) -> None:
    server.answers = [answer(status=400, body=json.dumps(told).encode())]
    await opened(tmp_path, model=f"without-system-{json.dumps(told)}").ainvoke(TALK)
    assert [message["role"] for message in server.asked[-1]["messages"]] == ["user"]


async def test_a_refused_developer_message_is_one_of_the_system(server: Any, answer: Any, tmp_path: Path) -> None:
    told = {"error": {"message": "Unsupported value: 'messages[0].role' does not support 'developer' with this model."}}
    server.answers = [answer(status=400, body=json.dumps(told).encode())]
    await opened(tmp_path, model="o1-mini").ainvoke(TALK)
    sent = [[message["role"] for message in asked["messages"]] for asked in server.asked]
    assert sent == [["developer", "user"], ["user"]]


@pytest.mark.parametrize(
    "told",
    [
        {"message": "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens."},
        {"message": "the request exceeds the available context size. try increasing it"},
        {"message": "Please reduce the length of the messages or completion."},
        {"message": "no", "code": "context_length_exceeded"},
    ],
)
async def test_a_request_that_is_too_long_is_told_in_the_words_of_servers_and_not_tried_in_other_forms(
    server: Any, answer: Any, tmp_path: Path, told: dict[str, Any]
) -> None:
    server.always = answer(status=400, body=json.dumps({"error": told}).encode())
    error = await refused(opened(tmp_path))
    assert (type(error), "longer than 'some-model'" in str(error)) == (TooLongError, True)
    assert "POPCORN_LLM_WINDOW" in error.hint


async def test_a_router_that_finds_nobody_for_a_form_has_refused_the_form(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    body = {"error": {"message": "No endpoints found that support tool use", "code": 404}}
    server.always = answer(status=404, body=json.dumps(body).encode())
    assert isinstance(error := await refused(opened(tmp_path)), RefusedCallError)
    assert error.status_code == 404


async def test_a_complaint_about_a_form_costs_nothing_else_that_it_lists(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    told = {"message": "response_format is unknown; known are model, messages, seed", "param": "response_format"}
    server.always = answer(status=400, body=json.dumps({"error": told}).encode())
    model = opened(tmp_path, model="with-a-list")
    await refused(model)
    server.always = answer(text="yes")
    await model.ainvoke(TALK)
    assert server.asked[-1]["seed"] == 5


async def test_thinking_in_parts_is_kept_beside_the_answer(server: Any, answer: Any, tmp_path: Path) -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "tacos, then"}]}
    server.always = answer(message={"content": [thinking, {"type": "text", "text": "yes"}]})
    message = await opened(tmp_path).ainvoke(TALK)
    assert (message.text, message.additional_kwargs["reasoning"]) == ("yes", "tacos, then")


async def test_a_limit_that_is_refused_by_its_new_name_is_given_by_its_old_one(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.always = answer(text="yes", refuses="max_completion_tokens")
    await opened(tmp_path, model="of-old").ainvoke(TALK, max_tokens=50)
    assert server.asked[-1]["max_tokens"] == 50


async def test_a_refused_form_is_left_to_whoever_asked_for_it(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="{}", refuses="response_format")
    model = opened(tmp_path)
    assert model.reply_forms == ("json_schema", "tool", "json_object", "text")
    with pytest.raises(ModelError) as caught:
        await model.ainvoke(TALK, response_format={"type": "json_object"})
    assert isinstance(caught.value, ModelCallError)
    assert caught.value.status_code == 400
    assert "refused the call with status 400: Unsupported parameter: 'response_format'" in str(caught.value)
    server.always = answer(text="{}")
    await model.ainvoke(TALK, response_format={"type": "json_object"})
    assert server.asked[-1]["response_format"] == {"type": "json_object"}


async def test_a_tool_call_comes_through(server: Any, answer: Any, tmp_path: Path) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "give", "arguments": '{"title": "x"}'}}
    server.always = answer(text=None, message={"tool_calls": [call]}, finish="tool_calls")
    message = await opened(tmp_path).ainvoke(TALK)
    assert message.tool_calls[0]["args"] == {"title": "x"}


@pytest.mark.parametrize(
    ("told", "kind", "message", "hint"),
    [
        ({"status": 401}, MissingError, "deepseek refused the key", "DEEPSEEK_API_KEY"),
        ({"status": 403}, MissingError, "does not let this key use 'some-model'", "DEEPSEEK_API_KEY"),
        ({"status": 404}, MissingError, "does not know the model 'some-model'", "--llm deepseek:"),
        ({"status": 402}, ModelCallError, "has nothing left to spend", "billing"),
        ({"status": 500}, ModelCallError, "answered with status 500", "Try again later"),
        ({"status": 429}, ModelCallError, "limits how often it is asked", "Try again later"),
        ({"body": HTML, "kind": "text/html"}, ModelCallError, "no chat completion: <!DOCTYPE", "DEEPSEEK_BASE_URL"),
        ({"body": HTML}, ModelCallError, "is no chat completion", "DEEPSEEK_BASE_URL"),
        ({"body": b""}, ModelCallError, "is no chat completion", "DEEPSEEK_BASE_URL"),
        ({"body": b"[]"}, ModelCallError, "is no chat completion", "DEEPSEEK_BASE_URL"),
        ({"body": b'{"choices": null}'}, ModelCallError, "is no chat completion", "DEEPSEEK_BASE_URL"),
        ({"body": b'{"choices": [{}]}'}, ModelCallError, "is no chat completion", "DEEPSEEK_BASE_URL"),
        ({"body": b'{"error": "overloaded"}'}, ModelCallError, "an error instead of a reply: overloaded", "Try again"),
        ({"body": FAILED_BEHIND}, ModelCallError, "an error instead of a reply: upstream died", "Try again"),
        ({"choices": False}, ModelCallError, "without any reply in it", "Try again"),
        ({"text": None}, ModelCallError, "without any reply in it", "Try again"),
        ({"text": "<think>hm"}, ModelCallError, "without any reply in it", "Try again"),
        ({"text": "<think>hm", "finish": "length"}, OnlyThoughtError, "end of its tokens", "--llm"),
        ({"text": None, "finish": "content_filter"}, RefusedReplyError, "content filter", "differently"),
        ({"text": None, "message": {"refusal": "I will not."}}, RefusedReplyError, "I will not.", "differently"),
        ({"drop": True}, BrokenOffError, "broke off in the middle of its reply", "Try again"),
        ({"stall": 30}, ModelCallError, "was silent for 0.5 s before its first token", "POPCORN_LLM_TIMEOUT"),
    ],
    ids=lambda value: json.dumps(value, default=repr)[:40] if isinstance(value, dict) else "",
)
async def test_every_misbehaviour_is_named_with_a_way_out(
    server: Any, answer: Any, tmp_path: Path, told: dict[str, Any], kind: type[PopcornError], message: str, hint: str
) -> None:
    if "status" in told:
        told = told | {"body": json.dumps({"error": {"message": f"no: {KEY}"}}).encode()}
    server.always = answer(**told)
    error = await refused(opened(tmp_path, llm_timeout=0.1 if "stall" in told else 60))
    assert type(error) is kind
    assert message in str(error)
    assert hint in error.hint


@pytest.mark.parametrize("secret", [KEY, f"sk-proj-{'0a1b2c3d' * 4}"])
async def test_a_key_across_the_place_where_an_answer_is_cut_is_not_shown(
    server: Any, answer: Any, tmp_path: Path, secret: str
) -> None:
    for at in range(100, 200, 9):
        told = {"error": {"message": f"{'no ' * at}"[: at - 1] + f" {secret} no"}}
        server.always = answer(status=500, body=json.dumps(told).encode())
        assert secret[:5] not in str(await refused(opened(tmp_path)))


async def test_a_reply_in_a_wrong_content_type_is_read_all_the_same(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="yes", kind="text/plain", model="another-model")
    message = await opened(tmp_path).ainvoke(TALK)
    assert (message.text, message.response_metadata["model_name"]) == ("yes", "another-model")


async def test_a_stream_that_breaks_off_is_no_reply(server: Any, answer: Any, tmp_path: Path) -> None:
    for told, message in (
        (answer(drop=True), "cannot be reached|broke off"),
        (answer(text="half", finish=None), "broke off"),
        (answer(choices=False), "without any reply in it|broke off"),
    ):
        server.always = told
        with pytest.raises(ModelCallError, match=message):
            async for _ in opened(tmp_path).astream(TALK):
                pass


async def test_an_account_with_nothing_left_is_told_from_a_crowd(server: Any, answer: Any, tmp_path: Path) -> None:
    body = json.dumps({"error": {"message": "quota", "code": "insufficient_quota"}}).encode()
    server.always = answer(status=429, body=body)
    assert "has nothing left to spend" in str(await refused(opened(tmp_path)))


async def test_a_failed_call_is_tried_again_after_as_long_as_the_server_asks(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.answers = [answer(status=429, body=b"{}", headers={"Retry-After": "1"}), answer(status=503, body=b"{}")]
    server.always = answer(text="yes")
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (await opened(tmp_path, llm_retries=2).ainvoke(TALK)).text == "yes"
    assert loop.time() - began >= 1
    assert len(server.asked) == 3


async def test_a_server_that_asks_to_wait_too_long_is_quoted(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(status=429, body=b"{}", headers={"Retry-After": "3600"})
    assert "asks to wait 3600 s" in str(await refused(opened(tmp_path, llm_retries=2)))
    assert len(server.asked) == 1


async def test_no_more_calls_are_made_at_once_than_allowed(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="yes", stall=0.05, together=3)
    model = opened(tmp_path, llm_concurrency=3)
    await asyncio.gather(*(model.ainvoke(f"number {number}") for number in range(9)))
    assert (len(server.asked), server.busiest) == (9, 3)


def test_a_model_serves_one_event_loop_after_another(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="yes", stall=0.05)
    model = opened(tmp_path, llm_concurrency=1, max_tokens=9_000)

    async def twice() -> list[str]:
        return [message.text for message in await asyncio.gather(model.ainvoke("one"), model.ainvoke("two"))]

    assert [asyncio.run(twice()) for _ in range(2)] == [["yes", "yes"], ["yes", "yes"]]


@pytest.mark.parametrize("usage", [None, {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}])
async def test_what_a_server_does_not_count_is_estimated_for_the_cap(
    server: Any, answer: Any, tmp_path: Path, usage: dict[str, int] | None
) -> None:
    whole = answer(text="yes " * 300).completion() | {"usage": usage}
    server.always = answer(body=json.dumps(whole).encode())
    model = opened(tmp_path, max_tokens=300)
    assert (await model.ainvoke(TALK)).usage_metadata["output_tokens"] > 300
    with pytest.raises(BudgetError, match=r"has used 4\d\d of 300 tokens"):
        await model.ainvoke(TALK)


async def test_a_reply_that_cannot_be_used_is_paid_for_too(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="<think>on and on", finish="length")
    model = opened(tmp_path, max_tokens=900)
    assert "end of its tokens" in str(await refused(model))
    with pytest.raises(BudgetError, match="has used 1,000 of 900 tokens"):
        await model.ainvoke(TALK)


async def test_the_key_is_sent_and_stands_nowhere_else(
    server: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = opened(tmp_path, cache=True)
    await model.ainvoke(TALK)
    await model.ainvoke(TALK)
    assert server.keys == [f"Bearer {KEY}"]
    assert KEY not in f"{model!r} {model} {caplog.text} {model.model_dump()}"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


async def test_a_question_is_asked_again_where_the_cache_is_not_wanted(server: Any, tmp_path: Path) -> None:
    for cache in (True, True, False, False):
        await opened(tmp_path, cache=cache).ainvoke(TALK)
    await opened(tmp_path, cache=True, temperature=0.1).ainvoke(TALK)
    assert len(server.asked) == 4


async def test_the_cap_on_tokens_holds_over_the_walks_of_a_run(server: Any, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "20260131-235959-0a1b2c"
    await opened(tmp_path, folder, max_tokens=1_500).ainvoke(TALK)
    model = opened(tmp_path, folder, max_tokens=1_500)
    await model.ainvoke("another")
    with pytest.raises(BudgetError, match="has used 2,000 of 1,500 tokens") as caught:
        await model.ainvoke("one more")
    assert caught.value.hint == "Go on with: popcorn ask --resume 20260131-235959-0a1b2c --max-tokens 3000"
    assert len(server.asked) == 2


async def test_a_reply_may_not_get_longer_than_what_may_be_spent(server: Any, tmp_path: Path) -> None:
    model = opened(tmp_path, max_tokens=1_500)
    await model.ainvoke("tea")
    await model.ainvoke("tea", max_tokens=50)
    assert [asked["max_tokens"] for asked in server.asked] == [1_499, 50]
    with pytest.raises(BudgetError, match=r"has used 2,000 of 1,500 tokens"):
        await model.ainvoke("tea")
    dear = opened(tmp_path, model="deepseek-v4-flash", max_cost=0.0001)
    await dear.ainvoke("tea", max_tokens=9_999)
    assert server.asked[-1]["max_tokens"] == 356, "of output at $0.28 for a million tokens, beside the prompt"


@pytest.mark.parametrize("how", ["whole", "streamed"])
async def test_no_call_is_made_whose_prompt_alone_is_more_than_may_be_spent(
    server: Any, tmp_path: Path, how: str
) -> None:
    model = opened(tmp_path, max_tokens=300)
    with pytest.raises(BudgetError, match=r"used 0 of 300 tokens, and the next call reads about 1,000") as caught:
        _ = await model.ainvoke("x" * 3_000) if how == "whole" else [one async for one in model.astream("x" * 3_000)]
    assert (caught.value.hint, server.asked) == ("Allow more with --max-tokens 4000", [])
    dear = opened(tmp_path, model="deepseek-v4-flash", max_cost=0.0001)
    with pytest.raises(BudgetError, match=r"cost \$0.0000 of \$0.0001, and the next call costs more"):
        await dear.ainvoke("x" * 3_000)
    assert server.asked == []


async def test_the_tokens_of_a_stream_that_is_left_are_counted(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="yes " * 500)
    model = opened(tmp_path, max_tokens=2_000)
    pieces = model.astream("x" * 300)
    said = "".join([(await anext(pieces)).text for _ in range(50)])
    await pieces.aclose()
    spent = model._meter.spent
    assert spent.input_tokens == 100
    assert len(said) / 4 < spent.output_tokens < len(said)


async def test_a_call_without_a_limit_has_what_the_window_keeps_for_replies(server: Any, tmp_path: Path) -> None:
    await opened(tmp_path, llm_window=4_000).ainvoke(TALK)
    _ = [one async for one in opened(tmp_path, llm_window=100_000).astream(TALK)]
    assert [asked["max_tokens"] for asked in server.asked] == [1_000, 8_000]


async def test_the_limit_has_the_name_that_the_server_knows(server: Any, answer: Any, tmp_path: Path) -> None:
    await opened(tmp_path).ainvoke(TALK, max_tokens=50)
    assert (server.asked[-1]["max_tokens"], "max_completion_tokens" in server.asked[-1]) == (50, False)
    server.always = answer(text="yes", refuses="max_tokens")
    await opened(tmp_path, model="newer").ainvoke(TALK, max_tokens=50)
    assert (server.asked[-1]["max_completion_tokens"], "max_tokens" in server.asked[-1]) == (50, False)


async def test_the_cap_on_cost_counts_at_the_known_price(server: Any, tmp_path: Path) -> None:
    model = opened(tmp_path, model="deepseek-v4-flash", max_cost=0.0001)
    await model.ainvoke(TALK)
    with pytest.raises(BudgetError, match=r"has cost \$0.0002 of \$0.0001"):
        await model.ainvoke(TALK)


async def test_what_comes_out_of_the_cache_costs_nothing(server: Any, tmp_path: Path) -> None:
    model = opened(tmp_path, cache=True, max_tokens=1_000)
    assert (await model.ainvoke(TALK)).text == (await model.ainvoke(TALK)).text
    with pytest.raises(BudgetError):
        await model.ainvoke("another")


async def test_a_reply_that_nobody_could_use_is_not_given_out_of_the_cache(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    call = ModelCall("draft", "deepseek:some-model", "draft@0", reply="")
    server.answers = [answer(text="I would rather not.")] * 3  # by a schema, by a tool, and when it is to mend that
    with pytest.raises(ModelReplyError):
        await ask(opened(tmp_path, cache=True), TALK, DraftsReply, call)
    reply, _ = await ask(opened(tmp_path, cache=True), TALK, DraftsReply, call)
    assert reply.drafts[0].title == "Crispy tacos at midnight"
    assert len(server.asked) == 4
    await ask(opened(tmp_path, cache=True), TALK, DraftsReply, call)
    assert len(server.asked) == 4


async def test_a_cache_that_breaks_costs_no_reply(
    server: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = opened(tmp_path, cache=True)
    (tmp_path / "replies.sqlite").write_bytes(b"no database, " * 1_000)
    assert (await model.ainvoke(TALK)).text
    assert "the reply cache cannot be written" in caplog.text
