"""How the camera moved: the path of the whole picture from frame to frame, and how much it trembles about it."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 160
"""Pixels of the longer side on which movement is measured."""
_SURE = 0.15
"""phaseCorrelate's response below which two frames have too little in common to say how one moved."""
_QUARTERS = 3
"""How many of the picture's four quarters have to say how they moved."""
_WINDOW = 0.5
"""Seconds over which a path is smoothed; what is left is trembling, since a person's pan takes longer."""


class CameraPath:
    """Takes frames in order; memory grows by three numbers a frame."""

    def __init__(self) -> None:
        """No frame yet."""
        self._times, self._across, self._down = array("f"), array("f"), array("f")
        self._before: NDArray[np.float32] | None = None
        self._window: NDArray[np.float32] | None = None
        self._at = (0.0, 0.0)
        self._moved: NDArray[np.float32] | None = None
        self._counted = 0

    def add(self, at: float, picture: NDArray[np.uint8]) -> None:
        """The frame that is shown `at` so many seconds: (h, w, 3) uint8 BGR."""
        grey = _grey(picture)
        if self._before is not None and self._before.shape == grey.shape:
            self._follow(self._before, grey)
        self._before = grey
        self._times.append(at)
        self._across.append(self._at[0])
        self._down.append(self._at[1])

    def moved(self) -> NDArray[np.float32] | None:
        """How much each part changed from frame to frame, beyond the camera's movement, since this was last asked.

        (h, w) float32 in grey levels; None where nothing could be compared.
        """
        moved = None if self._moved is None else self._moved / np.float32(self._counted)
        self._moved, self._counted = None, 0
        return moved

    def shakes(self) -> NDArray[np.float32]:
        """How far the picture is off its smoothed path at each frame, in parts of its diagonal: (frames,) float32."""
        path = np.stack([np.asarray(self._across), np.asarray(self._down)], axis=1)
        if len(path) < 3:
            return np.zeros(len(path), np.float32)
        times = np.asarray(self._times)
        step = float(np.median(np.diff(times))) or 1.0
        width = max(3, round(_WINDOW / step) | 1)
        padded = np.pad(path, ((width // 2, width // 2), (0, 0)), mode="edge")
        sums = np.cumsum(np.vstack([np.zeros((1, 2)), padded]), axis=0)
        smooth = (sums[width:] - sums[:-width]) / width
        off = np.hypot(*(path - smooth).T) / np.sqrt(2)
        return np.asarray(off, dtype=np.float32)

    def place(self) -> tuple[float, float]:
        """Where the picture is now: right and down of where it was at first, in parts of its width and height."""
        return self._at

    def _follow(self, before: NDArray[np.float32], now: NDArray[np.float32]) -> None:
        import cv2

        height, width = now.shape
        if (shift := self._shift(before, now)) is not None:
            right, down = shift
            self._at = (self._at[0] + right / width, self._at[1] + down / height)
            moving = np.array([[1, 0, right], [0, 1, down]], np.float32)
            before = np.asarray(cv2.warpAffine(before, moving, (width, height), borderMode=cv2.BORDER_REPLICATE))
        change = np.abs(now - before)
        self._moved = change if self._moved is None or self._moved.shape != change.shape else self._moved + change
        self._counted = 1 if self._moved is change else self._counted + 1

    def _shift(self, before: NDArray[np.float32], now: NDArray[np.float32]) -> tuple[float, float] | None:
        """How many pixels the picture moved right and down: the median of its quarters, so that a subject in one of
        them is no camera; None where most of them cannot say.
        """
        import cv2

        height, width = now.shape[0] // 2, now.shape[1] // 2
        if self._window is None or self._window.shape != (height, width):
            self._window = cv2.createHanningWindow((width, height), cv2.CV_32F).astype(np.float32)
        shifts = []
        for top in (0, height):
            for left in (0, width):
                part = np.s_[top : top + height, left : left + width]
                shift, response = cv2.phaseCorrelate(before[part], now[part], self._window)
                if response > _SURE:
                    shifts.append(shift)
        if len(shifts) < _QUARTERS:
            return None
        right, down = np.median(np.array(shifts), axis=0)
        return float(right), float(down)


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    import cv2

    scale = _SIDE / max(picture.shape[:2])
    size = (_side(picture.shape[1] * scale), _side(picture.shape[0] * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.float32)


def _side(length: float) -> int:
    """A side whose half is even and of a length that a Fourier transform likes.

    phaseCorrelate fills up other lengths, and takes a picture at rest for one that moves half a pixel.
    """
    import cv2

    half = max(8, int(length / 2))
    while half % 2 or cv2.getOptimalDFTSize(half) != half:
        half -= 1
    return 2 * half
