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
from .coverage import TILE_HEIGHT, TILE_WIDTH, Box, Coverage, Mask, boxes

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
_TO_YCC_AND_ALPHA = np.block([[_TO_YCC[:, :3], np.zeros((3, 1)), _TO_YCC[:, 3:]], [np.array([[0, 0, 0, 1, 0]])]])

_UNSEEN = 0.004  # an opacity that changes no pixel
_LANE = 16  # columns that the warp handles at once; what is left over costs it ten times as much
_SMALL = 96 * 96  # frame pixels up to which a layer is blended at once


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
    _coverage: Coverage | None = field(init=False, default=None, repr=False)

    @property
    def coverage(self) -> Coverage:
        """Where it has ink and where it hides what is behind it; found when first asked for."""
        if self._coverage is None:
            self._coverage = Coverage.of(np.ascontiguousarray(self.pixels[..., 3]))
        return self._coverage

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in stage pixels."""
        return self.pixels.shape[1] / self.scale, self.pixels.shape[0] / self.scale


def from_rgba(pixels: Pixels, *, grain: float = 1.0) -> Pixels:
    """Straight-alpha sRGB (h, w, 4) uint8 as layer pixels, with a fine grain against banding."""
    colours = cv2.transform(pixels, _TO_YCC_AND_ALPHA)
    alpha = cv2.extractChannel(colours, 3)
    if grain:
        brighter, darker = _grain(grain)
        for top in range(0, colours.shape[0], 512):
            for left in range(0, colours.shape[1], 512):
                part = colours[top : top + 512, left : left + 512]
                height, width = part.shape[:2]
                cv2.add(part, brighter[:height, :width], dst=part)
                cv2.subtract(part, darker[:height, :width], dst=part)
    cv2.insertChannel(np.full_like(alpha, 255), colours, 3)
    return np.asarray(cv2.multiply(colours, cv2.merge([alpha] * 4), dst=colours, scale=1 / 255), np.uint8)


def backdrop(colours: NDArray[np.float32], *, grain: float = 1.2) -> Pixels:
    """Opaque layer pixels (h, w, 4) from float sRGB (h, w, 3), rounded with noise against banding."""
    height, width = colours.shape[:2]
    ycc = np.asarray(cv2.transform(colours, _TO_YCC.astype(np.float32)), np.float32)
    noise = np.tile(_noise().astype(np.float32) * (grain / 64), (-(-height // 512), -(-width // 512)))[:height, :width]
    ycc += noise[..., None] * np.array([1, 0.35, 0.35], np.float32)
    out = np.full((height, width, 4), 255, np.uint8)
    out[..., :3] = cv2.convertScaleAbs(ycc)
    return out


@dataclass(frozen=True, slots=True)
class Placed:
    """A layer and the 2 x 3 matrix that carries its pixels into the frame's."""

    layer: Layer
    matrix: Affine
    opacity: float = 1.0


