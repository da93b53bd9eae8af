"""Lines that were spoken before are not spoken again: a cache by content."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from .... import files
from ....errors import RenderError
from ....trust import foreign_files
from ..types import Line, SpokenLine, SpokenWord, Voice

_FORMAT = 2
"""Counts up whenever the same line would get other times."""


class RememberingVoice:
    """A voice over a folder of what it said: equal identities, texts and subtitles, equal files."""

    def __init__(self, voice: Voice, folder: Path) -> None:
        self._voice, self._folder = voice, folder

    @property
    def name(self) -> str:
        """The voice's own."""
        return self._voice.name

    def check(self, language: str) -> None:
        """As the voice does."""
        self._voice.check(language)

    def identity(self, language: str) -> dict[str, str | int | float]:
        """The voice's own."""
        return self._voice.identity(language)

    def units_per_second(self, language: str) -> float:
        """The voice's own."""
        return self._voice.units_per_second(language)

    def speak(self, line: Line, language: str, out: Path) -> SpokenLine:
        """The line from the folder, or spoken and kept. Raises what the voice raises, RenderError for a full disk."""
        key = self._key(line, language)
        kept = _read(self._folder / f"{key}.json", self._folder / f"{key}.wav")
        try:
            if kept is None:
                files.folder(self._folder)
                kept = self._voice.speak(line, language, self._folder / f"{key}.wav")
                files.write_json(self._folder / f"{key}.json", _facts(kept))
            files.copy(kept.path, out)
        except OSError as exc:
            raise RenderError(
                f"{str(out)!r} could not be written: {exc.strerror or exc}",
                hint="check that the folder is writable and not full",
            ) from exc
        return SpokenLine(out, kept.seconds, kept.words, kept.segments)

    def _key(self, line: Line, language: str) -> str:
        said = {
            "format": _FORMAT,
            "voice": self._voice.identity(language),
            "script": line.script,
            "subtitles": line.subtitles,
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def _facts(spoken: SpokenLine) -> dict[str, object]:
    return {
        "seconds": spoken.seconds,
        "sha256": hashlib.sha256(spoken.path.read_bytes()).hexdigest(),
        "words": [[word.text, word.start, word.end] for word in spoken.words],
        "segments": [list(times) for times in spoken.segments],
    }


def _read(facts: Path, wav: Path) -> SpokenLine | None:
    """What the folder has, None where it has nothing whole."""
    try:
        known = foreign_files.parse_json(foreign_files.read_text(facts))
        if hashlib.sha256(foreign_files.read_file(wav, 1 << 30)).hexdigest() != known["sha256"]:
            return None
        words = tuple(SpokenWord(text, start, end) for text, start, end in known["words"])
        return SpokenLine(wav, known["seconds"], words, tuple(known["segments"]))
    except (OSError, ValueError, KeyError, TypeError):  # not there, cut off, or from another format: spoken again
        return None
