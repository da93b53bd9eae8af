"""A renderer with a memory: what was rendered before comes from the clip store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from .clip_store import ClipStore
from .types import Clip, Estimate, FrameProgress, Renderer, RenderRequest


class StoredRenderer:
    """Any renderer, asked only for what the store does not have."""

    def __init__(self, renderer: Renderer, store: ClipStore) -> None:
        self._renderer = renderer
        self._store = store
        self.reused = 0
        """How many clips came from the store."""

    @property
    def name(self) -> str:
        """That of the renderer behind."""
        return self._renderer.name

    def identity(self, request: RenderRequest) -> Mapping[str, str | int | float]:
        """That of the renderer behind."""
        return self._renderer.identity(request)

    def estimate(self, request: RenderRequest) -> Estimate:
        """Nothing for what is stored, else what the renderer behind says."""
        if self._store.has(self.identity(request)):
            return Estimate(seconds=0.0)
        return self._renderer.estimate(request)

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """The stored clip, or a new one that is stored; a process that renders the same is waited for.

        Raises as the renderer behind does, StoreError when a stored clip cannot be copied to `out`.
        """
        identity = self.identity(request)
        if (clip := self._known(identity, out, progress)) is not None:
            return clip
        with self._store.rendering(identity, lambda: progress(0, 1) if progress is not None else None):
            if (clip := self._known(identity, out, progress)) is not None:
                return clip
            started = time.monotonic()
            clip = self._renderer.render(request, out, progress)
            self._store.keep(identity, clip, time.monotonic() - started)
        return clip

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """As the renderer behind makes it."""
        return self._renderer.cover(request, clip, out)

    def _known(
        self, identity: Mapping[str, str | int | float], out: Path, progress: FrameProgress | None
    ) -> Clip | None:
        clip = self._store.take(identity, out)
        if clip is not None:
            self.reused += 1
            if progress is not None:
                progress(clip.frames, clip.frames)
        return clip
