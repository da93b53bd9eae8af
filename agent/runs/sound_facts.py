"""What is heard in a clip, as results have it and as people are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ...graphs.create.making import speech_of
from ...graphs.create.speaking import heard
from ...graphs.create.state import Attempt, CreateState, Render


def sound_data(state: CreateState, attempt: Attempt, render: Render) -> dict[str, Any] | None:
    """Voice, music and how loud both are; None for a clip without them."""
    if render.sound is None:
        return None
    return heard(speech_of(state, attempt)) | asdict(render.sound)


def sound_told(result: Mapping[str, Any]) -> str:
    """What is heard in the clip of a result, as a clause; of results of an older Popcorn too."""
    sound, video = result.get("sound"), result.get("video") or {}
    if not sound:
        return "silent" if video.get("silent") else "with the sound that its renderer made"
    spoken = f"“{sound['line']}” said by {sound['voice']}" if sound["line"] else ""
    music = f"music {sound['music']}" if sound["music"] else ""
    level = f"{sound['loudness']:.1f} LUFS, peaks at {sound['true_peak']:.1f} dBTP"
    return f"{', '.join(filter(None, (spoken, music)))}; {level}"
