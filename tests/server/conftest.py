"""An OpenAI-compatible server on loopback that can misbehave: real HTTP, streaming and not."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

KEY = "sk-only-for-this-test"
STEPS = ("audience", "hook", "subject", "setting", "light", "movement", "title")
GOOD = {
    "reasoning": [{"step": step, "text": f"What belongs to the {step}."} for step in STEPS],
    "drafts": [
        {
            "title": f"{word} tacos at midnight",
            "video_prompt": f"{word} slow push-in on street tacos on a hot griddle, steam, neon, handheld, 3 seconds",
            "cover_prompt": f"{word} close-up of a taco with lime, neon light behind it",
        }
        for word in ("Crispy", "Smoky", "Golden")
    ],
}


@dataclass
class Answer:
    """What the server does with one call; the default is to answer well."""

    text: str | None = json.dumps(GOOD)
    status: int = 200
    finish: str | None = "stop"
    message: dict[str, Any] = field(default_factory=dict)
    """Fields that the message has besides."""
    body: bytes | None = None
    """Sent instead of a completion."""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    stall: float = 0
    """Seconds before anything is sent."""
    together: int = 0
    """How many calls there have to be at once before anything is sent: for a minute nobody goes on alone."""
    drop: bool = False
    """Close in the middle of the body."""
    hush_after: int = -1
    """After so many pieces of a stream nothing comes until `go_on` is set; never hushes by default."""
    go_on: threading.Event = field(default_factory=threading.Event)
    piece: int = 40
    """Characters of a piece of a stream; 5 where it hushes."""
    pings: bool = False
    """While it hushes, comments and empty pieces keep the line open."""
    whole: bool = False
    """Answers with all of it where it was asked to stream."""
    choices: bool = True
    model: str = "some-model"
    usage: dict[str, int] = field(
        default_factory=lambda: {"prompt_tokens": 700, "completion_tokens": 300, "total_tokens": 1000}
    )
    refuses: str = ""
    """A parameter, or `system`, that a call must not have."""

    def completion(self) -> dict[str, Any]:
        message = {"role": "assistant", "content": self.text, **self.message}
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": self.model,
            "choices": [choice] if self.choices else [],
            "usage": self.usage,
        }  # fmt: skip

    def events(self, *, usage: bool) -> Iterator[dict[str, Any]]:
        """The same as a stream of chunks, a few words each."""
        size = self.piece if self.hush_after < 0 else 5
        shared = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": self.model}
        text = self.text or ""
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        for name, value in self.message.items():
            deltas += [{name: value[place : place + size]} for place in range(0, len(value), size)]
        deltas += [{"content": text[place : place + size]} for place in range(0, len(text), size)]
        for delta in deltas if self.choices else []:
            yield shared | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        if self.choices and self.finish:
            yield shared | {"choices": [{"index": 0, "delta": {}, "finish_reason": self.finish}]}
        if usage:
            yield shared | {"choices": [], "usage": self.completion()["usage"]}


@dataclass
class Server:
    """What it was asked, and what it does: `answers` in turn, then `always`."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    always: Answer = field(default_factory=Answer)
    lock: threading.Condition = field(default_factory=threading.Condition)
    busy: int = 0
    busiest: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def reached(self, together: int) -> bool:
        return self.busiest >= together

    def take(self, asked: dict[str, Any]) -> Answer:
        with self.lock:
            self.asked.append(asked)
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            self.lock.notify_all()
            answer = self.answers.pop(0) if self.answers else self.always
        roles = {message["role"] for message in asked["messages"]}
        name = answer.refuses
        if name and (name in asked or name in roles):
            words = "system messages are not supported" if name == "system" else f"Unsupported parameter: '{name}'"
            return replace(answer, status=400, body=json.dumps({"error": {"message": words, "param": None}}).encode())
        return answer


class Handler(BaseHTTPRequestHandler):
    server_state: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        state = self.server_state
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.keys.append(self.headers["Authorization"])
        state.heads.append(dict(self.headers))
        answer = state.take(asked)
        try:
            with state.lock:
                state.lock.wait_for(partial(state.reached, answer.together), 60)
            time.sleep(answer.stall)
            if answer.body is None and asked.get("stream") and not answer.whole:
                self.stream(answer, asked)
            else:
                self.whole(answer)
        except OSError:
            self.close_connection = True
        finally:
            with state.lock:
                state.busy -= 1

    def whole(self, answer: Answer) -> None:
        body = json.dumps(answer.completion()).encode() if answer.body is None else answer.body
        self.send_response(answer.status)
        self.send_header("Connection", "close")
        for name, value in ({"Content-Type": answer.kind, "Content-Length": str(len(body))} | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if answer.drop else body)
        self.close_connection = True

    def stream(self, answer: Answer, asked: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        events = list(answer.events(usage=bool((asked.get("stream_options") or {}).get("include_usage"))))
        for number, event in enumerate(events[: len(events) // 2] if answer.drop else events):
            if number == answer.hush_after:
                self.hush(answer)
            self.chunk(f"data: {json.dumps(event)}\n\n")
        self.close_connection = True
        if not answer.drop:
            self.chunk("data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

    def hush(self, answer: Answer) -> None:
        empty = {"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": None}]}
        while not answer.go_on.wait(0.02):
            if answer.pings:
                self.chunk(f": ping\n\ndata: {json.dumps(empty)}\n\n")

    def chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _running() -> Iterator[Server]:
    state = Server()
    handler = type("OneServersHandler", (Handler,), {"server_state": state})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        http.daemon_threads = True
        http.block_on_close = False
        state.port = http.server_port
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        yield state
        http.shutdown()


@pytest.fixture
def server() -> Iterator[Server]:
    """Running, and answering well until it is told otherwise."""
    with _running() as state:
        yield state


@pytest.fixture
def other() -> Iterator[Server]:
    """Another one, which nobody should ask."""
    with _running() as state:
        yield state


@pytest.fixture
def answer() -> type[Answer]:
    """The class of what the server can be told to do."""
    return Answer


@pytest.fixture(scope="session")
def video_server() -> ModuleType:
    """The module of the video server: tests are no package, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location("video_server", Path(__file__).with_name("video_server.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def videos(video_server: ModuleType) -> Iterator[Any]:
    """A running video server that does well until it is told otherwise."""
    with video_server.running() as state:
        yield state
