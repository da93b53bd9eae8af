"""What can be measured in a picture without a trained network: colour, texture, sharpness and motion.

Every value is scaled to about -1 to 1 by constants, never by the data at hand, so that a clip's features do not depend
on the clips beside it. Pictures are (H, W, 3) uint8 sRGB of any size from 1 x 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Plane = NDArray[np.float32]

SIDE = 128
"""Pixels of the square that a picture is measured on; its own shape is measured apart."""
FLOW_SIDE = 64
CUT = 0.35
"""Distance of two colour histograms (0 to 1) beyond which the shot has changed between them."""
_NOISE = 4.0
"""Gradients below this many grey levels are taken for noise."""

APPEARANCE = 80
MOTION = 10
CLIP = 4
DIMENSION = APPEARANCE + MOTION + CLIP


def squared(picture: Picture) -> Picture:
    """`picture` on SIDE x SIDE pixels."""
    height, width = picture.shape[:2]
    shrinks = height > SIDE or width > SIDE
    return np.asarray(
        cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), np.uint8
    )


def appearance(picture: Picture) -> Plane:
    """What one squared picture looks like, (APPEARANCE,) float32."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    across, down = (_plane(cv2.Sobel(grey, cv2.CV_32F, *axis, scale=0.25)) for axis in ((1, 0), (0, 1)))
    strength = np.hypot(across, down)
    parts = (
        _colours(picture),
        _tones(picture, grey),
        _layout(grey, strength),
        _orientations(across, down, strength),
        _texture(grey),
        _sharpness(grey),
    )
    return np.concatenate(parts).astype(np.float32)


def motion(picture: Picture, later: Picture, gap: float, previous: Picture | None) -> Plane:
    """How a squared picture differs from the one `gap` seconds later and the moment before it, (MOTION,) float32."""
    found = np.zeros(MOTION, np.float32)
    if gap > 0:
        found[:8] = _flow(picture, later, gap)
    if previous is not None:
        change = np.abs(picture.astype(np.float32) - previous).mean() / 255
        found[8:] = np.tanh(4 * change), histogram_distance(picture, previous)
    return found


def clip_facts(pictures: Sequence[Picture], seconds: float, width: int, height: int) -> Plane:
    """What all of a clip's squared pictures have in common, (CLIP,) float32."""
    steps = [histogram_distance(one, two) for one, two in pairwise(pictures)]
    cuts = float(np.mean([step > CUT for step in steps])) if steps else 0.0
    variety = float(np.mean(steps)) if steps else 0.0
    length = np.tanh(np.log10(max(seconds, 1e-3) / 15))
    return np.array([length, np.tanh(np.log2(width / height)), 2 * cuts - 1, 2 * variety - 1], np.float32)


def histogram_distance(one: Picture, two: Picture) -> float:
    """How differently two pictures are coloured: half the L1 distance of 4 x 4 x 4 colour histograms, 0 to 1."""
    counts = [np.bincount(_cells(picture), minlength=64) / picture[..., 0].size for picture in (one, two)]
    return float(np.abs(counts[0] - counts[1]).sum() / 2)


def _cells(picture: Picture) -> NDArray[np.intp]:
    red, green, blue = (picture[..., channel].astype(np.intp) >> 6 for channel in range(3))
    cells: NDArray[np.intp] = (red * 16 + green * 4 + blue).ravel()
    return cells


def _plane(values: NDArray[np.generic]) -> Plane:
    return np.asarray(values, np.float32)


def _shares(values: NDArray[np.generic], bins: int, top: float, weights: Plane | None = None) -> Plane:
    """A histogram of `values` from 0 to `top`, as square roots of shares, spread over -1 to 1: small shares count."""
    cells = np.clip(np.asarray(values, np.float32).ravel() * (bins / top), 0, bins - 1).astype(np.intp)
    counts = np.bincount(cells, None if weights is None else weights.ravel(), minlength=bins)
    shares = counts / max(float(counts.sum()), 1e-9)
    return np.asarray(2 * np.sqrt(shares) - 1, np.float32)


def _colours(picture: Picture) -> Plane:
    """Hue (12, weighted by how colourful a pixel is), saturation (6) and value (8)."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    hue, saturation, value = (hsv[..., channel] for channel in range(3))
    vivid = _plane(_plane(saturation) * value / 255 + 1e-3)
    return np.concatenate([_shares(hue, 12, 180, vivid), _shares(saturation, 6, 256), _shares(value, 8, 256)])


def _tones(picture: Picture, grey: Plane) -> Plane:
    """Means and spreads in Lab (6), contrast, colourfulness, dark and bright shares, and skin-like share (11)."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32).reshape(-1, 3) / 127.5 - 1
    low, high = np.percentile(grey, (5, 95))
    red, green, blue = (picture[..., channel].astype(np.float32) for channel in range(3))
    warm, cool = red - green, (red + green) / 2 - blue
    # Hasler and Suesstrunk, "Measuring colourfulness in natural images", SPIE 2003, equation 11
    colourful = np.hypot(warm.std(), cool.std()) + 0.3 * np.hypot(warm.mean(), cool.mean())
    skin = (red > 95) & (green > 40) & (blue > 20) & (warm > 15) & (red > blue) & (np.ptp(picture, axis=2) > 15)
    means, spreads = lab.mean(axis=0), lab.std(axis=0)
    stretch = np.array([1, 3, 3], np.float32)  # a and b use little of their range
    rest = [
        (high - low) / 127.5 - 1,
        np.tanh(colourful / 75),
        2 * float((grey < 32).mean()) - 1,
        2 * float((grey > 224).mean()) - 1,
        2 * float(skin.mean()) - 1,
    ]
    return np.concatenate([np.clip(means * stretch, -1, 1), np.clip(spreads * stretch, 0, 1), rest])


