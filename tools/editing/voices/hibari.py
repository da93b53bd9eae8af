"""`hibari-tts`: a neural English voice whose weights are in its wheel (Apache-2.0)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import MissingError, RequestError
from ....languages import code_of, name_of
from ..types import Line, SpokenLine
from .scripts import check_letters
from .spoken import aligned
from .types import Samples

if TYPE_CHECKING:
    from hibari import Hibari

WORDS_A_SECOND = 2.87
"""Measured: benchmarks/voices.py."""
_SEED = 0


class HibariVoice:
    """The American English voice of the package; it needs no network."""

    name = "hibari-tts"

    def check(self, language: str) -> None:
        """Raises RequestError for another language than English, MissingError without the package."""
        if code_of(language or "en") != "en":
            raise RequestError(
                f"{self.name} speaks English, not {name_of(language)}",
                hint="Choose --voice espeak-ng, or leave --voice out.",
            )
        try:
            import hibari  # noqa: F401  whether it can be loaded at all
        except ImportError as exc:
            raise MissingError(
                f"{self.name} cannot be loaded: {exc}", hint="Install it again: pip install hibari-tts."
            ) from exc

    def identity(self, language: str) -> dict[str, str | int | float]:
        """The package's version and the seed of its noise."""
        from importlib.metadata import version

        return {"voice": self.name, "version": version("hibari-tts"), "language": "en", "seed": _SEED}

    def units_per_second(self, language: str) -> float:
        """Words a second."""
        return WORDS_A_SECOND

    def speak(self, line: Line, language: str, out: Path) -> SpokenLine:
        """Speak the line whole, and find its words in the sound. Raises RequestError, RenderError."""
        check_letters(line.script, "en", self.name)
        return aligned(_said, line, out)


def _said(text: str) -> Samples:
    model = _model()
    return Samples(model(text, seed=_SEED), model.sample_rate)


@cache
def _model() -> Hibari:
    from hibari import Hibari

    return Hibari()
