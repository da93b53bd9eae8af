"""The stage: the frame's size, the part of it that nothing covers, and how things are moved about in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Affine = NDArray[np.float64]
"""(2, 3): where a point (x, y, 1) goes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the stage, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.left + self.width / 2, self.top + self.height / 2

    def grown(self, by: float) -> Box:
        """The rectangle with `by` pixels more on each side."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def common(self, other: Box) -> Box:
        """What two rectangles share; without width or height where they share nothing."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, max(0.0, right - left), max(0.0, bottom - top))


@dataclass(frozen=True, slots=True)
class Stage:
    """A frame's size and the composition that belongs to its shape."""

    width: int
    height: int

    @property
    def side(self) -> int:
        """The shorter side: what sizes are shares of."""
        return min(self.width, self.height)

    @property
    def is_tall(self) -> bool:
        """Portrait."""
        return self.height > self.width * 1.2

    @property
    def is_wide(self) -> bool:
        """Landscape."""
        return self.width > self.height * 1.2

    @property
    def frame(self) -> Box:
        """All of it."""
        return Box(0, 0, self.width, self.height)

    @property
    def safe(self) -> Box:
        """Where lettering may stand: clear of the buttons and captions that vertical platforms lay over a clip.

        Portrait keeps 12 % above, 20 % below, 12 % right and 7 % left free; other shapes 8 % all round.
        """
        if self.is_tall:
            return Box(self.width * 0.07, self.height * 0.12, self.width * 0.81, self.height * 0.68)
        return Box(self.width * 0.07, self.height * 0.08, self.width * 0.86, self.height * 0.84)

    @property
    def text(self) -> Box:
        """The safe area less a rim, so that a camera may come closer, and less the line at its top."""
        safe, across, down = self.safe, self.width * 0.02, self.height * 0.02
        top = safe.top + self.side * 0.065
        return Box(safe.left + across, top, safe.width - 2 * across, safe.bottom - down - top)

    @property
    def beside(self) -> Box:
        """What a figure leaves of it to the text: the upper part, or the left half of a landscape."""
        text = self.text
        if self.is_wide:
            return Box(text.left, text.top, text.width * 0.47, text.height)
        return Box(text.left, text.top, text.width, text.height * (0.42 if self.is_tall else 0.34))

    @property
    def figure(self) -> Box:
        """The square that a drawing fills; its lower edge is the ground on which it stands."""
        if self.is_tall:
            side = self.width * 0.76
            return Box((self.width - side) / 2, self.height * 0.86 - side, side, side)
        if self.is_wide:
            side = self.height * 0.74
            return Box(self.width * 0.95 - side, (self.height - side) / 2, side, side)
        side = self.height * 0.5
        return Box((self.width - side) / 2, self.height * 0.94 - side, side, side)


def chain(outer: Affine, inner: Affine) -> Affine:
    """The matrix that does `inner` first, then `outer`."""
    joined = outer[:, :2] @ inner
    joined[:, 2] += outer[:, 2]
    return joined


def turning(pivot: tuple[float, float], angle: float, grow: float = 1.0) -> Affine:
    """A turn by `angle` radians and a growth about `pivot`."""
    cosine, sine = grow * math.cos(angle), grow * math.sin(angle)
    px, py = pivot
    return np.array([[cosine, -sine, px - cosine * px + sine * py], [sine, cosine, py - sine * px - cosine * py]])


def moving(x: float, y: float) -> Affine:
    """A shift by stage pixels."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def shown(box: Box, matrix: Affine) -> Box:
    """The upright rectangle around `box` as `matrix` carries it."""
    corners = [(x, y, 1.0) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    xs, ys = matrix @ np.array(corners).T
    left, top = float(xs.min()), float(ys.min())
    return Box(left, top, float(xs.max()) - left, float(ys.max()) - top)
