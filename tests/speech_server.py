"""A /v1/audio/speech server on loopback that can misbehave: real HTTP, real speech by the voice of the package."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hibari import Hibari
from popcorn.tools.media.audio import write_wav


@cache
def _voice() -> Hibari:
    return Hibari()


@cache
def spoken(text: str) -> bytes:
    """A WAV file in which a text is spoken."""
    with tempfile.TemporaryDirectory() as folder:
        return write_wav(Path(folder) / "said.wav", _voice()(text, seed=0), _voice().sample_rate).read_bytes()


@dataclass
class Fault:
    """One answer that is not what was hoped for."""

    status: int
    body: bytes = b'{"error": {"message": "no luck"}}'
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class SpeechServer:
    """What it was asked and what it does; `faults` go first."""

    port: int = 0
    faults: list[Fault] = field(default_factory=list)
    file: bytes | None = None
    """Sent instead of speech."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """As base_url has it."""
        return f"http://127.0.0.1:{self.port}/v1"


@contextmanager
def speech_server() -> Iterator[SpeechServer]:
    """A running server."""
    state = SpeechServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append({"path": self.path, **body})
            state.keys.append(self.headers.get("Authorization", ""))
            if state.faults:
                fault = state.faults.pop(0)
                self._answer(fault.status, fault.body, {"Content-Type": "application/json", **fault.headers})
            else:
                content = spoken(body["input"]) if state.file is None else state.file
                self._answer(200, content, {"Content-Type": "audio/wav"})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
