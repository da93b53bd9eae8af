"""Frames of one shape made into frames of another: cut around the subject, or padded with a blurred copy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from .covers import saliency
from .types import Aspect, Fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

Fitting = Callable[["NDArray[np.uint8]"], "NDArray[np.uint8]"]
"""Makes a frame (H, W, 3) uint8 sRGB one of another size; the same cut for every frame of a clip."""
LOOKED_AT = 9
"""Frames in which the subject is looked for."""
_TO_THE_MIDDLE = 0.25
"""How much a window gains at the middle over one at the rim: a faint subject does not pull it aside."""


def fitted_size(width: int, height: int, aspect: Aspect, fit: Fit) -> tuple[int, int]:
    """The largest even size of the aspect inside a frame, or the smallest one around it."""
    across, down = aspect.size
    if (width * down > height * across) == (fit is Fit.CROP):
        return round(height * across / down / 2) * 2, _even(height, fit)
    return _even(width, fit), round(width * down / across / 2) * 2


def done_by(fit: Fit) -> str:
    """What becomes of the frames, as notes say it."""
    return "cropped around the subject" if fit is Fit.CROP else "padded with a blurred copy"


def fitting(frames: NDArray[np.uint8], size: tuple[int, int], fit: Fit) -> Fitting:
    """How every frame of a clip gets `size` (width, height), by some or all of its frames (F, H, W, 3) uint8 sRGB.

    A size inside the frames is cut out where the subject is, a size around them is padded.
    """
    return _cut(frames, size) if fit is Fit.CROP else _padding(size)


def _even(side: int, fit: Fit) -> int:
    return side - side % 2 if fit is Fit.CROP else side + side % 2


def _cut(frames: NDArray[np.uint8], size: tuple[int, int]) -> Fitting:
    """The window that holds most of what catches the eye and moves."""
    width, height = size
    weights = _subject(frames)
    left = _best_start(weights.sum(axis=0), frames.shape[2], width)
    top = _best_start(weights.sum(axis=1), frames.shape[1], height)
    return lambda frame: np.ascontiguousarray(frame[top : top + height, left : left + width])


def _padding(size: tuple[int, int]) -> Fitting:
    """The frame in the middle of a dimmed, blurred and enlarged copy of itself."""
    width, height = size

    def padded(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        left, top = (width - frame.shape[1]) // 2, (height - frame.shape[0]) // 2
        canvas = _blurred(frame, width, height)
        canvas[top : top + frame.shape[0], left : left + frame.shape[1]] = frame
        return canvas

    return padded


def _subject(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(64, 64) weights: saliency, and as much again for what differs from the frame before."""
    chosen = np.unique(np.linspace(0, len(frames) - 1, LOOKED_AT).astype(int))
    greys = [cv2.cvtColor(frames[number], cv2.COLOR_RGB2GRAY) for number in chosen]
    seen = np.mean([saliency(np.asarray(grey)) for grey in greys], axis=0)
    small = [cv2.resize(grey, seen.shape, interpolation=cv2.INTER_AREA).astype(np.float64) for grey in greys]
    moved = np.mean([np.abs(now - before) for before, now in pairwise(small)] or [seen], axis=0)
    return np.asarray(seen + moved / max(float(moved.sum()), 1e-12), np.float64)


def _best_start(profile: NDArray[np.float64], whole: int, part: int) -> int:
    """Where a window of `part` of `whole` pixels begins so that it covers most of the profile."""
    if part >= whole:
        return 0
    dense = np.interp((np.arange(whole) + 0.5) / whole * len(profile) - 0.5, np.arange(len(profile)), profile)
    covered = np.convolve(dense / dense.sum(), np.ones(part), "valid")
    off = np.abs(np.linspace(-1, 1, len(covered)))
    return int(np.argmax(covered - _TO_THE_MIDDLE * covered.max() * off))


def _blurred(frame: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    scale = max(width / frame.shape[1], height / frame.shape[0])
    across, down = round(width / scale), round(height / scale)
    left, top = (frame.shape[1] - across) // 2, (frame.shape[0] - down) // 2
    part = frame[top : top + down, left : left + across]
    small = cv2.resize(part, (max(width // 8, 2), max(height // 8, 2)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), max(width / 8 / 24, 1.0))
    large = cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.convertScaleAbs(large, alpha=0.6), np.uint8)
