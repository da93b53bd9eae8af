"""The stage: where things stand in a picture of a given size, and how a camera carries them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MARGIN = 0.16
"""How far layers reach beyond the frame on each side, as a share of its longer side, so that a camera may move."""


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


@dataclass(frozen=True, slots=True)
class Stage:
    """A frame's size and the composition that belongs to its shape."""

    width: int
    height: int

    @property
    def margin(self) -> float:
        """Pixels that layers reach beyond the frame."""
        return MARGIN * max(self.width, self.height)

    @property
    def horizon(self) -> float:
        """Where ground meets sky or wall."""
        return self.height * (0.655 if self.is_tall else 0.70)

    @property
    def is_tall(self) -> bool:
        """Portrait."""
        return self.height > self.width * 1.2

    @property
    def is_wide(self) -> bool:
        """Landscape."""
        return self.width > self.height * 1.2

    @property
    def safe(self) -> Box:
        """Where a title may stand: clear of the buttons and captions that vertical platforms lay over a clip.

        Portrait keeps 12 % above, 20 % below, 12 % right and 7 % left free; other shapes 8 % all round.
        """
        if self.is_tall:
            return Box(self.width * 0.07, self.height * 0.12, self.width * 0.81, self.height * 0.68)
        return Box(self.width * 0.07, self.height * 0.08, self.width * 0.86, self.height * 0.84)

    @property
    def title(self) -> Box:
        """The part of the safe area that the subject leaves to the title."""
        safe = self.safe
        if self.is_wide:
            return Box(safe.left, safe.top + safe.height * 0.08, safe.width * 0.5, safe.height * 0.84)
        return Box(safe.left, safe.top + safe.height * 0.055, safe.width, safe.height * 0.40)

    @property
    def subject(self) -> Box:
        """The square that a drawing's 1000 units fill; its feet stand at nine tenths."""
        if self.is_tall:
            side, middle = self.width * 0.90, self.width * 0.5
        elif self.is_wide:
            side, middle = self.height * 0.86, self.width * 0.70
        else:
            side, middle = self.width * 0.66, self.width * 0.56
        feet = self.horizon + (self.height - self.horizon) * 0.30
        return Box(middle - side / 2, feet - side * 0.9, side, side)


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera is: `zoom` about the focus, then `x` and `y` stage pixels, then `roll` radians."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    roll: float = 0.0

    def matrix(self, stage: Stage, focus: tuple[float, float], depth: float) -> NDArray[np.float64]:
        """The 2 x 3 matrix that carries stage pixels of `depth` into the frame."""
        zoom = 1 + (self.zoom - 1) * depth
        roll = self.roll * min(depth, 1.0)
        cosine, sine = zoom * math.cos(roll), zoom * math.sin(roll)
        fx, fy = focus
        x, y = fx - self.x * depth, fy - self.y * depth
        return np.array([[cosine, -sine, x - cosine * fx + sine * fy], [sine, cosine, y - sine * fx - cosine * fy]])


def chain(outer: NDArray[np.float64], inner: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 2 x 3 matrix that does `inner` first, then `outer`."""
    joined = outer[:, :2] @ inner
    joined[:, 2] += outer[:, 2]
    return joined


def placing(origin: tuple[float, float], scale: float) -> NDArray[np.float64]:
    """The matrix from a layer's pixels to the stage."""
    return np.array([[1 / scale, 0, origin[0]], [0, 1 / scale, origin[1]]])


def turning(pivot: tuple[float, float], angle: float, grow: float = 1.0) -> NDArray[np.float64]:
    """A turn by `angle` radians and a growth about `pivot`."""
    cosine, sine = grow * math.cos(angle), grow * math.sin(angle)
    px, py = pivot
    return np.array([[cosine, -sine, px - cosine * px + sine * py], [sine, cosine, py - sine * px - cosine * py]])


def moving(x: float, y: float) -> NDArray[np.float64]:
    """A shift by stage pixels."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])
