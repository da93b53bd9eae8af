"""Voices by name; one is imported only when it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from ....errors import RequestError
from ....languages import code_of
from ....names import did_you_mean
from ....settings_tables import VoiceSettings
from ..types import Voice
from .remembered import RememberingVoice

VOICES = {
    "hibari-tts": "popcorn.tools.editing.voices.hibari:HibariVoice",
    "espeak-ng": "popcorn.tools.editing.voices.espeak:EspeakVoice",
    "none": "popcorn.tools.editing.voices.silent:SilentVoice",
}
"""Name to `module:class`, called without arguments."""
SERVED = {"api": "popcorn.tools.editing.voices.served:ServedVoice"}
"""What stands before the colon of `api:MODEL`; called with the whole name and its VoiceSettings."""
OWN = frozenset({"", "auto"})
"""Names under which a language has the voice that is its own."""
_NONE: Mapping[str, VoiceSettings] = MappingProxyType({})


def open_voice(name: str, language: str, cache: Path, configured: Mapping[str, VoiceSettings] = _NONE) -> Voice:
    """The voice of that name, which keeps what it says in `cache`; the language's default for an empty name.

    `configured` has the [voices.NAME] tables of the settings. Raises RequestError for an unknown name or a language
    that the voice does not speak, MissingError where it cannot speak here.
    """
    chosen = default_voice(language) if name in OWN else name
    check(chosen)
    voice = _served(chosen, configured) if is_served(chosen) else _loaded(VOICES[chosen])()
    voice.check(language)
    return RememberingVoice(voice, cache)


def words_per_second(name: str, language: str, configured: Mapping[str, VoiceSettings] = _NONE) -> float:
    """How fast a voice speaks a language (characters in Chinese), whether or not it can speak here.

    An empty name is the language's default voice. Raises RequestError for an unknown name.
    """
    chosen = default_voice(language) if name in OWN else name
    check(chosen)
    voice: Voice = _served(chosen, configured) if is_served(chosen) else _loaded(VOICES[chosen])()
    return voice.units_per_second(language)


def default_voice(language: str) -> str:
    """The voice that speaks a language when nobody chose one."""
    return "hibari-tts" if code_of(language or "en") == "en" else "espeak-ng"


def is_served(name: str) -> bool:
    """Whether a name is that of a model behind a server."""
    return name.partition(":")[0] in SERVED


def check(name: str) -> None:
    """Raises RequestError where `name` is that of no voice; loads nothing."""
    if name not in VOICES and not is_served(name):
        known = ", ".join([*VOICES, *(f"{kind}:MODEL" for kind in SERVED)])
        raise RequestError(f"there is no voice {name!r}", hint=did_you_mean(name, VOICES, f"There are: {known}."))


def _served(name: str, configured: Mapping[str, VoiceSettings]) -> Voice:
    """A model behind a server: [voices."api:MODEL"] goes before [voices.api], setting by setting."""
    kind = name.partition(":")[0]
    shared, own = configured.get(kind, VoiceSettings()), configured.get(name, VoiceSettings())
    settings = shared.model_copy(update={key: getattr(own, key) for key in own.model_fields_set})
    voice: Voice = _loaded(SERVED[kind])(name, settings)
    return voice


def _loaded(place: str) -> type:
    module, _, attribute = place.partition(":")
    loaded: type = getattr(import_module(module), attribute)
    return loaded
