"""A voice behind a server: what is sent, what comes back, what goes wrong."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from popcorn.errors import MissingError, PopcornError, RenderError, RequestError
from popcorn.settings_tables import VoiceSettings
from popcorn.tools.editing.types import Line, Role
from popcorn.tools.editing.voices.registry import open_voice
from popcorn.tools.editing.voices.served import ServedVoice
from popcorn.tools.remote.pace import Pace
from speech_server import Fault, SpeechServer, speech_server, spoken

QUICK = Pace(first=0.01, longest=0.01, pulse=0.01, silence=60, tries=3)
HELLO = Line(1, "Hello there, this is the mug.", Role.HOOK, ("Hello there,", "this is the mug."))


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with speech_server() as running:
        yield running


def _voice(server: SpeechServer, **settings: object) -> ServedVoice:
    return ServedVoice("api:tiny", VoiceSettings(base_url=server.url, **settings), pace=QUICK)  # type: ignore[arg-type]


def test_an_english_line_is_asked_for_once_and_aligned(server: SpeechServer, tmp_path: Path) -> None:
    found = _voice(server, speaker="nova").speak(HELLO, "en", tmp_path / "line.wav")
    assert server.asked == [
        {
            "path": "/v1/audio/speech",
            "model": "tiny",
            "input": HELLO.script,
            "voice": "nova",
            "response_format": "wav",
            "speed": 1.0,
        }
    ]
    assert [word.text for word in found.words] == ["Hello", "there,", "this", "is", "the", "mug."]
    assert len(found.segments) == 2


def test_another_language_is_asked_for_by_subtitles(server: SpeechServer, tmp_path: Path) -> None:
    line = Line(1, "Hola a todos, esta es la taza.", Role.HOOK, ("Hola a todos,", "esta es la taza."))
    found = _voice(server).speak(line, "es", tmp_path / "line.wav")
    assert [one["input"] for one in server.asked] == list(line.subtitles)
    assert [word.text for word in found.words] == list(line.subtitles)


def test_the_key_goes_along(server: SpeechServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_KEY", "sk-speech-0123456789abcdef")
    voice = _voice(server, key_variable="SPEECH_KEY")
    voice.speak(HELLO, "en", tmp_path / "line.wav")
    assert server.keys == ["Bearer sk-speech-0123456789abcdef"]
    assert "sk-speech" not in repr(voice.identity("en"))


def test_what_passes_is_tried_again(server: SpeechServer, tmp_path: Path) -> None:
    server.faults = [Fault(503, headers={"Retry-After": "0"}), Fault(429, headers={"Retry-After": "0"})]
    assert _voice(server).speak(HELLO, "en", tmp_path / "line.wav").seconds > 1
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_what_may_have_been_spoken_is_not_asked_again_unasked(
    server: SpeechServer, tmp_path: Path, status: int
) -> None:
    server.faults = [Fault(status)]
    with pytest.raises(RenderError, match=f"status {status}") as raised:
        _voice(server).speak(HELLO, "en", tmp_path / "line.wav")
    assert "bill it" in raised.value.hint
    assert len(server.asked) == 1


def test_a_server_that_heard_and_is_silent_may_have_spoken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as heard:
        settings = VoiceSettings(base_url=f"http://127.0.0.1:{heard.getsockname()[1]}/v1", timeout=0.3)
        with pytest.raises(RenderError, match="silent") as raised:
            ServedVoice("api:tiny", settings).speak(HELLO, "en", tmp_path / "line.wav")
    assert "bill it" in raised.value.hint


KILLED = """
import os, sys
from pathlib import Path
from popcorn.settings_tables import VoiceSettings
from popcorn.tools.editing.types import Line, Role
from popcorn.tools.editing.voices.served import ServedVoice

