"""Real model servers, as far as this step goes: an OpenAI-compatible one on loopback."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from langchain_core.exceptions import ModelConnectionError
from popcorn.agent.wiring.chat_models import open_chat_model, translate_model_error, with_chosen_model
from popcorn.errors import MissingError, ModelCallError, RequestError
from popcorn.settings import Settings, load_settings

KEY = "sk-only-for-this-test"


@dataclass
class Server:
    """What the server was asked, and the status it answers with."""

    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.keys.append(self.headers["Authorization"])
            message = {"role": "assistant", "content": '{"drafts": []}'}
            good = {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "some-model",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
            }
            body = json.dumps(good if state.status == 200 else {"error": {"message": "no"}}).encode()
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{http.server_port}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield state
        http.shutdown()


def settings(home: Path, llm: str) -> Settings:
    return load_settings(home=home, llm=llm, seed=5)


async def test_an_openai_model_is_asked_with_the_seed_and_its_tokens_are_counted(
    server: Server, tmp_path: Path
) -> None:
    named = open_chat_model(settings(tmp_path, "openai:some-model"))
    message = await named.model.ainvoke("hello")
    assert named.name == "openai:some-model"
    assert message.text == '{"drafts": []}'
    assert message.usage_metadata is not None
    assert (message.usage_metadata["input_tokens"], message.usage_metadata["output_tokens"]) == (7, 3)
    assert (server.asked[0]["model"], server.asked[0]["seed"]) == ("some-model", 5)


async def test_the_same_question_is_answered_from_the_cache_by_a_new_process_too(
    server: Server, tmp_path: Path
) -> None:
    first = await open_chat_model(settings(tmp_path, "openai:some-model")).model.ainvoke("hello")
    again = await open_chat_model(settings(tmp_path, "openai:some-model")).model.ainvoke("hello")
    await open_chat_model(settings(tmp_path, "openai:some-model")).model.ainvoke("something else")
    await open_chat_model(settings(tmp_path, "openai:another")).model.ainvoke("hello")
    assert again.text == first.text
    assert [asked["messages"][0]["content"] for asked in server.asked] == ["hello", "something else", "hello"]


async def test_the_key_is_in_no_file(server: Server, tmp_path: Path) -> None:
    await open_chat_model(settings(tmp_path, "openai:some-model")).model.ainvoke("hello")
    assert server.keys == [f"Bearer {KEY}"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("status", "kind", "message"),
    [
        (401, MissingError, "openai refused the key"),
        (404, MissingError, "openai does not know the model 'some-model'"),
        (400, ModelCallError, "openai refused the call with status 400: no"),
    ],
)
async def test_a_refusal_of_the_server_becomes_a_sentence(
    server: Server, tmp_path: Path, status: int, kind: type[Exception], message: str
) -> None:
    server.status = status
    with pytest.raises(kind) as caught:
        await open_chat_model(settings(tmp_path, "openai:some-model")).model.ainvoke("hello")
    assert str(caught.value) == message


def test_an_error_of_another_origin_is_left_alone() -> None:
    assert translate_model_error(ValueError("x")) is None
    assert str(translate_model_error(ModelConnectionError("x"))) == "the model server answered instead of a reply"


def test_without_a_key_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(MissingError, match="OPENAI_API_KEY is not set") as caught:
        open_chat_model(settings(tmp_path, "openai:gpt-4o"))
    assert "--llm offline" in caught.value.hint


async def test_a_server_that_is_not_there_is_said_to_be_unreachable(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{free.getsockname()[1]}/v1")
        chosen = settings(tmp_path, "openai:some-model").model_copy(update={"llm_retries": 0})
        with pytest.raises(ModelCallError, match="openai cannot be reached at") as caught:
            await open_chat_model(chosen).model.ainvoke("hello")
    assert "OPENAI_BASE_URL" in caught.value.hint


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        ("opnai:gpt-4o", "no model provider 'opnai'", "Did you mean 'openai'?"),
        ("zzz", "no model provider 'zzz'", "Known are offline, openai, deepseek, openrouter, together, groq, ollama"),
        ("deepsek-r1", "no model provider 'deepsek-r1'", "Did you mean 'deepseek-r1'?"),
        ("openai", "needs a model", "openai:gpt-4o"),
        ("hf", "needs a model", "hf:/path/to/a/model"),
        ("offline:big", "has no model 'big'", "--llm offline"),
    ],
)
def test_a_spec_that_names_nothing_says_what_would_do(tmp_path: Path, spec: str, message: str, hint: str) -> None:
    with pytest.raises(RequestError, match=message) as caught:
        open_chat_model(settings(tmp_path, spec))
    assert hint in caught.value.hint


def test_the_offline_drafter_is_named_for_what_it_is(tmp_path: Path) -> None:
    assert open_chat_model(settings(tmp_path, "offline")).name == "offline drafter (not a language model)"


KEYS = ("OPENAI", "DEEPSEEK", "OPENROUTER", "TOGETHER", "GROQ")


@pytest.fixture
def keyless(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No key of any provider is set."""
    for name in KEYS:
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
    return monkeypatch


