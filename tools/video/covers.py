"""A cover out of the clip itself: the frame that is sharpest, best lit and best composed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ... import files
from ...errors import DataError, RenderError
from ..media.decode import frame, frame_numbers, frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOOKED_AT = 15
_SIDE = 256
"""Pixels of the shorter side at which frames are judged."""
_SALIENCY_SIDE = 64
_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Looks:
    """How a frame would do as a cover; every part from 0 to 1, beside the clip's other frames."""

    sharpness: float
    """The variance of its Laplacian as a share of the sharpest frame's."""
    light: float
    """The share of pixels that are neither crushed to black nor blown to white, times its contrast."""
    composition: float
    """How near what catches the eye is to the middle or a point of thirds, and how little of it is at the rim."""

    @property
    def score(self) -> float:
        """What frames are ordered by; a blurred or dark frame is no cover however well it is composed."""
        return math.sqrt(self.sharpness * self.light) * (0.4 + 0.6 * self.composition)


def frame_cover(clip: Path, out: Path) -> Path:
    """Write the best of fifteen evenly spaced frames of `clip` to `out`, a JPEG at the clip's size.

    Raises DataError when the clip cannot be read, RenderError when `out` cannot be written.
    """
    return write_jpeg(best_frame(clip), out)


def best_frame(clip: Path) -> NDArray[np.uint8]:
    """The frame (H, W, 3) uint8 sRGB that `frame_cover` takes."""
    judged = judge(frames(clip, _LOOKED_AT, side=_SIDE))
    best = max(range(len(judged)), key=lambda index: judged[index].score)
    return frame(clip, frame_numbers(clip, _LOOKED_AT)[best])


def judge(pictures: NDArray[np.uint8]) -> list[Looks]:
    """The looks of frames (N, H, W, 3) uint8 sRGB beside each other."""
    import cv2

    luma = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures]
    edges = np.array([float(cv2.Laplacian(grey, cv2.CV_32F).var()) for grey in luma])
    sharpest = max(float(edges.max()), 1e-6)
    return [
        Looks(float(edge / sharpest), _light(np.asarray(grey)), _composition(np.asarray(grey)))
        for edge, grey in zip(edges, luma, strict=True)
    ]


def write_jpeg(picture: NDArray[np.uint8], out: Path) -> Path:
    """Write (H, W, 3) uint8 sRGB atomically. Raises RenderError when the place or the disk refuses."""
    try:
        with files.replacing(out) as file:
            Image.fromarray(picture).save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    except OSError as exc:
        raise RenderError(
            f"{str(out)!r} could not be written: {exc}", hint="check that the folder is writable and not full"
        ) from exc
    return out


def _light(grey: NDArray[np.uint8]) -> float:
    """A standard deviation of a quarter of the range counts as full contrast."""
    usable = float(np.mean((grey > 12) & (grey < 243)))
    return usable * min(1.0, float(grey.std()) / 64)


def _composition(grey: NDArray[np.uint8]) -> float:
    """Where the saliency of a frame lies: its centre of mass against the good places, and its share inside the rim."""
    seen = saliency(grey)
    places = (np.arange(_SALIENCY_SIDE) + 0.5) / _SALIENCY_SIDE
    x, y = float(seen.sum(axis=0) @ places), float(seen.sum(axis=1) @ places)
    good = [(0.5, 0.5), *((column, row) for column in (1 / 3, 2 / 3) for row in (1 / 3, 2 / 3))]
    away = min(float(np.hypot(x - column, y - row)) for column, row in good)
    rim = _SALIENCY_SIDE // 10
    inside = float(seen[rim:-rim, rim:-rim].sum())
    return max(0.0, 1 - 4 * away) * inside


def saliency(grey: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What catches the eye in (H, W) uint8, as (64, 64) shares that sum to 1.

    Source: Hou and Zhang, Saliency Detection: A Spectral Residual Approach, CVPR 2007, equations 2 to 6.
    """
    import cv2

    small = cv2.resize(grey, (_SALIENCY_SIDE, _SALIENCY_SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)
    spectrum = np.fft.fft2(small)
    amplitude = np.log(np.abs(spectrum) + 1e-9)
    residual = amplitude - cv2.blur(amplitude, (3, 3))
    seen = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), 2.5))
    return np.asarray(seen / max(float(seen.sum()), 1e-12), np.float64)


def read_jpeg(path: Path) -> NDArray[np.uint8]:
    """A cover as (H, W, 3) uint8 sRGB. Raises DataError when it cannot be read."""
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGB"))
    except OSError as exc:
        raise DataError(f"{str(path)!r} is no picture that can be read: {exc}", hint="make the cover again") from exc
