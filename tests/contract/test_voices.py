"""What every voice promises; the one behind a server speaks through a server on loopback."""

from __future__ import annotations

import itertools
import shutil
import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import RenderError, RequestError
from popcorn.settings_tables import VoiceSettings
from popcorn.tools.editing.subtitles import segments
from popcorn.tools.editing.types import Line, Role, SpokenLine, Voice
from popcorn.tools.editing.voices.registry import SERVED, VOICES, open_voice
from popcorn.tools.media.audio import sound
from speech_server import speech_server

TEXTS = {
    "en": "Meet the Aurora mug. It keeps 350 ml of coffee hot for 6 hours, and it's only $24.99!",
    "zh": "极光保温杯，350毫升，保温6小时，早上倒进去，下午还是热的。",
}


@dataclass(frozen=True)
class Promised:
    """A voice and the language it is tried in."""

    name: str
    language: str
    settings: dict[str, VoiceSettings]

    def open(self, cache: Path) -> Voice:
        return open_voice(self.name, self.language, cache, self.settings)

    @property
    def line(self) -> Line:
        text = TEXTS[self.language]
        return Line(1, text, Role.HOOK, segments(text, self.language))


@pytest.fixture(
    scope="module", params=["hibari-tts en", "espeak-ng zh", "espeak-ng en", "none en", "none zh", "api en"]
)
def promised(request: pytest.FixtureRequest) -> Iterator[Promised]:
    name, language = request.param.split()
    if name == "espeak-ng" and shutil.which(name) is None:
        pytest.skip("the program espeak-ng is not installed")
    if name in SERVED:
        with speech_server() as server:
            yield Promised(f"{name}:tiny", language, {name: VoiceSettings(base_url=server.url)})
    else:
        yield Promised(name, language, {})


@pytest.fixture(scope="module")
def spoken(promised: Promised, tmp_path_factory: pytest.TempPathFactory) -> SpokenLine:
    folder = tmp_path_factory.mktemp("voice")
    return promised.open(folder / "kept").speak(promised.line, promised.language, folder / "line.wav")


def test_every_voice_of_the_registry_runs_this_suite() -> None:
    assert {"hibari-tts", "espeak-ng", "none"} == set(VOICES)
    assert {"api"} == set(SERVED)


def test_the_file_is_mono_of_16_bit_and_as_long_as_it_says(spoken: SpokenLine) -> None:
    with wave.open(str(spoken.path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert file.getnframes() / file.getframerate() == pytest.approx(spoken.seconds, abs=0.001)


def test_every_subtitle_has_its_time_in_order(promised: Promised, spoken: SpokenLine) -> None:
    assert len(spoken.segments) == len(promised.line.subtitles)
    for start, end in spoken.segments:
        assert 0 <= start < end <= spoken.seconds + 0.001
    for (_, end), (start, _) in itertools.pairwise(spoken.segments):
        assert start >= end - 0.001


def test_words_stand_in_order_inside_the_sound(promised: Promised, spoken: SpokenLine) -> None:
    assert bool(spoken.words) == (promised.name != "none")
    for word in spoken.words:
        assert word.text
        assert 0 <= word.start <= word.end <= spoken.seconds + 0.001
    assert [word.start for word in spoken.words] == sorted(word.start for word in spoken.words)


def test_there_is_sound_where_a_subtitle_is_heard(promised: Promised, spoken: SpokenLine) -> None:
    values = sound(spoken.path, rate=16_000)
    loud = [float(np.abs(values[round(a * 16_000) : round(b * 16_000)]).max()) for a, b in spoken.segments]
    assert all(peak < 1e-4 for peak in loud) if promised.name == "none" else all(peak > 0.02 for peak in loud)


def test_the_same_line_is_the_same_sound(promised: Promised, spoken: SpokenLine, tmp_path: Path) -> None:
    again = promised.open(tmp_path / "kept").speak(promised.line, promised.language, tmp_path / "again.wav")
    assert replace(again, path=spoken.path) == spoken
    assert again.path.read_bytes() == spoken.path.read_bytes()


def test_a_line_without_subtitles_is_one_subtitle(promised: Promised, tmp_path: Path) -> None:
    line = Line(1, promised.line.subtitles[0], Role.HOOK)
    spoken = promised.open(tmp_path / "kept").speak(line, promised.language, tmp_path / "line.wav")
    assert len(spoken.segments) == 1


def test_a_line_of_nothing_but_signs_is_an_error_where_it_would_be_silence(promised: Promised, tmp_path: Path) -> None:
    voice, out = promised.open(tmp_path / "kept"), tmp_path / "line.wav"
    line = Line(1, "…", Role.HOOK, ("…",))
    if promised.name == "none":
        assert voice.speak(line, promised.language, out).seconds > 0
        return
    with pytest.raises(RequestError, match="there is no word"):
        voice.speak(line, promised.language, out)
    assert not out.exists()


def test_letters_of_another_script_are_refused_and_not_left_out(promised: Promised, tmp_path: Path) -> None:
    if promised.name == "none":
        pytest.skip("nothing is read out")
    line = Line(1, "Привет, кружка!", Role.HOOK, ("Привет, кружка!",))
    with pytest.raises(RequestError, match="is not written in it"):
        promised.open(tmp_path / "kept").speak(line, promised.language, tmp_path / "line.wav")


def test_equal_identities_are_equal_and_speak_of_the_voice(promised: Promised, tmp_path: Path) -> None:
    one, other = promised.open(tmp_path / "a"), promised.open(tmp_path / "b")
    assert one.identity(promised.language) == other.identity(promised.language)
    assert one.identity(promised.language)["voice"] == promised.name == one.name


def test_its_rate_is_that_of_speech(promised: Promised, tmp_path: Path) -> None:
    assert 1.5 < promised.open(tmp_path / "kept").units_per_second(promised.language) < 8


def test_what_was_spoken_is_not_spoken_again(promised: Promised, tmp_path: Path) -> None:
    voice = promised.open(tmp_path / "kept")
    first = voice.speak(promised.line, promised.language, tmp_path / "one.wav")
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()}
    second = voice.speak(promised.line, promised.language, tmp_path / "two.wav")
    assert replace(second, path=first.path) == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()} == kept


def test_a_damaged_line_of_the_cache_is_spoken_anew(promised: Promised, tmp_path: Path) -> None:
    voice = promised.open(tmp_path / "kept")
    first = voice.speak(promised.line, promised.language, tmp_path / "one.wav").path.read_bytes()
    for path in (tmp_path / "kept").iterdir():
        path.write_bytes(path.read_bytes()[:20])
    assert voice.speak(promised.line, promised.language, tmp_path / "two.wav").path.read_bytes() == first


def test_a_folder_that_cannot_be_written_is_an_error(promised: Promised, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RenderError, match="could not be written"):
        promised.open(tmp_path / "file" / "kept").speak(promised.line, promised.language, tmp_path / "one.wav")
