"""Whether there is music for ads: the tracks of the extra `ads`."""

from __future__ import annotations

from ...settings import Settings
from .diagnosed import Finding


def music_finding(settings: Settings) -> list[Finding]:
    """The tracks by mood, or how to have them."""
    from ...tools.editing.music import bundled

    tracks = bundled()
    moods = ", ".join(sorted({path.parent.name for path in tracks}))
    detail = f"{len(tracks)} tracks: {moods}" if tracks else "the extra `ads` is not installed"
    hint = "Only for --music MOOD: run `pip install 'llmpopcorn[ads]'`; a file of your own needs nothing."
    return [Finding("music for ads", bool(tracks), detail, hint=hint, required=False)]
