"""What looks at a finished ad and listens to it: the footage's own reader of text and its transcriber."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...languages import code_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...tools.footage.whisper import WhisperTranscriber
    from ...tools.media.area import Area
    from ...tools.media.ocr import TextReader

_ENGLISH_ALONE = ".en"
"""How Whisper's models are named that know English alone."""


@dataclass(frozen=True, slots=True)
class CaptionReader:
    """Reads subtitles back."""

    reader: TextReader

    def read(self, picture: NDArray[np.uint8]) -> Sequence[tuple[str, Area]]:
        """Each text in a picture (H, W, 3) uint8 and where it stands, from the top down."""
        return [(found.text, found.area) for found in self.reader.read(picture)]


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
