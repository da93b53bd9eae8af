"""What listens to a finished ad: the footage's own transcriber."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...languages import code_of

if TYPE_CHECKING:
    from ...tools.footage.whisper import WhisperTranscriber

_ENGLISH_ALONE = ".en"
"""How Whisper's models are named that know English alone."""


@dataclass(frozen=True, slots=True)
class SpeechListener:
    """Writes down what an ad says."""

    transcriber: WhisperTranscriber
    model: str

    def heard(self, sound: Path, language: str) -> str | None:
        """The words in a file's sound track; None where the model does not know the language."""
        if self.model.endswith(_ENGLISH_ALONE) and code_of(language) != "en":
            return None
        return " ".join(word.text for word in self.transcriber.transcribe(sound).words)
