"""What one small picture looks like: its light, its colours, and a fingerprint that survives encoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRID = 16
_PALE = 40
"""HSV's saturation, of 255, below which a pixel has no colour."""
_DARK, _LIGHT = 50, 200
"""HSV's value, of 255, at which a pixel without colour is black or white."""
_ENOUGH = 0.12
"""The share of the picture that a colour has to fill to be named."""
_MOST = 3
_HUES = (
    (8, "red"), (22, "orange"), (34, "yellow"), (85, "green"), (100, "turquoise"), (130, "blue"), (155, "purple"),
    (172, "pink"), (181, "red"),
)  # fmt: skip
"""OpenCV's hue (half degrees) up to which each name goes."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """Light and colour of one picture; see Moment for the fields."""

    brightness: float
    contrast: float
    saturation: float
    colours: tuple[str, ...]
    fingerprint: str


def appearance(picture: NDArray[np.uint8]) -> Appearance:
    """Measure a picture, (h, w, 3) uint8 BGR."""
    import cv2

    small = cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA)
    luma = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    hsv = cv2.cvtColor(small, cv2.COLOR_BGR2HSV)
    return Appearance(
        round(float(luma.mean()) / 255, 4),
        round(float(luma.std()) / 255, 4),
        round(float(hsv[..., 1].mean()) / 255, 4),
        _colours(np.asarray(hsv)),
        _fingerprint(np.asarray(luma)),
    )


def distance(one: str, two: str) -> int:
    """How many of the 256 bits of two fingerprints differ."""
    return (int(one, 16) ^ int(two, 16)).bit_count()


def _fingerprint(luma: NDArray[np.uint8]) -> str:
    """Whether each cell of a 16 x 16 grid is brighter than the next one to its right (difference hash)."""
    import cv2

    grid = cv2.resize(luma, (_GRID + 1, _GRID), interpolation=cv2.INTER_AREA).astype(np.int16)
    return np.packbits(grid[:, 1:] > grid[:, :-1]).tobytes().hex()


def _colours(hsv: NDArray[np.uint8]) -> tuple[str, ...]:
    hue, saturation, value = (hsv[..., place].reshape(-1) for place in range(3))
    plain = saturation < _PALE
    names = np.where(value < _DARK, "black", np.where(plain, np.where(value > _LIGHT, "white", "grey"), "?"))
    kinds = np.digitize(hue, [edge for edge, _ in _HUES])
    named = np.array([name for _, name in _HUES])[np.minimum(kinds, len(_HUES) - 1)]
    named = np.where((named == "orange") & (value < 150), "brown", named)
    names = np.where(names == "?", named, names)
    found, counts = np.unique(names, return_counts=True)
    ranked = sorted(zip(counts.tolist(), found.tolist(), strict=True), reverse=True)
    return tuple(str(name) for count, name in ranked if count / names.size >= _ENOUGH)[:_MOST]
