"""What servers say of themselves, each in its own fields: windows, tools, slots; asked once, with their own key."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.models.known_servers import KnownServers
from popcorn.agent.models.prices import price_of
from popcorn.agent.models.providers import choose
from popcorn.agent.models.server_facts import ServerFacts
from popcorn.agent.wiring.chat_models import NamedModel, open_chat_model
from popcorn.settings import load_settings
from popcorn.tools.remote.identity import ServerIdentity

KEY = "sk-only-for-this-test"
PROPS = {
    "default_generation_settings": {"n_ctx": 4096},
    "total_slots": 2,
    "chat_template_caps": {"supports_tools": False, "supports_tool_calls": False},
}
LLAMA_CPP = {
    "/v1/models": {"data": [{"id": "/some/model.gguf", "owned_by": "llamacpp", "meta": {"n_ctx_train": 8192}}]},
    "/props": PROPS,
}
SHOWN = {
    "parameters": 'num_ctx                        16384\nstop "<|im_end|>"',
    "capabilities": ["completion", "tools"],
    "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
}
OLLAMA = {
    "/v1/models": {"object": "list", "data": [{"id": "m:latest", "owned_by": "library"}, {"id": "n", "owned_by": "a"}]},
    "/api/ps": {"models": []},
    "/api/show": SHOWN,
}
LM_STUDIO = {
    "/v1/models": {"data": [{"id": "m", "owned_by": "organization_owner"}, {"id": "n"}]},
    "/api/v0/models": {
        "data": [{"id": "m", "state": "loaded", "max_context_length": 131072, "loaded_context_length": 8192}]
    },
}
LM_STUDIO_1 = {
    "/v1/models": {"data": [{"id": "m", "owned_by": "organization_owner"}, {"id": "n"}]},
    "/api/v1/models": {
        "models": [
            {
                "key": "m",
                "max_context_length": 131072,
                "loaded_instances": [{"id": "m", "config": {"context_length": 8192}}],
                "capabilities": {"vision": False, "trained_for_tool_use": True},
            },
            {"key": "n", "max_context_length": 2048, "loaded_instances": []},
        ]
    },
}


@dataclass
class Answering:
    """A server with some routes, and what it was asked."""

    routes: dict[str, Any]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)
    stall: float = 0
    elsewhere: str = ""
    """Where every request is sent on to."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


class Handler(BaseHTTPRequestHandler):
    state: Answering

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.state.asked.append(path)
        self.state.keys.add(self.headers["Authorization"])
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(self.state.stall)
        found = self.state.routes.get(path)
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        self.send_response(302 if self.state.elsewhere else 404 if found is None else 200)
        if self.state.elsewhere:
            self.send_header("Location", self.state.elsewhere)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(routes: dict[str, Any], **told: Any) -> Iterator[Answering]:
    state = Answering(routes, **told)
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"state": state})) as http:
        http.daemon_threads = True
        http.block_on_close = False
        state.port = http.server_port
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        yield state
        http.shutdown()


def asked(state: Answering, model: str = "m", known: KnownServers | None = None, name: str = "mine") -> ServerFacts:
    server = ServerIdentity(name, state.url, "[providers.mine]", model, KEY, "MINE_API_KEY")
    return (known or KnownServers()).ask(server)


def listed(**entry: Any) -> dict[str, Any]:
    return {"/v1/models": {"data": [{"id": "other"}, {"id": "m", **entry}]}}


@pytest.mark.parametrize(
    ("routes", "facts"),
    [
        (LLAMA_CPP, ServerFacts(4096, "n_ctx of /props", tools=False, slots=2, engine="llama.cpp")),
        (
            listed(owned_by="vllm", max_model_len=32768),
            ServerFacts(32768, "max_model_len of /v1/models", engine="vLLM"),
        ),
        (
            LM_STUDIO,
            ServerFacts(8192, "loaded_context_length of /api/v0/models", engine="LM Studio"),
        ),
        (listed(context_window=131072), ServerFacts(131072, "context_window of /v1/models")),
        (
            listed(
                context_length=200_000,
                top_provider={"context_length": 64_000},
                supported_parameters=["tools", "seed"],
            ),
            ServerFacts(64_000, "top_provider.context_length of /v1/models", tools=True),
        ),
        (
            listed(max_context_length=32768, capabilities={"function_calling": False}),
            ServerFacts(32768, "max_context_length of /v1/models", tools=False),
        ),
        ({"/v1/models": [{"id": "m", "context_length": 16384}]}, ServerFacts(16384, "context_length of /v1/models")),
        (
            OLLAMA,
            ServerFacts(16384, "num_ctx of /api/show", tools=True, engine="Ollama", lasting=False),
        ),
        (
            OLLAMA | {"/api/ps": {"models": [{"model": "m:latest", "context_length": 8192}]}},
            ServerFacts(8192, "context_length of /api/ps", tools=True, engine="Ollama"),
        ),
        (
            OLLAMA | {"/api/show": {"capabilities": ["completion"], "model_info": {"gemma.context_length": 2048}}},
            ServerFacts(2048, "what Ollama loads a model with", tools=False, engine="Ollama", lasting=False),
        ),
        (
            LM_STUDIO | {"/api/v0/models": {"data": [{"id": "m", "max_context_length": 131072, "capabilities": []}]}},
            ServerFacts(4096, "what LM Studio loads a model with", tools=False, engine="LM Studio", lasting=False),
        ),
        (LM_STUDIO_1, ServerFacts(8192, "context_length of /api/v1/models", tools=True, engine="LM Studio")),
    ],
)
def test_each_server_is_understood_in_its_own_fields(routes: dict[str, Any], facts: ServerFacts) -> None:
    with serving(routes) as state:
        assert asked(state) == facts
        assert state.keys == {f"Bearer {KEY}"}


