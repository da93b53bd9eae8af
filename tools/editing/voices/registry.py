"""Voices by name; one is imported only when it is chosen."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from ....errors import RequestError
from ....languages import code_of
from ....names import did_you_mean
from ..types import Voice
from .remembered import RememberingVoice

VOICES = {
    "hibari-tts": "popcorn.tools.editing.voices.hibari:HibariVoice",
    "espeak-ng": "popcorn.tools.editing.voices.espeak:EspeakVoice",
    "none": "popcorn.tools.editing.voices.silent:SilentVoice",
}
"""Name to `module:class`, called without arguments."""


def open_voice(name: str, language: str, cache: Path) -> Voice:
    """The voice of that name, which keeps what it says in `cache`; the language's default for an empty name.

    Raises RequestError for an unknown name or a language that the voice does not speak, MissingError where it cannot
    speak here.
    """
    chosen = name or default_voice(language)
    if chosen not in VOICES:
        known = ", ".join(VOICES)
        raise RequestError(f"there is no voice {chosen!r}", hint=did_you_mean(chosen, VOICES, f"There are: {known}."))
    module, _, attribute = VOICES[chosen].partition(":")
    voice: Voice = getattr(import_module(module), attribute)()
    voice.check(language)
    return RememberingVoice(voice, cache)


def default_voice(language: str) -> str:
    """The voice that speaks a language when nobody chose one."""
    return "hibari-tts" if code_of(language or "en") == "en" else "espeak-ng"
