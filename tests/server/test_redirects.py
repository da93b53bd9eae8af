"""Servers that send whoever asks them elsewhere: no key arrives there, whatever asked, and a person is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants
from popcorn.agent.models.server_questions import Questions
from popcorn.agent.wiring.chat_models import open_chat_model
from popcorn.errors import MissingError, PopcornError
from popcorn.settings import load_settings
from popcorn.settings_tables import RendererSettings, VoiceSettings
from popcorn.tools.editing.types import Line, Role
from popcorn.tools.editing.voices.served import ServedVoice
from popcorn.tools.remote.identity import ServerIdentity
from popcorn.tools.remote.pace import Pace
from popcorn.tools.video.served.download import Download
from popcorn.tools.video.served.job_form import ask_for
from popcorn.tools.video.served.jobs import Job
from popcorn.tools.video.served.server import VideoServer
from popcorn.tools.video.types import RenderRequest
from popcorn.trust.hub_snapshot import snapshot

KEY = "sk-only-for-the-server-that-was-named"
PASSWORD = "hunter2-of-somebody"
QUICK = Pace(first=0.01, longest=0.01, pulse=0.01, silence=5, tries=2, goodbye=0.5)
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass
class Sender:
    """A server that sends on to `location`, or takes whatever comes."""

    status: int = 0
    location: str = ""
    port: int = 0
    keys: list[str] = field(default_factory=list)
    """What each request had of our key, in whatever place."""


@pytest.fixture
def start() -> Iterator[Callable[[], Sender]]:
    servers = []

    def started() -> Sender:
        state = Sender()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                state.keys.append(KEY if KEY in f"{self.path}{self.headers}{body!r}" else "")
                self.send_response(state.status or 200)
                if state.location:
                    self.send_header("Location", state.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_HEAD = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        state.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return state

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


Ask = Callable[[], object]


def chat(url: str, home: Path) -> Ask:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEEPSEEK_BASE_URL", url)
        patch.setenv("DEEPSEEK_API_KEY", KEY)
        settings = load_settings(home=home, llm="deepseek:m", llm_retries=0, cache=False)
        model = open_chat_model(settings, None).model
    return lambda: model.invoke("hello")


def voice(url: str, home: Path) -> Ask:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPEECH_KEY", KEY)
        served = ServedVoice("api:m", VoiceSettings(base_url=url, key_variable="SPEECH_KEY"), pace=QUICK)
    line = Line(1, "Hello there.", Role.HOOK, ("Hello there.",))
    return lambda: served.speak(line, "en", home / "line.wav")


async def _videos(url: str, home: Path, what: str) -> None:
    server = VideoServer(ServerIdentity("api:m", url, "[renderers.api]", "m", KEY, "VIDEO_KEY"), QUICK)
    try:
        if what == "begin":
            request = RenderRequest("Cats", "A cat sits.", seconds=2)
            await server.begin(ask_for(request, "m", RendererSettings()), "key-of-this-try", lambda _: None)
        elif what == "look":
            await server.look("job-1")
        elif what == "listed":
            await server.listed()
        elif what == "cancel":
            await server.cancel("job-1")
        else:
            await Download(server, home / "clip.mp4").fetch(Job("job-1", "completed"))
    finally:
        await server.close()


def _of_videos(what: str) -> Callable[[str, Path], Ask]:
    return lambda url, home: lambda: asyncio.run(_videos(url, home, what))


CLIENTS: dict[str, Callable[[str, Path], Ask]] = {"chat": chat, "voice": voice} | {
    name: _of_videos(name) for name in ("begin", "look", "listed", "cancel", "content")
}


def _ways(own: Sender, other: Sender) -> dict[str, str]:
    return {
        "another port": f"http://127.0.0.1:{other.port}/v1/x",
        "another host": f"http://localhost:{other.port}/v1/x",
        "a password": f"http://me:{PASSWORD}@127.0.0.1:{other.port}/v1/x",
        "a password here": f"http://me:{PASSWORD}@127.0.0.1:{own.port}/v1/x",
        "a query": f"http://127.0.0.1:{other.port}/v1/x?key={PASSWORD}",
        "without a scheme": f"//127.0.0.1:{other.port}/v1/x",
        "relative": "../x",
        "a ring": f"http://127.0.0.1:{own.port}/v1/x",
        "no address": "http://[::1",
        "a script": "javascript:alert(1)",
    }


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("client", CLIENTS)
def test_no_key_goes_where_a_server_sends_us_on_to(
    start: Callable[[], Sender], tmp_path: Path, client: str, status: int
) -> None:
    own, other = start(), start()
    own.status, own.location = status, "/elsewhere"
    ask = CLIENTS[client](f"http://127.0.0.1:{own.port}/v1", tmp_path)
    for way, location in _ways(own, other).items():
        own.location = location
        with pytest.raises(PopcornError) as caught:
            ask()
        error = caught.value
        told = f"{error.message} {error.hint} {error.__cause__!r}"
        assert "sends us on to" in told or client == "content", (way, told)
        assert error.hint, way
        assert KEY not in told, way
        assert PASSWORD not in told, way
    assert not any(other.keys)
    assert own.keys[0] == KEY, "its own server gets it"


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_question_about_a_server_is_not_sent_on_either(start: Callable[[], Sender], status: int) -> None:
    own, other = start(), start()
    own.status, own.location = status, f"http://127.0.0.1:{other.port}/v1/models"
    url = f"http://127.0.0.1:{own.port}/v1"
    assert Questions(ServerIdentity("deepseek", url, "", "m", KEY)).get(f"{url}/models") is None
    assert (own.keys, other.keys) == ([KEY], [])


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("way", ["another port", "another host", "a password", "a ring", "no address", "a script"])
def test_a_token_of_the_hub_goes_nowhere_else_and_a_hub_that_is_none_is_missing(
    start: Callable[[], Sender], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, way: str
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    own, other = start(), start()
    own.status, own.location = status, _ways(own, other)[way]
    with pytest.raises(MissingError, match="the data set cannot be had from the Hugging Face hub") as caught:
        snapshot(
            "someone/prompts", "the data set", hint="Check the network.", repo_type="dataset", token=KEY,
            endpoint=f"http://127.0.0.1:{own.port}", cache_dir=tmp_path,
        )  # fmt: skip
    assert own.keys[0] == KEY
    assert not any(other.keys)
    assert KEY not in f"{caught.value.message} {caught.value.__cause__!r}"