def test_a_model_that_lm_studio_has_not_loaded_has_no_more_than_it_would_be_loaded_with() -> None:
    with serving(LM_STUDIO_1) as state:
        facts = asked(state, "n")
    assert facts == ServerFacts(2048, "what LM Studio loads a model with", engine="LM Studio", lasting=False)


@pytest.mark.parametrize(
    "routes",
    [
        {},
        {"/v1/models": b"<html>"},
        {"/v1/models": []},
        {"/v1/models": {"data": "none"}},
        listed(max_model_len=-1, context_window=True, context_length="long", meta=[], top_provider=7),
        {"/v1/models": b"[" * 50_000},
    ],
)
def test_a_server_that_says_nothing_of_use_is_no_trouble(routes: dict[str, Any]) -> None:
    with serving(routes) as state:
        facts = asked(state)
    assert (facts.window, facts.tools, facts.slots) == (0, None, 0)


def test_a_server_is_asked_once_and_others_that_are_asked_for_the_same_model_wait_for_it() -> None:
    known = KnownServers()
    with serving(LLAMA_CPP, stall=0.2) as state:
        threads = [threading.Thread(target=asked, args=(state, "m", known)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert state.asked == ["/v1/models", "/props"]


def test_a_server_that_keeps_us_waiting_is_not_waited_for_again() -> None:
    known = KnownServers()
    with serving(LLAMA_CPP, stall=30) as state:
        began = time.monotonic()
        assert asked(state, known=known) == asked(state, known=known) == ServerFacts()
        assert time.monotonic() - began < 20
        assert state.asked == ["/v1/models"]


def test_a_server_that_is_not_there_yet_is_asked_again_when_it_may_be() -> None:
    known = KnownServers()
    with serving(LLAMA_CPP) as state:
        port = state.port
    assert asked(Answering({}, port), known=known) == ServerFacts(lasting=False)
    with ThreadingHTTPServer(("127.0.0.1", port), type("Own", (Handler,), {"state": state})) as http:
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        assert asked(state, known=known).window == 4096
        http.shutdown()


def test_nobody_is_followed_to_another_address() -> None:
    with serving(LLAMA_CPP) as other, serving({}, elsewhere=f"{other.url}/models") as state:
        assert asked(state).window == 0
        assert other.asked == []


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Opens a model of a server of one's own, by its routes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def opened(state: Answering, **changes: Any) -> NamedModel:
        own = {"base_url": state.url}
        settings = load_settings(home=tmp_path, llm="mine:m", cache=False, providers={"mine": own}, **changes)
        return open_chat_model(settings)

    return opened


def test_the_window_is_what_the_server_says_unless_somebody_set_it(mine: Any) -> None:
    with serving(LLAMA_CPP) as state:
        named = mine(state)
        assert (named.window.tokens, named.window.assumed) == (4096, False)
        assert mine(state, llm_window=2048).window.tokens == 2048
    assert mine(Answering({}, state.port)).window.assumed


def test_a_model_without_tools_is_not_asked_for_json_by_a_tool(mine: Any) -> None:
    with serving(LLAMA_CPP) as state:
        model = mine(state).model
    assert not model.takes_tools
    assert model.reply_forms == ("json_schema", "json_object", "text")


def test_a_server_on_loopback_costs_nothing_unless_priced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def price(llm: str, url: str = "", **more: Any) -> tuple[float, float] | None:
        providers = {"mine": {"base_url": url}} if url else {}
        settings = load_settings(home=tmp_path, llm=llm, providers=providers, **more)
        found = price_of(choose(settings), settings)
        return found and (found.input, found.output)

    for url in ("http://127.0.0.1:8080/v1", "http://localhost:8080/v1", "http://[::1]:8080/v1"):
        assert price("mine:m", url) == (0, 0)
    assert price("mine:m", "http://models.example.org/v1") is None
    priced = {"mine:m": {"input": 1, "output": 2}}
    assert price("mine:m", "http://127.0.0.1:8080/v1", prices=priced) == (1, 2)
    monkeypatch.setenv("DEEPSEEK_API_KEY", KEY)
    monkeypatch.setenv("DEEPSEEK_BASE_URL", "http://127.0.0.1:8080/v1")
    assert price("deepseek:deepseek-v4-flash") != (0, 0), "a proxy on this machine passes a priced model on"
