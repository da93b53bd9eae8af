"""The seam behind which renderers stand, and the clip they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Aspect(StrEnum):
    """The shapes of a picture that Popcorn renders."""

    PORTRAIT = "9:16"
    LANDSCAPE = "16:9"
    SQUARE = "1:1"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return {Aspect.PORTRAIT: (1080, 1920), Aspect.LANDSCAPE: (1920, 1080), Aspect.SQUARE: (1080, 1080)}[self]


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What a renderer is asked for."""

    title: str
    video_prompt: str
    cover_prompt: str = ""
    aspect: Aspect = Aspect.PORTRAIT
    seconds: float = 3.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Clip:
    """A rendered file and the facts probed from it."""

    path: Path
    renderer: str
    seconds: float
    width: int
    height: int
    fps: float
    frames: int
    codec: str
    sha256: str
    silent: bool = True
    demo: bool = False
    """True when the renderer is a demo stand-in, as the animatic is."""


FrameProgress = Callable[[int, int], None]
"""Called with frames done and frames in all. It may raise to stop the render: nothing is left behind then."""


class Renderer(Protocol):
    """g of DESIGN.md: turns a draft into a clip."""

    @property
    def name(self) -> str:
        """The renderer's name, as a clip carries it."""
        ...

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """Write a checked clip to `out` (atomically: temp + rename). Raises RenderError or BadClipError."""
        ...

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """Write a cover image (JPEG) for the clip to `out`."""
        ...
