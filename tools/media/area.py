"""A part of a picture, without its size in pixels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a picture as a player shows it, in parts of its width and height, from the top left."""

    left: float
    top: float
    width: float
    height: float


WHOLE = Area(0.0, 0.0, 1.0, 1.0)
"""All of a picture."""
