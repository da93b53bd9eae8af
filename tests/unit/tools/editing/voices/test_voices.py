"""Choosing a voice, reading English aloud, and finding words and silences in sound."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import MissingError, RequestError
from popcorn.tools.editing.types import Line, Role
from popcorn.tools.editing.voices.alignment import UnalignedError, align
from popcorn.tools.editing.voices.hibari import _said
from popcorn.tools.editing.voices.pronunciation import phones, pronounced
from popcorn.tools.editing.voices.registry import default_voice, open_voice
from popcorn.tools.editing.voices.silence import LEAD, STEP, TAIL, loud, paced, trimmed
from popcorn.tools.editing.voices.spoken import in_segments
from popcorn.tools.editing.voices.types import Samples
from popcorn.tools.media.audio import sound

RATE = 16_000


def _tone(*pattern: tuple[float, float]) -> Samples:
    """Stretches of (seconds, loudness) of a tone."""
    parts = [level * np.sin(np.arange(round(seconds * RATE)) / 5) for seconds, level in pattern]
    return Samples(np.concatenate(parts).astype(np.float32), RATE)


def test_english_is_spoken_by_the_package_and_the_rest_by_the_program() -> None:
    assert [default_voice(language) for language in ("en", "English", "", "zh", "German")] == [
        "hibari-tts", "hibari-tts", "hibari-tts", "espeak-ng", "espeak-ng",
    ]  # fmt: skip


def test_an_unknown_voice_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is no voice 'hibari'") as raised:
        open_voice("hibari", "en", tmp_path)
    assert raised.value.hint == "Did you mean 'hibari-tts'?"


def test_an_english_voice_refuses_chinese_and_says_which_speaks_it(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="speaks English, not Chinese") as raised:
        open_voice("hibari-tts", "zh", tmp_path)
    assert "espeak-ng" in raised.value.hint


def test_without_the_program_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="espeak-ng is not installed") as raised:
        open_voice("", "zh", tmp_path)
    assert "apt-get install espeak-ng" in raised.value.hint


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="the program espeak-ng is not installed")
def test_a_language_that_the_program_has_no_voice_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no voice for the language 'tl'"):
        open_voice("espeak-ng", "tl", tmp_path)


def test_numbers_and_made_up_names_have_a_pronunciation() -> None:
    read = pronounced("Only $24.99 for the Zorbly!")
    assert [word.text for word in read] == ["Only", "$24.99", "for", "the", "Zorbly!"]
    assert read[1].phones[:4] == ("T", "W", "EH", "N")
    assert all(word.phones for word in read)


def test_phones_are_those_of_the_cmu_dictionary() -> None:
    assert phones("həlˈO") == ("HH", "AH", "L", "OW")
    assert phones("bˈɜɹd") == ("B", "ER", "D")
    assert phones("…!") == ()


def test_words_are_found_where_they_were_put() -> None:
    hello, mug = trimmed(_said("Hello there.")), trimmed(_said("This is a mug."))
    gap = np.zeros(round(0.4 * hello.rate), np.float32)
    whole = Samples(np.concatenate([hello.values, gap, mug.values]), hello.rate)
    first, second = align(whole, ("Hello there.", "This is a mug."))
    assert first[0].start == pytest.approx(LEAD, abs=0.03)
    assert second[0].start == pytest.approx(hello.seconds + 0.4 + LEAD, abs=0.03)
    assert [word.text for word in second] == ["This", "is", "a", "mug."]


def test_a_part_begins_with_its_sound_and_not_with_the_burst_that_ends_the_one_before() -> None:
    spoken = trimmed(_said("Meet the Brew Cup, made of steel."))
    parts = align(spoken, ("Meet the Brew Cup,", "made of steel."))
    heard = loud(spoken)
    begins = round(parts[1][0].start / STEP)
    assert not heard[begins - 3 : begins].any()
    assert heard[begins : begins + 24].mean() >= 0.8


def test_a_segment_begins_when_it_is_heard_however_early_the_voice_begins(tmp_path: Path) -> None:
    for silence in (0.0, 0.01, 0.5):
        line = Line(1, "One two three. Four five six.", Role.HOOK, ("One two three.", "Four five six."))
        said = in_segments(
            lambda text, silence=silence: _tone((silence, 0), (0.9, 0.5), (0.3, 0)), line, tmp_path / "a"
        )
        whole = Samples(sound(said.path, rate=RATE), RATE)
        heard = loud(whole)
        for start, _ in said.segments:
            assert heard[round(start / STEP) + 1]
            assert not heard[max(0, round(start / STEP) - 6) : max(0, round(start / STEP) - 1)].any()


def test_what_was_aligned_before_decides_nothing() -> None:
    said, other = _said("A mug for the morning."), _said("Fourteen colours!")
    before = align(said, ("A mug for the morning.",))
    align(other, ("Fourteen colours!",))
    assert align(said, ("A mug for the morning.",)) == before


def test_a_part_in_which_nothing_is_read_out_has_no_words() -> None:
    assert align(_said("Hello."), ("Hello.", "…"))[1] == []


def test_a_text_that_is_far_too_long_for_its_sound_is_not_found() -> None:
    with pytest.raises(UnalignedError, match="words were found in the sound"):
        align(trimmed(_said("Hi.")), ("This sentence has very many more words than anybody could say in that time.",))


def test_silence_around_a_sound_is_cut_to_its_margins() -> None:
    assert trimmed(_tone((0.5, 0), (1.0, 0.5), (0.5, 0))).seconds == pytest.approx(1.0 + LEAD + TAIL, abs=0.02)
    assert trimmed(_tone((0.5, 0))).seconds == 0


def test_only_pauses_that_are_too_long_are_cut() -> None:
    talk = _tone((0.5, 0.5), (1.0, 0), (0.5, 0.5), (0.2, 0), (0.5, 0.5))
    assert paced(talk, 0.35).seconds == pytest.approx(talk.seconds - 0.65, abs=0.02)