def stack(canvas: Pixels, placed: list[Placed]) -> None:
    """Lay layers, back to front, over `canvas` (H, W, 4); what a nearer one hides is not drawn."""
    height, width = canvas.shape[:2]
    hidden = np.zeros((-(-height // TILE_HEIGHT), -(-width // TILE_WIDTH)), np.bool_)
    shown: list[tuple[Placed, Mask, Mask]] = []
    for one in reversed(placed):
        if one.opacity <= _UNSEEN:
            continue
        inked, solid = one.layer.coverage.tiles(one.matrix, height, width)
        if one.opacity < 1:
            solid = np.zeros_like(solid)
        shown.append((one, inked & ~solid & ~hidden, solid & ~hidden))
        hidden |= solid
    for one, mixed, solid in reversed(shown):
        _draw(canvas, one, mixed, solid)


def lay(canvas: Pixels, layer: Layer, matrix: Affine, opacity: float = 1.0) -> None:
    """Lay one layer over `canvas` (H, W, 4), its pixels carried by the 2 x 3 `matrix` into canvas pixels."""
    box = _reach(matrix, layer.pixels.shape, canvas.shape[0], canvas.shape[1])
    if box is None or opacity <= _UNSEEN:
        return
    if (box[2] - box[0]) * (box[3] - box[1]) > _SMALL:
        stack(canvas, [Placed(layer, matrix, opacity)])
        return
    source = layer.pixels if opacity == 1 else cv2.convertScaleAbs(layer.pixels, alpha=opacity)
    _blend(canvas, np.asarray(source, np.uint8), matrix, box)


def _draw(canvas: Pixels, one: Placed, mixed: Mask, solid: Mask) -> None:
    height, width = canvas.shape[:2]
    reach = _reach(one.matrix, one.layer.pixels.shape, height, width)
    if reach is None:
        return
    for box in boxes(solid, height, width, joined=True):
        _carry_into(canvas, one.layer.pixels, one.matrix, box)
    source = one.layer.pixels
    if one.opacity < 1:
        source = np.asarray(cv2.convertScaleAbs(source, alpha=one.opacity), np.uint8)
    for box in boxes(mixed, height, width, joined=False):
        left, top = max(box[0], reach[0]), max(box[1], reach[1])
        right, bottom = min(box[2], reach[2]), min(box[3], reach[3])
        if left < right and top < bottom:
            _blend(canvas, source, one.matrix, (left, top, right, bottom))


def _blend(canvas: Pixels, source: Pixels, matrix: Affine, box: Box) -> None:
    left, top, right, bottom = box
    over(canvas[top:bottom, left:right], _carried(source, matrix, box))


def _carried(source: Pixels, matrix: Affine, box: Box) -> Pixels:
    """What `source` shows in a box of the frame."""
    left, top, right, bottom = box
    moved = matrix - ((0, 0, left), (0, 0, top))
    whole = -(-(right - left) // _LANE) * _LANE
    return np.asarray(cv2.warpAffine(source, moved, (whole, bottom - top)), np.uint8)[:, : right - left]


def _carry_into(canvas: Pixels, source: Pixels, matrix: Affine, box: Box) -> None:
    """Draw what `source` shows in a box straight into `canvas`; the last columns once more, to keep to whole lanes."""
    left, top, right, bottom = box
    whole = (right - left) // _LANE * _LANE
    starts = [left] if whole == right - left else [left, max(left, right - _LANE)]
    for start, end in zip(starts, (left + whole, right), strict=False):
        if end > start:
            moved = matrix - ((0, 0, start), (0, 0, top))
            cv2.warpAffine(source, moved, (end - start, bottom - top), dst=canvas[top:bottom, start:end])


def veil(canvas: Pixels, small: Pixels) -> None:
    """Lay a small soft picture, stretched to the whole of `canvas`, over it; rows without ink cost nothing."""
    times = canvas.shape[0] // small.shape[0]
    alpha = small[..., 3]
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not rows.size:
        return
    step = TILE_HEIGHT // times
    left, right = max(0, int(columns[0]) - 1), min(small.shape[1], int(columns[-1]) + 2)
    for first in range(max(0, int(rows[0]) - 1), min(small.shape[0], int(rows[-1]) + 2), step):
        last = min(first + step, small.shape[0])
        above, below = min(first, 1), min(small.shape[0] - last, 1)
        strip = small[first - above : last + below, left:right]
        wide = cv2.resize(strip, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR)
        patch = np.asarray(wide[above * times : (above + last - first) * times], np.uint8)
        over(canvas[first * times : last * times, left * times : right * times], patch)


@dataclass(frozen=True, slots=True)
class Still:
    """What does not move, carried into the frame once and for all."""

    left: int
    top: int
    pixels: Pixels
    kept: Pixels
    """How much of what is behind shows through: 255 less the alpha, in all four channels."""

    @classmethod
    def of(cls, layer: Layer, matrix: Affine, height: int, width: int) -> Still | None:
        """`layer` carried by `matrix` into a frame (height, width); None when it lies outside."""
        box = _reach(matrix, layer.pixels.shape, height, width)
        if box is None:
            return None
        left, top = box[:2]
        pixels = np.ascontiguousarray(_carried(layer.pixels, matrix, box))
        return cls(left, top, pixels, _kept(pixels))

    @classmethod
    def shifted(cls, layer: Layer, right: float, down: float) -> Still:
        """`layer` at its stage size, moved by a part of a pixel; its place is 0, 0."""
        matrix = np.array([[1 / layer.scale, 0, right], [0, 1 / layer.scale, down]])
        width, height = (math.ceil(side) + 1 for side in layer.size)
        pixels = np.ascontiguousarray(_carried(layer.pixels, matrix, (0, 0, width, height)))
        return cls(0, 0, pixels, _kept(pixels))

    def lay(self, canvas: Pixels, right: int = 0, down: int = 0) -> None:
        """Lay it over `canvas`, moved by whole pixels; what falls outside is cut off."""
        x, y = self.left + right, self.top + down
        start, end = max(0, -x), min(self.pixels.shape[1], canvas.shape[1] - x)
        lowest = min(self.pixels.shape[0], canvas.shape[0] - y)
        if start >= end:
            return
        for first in range(max(0, -y), lowest, TILE_HEIGHT):
            last = min(first + TILE_HEIGHT, lowest)
            target = canvas[y + first : y + last, x + start : x + end]
            cv2.multiply(target, self.kept[first:last, start:end], dst=target, scale=1 / 255)
            cv2.add(target, self.pixels[first:last, start:end], dst=target)


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


def over(target: Pixels, patch: Pixels) -> None:
    """Lay premultiplied pixels over others of their size."""
    kept = _kept(patch)
    cv2.multiply(target, kept, dst=kept, scale=1 / 255)
    cv2.add(kept, patch, dst=target)


def _kept(patch: Pixels) -> Pixels:
    rest = cv2.bitwise_not(cv2.extractChannel(patch, 3))
    return np.asarray(cv2.merge((rest,) * 4), np.uint8)


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


@cache
def _grain(strength: float) -> tuple[Pixels, Pixels]:
    """A tile (512, 512, 4) to add to luma and one to take from it."""
    tile = np.round(_noise() * (strength / 64))
    brighter, darker = (np.zeros((512, 512, 4), np.uint8) for _ in range(2))
    brighter[..., 0], darker[..., 0] = np.maximum(tile, 0), np.maximum(-tile, 0)
    return brighter, darker
