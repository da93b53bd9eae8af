"""A renderer with everything that comes after rendering: title overlay, a cover by an image model, a signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .stored_renderer import StoredRenderer
from .types import Clip, Estimate, FrameProgress, Renderer, RenderRequest


@dataclass(frozen=True, slots=True)
class Finish:
    """What is done to every clip and cover."""

    overlay: bool = False
    """Set the title on the cover and on the clip."""
    cover_model: str = ""
    """Repository or folder of the image model that makes covers; empty for the renderer's own."""
    certificate: Path | None = None
    """Certificate chain (PEM) with which clips are signed; None for no signature."""
    key: Path | None = None
    """The certificate's private key (PEM)."""
    image_model: Callable[[str], Any] | None = field(default=None, compare=False)
    """Gives the pipeline of the cover model's folder; None to read it for every cover."""


class FinishedRenderer:
    """Any renderer, with `finish` done to what it makes. What is stored before it stays as it was rendered."""

    def __init__(
        self, renderer: Renderer, finish: Finish, put_away: Callable[[RenderRequest], None] | None = None
    ) -> None:
        """`put_away` is told when a clip stands where it was wanted, finished."""
        self._renderer = renderer
        self._finish = finish
        self._put_away = put_away

    @property
    def name(self) -> str:
        """That of the renderer behind."""
        return self._renderer.name

    @property
    def reused(self) -> int:
        """How many clips came from the clip store."""
        return self._renderer.reused if isinstance(self._renderer, StoredRenderer) else 0

    def identity(self, request: RenderRequest) -> Mapping[str, str | int | float]:
        """That of the renderer behind, and the finish."""
        chosen = {"overlay": int(self._finish.overlay), "signed": int(self._finish.certificate is not None)}
        return {**self._renderer.identity(request), **{name: value for name, value in chosen.items() if value}}

    def estimate(self, request: RenderRequest) -> Estimate:
        """That of the renderer behind: a finish takes seconds."""
        return self._renderer.estimate(request)

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """The clip with its title, unless the renderer drew that, and signed last.

        Raises as the renderer behind does, MissingError without the extra that signs, RequestError on a certificate
        that cannot be used.
        """
        clip = self._renderer.render(request, out, progress)
        if self._finish.overlay and request.title and not clip.demo:
            from .overlay import titled_clip

            clip = titled_clip(clip, request.title, clip.path)
        if self._finish.certificate is not None:
            from .content_credentials import sign

            clip = sign(clip, clip.path, self._finish.certificate, self._finish.key)
        if self._put_away is not None:
            self._put_away(request)
        return clip

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """By the image model where one is set, else as the renderer makes it; with the title when that is wanted."""
        from ..media.probe import probe

        if not self._finish.cover_model:
            self._renderer.cover(request, clip, out)
            if self._finish.overlay and not probe(clip).provenance.get("demo"):
                _title(request.title, out)
            return out
        from .image_covers import draw_cover, open_image_model

        facts, opened = probe(clip), self._finish.image_model or open_image_model
        draw_cover(self._finish.cover_model, request, (facts.width, facts.height), out, opened)
        if self._finish.overlay:
            _title(request.title, out)
        return out


def _title(title: str, cover: Path) -> None:
    from .covers import read_jpeg, write_jpeg
    from .overlay import titled

    if title:
        write_jpeg(titled(read_jpeg(cover), title), cover)