os.environ["SPEECH_KEY"] = "sk-speech-0123456789abcdef"
voice = ServedVoice("api:tiny", VoiceSettings(base_url=sys.argv[1], key_variable="SPEECH_KEY"))
voice.speak(Line(1, "Hello there.", Role.HOOK, ("Hello there.",)), "en", Path(sys.argv[2]))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_line_that_was_sent_before_a_kill_is_told_and_only_then_asked_for_again(
    server: SpeechServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    out = tmp_path / "line.wav"
    with socket.create_server(("127.0.0.1", 0)) as heard:
        url = f"http://127.0.0.1:{heard.getsockname()[1]}/v1"
        with subprocess.Popen([sys.executable, "-c", KILLED, url, str(out)]) as program:
            connection, _ = heard.accept()
            with connection:
                connection.recv(1)
                program.send_signal(number)
    monkeypatch.setenv("SPEECH_KEY", "sk-speech-0123456789abcdef")
    voice = _voice(server, key_variable="SPEECH_KEY")
    with pytest.raises(RenderError, match="the program ended before its sound was here") as raised:
        voice.speak(HELLO, "en", out)
    assert "bill it" in raised.value.hint
    assert server.asked == []
    assert voice.speak(HELLO, "en", out).seconds > 1
    assert [file.name for file in tmp_path.iterdir()] == ["line.wav"]


def test_a_person_who_was_told_by_the_error_is_not_told_once_more(
    server: SpeechServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_KEY", "sk-speech-0123456789abcdef")
    server.faults = [Fault(502)]
    voice = _voice(server, key_variable="SPEECH_KEY")
    with pytest.raises(RenderError, match="status 502"):
        voice.speak(HELLO, "en", tmp_path / "line.wav")
    assert voice.speak(HELLO, "en", tmp_path / "line.wav").seconds > 1
    assert len(server.asked) == 2


def test_a_note_that_is_cut_off_is_taken_for_a_line_that_was_sent(
    server: SpeechServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_KEY", "sk-speech-0123456789abcdef")
    (tmp_path / "line.sent").write_bytes(b'{"wh')
    with pytest.raises(RenderError, match="was sent to api:tiny before"):
        _voice(server, key_variable="SPEECH_KEY").speak(HELLO, "en", tmp_path / "line.wav")
    assert server.asked == []


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault(401), MissingError, "refused the key"),
        (Fault(404), RenderError, "status 404"),
        (Fault(400), RenderError, "status 400"),
        (Fault(302, headers={"Location": "http://example.org/"}), RenderError, "sends us on to"),
        (Fault(200), RenderError, "no sound but"),
        (Fault(200, b""), RenderError, "no sound but nothing"),
    ],
)
def test_what_goes_wrong_is_said(
    fault: Fault, error: type[PopcornError], words: str, server: SpeechServer, tmp_path: Path
) -> None:
    server.faults = [fault]
    with pytest.raises(error, match=words) as raised:
        _voice(server).speak(HELLO, "en", tmp_path / "line.wav")
    assert "renderer" not in raised.value.message + raised.value.hint
    assert not (tmp_path / "line.wav").exists()


def test_bytes_that_are_no_sound_are_an_error(server: SpeechServer, tmp_path: Path) -> None:
    server.file = b"RIFF....nothing of a sound file"
    with pytest.raises(RenderError, match="hold no sound"):
        _voice(server).speak(HELLO, "en", tmp_path / "line.wav")


def test_a_voice_that_reads_something_else_is_found_out(server: SpeechServer, tmp_path: Path) -> None:
    server.file = spoken("Hm.")
    line = Line(1, "A long sentence about a mug that keeps coffee hot for hours and hours on end.", Role.DEMO)
    with pytest.raises(RenderError, match=r"that is no reading of it|said nothing"):
        _voice(server).speak(line, "en", tmp_path / "line.wav")


def test_nobody_there_is_an_error_that_says_where(tmp_path: Path) -> None:
    voice = ServedVoice("api:tiny", VoiceSettings(base_url="http://127.0.0.1:9/v1"), pace=QUICK)
    with pytest.raises(RenderError, match=r"cannot be reached at http://127\.0\.0\.1:9/v1") as raised:
        voice.speak(HELLO, "en", tmp_path / "line.wav")
    assert "[voices.api]" in raised.value.hint


@pytest.mark.parametrize(
    ("name", "settings", "error", "words"),
    [
        ("api:", VoiceSettings(base_url="http://127.0.0.1:9/v1"), RequestError, "names no model"),
        ("api:tiny", VoiceSettings(), MissingError, "nobody said where the server"),
        ("api:tiny", VoiceSettings(base_url="http://127.0.0.1:9/v1", key_variable="NO_KEY"), MissingError, "NO_KEY"),
    ],
)
def test_what_is_not_set_is_said_before_anything_is_sent(
    name: str, settings: VoiceSettings, error: type[PopcornError], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=words):
        open_voice(name, "en", tmp_path, {"api": settings})


def test_a_models_own_table_goes_before_the_shared_one(server: SpeechServer, tmp_path: Path) -> None:
    tables = {"api": VoiceSettings(base_url=server.url, speaker="one"), "api:tiny": VoiceSettings(speaker="two")}
    open_voice("api:tiny", "en", tmp_path / "kept", tables).speak(HELLO, "en", tmp_path / "line.wav")
    assert server.asked[0]["voice"] == "two"


def test_a_key_in_a_line_is_not_spoken_by_a_server(server: SpeechServer, tmp_path: Path) -> None:
    typed = "sk-proj-4f9aZ81kQm27Lx0pTb55Vd"
    line = Line(1, f"Hello there, {typed} is the mug.", Role.HOOK, ("Hello there,", f"{typed} is the mug."))
    _voice(server).speak(line, "en", tmp_path / "line.wav")
    assert server.asked[0]["input"] == "Hello there, [hidden] is the mug."
    assert typed not in str(server.asked)
