"""`popcorn doctor --llm`: what a model is, and a tiny call of each form, against a server on loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest

KEY = "sk-only-for-this-test"
CALLED = {
    "tool_calls": [{"id": "1", "type": "function", "function": {"name": "answer", "arguments": '{"word": "yes"}'}}]
}
READY = '{"word": "ready"}'


@pytest.fixture
def program(own: Any, server: Any) -> Any:
    """The program with a server of its own as `mine`."""
    mine = {"mine": {"base_url": server.url, "key_variable": "MINE_KEY"}}
    return own.set(POPCORN_PROVIDERS=json.dumps(mine), MINE_KEY=KEY, no_proxy="127.0.0.1", POPCORN_LLM_TIMEOUT="5")


def forms(model: dict[str, Any]) -> dict[str, bool | None]:
    return {one["form"]: one["ok"] for one in model["forms"]}


def test_a_model_is_tried_in_each_form(program: Any, server: Any, answer: Any) -> None:
    tool = answer(text="", message=CALLED, finish="tool_calls")
    server.answers = [answer(text="ready"), answer(text=READY), tool, answer(text="Mist over the street. " * 5)]
    outcome = program("doctor", "--llm", "mine:m", "--json")
    assert outcome.status == 0, str(outcome)
    model = outcome.data["model"]
    assert forms(model) == {"plain": True, "schema": True, "tool": True, "stream": True}
    assert (model["spec"], model["tools"], model["slots"]) == ("mine:m", True, 0)
    assert model["window_source"] == "assumed, since its server does not say"
    assert (model["input_usd"], model["output_usd"], model["cost_usd"]) == (0, 0, 0)
    assert (model["input_tokens"], model["output_tokens"]) == (4 * 700, 4 * 300)
    assert model["first_token_seconds"] > 0
    assert model["tokens_per_second"] > 0
    assert ["response_format" in asked for asked in server.asked] == [False, True, False, False]
    assert server.asked[-1]["stream"] is True
    assert all(asked["max_tokens"] <= 128 for asked in server.asked)
    assert KEY not in outcome.stdout + outcome.stderr


def test_forms_that_a_server_refuses_or_ignores_are_told_apart_and_no_failure(
    program: Any, server: Any, answer: Any
) -> None:
    server.always = answer(text="Here you are: ready")
    model = program("doctor", "--llm", "mine:m", "--json").data["model"]
    assert forms(model) == {"plain": True, "schema": False, "tool": False, "stream": True}
    assert model["forms"][1]["detail"].startswith("ignored: it answered “Here you are: ready”, which is no JSON")
    server.answers = [answer(text="ready"), answer(text='{"answer": "ready"}')]
    model = program("doctor", "--llm", "mine:m", "--json").data["model"]
    assert "which is JSON of another form" in model["forms"][1]["detail"]
    refusal = {"error": {"message": "m does not support tools"}}
    no_tools = answer(status=400, body=json.dumps(refusal).encode())
    server.answers = [answer(text="ready"), answer(text=READY), no_tools, answer(text="Mist. " * 9)]
    outcome = program("doctor", "--llm", "mine:m", "--json")
    model = outcome.data["model"]
    assert (outcome.status, model["tools"]) == (0, False)
    assert "cannot call tools" in model["forms"][2]["detail"]
    assert model["forms"][2]["detail"].endswith("Popcorn asks it in another form.")


def test_tools_are_tried_as_a_conversation_offers_them(program: Any, server: Any, answer: Any) -> None:
    """vLLM without a parser for tool calls takes a call that the model is made to, and refuses one that it may."""
    words = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
    refusal = answer(status=400, body=json.dumps({"object": "error", "message": words, "code": 400}).encode())
    server.answers = [answer(text="ready"), answer(text=READY), refusal, answer(text="Mist. " * 9)]
    outcome = program("doctor", "--llm", "mine:m", "--json")
    model = outcome.data["model"]
    assert (outcome.status, model["tools"], forms(model)["tool"]) == (0, False, False)
    assert "tools" in server.asked[2]
    assert server.asked[2].get("tool_choice", "auto") == "auto"


def test_a_server_that_is_not_there_is_told_of_once(program: Any) -> None:
    gone = program.set(POPCORN_PROVIDERS=json.dumps({"mine": {"base_url": "http://127.0.0.1:9/v1"}}))
    outcome = gone("doctor", "--llm", "mine:m")
    assert outcome.status == 1, str(outcome)
    assert outcome.stdout.count("cannot be reached") == 1
    assert "✗ plain" in outcome.stdout


def test_a_model_that_thinks_first_has_more_tokens(program: Any, server: Any, answer: Any) -> None:
    thought = answer(text="", finish="length", message={"reasoning_content": "Let me think."})
    server.answers = [thought, answer(text="ready")]
    server.always = answer(text=READY)
    model = program("doctor", "--llm", "mine:m", "--json").data["model"]
    assert model["forms"][0]["detail"] == "answered “ready”; it thinks first"


def test_a_model_without_its_key_is_a_finding_and_not_tried(program: Any) -> None:
    outcome = program("doctor", "--llm", "openai:gpt-4o", "--json")
    assert outcome.status == 10, str(outcome)
    assert "OPENAI_API_KEY is not set" in outcome.stdout
    assert "model" not in outcome.envelope["data"]


def test_local_weights_that_are_not_there_are_a_finding_beside_the_others(program: Any) -> None:
    outcome = program("doctor", "--llm", "hf:/nowhere/at/all", "--json")
    assert outcome.status == 10, str(outcome)
    checks = {one["name"]: one for one in outcome.envelope["data"]["checks"]}
    assert checks["chat model"]["ok"] is False
    assert checks["chat model"]["detail"].endswith("that folder is not there")
    assert "hf download" in checks["chat model"]["hint"]
    assert len(checks) > 5


def test_the_offline_drafter_has_nothing_to_try_but_its_answer(program: Any) -> None:
    outcome = program("doctor", "--llm", "offline", "--json")
    assert outcome.status == 0, str(outcome)
    assert forms(outcome.data["model"]) == {"plain": True, "schema": None, "tool": None, "stream": True}