def test_without_a_choice_the_first_provider_with_a_key_is_taken_else_none(
    tmp_path: Path, keyless: pytest.MonkeyPatch
) -> None:
    assert with_chosen_model(settings(tmp_path, "auto")).llm == "offline"
    keyless.setenv("GROQ_API_KEY", KEY)
    assert with_chosen_model(settings(tmp_path, "auto")).llm == "groq:llama-3.3-70b-versatile"
    keyless.setenv("DEEPSEEK_API_KEY", KEY)
    assert with_chosen_model(settings(tmp_path, "auto")).llm == "deepseek:deepseek-v4-flash"


@pytest.mark.parametrize("preset", ["llama-3.3-70b", "qwen-2.5-72b", "gpt-4o", "deepseek-v3", "deepseek-r1"])
def test_a_preset_goes_to_whoever_has_a_key_for_it(tmp_path: Path, keyless: pytest.MonkeyPatch, preset: str) -> None:
    with pytest.raises(MissingError, match=f"no key is set for a provider of {preset}") as caught:
        open_chat_model(settings(tmp_path, preset))
    assert "OPENROUTER_API_KEY" in caught.value.hint
    keyless.setenv("OPENROUTER_API_KEY", KEY)
    assert with_chosen_model(settings(tmp_path, preset)).llm.startswith("openrouter:")


@pytest.mark.parametrize("provider", ["ollama", "vllm", "lmstudio"])
def test_a_server_on_this_machine_needs_no_key_and_costs_nothing(
    tmp_path: Path, keyless: pytest.MonkeyPatch, provider: str
) -> None:
    keyless.delenv(f"{provider.upper()}_BASE_URL", raising=False)
    named = open_chat_model(settings(tmp_path, f"{provider}:some-model"))
    assert named.name == f"{provider}:some-model"
    assert "127.0.0.1" in named.model.openai_api_base


async def test_a_server_of_ones_own_that_wants_a_key_is_given_one(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLLM_BASE_URL", os.environ["OPENAI_BASE_URL"])
    monkeypatch.setenv("VLLM_API_KEY", f" {KEY}\n")
    await open_chat_model(load_settings(home=tmp_path, llm="vllm:mine", cache=False)).model.ainvoke("tacos")
    assert server.keys == [f"Bearer {KEY}"]


def test_a_key_with_characters_that_no_key_has_is_named_without_being_shown(
    tmp_path: Path, keyless: pytest.MonkeyPatch
) -> None:
    keyless.setenv("OPENAI_API_KEY", "sk-“quoted”")
    with pytest.raises(MissingError, match="OPENAI_API_KEY holds characters that no key has") as caught:
        open_chat_model(load_settings(home=tmp_path, llm="openai:gpt-4o"))
    assert "quoted" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999/v1", "127.0.0.1:8000/v1", "http:///v1", "ftp://host/v1"])
def test_an_address_that_is_none_is_named(tmp_path: Path, keyless: pytest.MonkeyPatch, address: str) -> None:
    keyless.setenv("VLLM_BASE_URL", address)
    with pytest.raises(RequestError, match="is no address of vllm") as caught:
        open_chat_model(load_settings(home=tmp_path, llm="vllm:mine"))
    assert "VLLM_BASE_URL" in caught.value.hint
