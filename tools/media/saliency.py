"""What draws the eye in a picture, without a trained network: what is unusual, differs from its rim, or moves.

Sources: the spectral residual (Hou and Zhang, "Saliency Detection: A Spectral Residual Approach", CVPR 2007) and the
boundary prior (Wei et al., "Geodesic Saliency Using Background Priors", ECCV 2012: what touches a picture's rim is
mostly background), each in its simplest form. It knows no objects: a bright stain draws its eye as much as a product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .area import Area

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 64
"""The side of the square on which it is measured."""
_KEPT = 0.85
"""The share of all that draws the eye, across and down, that the area holds."""
_MIDDLE = 0.45
"""Spread of the weight that the middle of a picture has, in parts of its side: people frame their subject."""
_MOTION = 1.5
"""What motion weighs beside what differs: in footage of products it is mostly the product that moves."""
_MOVES = 12.0
"""Grey levels of change in its liveliest part from which a picture counts as moving."""


def saliency(picture: NDArray[np.uint8], moved: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """How much each part of a picture, (h, w, 3) uint8 BGR, draws the eye: (64, 64) float32 that adds up to 1.

    `moved` is how much each part changed beyond the camera's own movement: (h, w) float32, any size, in grey levels.
    """
    import cv2

    small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), dtype=np.float32)
    residual = sum((_residual(lab[..., channel]) for channel in range(3)), np.zeros((SIDE, SIDE), np.float32))
    drawing = _scaled(residual) / 2 + _scaled(_strangeness(lab)) + _scaled(_sharpness(picture)) / 4
    if moved is not None:
        cells = np.asarray(cv2.resize(moved, (SIDE, SIDE), interpolation=cv2.INTER_AREA), dtype=np.float32)
        drawing = drawing + _MOTION * _scaled(np.asarray(cv2.GaussianBlur(cells, (0, 0), 2.0), dtype=np.float32)) * min(
            1.0, float(cells.max()) / _MOVES
        )
    places = (np.arange(SIDE) + 0.5) / SIDE - 0.5
    middle = np.exp(-(places**2) / (2 * _MIDDLE**2))
    weighted = np.clip(drawing - drawing.mean(), 0, None) ** 2 * np.outer(middle, middle)
    total = float(weighted.sum())
    if total <= 0:
        return np.full((SIDE, SIDE), 1 / SIDE**2, np.float32)
    return np.asarray(weighted / total, dtype=np.float32)


def salient_area(drawing: NDArray[np.float32]) -> Area:
    """The part of a picture that holds most of what draws the eye, by its `saliency`."""
    left, right = _span(drawing.sum(axis=0))
    top, bottom = _span(drawing.sum(axis=1))
    return Area(round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4))


def _strangeness(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each colour is from the nearest of the colours along the rim."""
    import cv2

    rim = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    colours = rim[:: max(1, len(rim) // 32)]
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.0)
    far = np.linalg.norm(smooth[:, :, None] - colours[None, None], axis=3)
    return np.asarray(np.sort(far, axis=2)[..., :4].mean(axis=2), dtype=np.float32)


def _residual(channel: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    spectrum = np.fft.fft2(channel)
    amplitude = np.log(np.abs(spectrum) + 1e-6).astype(np.float32)
    unusual = amplitude - cv2.blur(amplitude, (3, 3))
    back = np.abs(np.fft.ifft2(np.exp(unusual + 1j * np.angle(spectrum)))) ** 2
    contrast = float(channel.std())
    return np.asarray(cv2.GaussianBlur(back.astype(np.float32), (0, 0), 2.5) * contrast, dtype=np.float32)


def _sharpness(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F))
    cells = cv2.resize(edges, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(cells, (0, 0), 2.5), dtype=np.float32)


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    most = float(values.max())
    return values / most if most > 0 else values


def _span(weights: NDArray[np.float32]) -> tuple[float, float]:
    """The shortest stretch of a row of weights that holds the wanted share, in parts of the row."""
    sums = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
    wanted = _KEPT * sums[-1]
    ends = np.searchsorted(sums, sums[:-1] + wanted - 1e-9)
    lengths = np.where(ends < sums.size, ends - np.arange(sums.size - 1), sums.size)
    start = int(np.argmin(lengths))
    return start / weights.size, min(weights.size, int(ends[start])) / weights.size
