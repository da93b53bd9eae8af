"""Layers: pictures rasterised once and laid over each other frame by frame, in the encoder's own colours.

Pixels are BT.709 Y'CbCr, limited range, with alpha, premultiplied. Laying one over another is linear, so it is the
same sum as in RGB, and a finished frame needs no colour conversion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ...media.encode import Yuv420

Pixels = NDArray[np.uint8]
Affine = NDArray[np.float64]

_KR, _KB = 0.2126, 0.0722  # ITU-R BT.709-6, item 3.2
_KG = 1 - _KR - _KB
_TO_YCC = np.array(
    [
        [219 / 255 * _KR, 219 / 255 * _KG, 219 / 255 * _KB, 16],
        [-112 / 255 * _KR / (1 - _KB), -112 / 255 * _KG / (1 - _KB), 112 / 255, 128],
        [112 / 255, -112 / 255 * _KG / (1 - _KR), -112 / 255 * _KB / (1 - _KR), 128],
    ]
)

_BAND = 64  # rows laid at a time: what a core's own cache holds


@dataclass(slots=True)
class Layer:
    """A picture with its place: `origin` is where its top left stands on the stage, in stage pixels."""

    pixels: Pixels
    """(h, w, 4) uint8: Y', Cb, Cr, alpha, premultiplied."""
    origin: tuple[float, float]
    scale: float = 1.0
    """Layer pixels a stage pixel: above 1 for what a camera comes close to."""
    depth: float = 1.0
    """How much of the camera's move it takes: 0 for the sky, 1 for the subject, more for what is nearer."""
    solid_from: int = field(init=False, default=-1)
    """The first row from which every pixel is opaque to the bottom, or -1."""

    def __post_init__(self) -> None:
        """Find the solid part, which needs no blending."""
        rows = self.pixels[..., 3].min(axis=1) == 255
        holes = np.flatnonzero(~rows)
        first = int(holes[-1]) + 1 if holes.size else 0
        self.solid_from = first if first < len(rows) else -1

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in stage pixels."""
        return self.pixels.shape[1] / self.scale, self.pixels.shape[0] / self.scale


def from_rgba(pixels: Pixels, *, grain: float = 1.0) -> Pixels:
    """Straight-alpha sRGB (h, w, 4) uint8 as layer pixels, with a fine grain against banding."""
    colours = np.empty((*pixels.shape[:2], 4), np.uint8)
    colours[..., :3] = cv2.transform(pixels[..., :3], _TO_YCC)
    if grain:
        colours[..., 0] = cv2.add(colours[..., 0], _grain(pixels.shape[0], pixels.shape[1], grain), dtype=cv2.CV_8U)
    colours[..., 3] = 255
    alpha = np.ascontiguousarray(pixels[..., 3])
    return np.asarray(cv2.multiply(colours, cv2.merge([alpha] * 4), scale=1 / 255), np.uint8)


def backdrop(colours: NDArray[np.float32], *, grain: float = 1.2) -> Pixels:
    """Opaque layer pixels (h, w, 4) from float sRGB (h, w, 3), rounded with noise against banding."""
    height, width = colours.shape[:2]
    ycc = np.asarray(cv2.transform(colours, _TO_YCC.astype(np.float32)), np.float32)
    noise = np.tile(_noise().astype(np.float32) * (grain / 64), (-(-height // 512), -(-width // 512)))[:height, :width]
    ycc += noise[..., None] * np.array([1, 0.35, 0.35], np.float32)
    out = np.full((height, width, 4), 255, np.uint8)
    out[..., :3] = cv2.convertScaleAbs(ycc)
    return out


def lay(canvas: Pixels, layer: Layer, matrix: Affine, opacity: float = 1.0, floor: int | None = None) -> None:
    """Lay `layer` over `canvas` (H, W, 4), its pixels carried by the 2 x 3 `matrix` into canvas pixels.

    Nothing is drawn from row `floor` on: what is nearer hides it anyway.
    """
    lowest = canvas.shape[0] if floor is None else floor
    box = _reach(matrix, layer.pixels.shape, lowest, canvas.shape[1])
    if box is None or opacity <= 0.004:
        return
    left, top, right, bottom = box
    solid = solid_row(layer, matrix, lowest, canvas.shape[1]) if opacity == 1 else bottom
    source = layer.pixels if opacity == 1 else cv2.convertScaleAbs(layer.pixels, alpha=opacity)
    moved = matrix.copy()
    moved[0, 2] -= left
    for first in range(top, bottom, _BAND):
        last = min(first + _BAND, bottom)
        moved[1, 2] = matrix[1, 2] - first
        target = canvas[first:last, left:right]
        size = (right - left, last - first)
        if first >= solid:
            cv2.warpAffine(source, moved, size, dst=target, flags=cv2.INTER_LINEAR)
            continue
        patch = cv2.warpAffine(source, moved, size, flags=cv2.INTER_LINEAR)
        _over(target, np.asarray(patch, np.uint8))


def solid_row(layer: Layer, matrix: Affine, height: int, width: int) -> int:
    """The row from which `layer` hides all behind it down to `height`, or `height`; upright layers only."""
    if layer.solid_from < 0 or abs(matrix[0, 1]) > 1e-9:
        return height
    left, right = matrix[0, 2], matrix[0, 2] + matrix[0, 0] * (layer.pixels.shape[1] - 1)
    last = matrix[1, 2] + matrix[1, 1] * (layer.pixels.shape[0] - 1)
    if left > 0 or right < width or last < height:
        return height
    return max(0, int(np.ceil(matrix[1, 2] + matrix[1, 1] * layer.solid_from)) + 1)


def planes(canvas: Pixels) -> Yuv420:
    """A finished canvas as the encoder takes it."""
    height, width = canvas.shape[:2]
    half = cv2.resize(canvas, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    y, u, v = cv2.extractChannel(canvas, 0), cv2.extractChannel(half, 1), cv2.extractChannel(half, 2)
    return Yuv420(np.asarray(y, np.uint8), np.asarray(u, np.uint8), np.asarray(v, np.uint8))


def to_rgb(canvas: Pixels) -> Pixels:
    """A finished canvas as sRGB (H, W, 3) uint8, for still pictures."""
    back = np.linalg.inv(_TO_YCC[:, :3])
    matrix = np.hstack([back, -back @ _TO_YCC[:, 3:]])
    return np.asarray(cv2.transform(np.ascontiguousarray(canvas[..., :3]), matrix), np.uint8)


def _over(target: Pixels, patch: Pixels) -> None:
    rest = cv2.bitwise_not(cv2.extractChannel(patch, 3))
    kept = cv2.merge((rest,) * 4)
    cv2.multiply(target, kept, dst=kept, scale=1 / 255)
    cv2.add(kept, patch, dst=target)


def _reach(matrix: Affine, shape: tuple[int, ...], lowest: int, width: int) -> tuple[int, int, int, int] | None:
    """The canvas box (left, top, right, bottom) that a layer can touch, or None."""
    wide, tall = shape[1], shape[0]
    (a, b, x), (c, d, y) = matrix.tolist()
    xs, ys = (0.0, a * wide, b * tall, a * wide + b * tall), (0.0, c * wide, d * tall, c * wide + d * tall)
    left, top = max(0, math.floor(x + min(xs)) - 1), max(0, math.floor(y + min(ys)) - 1)
    right, bottom = min(width, math.ceil(x + max(xs)) + 1), min(lowest, math.ceil(y + max(ys)) + 1)
    return (left, top, right, bottom) if right - left > 1 and bottom - top > 1 else None


@cache
def _noise() -> NDArray[np.int16]:
    return np.random.default_rng(7).normal(0, 64, (512, 512)).astype(np.int16)


def _grain(height: int, width: int, strength: float) -> NDArray[np.int16]:
    tile = np.round(_noise() * (strength / 64)).astype(np.int16)
    rows, columns = -(-height // 512), -(-width // 512)
    return np.ascontiguousarray(np.tile(tile, (rows, columns))[:height, :width])
