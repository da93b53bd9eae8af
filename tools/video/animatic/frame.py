"""A frame in the making: luma at full size, all colours at half of it, as 4:2:0 video keeps them.

A finished frame is what the encoder takes, without a conversion.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ...media.encode import Yuv420
from .colour import RGB
from .layers import Layer, Pixels, carried, over, reach, to_rgb, ycc
from .stage import Affine, Box, chain

_STRIP = 128  # rows that are blended at once, so that they stay in a core's own cache


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. Its sides are even."""

    luma: NDArray[np.uint8]
    """(H, W) uint8."""
    half: Pixels
    """(H / 2, W / 2, 4) uint8: the whole picture at half its size; its chroma is the frame's."""

    @classmethod
    def blank(cls, height: int, width: int) -> Frame:
        """A frame to draw in. It holds whatever was in memory, which the first fill covers."""
        return cls(np.empty((height, width), np.uint8), np.empty((height // 2, width // 2, 4), np.uint8))

    def fill(self, colour: RGB, window: Box) -> None:
        """Paint all that lies in `window`."""
        left, top, right, bottom = self._inside(window)
        y, cb, cr = ycc(colour)
        self.luma[top:bottom, left:right] = y
        self.half[top // 2 : bottom // 2, left // 2 : right // 2] = (y, cb, cr, 255)

    def lay(self, layer: Layer, matrix: Affine, window: Box) -> None:
        """Lay a layer over what lies in `window`; `matrix` moves the stage."""
        moved = chain(matrix, layer.place)
        near = reach(layer, moved)
        box = Box(near[0], near[1], near[2] - near[0], near[3] - near[1]).common(window)
        left, top, right, bottom = self._inside(box)
        if left >= right:
            return
        for first in range(top, bottom, _STRIP):
            last = min(bottom, first + _STRIP)
            self._blend(carried(layer.pixels, moved, (left, first, right, last)), left, first)

    def planes(self) -> Yuv420:
        """The picture as the encoder takes it; its luma is this frame's own, not a copy."""
        u, v = cv2.extractChannel(self.half, 1), cv2.extractChannel(self.half, 2)
        return Yuv420(self.luma, np.asarray(u, np.uint8), np.asarray(v, np.uint8))

    def rgb(self) -> Pixels:
        """The picture as sRGB (H, W, 3) uint8."""
        whole = np.asarray(cv2.resize(self.half, self.luma.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
        cv2.insertChannel(self.luma, whole, 0)
        return to_rgb(whole)

    def _blend(self, patch: Pixels, left: int, top: int) -> None:
        """Lay a patch with even sides over a part, at an even place."""
        bottom, right = top + patch.shape[0], left + patch.shape[1]
        kept = cv2.bitwise_not(cv2.extractChannel(patch, 3))
        target = self.luma[top:bottom, left:right]
        cv2.multiply(target, kept, dst=kept, scale=1 / 255)
        cv2.add(kept, cv2.extractChannel(patch, 0), dst=target)
        part = self.half[top // 2 : bottom // 2, left // 2 : right // 2]
        over(part, np.asarray(cv2.resize(patch, part.shape[1::-1], interpolation=cv2.INTER_AREA), np.uint8))

    def _inside(self, window: Box) -> tuple[int, int, int, int]:
        """The nearest window (left, top, right, bottom) of even pixels; all zero where nothing of it is to be seen."""
        height, width = self.luma.shape
        left, right = (2 * round(min(max(x, 0), width) / 2) for x in (window.left, window.right))
        top, bottom = (2 * round(min(max(y, 0), height) / 2) for y in (window.top, window.bottom))
        return (left, top, right, bottom) if left < right and top < bottom else (0, 0, 0, 0)
