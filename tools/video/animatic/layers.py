"""Layers: pictures rasterised once and laid over each other frame by frame, in the encoder's own colours.

Pixels are BT.709 Y'CbCr, limited range, with alpha, premultiplied. Laying one over another is linear, so it is the
same sum as in RGB, and a finished frame needs no colour conversion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .colour import RGB
from .stage import Affine, Box

Pixels = NDArray[np.uint8]

_KR, _KB = 0.2126, 0.0722  # ITU-R BT.709-6, item 3.2
_KG = 1 - _KR - _KB
_TO_YCC = np.array(
    [
        [219 / 255 * _KR, 219 / 255 * _KG, 219 / 255 * _KB, 16],
        [-112 / 255 * _KR / (1 - _KB), -112 / 255 * _KG / (1 - _KB), 112 / 255, 128],
        [112 / 255, -112 / 255 * _KG / (1 - _KR), -112 / 255 * _KB / (1 - _KR), 128],
    ]
)
_TO_YCC_AND_ALPHA = np.block([[_TO_YCC[:, :3], np.zeros((3, 1)), _TO_YCC[:, 3:]], [np.array([[0, 0, 0, 1, 0]])]])
_LANE = 16  # columns that the warp handles at once; what is left over costs it ten times as much


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture with its place: `origin` is where its top left stands on the stage, in stage pixels."""

    pixels: Pixels
    """(h, w, 4) uint8: Y', Cb, Cr, alpha, premultiplied."""
    origin: tuple[float, float]
    scale: float = 1.0
    """Layer pixels a stage pixel: above 1 for what is shown larger than it stands."""

    @property
    def box(self) -> Box:
        """What it covers of the stage."""
        height, width = self.pixels.shape[:2]
        return Box(*self.origin, width / self.scale, height / self.scale)

    @property
    def place(self) -> Affine:
        """The matrix from its pixels to the stage."""
        return np.array([[1 / self.scale, 0, self.origin[0]], [0, 1 / self.scale, self.origin[1]]])


def plain(colour: RGB, box: Box) -> Layer:
    """A rectangle of one colour; a transparent rim keeps its edges smooth wherever it is moved."""
    pixels = np.zeros((round(box.height) + 2, round(box.width) + 2, 4), np.uint8)
    pixels[1:-1, 1:-1] = (*colour, 255)
    return Layer(from_rgba(pixels), (box.left - 1, box.top - 1))


def from_rgba(pixels: Pixels) -> Pixels:
    """Straight-alpha sRGB (h, w, 4) uint8 as layer pixels."""
    colours = cv2.transform(pixels, _TO_YCC_AND_ALPHA)
    alpha = cv2.extractChannel(colours, 3)
    cv2.insertChannel(np.full_like(alpha, 255), colours, 3)
    return np.asarray(cv2.multiply(colours, cv2.merge([alpha] * 4), dst=colours, scale=1 / 255), np.uint8)


def ycc(colour: RGB) -> tuple[int, int, int]:
    """A colour as the encoder has it."""
    y, cb, cr = (int(value) for value in from_rgba(np.array([[(*colour, 255)]], np.uint8))[0, 0, :3])
    return y, cb, cr


def to_rgb(pixels: Pixels) -> Pixels:
    """Opaque layer pixels as sRGB (H, W, 3) uint8, for still pictures."""
    back = np.linalg.inv(_TO_YCC[:, :3])
    matrix = np.hstack([back, -back @ _TO_YCC[:, 3:]])
    return np.asarray(cv2.transform(np.ascontiguousarray(pixels[..., :3]), matrix), np.uint8)


def carried(source: Pixels, matrix: Affine, box: tuple[int, int, int, int]) -> Pixels:
    """What `source` shows in a box (left, top, right, bottom) of the frame that `matrix` carries it into."""
    left, top, right, bottom = box
    moved = matrix - ((0, 0, left), (0, 0, top))
    whole = -(-(right - left) // _LANE) * _LANE
    return np.asarray(cv2.warpAffine(source, moved, (whole, bottom - top)), np.uint8)[:, : right - left]


def over(target: Pixels, patch: Pixels) -> None:
    """Lay premultiplied pixels over others of their size."""
    rest = cv2.bitwise_not(cv2.extractChannel(patch, 3))
    kept = cv2.merge((rest,) * 4)
    cv2.multiply(target, kept, dst=kept, scale=1 / 255)
    cv2.add(kept, patch, dst=target)


def reach(layer: Layer, matrix: Affine) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom) that a layer can touch when `matrix` carries its pixels."""
    tall, wide = layer.pixels.shape[:2]
    (a, b, x), (c, d, y) = matrix.tolist()
    xs, ys = (0.0, a * wide, b * tall, a * wide + b * tall), (0.0, c * wide, d * tall, c * wide + d * tall)
    left, top = math.floor(x + min(xs)) - 1, math.floor(y + min(ys)) - 1
    return left, top, math.ceil(x + max(xs)) + 1, math.ceil(y + max(ys)) + 1
