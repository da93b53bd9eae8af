"""What is said in footage, and by which means it was written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from .types import HeardWord


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in one file, on the clock of its sound."""

    words: tuple[HeardWord, ...] = ()
    language: str = ""
    """As languages.py names it; empty where nobody speaks or nobody knows."""
    notices: tuple[str, ...] = ()
    """What was not written down, and why."""

    def later(self, seconds: float) -> Transcript:
        """The same words so many seconds later."""
        if not seconds:
            return self
        return replace(
            self,
            words=tuple(replace(word, start=word.start + seconds, end=word.end + seconds) for word in self.words),
        )


class Transcriber(Protocol):
    """What writes speech down. Implementations: whisper.py."""

    @property
    def identity(self) -> str:
        """All that decides a transcript beside the sound, fit for a file's name."""
        ...

    def transcribe(self, path: Path) -> Transcript:
        """Write down the first sound track of a file. Raises BadClipError where it cannot be decoded."""
        ...
