"""Speech: what is written down, what is not believed, and when words are heard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import MissingError
from popcorn.tools.footage.speech import Transcript
from popcorn.tools.footage.types import HeardWord
from popcorn.tools.footage.whisper import WhisperTranscriber, _believable
from popcorn.tools.media.audio import write_wav


@dataclass
class Word:
    word: str
    probability: float = 0.9


@dataclass
class Segment:
    words: list[Word]
    avg_logprob: float = -0.3
    no_speech_prob: float = 0.05
    compression_ratio: float = 1.1
    start: float = 0.0
    end: float = 3.0


def segment(text: str, **more: float) -> Segment:
    probability = more.pop("probability", 0.9)
    return Segment([Word(word, probability) for word in text.split()], **more)


def test_a_text_that_whisper_is_sure_of_is_believed() -> None:
    assert _believable([segment("This bottle keeps your coffee hot for 12 hours.")])


@pytest.mark.parametrize(
    "doubtful",
    [
        segment("We will see you in the next video.", avg_logprob=-1.29, probability=0.31),
        segment("Thank you for watching.", probability=0.43),
        segment("Hello there", no_speech_prob=0.9),
        segment("tiger hoiter hoiter hoiter hoiter hoiter", compression_ratio=1.4),
        segment("over and over again", compression_ratio=14.3),
        segment("F4, F5, L4, F2, N1, F6, 3.5."),
        segment(""),
    ],
)
def test_what_it_writes_of_other_languages_and_of_noise_is_not(doubtful: Segment) -> None:
    assert not _believable([doubtful])


def test_silence_and_noise_are_no_speech(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for name, samples in {"silence": np.zeros(32_000), "noise": random.normal(0, 0.05, 32_000)}.items():
        path = write_wav(tmp_path / f"{name}.wav", samples.astype(np.float32), 16_000)
        assert WhisperTranscriber().transcribe(path) == Transcript()


def test_english_is_written_down_with_its_times(tmp_path: Path) -> None:
    """Two seconds of silence, then a sentence of the voice that Popcorn carries."""
    hibari = pytest.importorskip("hibari", reason="the English voice is not installed")
    spoken = np.asarray(hibari.Hibari()("The new cups are made of glass."), np.float32).reshape(-1)
    silence = np.zeros(2 * hibari.SAMPLE_RATE, np.float32)
    path = write_wav(tmp_path / "a.wav", np.concatenate([silence, spoken, silence]), hibari.SAMPLE_RATE)
    found = WhisperTranscriber().transcribe(path)
    assert [word.text.strip(".,").lower() for word in found.words] == [
        "the",
        "new",
        "cups",
        "are",
        "made",
        "of",
        "glass",
    ]
    assert found.language == "en"
    assert found.words[0].start == pytest.approx(2.0, abs=0.5)
    assert {type(word.start) for word in found.words} == {float}


def test_a_transcript_moves_to_the_clock_of_the_picture() -> None:
    assert Transcript((HeardWord("a", 1.4, 1.9),)).later(-1.4).words == (HeardWord("a", 0.0, 0.5),)


def test_a_model_that_is_not_there_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="the speech model 'large-v3' is not on this machine") as caught:
        WhisperTranscriber("large-v3")._model()
    assert "'tiny.en', which is installed" in caught.value.hint


def test_the_identity_fits_into_a_file_name_and_tells_folders_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.bin").write_bytes(b"weights")
    assert WhisperTranscriber().identity == "tiny.en-1"
    assert WhisperTranscriber("Systran/base").identity == "Systran-base-1"
    assert WhisperTranscriber(str(tmp_path / "one")).identity != WhisperTranscriber(str(tmp_path / "two")).identity
