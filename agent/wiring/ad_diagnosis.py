"""What ads need and whether it is there: who speaks, and the music of the extra."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import PopcornError
from ...settings import Settings
from .diagnosed import Finding

_LANGUAGES = {"en": "English", "zh": "Chinese"}
"""What is looked at: the language that ships, and one that Debian's espeak-ng speaks."""


def ad_findings(settings: Settings) -> list[Finding]:
    """Voices by language, and tracks by mood."""
    return [*_voices(settings), _music()]


def _voices(settings: Settings) -> Iterator[Finding]:
    from ...tools.editing.voices.registry import default_voice, open_voice

    for code, name in _LANGUAGES.items():
        try:
            open_voice("", code, settings.home / "speech", settings.voices)
        except PopcornError as exc:
            yield Finding(f"voice, {name}", False, exc.message, hint=exc.hint, required=False)
        else:
            yield Finding(f"voice, {name}", True, f"{default_voice(code)}, for `popcorn ad make`", required=False)


def _music() -> Finding:
    from ...tools.editing.music import bundled

    tracks = bundled()
    moods = ", ".join(sorted({path.parent.name for path in tracks}))
    detail = f"{len(tracks)} tracks: {moods}" if tracks else "the extra `ads` is not installed"
    hint = "Only for --music MOOD: run `pip install 'llmpopcorn[ads]'`; a file of your own needs nothing."
    return Finding("music for ads", bool(tracks), detail, hint=hint, required=False)
