"""Chat servers that send more than any answer has: bodies, bombs, streams without an end, and ways elsewhere."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from popcorn.agent.wiring.chat_models import open_chat_model
from popcorn.errors import BudgetError, ModelCallError, RequestError
from popcorn.settings import load_settings

Send = Callable[[Any], None]
TALK = [HumanMessage("street tacos")]
MIB = b" " * (1 << 20)


class Liar:
    """A server whose every answer is what `send` does with its handler."""

    def __init__(self) -> None:
        self.send: Send = lambda _: None
        self.sent = 0
        liar = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with suppress(OSError):
                    liar.send(self)
                self.close_connection = True

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

            def begin(self, status: int = 200, **headers: str) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Connection": "close", **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()

            def write(self, content: bytes) -> None:
                self.wfile.write(content)
                liar.sent += len(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def liar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Liar]:
    server = Liar()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DEEPSEEK_BASE_URL", server.url)
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-only-for-this-test")
    yield server
    server.close()


def model(home: Path, **changes: Any) -> Any:
    chosen = {"llm_retries": 0, "llm_timeout": 60.0, "cache": False} | changes
    return open_chat_model(load_settings(home=home, llm="deepseek:some-model", **chosen), None).model


def endless_body(handler: Any) -> None:
    handler.begin()
    handler.write(b'{"choices": [')
    for _ in range(500):
        handler.write(MIB)


def endless_event(handler: Any) -> None:
    handler.begin(Content_Type="text/event-stream")
    handler.write(b"data: ")
    for _ in range(500):
        handler.write(MIB)


def bomb(handler: Any) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    handler.begin(Content_Encoding="gzip")
    for _ in range(1000):
        handler.write(packer.compress(MIB))
    handler.write(packer.flush())


def streamed_bomb(handler: Any) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    handler.begin(Content_Type="text/event-stream", Content_Encoding="gzip")
    for _ in range(1000):
        handler.write(packer.compress(b": " + MIB + b"\n\n"))


def endless_words(handler: Any) -> None:
    handler.begin(Content_Type="text/event-stream")
    piece = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    piece["choices"] = [{"index": 0, "delta": {"content": "word " * 20}, "finish_reason": None}]
    for _ in range(200_000):
        handler.write(b"data: " + json.dumps(piece).encode() + b"\n\n")


def brotli(handler: Any) -> None:
    handler.begin(Content_Encoding="br")
    handler.write(b"x" * 100)


def nested(handler: Any) -> None:
    handler.begin()
    handler.write(b"[" * 100_000)


def nested_event(handler: Any) -> None:
    handler.begin(Content_Type="text/event-stream")
    handler.write(b"data: " + b"[" * 100_000 + b"\n\n")


def elsewhere(handler: Any) -> None:
    handler.begin(307, Location="http://collector.example/v1/chat/completions")


@pytest.mark.parametrize(
    ("send", "said"),
    [
        (endless_body, "its answer is longer than 10 MiB"),
        (endless_event, "its answer is longer than 64 MiB"),
        (bomb, "its answer is longer than 10 MiB"),
        (streamed_bomb, "its answer is longer than 64 MiB"),
        (endless_words, "its reply is longer than|went on far beyond the"),
        (nested, "is no chat completion"),
        (nested_event, "is no chat completion"),
        (brotli, "packed as 'br', which was not asked for"),
        (elsewhere, "sends us on to http://collector.example/v1/chat/completions, where neither request nor key goes"),
    ],
)
async def test_a_server_that_lies_is_stopped_with_a_sentence(liar: Liar, tmp_path: Path, send: Send, said: str) -> None:
    liar.send = send
    with pytest.raises(ModelCallError, match=said) as caught:
        await model(tmp_path).ainvoke(TALK)
    assert caught.value.hint
    assert liar.sent < 200 << 20


async def test_the_cap_of_tokens_counts_while_a_reply_is_streamed(liar: Liar, tmp_path: Path) -> None:
    liar.send = endless_words
    with pytest.raises((ModelCallError, BudgetError), match=r"went on far beyond the .* tokens that were asked for"):
        await model(tmp_path, max_tokens=300).ainvoke(TALK)
    assert liar.sent < 32 << 20


async def test_an_answer_that_is_packed_for_a_reason_is_read(liar: Liar, tmp_path: Path) -> None:
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "usage": {}}
    body["choices"] = [{"index": 0, "message": {"role": "assistant", "content": "yes"}, "finish_reason": "stop"}]

    def packed(handler: Any) -> None:
        handler.begin(Content_Encoding="gzip")
        handler.write(gzip.compress(json.dumps(body).encode()))

    liar.send = packed
    assert (await model(tmp_path).ainvoke(TALK)).text == "yes"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks://127.0.0.1:9", "socks5://127.0.0.1:9"])
async def test_no_proxy_stands_before_this_machine(
    liar: Liar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    monkeypatch.setenv(variable, proxy)
    liar.send = brotli
    with pytest.raises(ModelCallError, match="packed as 'br'"):
        await model(tmp_path).ainvoke(TALK)


async def test_a_proxy_that_is_none_or_dead_is_named_with_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DEEPSEEK_BASE_URL", "http://models.example/v1")
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-only-for-this-test")
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:9")
    with pytest.raises(RequestError, match="the variable ALL_PROXY names a proxy of the kind socks://"):
        model(tmp_path)
    monkeypatch.delenv("ALL_PROXY")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    with pytest.raises(ModelCallError, match=f"through the proxy http://127.0.0.1:{port} of the variable HTTP_PROXY"):
        await model(tmp_path).ainvoke(TALK)
