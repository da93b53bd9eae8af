"""The title set on a picture, and on every frame of a clip: large, legible on anything, clear of the apps' buttons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..media.decode import all_frames
from ..media.encode import ClipWriter, Encoding
from ..media.layers import stamp
from ..media.lettering import Line, paint, wrap
from ..media.probe import probe
from .checks import sha256_of
from .types import Clip

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WIDTH = 0.86
_TOP = 0.09  # apps lay their own words over the lowest fifth and the highest twentieth
_LARGEST, _SMALLEST = 0.1, 0.035
"""Text sizes as shares of the picture's shorter side."""
_TALLEST = 0.3
_WHITE = (255, 255, 255)
_SHADE = 0.55


def titled(picture: NDArray[np.uint8], title: str) -> NDArray[np.uint8]:
    """A picture (H, W, 3) uint8 sRGB with the title in its upper part; as it is when no font can draw the title."""
    height, width = picture.shape[:2]
    return _laid(picture, lettering(title, width, height))


def titled_clip(clip: Clip, title: str, out: Path) -> Clip:
    """The clip encoded again at `out` with the title on every frame; what it says of its making is kept, sound is not.

    Raises BadClipError when it cannot be read, RenderError when `out` cannot be written.
    """
    facts = probe(clip.path)
    layer = lettering(title, facts.width, facts.height)
    plain_facts = {name: value for name, value in facts.provenance.items() if isinstance(value, str | bool)}
    encoding = Encoding(facts.width, facts.height, round(facts.fps), quality=18.0)
    with ClipWriter(out, encoding, plain_facts | {"overlay": title}) as writer:
        for picture in all_frames(clip.path):
            writer.write(_laid(picture, layer))
    return replace(clip, path=out, sha256=sha256_of(out), silent=True)


def lettering(title: str, width: int, height: int) -> NDArray[np.float32]:
    """The title with its soft shade as premultiplied RGBA (H, W, 4) float32 from 0 to 1."""
    import cv2

    layer = np.zeros((height, width, 4), np.float32)
    top = float(round(height * _TOP))
    for line in _fitted(title, width, height):
        pixels, (x, y) = paint(line, _WHITE)
        top += line.leading
        stamp(layer, pixels, round((width - line.width) / 2 - x), round(top - y))
    size = min(width, height)
    shade = cv2.GaussianBlur(layer[..., 3], (0, 0), size * 0.012) * 1.6 + cv2.GaussianBlur(
        layer[..., 3], (0, 0), size * 0.06
    )
    dark = np.clip(shade, 0, 1) * _SHADE
    layer[..., 3] += dark * (1 - layer[..., 3])
    return layer


def _fitted(title: str, width: int, height: int) -> list[Line]:
    """The title's lines at the largest size at which they take no more than their share of the height."""
    words = " ".join(title.split())
    size = _LARGEST * min(width, height)
    while True:
        lines = [line for line in wrap(words, size, width * _WIDTH) if line.runs] if words else []
        if sum(line.leading for line in lines) <= height * _TALLEST or size < _SMALLEST * min(width, height):
            return lines
        size *= 0.9


def _laid(picture: NDArray[np.uint8], layer: NDArray[np.float32]) -> NDArray[np.uint8]:
    seen = np.flatnonzero(layer[..., 3].max(axis=1) > 0)
    if not seen.size:
        return picture
    rows = slice(int(seen[0]), int(seen[-1]) + 1)
    laid = picture.copy()
    over = layer[rows]
    laid[rows] = np.rint(over[..., :3] * 255 + picture[rows] * (1 - over[..., 3:])).astype(np.uint8)
    return laid