def _layout(grey: Plane, strength: Plane) -> Plane:
    """Where it is bright (3 x 3), where it is busy (3 x 3), and how far each half mirrors the other (2)."""
    light = cv2.resize(grey, (3, 3), interpolation=cv2.INTER_AREA) / 127.5 - 1
    busy = np.tanh(cv2.resize(strength, (3, 3), interpolation=cv2.INTER_AREA) / 16)
    mirrored = [1 - np.abs(grey - grey[turn]).mean() / 64 for turn in (np.s_[:, ::-1], np.s_[::-1])]
    return np.concatenate([light.ravel(), busy.ravel(), np.clip(mirrored, -1, 1)])


def _orientations(across: Plane, down: Plane, strength: Plane) -> Plane:
    """Directions of edges (8, weighted by strength), how many there are, and how strong they are (10)."""
    if float(strength.max()) < _NOISE:
        return np.array([-1.0] * 9 + [0.0], np.float32)
    angles = np.mod(np.arctan2(down, across), np.pi)
    edges = [2 * float((strength > 24).mean()) - 1, np.tanh(float(strength.mean()) / 16)]
    return np.concatenate([_shares(angles, 8, np.pi, np.where(strength >= _NOISE, strength, 0)), edges])


def _texture(grey: Plane) -> Plane:
    """Local binary patterns by their number of brighter neighbours, 0 to 8 (Ojala et al. 2002, simplified), (9,)."""
    middle = grey[1:-1, 1:-1] + 1.0
    places = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
    rows, columns = middle.shape
    brighter = sum((grey[y : y + rows, x : x + columns] > middle).astype(np.int8) for y, x in places)
    return _shares(np.asarray(brighter), 9, 9)


def _sharpness(grey: Plane) -> Plane:
    """Energy of the Laplacian at full and half size, on a logarithmic scale (2), and their balance and entropy (2)."""
    half = cv2.resize(grey, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA)
    fine, coarse = (np.log10(1 + float(cv2.Laplacian(plane, cv2.CV_32F).var())) for plane in (grey, half))
    counts = np.bincount((grey.ravel() / 4).astype(np.intp), minlength=64) / grey.size
    entropy = -float((counts[counts > 0] * np.log2(counts[counts > 0])).sum())
    return np.array(
        [np.tanh(fine / 2 - 1), np.tanh(coarse / 2 - 1), np.tanh(fine - coarse), entropy / 3 - 1], np.float32
    )


def _flow(picture: Picture, later: Picture, gap: float) -> Plane:
    """Change (mean, its 95th percentile, share of changed pixels) and flow (mean, spread, across, down, zoom), (8,)."""
    small = [
        cv2.resize(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), (FLOW_SIDE, FLOW_SIDE), interpolation=cv2.INTER_AREA)
        for one in (picture, later)
    ]
    change = np.abs(small[1].astype(np.float32) - small[0])
    if not change.any():
        return np.zeros(8, np.float32)  # the flow of a still picture is not quite nothing
    flow = cv2.calcOpticalFlowFarneback(
        small[0],
        small[1],
        flow=None,
        pyr_scale=0.5,
        levels=2,
        winsize=9,
        iterations=2,
        poly_n=5,
        poly_sigma=1.1,
        flags=0,
    )  # type: ignore[call-overload]
    speed = np.asarray(flow, np.float32) / (FLOW_SIDE * gap)  # pictures a second
    size = np.hypot(speed[..., 0], speed[..., 1])
    spot = np.linspace(-1, 1, FLOW_SIDE, dtype=np.float32)
    zoom = float((speed[..., 0] * spot[None, :] + speed[..., 1] * spot[:, None]).mean())
    values = [
        float(change.mean()) / 16,
        float(np.percentile(change, 95)) / 64,
        float((change > 12).mean()) * 2,
        float(size.mean()) * 4,
        float(size.std()) * 4,
        float(speed[..., 0].mean()) * 4,
        float(speed[..., 1].mean()) * 4,
        zoom * 8,
    ]
    return np.tanh(np.array(values, np.float32))
