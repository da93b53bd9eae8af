"""Renderers by name: settings become what renders drafts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...settings import Settings

if TYPE_CHECKING:
    from ...tools.video.clip_store import ClipStore
    from ...tools.video.finished_renderer import FinishedRenderer
    from ...tools.video.types import Renderer

_GIGABYTE = 10**9
DRAWS = "animatic"
"""The renderer where nobody chose one."""


def finished_renderer(
    settings: Settings, renderer: Renderer, image_model: Callable[[str], Any], *, stored: bool = True
) -> FinishedRenderer:
    """A renderer with the clip store before it, and what is done to clips behind it. Opens nothing.

    `image_model` gives the pipeline of a folder, for covers.
    """
    from ...tools.video.finished_renderer import Finish, FinishedRenderer
    from ...tools.video.purchase_terms import Buyer
    from ...tools.video.stored_renderer import StoredRenderer

    finish = Finish(settings.overlay, settings.cover, settings.c2pa_certificate, settings.c2pa_key, image_model)
    put_away = renderer.put_away if isinstance(renderer, Buyer) else None
    if stored and settings.clips_gb:
        renderer = StoredRenderer(renderer, clip_store(settings))
    return FinishedRenderer(renderer, finish, put_away)


def moves_picture(spec: str) -> bool:
    """Whether a picture is moved on the CPU: nobody chose a model that is to start from it."""
    from ...tools.video.photograph import NAME

    return spec in {DRAWS, NAME}


def check_picture(settings: Settings, spec: str) -> None:
    """Raises RequestError where the picture in the settings cannot be read, or the renderer cannot start from one."""
    from ...tools.video import registry
    from ...tools.video.diffusion.presets import presets
    from ...tools.video.diffusion.renderer import check_starts_from_picture
    from ...tools.video.picture import checked_picture

    if not moves_picture(spec):
        registry.check(spec)
        check_starts_from_picture(spec, presets().get(spec.partition("=")[0]))
    checked_picture(Path(settings.image))


def moved_picture(settings: Settings) -> Renderer:
    """What moves the picture in the settings. Raises RequestError where that cannot be read."""
    from ...tools.video.photograph import PhotographRenderer

    return PhotographRenderer(Path(settings.image))


def clip_store(settings: Settings) -> ClipStore:
    """The store of rendered clips under the home."""
    from ...tools.video.clip_store import ClipStore

    return ClipStore(settings.home / "clips", round(settings.clips_gb * _GIGABYTE))
