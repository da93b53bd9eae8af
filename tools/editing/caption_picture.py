"""A subtitle as a picture: white letters with a dark outline on a dark, see-through box, so that any picture may be
behind it.

The box leaves `SEEN_THROUGH` of the picture: white letters on it have a contrast of at least 4.5 (WCAG 2.2, 1.4.3) over
a white picture, and the outline parts them from it besides. The picture is laid over planes in BT.709, where the frames
of a cut are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...errors import MissingError, RenderError
from ..media.area import Area
from ..media.encode import Yuv420
from ..media.fonts import missing
from ..media.layers import stamp
from ..media.lettering import Line, paint, wrap
from .safe_area import safe_area
from .timeline_parts import CaptionStyle

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEEN_THROUGH = 0.4
"""The share of the picture that is seen through the box."""
_SIZE, _SMALLEST = 0.066, 0.03
"""Of the letters, as shares of the picture's shorter side."""
_LINES = 2
_PADDING = 0.28
_RADIUS = 0.25
_OUTLINE = 0.07
"""As shares of the size of the letters."""
_WHITE = (255, 255, 255)
_DARK = 16  # of 255: the colour of box and outline


@dataclass(frozen=True, slots=True)
class CaptionPicture:
    """A subtitle as premultiplied planes in BT.709, limited range, and where it stands. Sides and place are even."""

    left: int
    top: int
    luma: NDArray[np.float32]
    """(H, W) of the letters, and what they leave of the picture below."""
    luma_left: NDArray[np.float32]
    chroma: NDArray[np.float32]
    """(2, H / 2, W / 2)."""
    chroma_left: NDArray[np.float32]

    @property
    def area(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in pixels."""
        height, width = self.luma.shape
        return self.left, self.top, self.left + width, self.top + height

    def laid_over(self, frame: Yuv420) -> Yuv420:
        """The frame with the subtitle on it."""
        height, width = self.luma.shape
        rows, columns = slice(self.top, self.top + height), slice(self.left, self.left + width)
        half = slice(self.top // 2, (self.top + height) // 2), slice(self.left // 2, (self.left + width) // 2)
        y, u, v = frame.y.copy(), frame.u.copy(), frame.v.copy()
        y[rows, columns] = np.rint(self.luma + y[rows, columns] * self.luma_left)
        for plane, colour in ((u, self.chroma[0]), (v, self.chroma[1])):
            plane[half] = np.rint(colour + plane[half] * self.chroma_left)
        return Yuv420(y, u, v)


def check_letters(text: str) -> None:
    """Raises MissingError where no font here has a character of the text."""
    if lacking := missing(text):
        first = lacking[0]
        raise MissingError(
            f"no font here can draw {first.characters!r} ({first.script})",
            hint=f"Install it: apt install {first.packages}",
        )


@lru_cache(256)
def caption_picture(text: str, width: int, height: int, style: CaptionStyle) -> CaptionPicture | None:
    """The subtitle for a picture of `width` x `height`, at the bottom of the safe area; None for a text of spaces.

    Raises MissingError where no font has a character, RenderError where it does not fit even in small letters.
    """
    words = " ".join(text.split())
    if not words:
        return None
    check_letters(words)
    safe = style.safe or safe_area(width, height)
    lines = _fitted(words, width, height, safe, style)
    colours = _letters_on_box(lines)
    middle = (safe.left + safe.width / 2) * width
    bottom = (safe.top + safe.height - style.lift) * height
    left, top = _even(middle - colours.shape[1] / 2), _even(bottom - colours.shape[0])
    return _as_planes(colours, left, top)


def _even(value: float) -> int:
    return max(0, int(value)) // 2 * 2


def _fitted(words: str, width: int, height: int, safe: Area, style: CaptionStyle) -> list[Line]:
    """The lines at the largest size at which they are no more than two and fit the safe area."""
    side = min(width, height)
    size = _SIZE * side * style.scale
    while size >= _SMALLEST * side:
        room = safe.width * width - 2 * size * (_PADDING + _OUTLINE)
        lines = [line for line in wrap(words, size, room) if line.runs]
        if len(lines) <= _LINES and _height(lines) <= safe.height * height:
            return lines
        size *= 0.94
    raise RenderError(f"the subtitle {words!r} does not fit the picture", hint="Cut it into shorter ones.")


def _height(lines: list[Line]) -> float:
    return sum(line.leading for line in lines) + 2 * _PADDING * lines[0].size


def _letters_on_box(lines: list[Line]) -> NDArray[np.float32]:
    """Box, outline and letters as premultiplied RGBA (H, W, 4) float32 from 0 to 1, sides even."""
    import cv2

    size = lines[0].size
    padding = _PADDING * size
    across = max(line.width for line in lines) + 2 * padding + 2 * _OUTLINE * size
    width, height = (int(np.ceil(side / 2)) * 2 for side in (across, _height(lines)))
    letters = np.zeros((height, width, 4), np.float32)
    top = padding - 0.12 * size
    for line in lines:
        pixels, (x, y) = paint(line, _WHITE)
        top += line.leading
        stamp(letters, pixels, round((width - line.width) / 2 - x), round(top - y))
    reach = max(1, round(_OUTLINE * size))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    outline = np.asarray(cv2.dilate(letters[..., 3], kernel), np.float32)
    dark = np.maximum(outline * 0.9, _box(width, height, _RADIUS * size) * (1 - SEEN_THROUGH))
    under = np.dstack([dark * _DARK / 255] * 3 + [dark])
    return np.asarray(letters + under * (1 - letters[..., 3:]), np.float32)


def _box(width: int, height: int, radius: float) -> NDArray[np.float32]:
    """A box with round corners, 0 to 1, its edge smooth over a pixel."""
    x = np.abs(np.arange(width) + 0.5 - width / 2) - (width / 2 - radius)
    y = np.abs(np.arange(height) + 0.5 - height / 2) - (height / 2 - radius)
    distance = np.hypot(np.maximum(x[None, :], 0), np.maximum(y[:, None], 0))
    return np.asarray(np.clip(radius - distance + 0.5, 0, 1), np.float32)


def _as_planes(colours: NDArray[np.float32], left: int, top: int) -> CaptionPicture:
    """Premultiplied RGBA as BT.709 in limited range (ITU-R BT.709-6, 3.2 to 3.5)."""
    red, green, blue, alpha = (colours[..., index] for index in range(4))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    luma = 16 * alpha + 219 * light
    chroma = np.stack([_halved(128 * alpha + 224 * part) for part in ((blue - light) / 1.8556, (red - light) / 1.5748)])
    return CaptionPicture(left, top, luma, 1 - alpha, chroma, 1 - _halved(alpha))


def _halved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = plane.shape
    return np.asarray(plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)), np.float32)
