"""Single clips: what one would take, and rendering it into a folder of its own."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import files
from ...errors import RequestError
from ...settings import Settings
from ...trust.plain_names import check_stranger, is_name
from ..wiring.draft_rendering import render_draft, render_request
from ..wiring.workshop import workshop_of

if TYPE_CHECKING:
    from ...tools.video.types import Estimate, RenderRequest
    from .sendable_result import Progress


def chosen_renderer(named: str, settings: Settings) -> str | None:
    """The renderer that a call names, as a setting; None for the session's own.

    Whatever a language model or a client writes into the argument `renderer` of any tool comes through here. Raises
    RequestError where it names a folder.
    """
    check_stranger(named, settings.renderer)
    return named or None


def chosen_sound(voice: str, music: str, settings: Settings) -> dict[str, str | None]:
    """The voice and the music that a call names, as settings; None for the session's own.

    A language model or a client names what ships and what the person has chosen: no file, and no server. Raises
    RequestError.
    """
    from ...tools.editing.voices.registry import OWN, VOICES

    if voice and voice not in {*OWN, *VOICES, settings.voice}:
        raise RequestError(
            f"the voice {voice!r} cannot be chosen here",
            hint=f"Name {', '.join(sorted((OWN | VOICES.keys()) - {''}))}, or have the person start with --voice.",
        )
    if music and music != settings.music and not is_name(music):
        raise RequestError(
            f"the music {music!r} is more than the name of a mood",
            hint="Name a mood, or have the person start with --music FILE.",
        )
    return {"voice": voice or None, "music": music or None}


def rendered(
    settings: Settings, title: str, video_prompt: str, progress: Progress | None, request: str = "", say: str = ""
) -> dict[str, Any]:
    """A clip and its cover under the home, in a folder of their own. Raises what rendering raises."""
    now = datetime.now(UTC)
    out = _made(settings.home / "renders" / f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}") / "clip.mp4"

    def frames(done: int, total: int) -> None:
        if progress:
            progress(done, total, "render")

    data = render_draft(settings, title, video_prompt, out, frames, asked=request, say=say)
    return {name: value for name, value in data.items() if name != "clips"}


def estimated(settings: Settings, title: str, video_prompt: str, request: str = "") -> Estimate:
    """What the renderer in the settings would take for one clip. Raises RequestError, and MissingError for an extra."""
    return workshop_of(settings).renderer(settings).estimate(requested(settings, title, video_prompt, request))


def requested(settings: Settings, title: str, video_prompt: str, request: str = "") -> RenderRequest:
    """What a renderer is asked for: the draft of a `request`, where that is known."""
    return render_request(settings, title, video_prompt, request)


def times(once: Estimate, count: int) -> Estimate:
    """What as many clips would take, one after another."""
    from ...tools.video.types import Estimate

    return Estimate(
        seconds=None if once.seconds is None else once.seconds * count,
        memory_bytes=once.memory_bytes,
        cost_usd=None if once.cost_usd is None else once.cost_usd * count,
        clips=once.clips * count,
    )


def _made(folder: Path) -> Path:
    with files.writing(folder):
        return files.folder(folder)
