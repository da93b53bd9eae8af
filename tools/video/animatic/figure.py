"""A figure: the drawing of what the request names, with what its parts do by themselves."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

from . import drawing
from .colour import RGB, WHITE
from .easing import span, spring
from .frame import Frame
from .layers import Layer, from_rgba
from .stage import Affine, Box, Stage, chain, moving, turning

_RIM = 120.0  # units of a drawing that may lie beyond its square
_FAINT = 60  # the alpha of shadows, which take no room


@dataclass(frozen=True, slots=True)
class _Limb:
    layer: Layer
    motion: str
    pivot: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing that stands on the stage and moves."""

    limbs: tuple[_Limb, ...]
    box: Box
    arrives: bool
    """It springs up when its beat begins, rather than standing there."""

    @classmethod
    def of(cls, name: str, hues: tuple[RGB, RGB, RGB], stage: Stage, *, arrives: bool) -> Figure:
        """The drawing `name` in its colours, at its place."""
        inks, place = drawing.inks(hues), _place(name, stage.figure)
        with ThreadPoolExecutor(2) as pool:
            limbs = tuple(pool.map(lambda part: _limb(part, place, inks), drawing.parts(name)))
        return cls(limbs, stage.figure, arrives)

    def draw(self, frame: Frame, share: float, camera: Affine, window: Box) -> None:
        """Lay the figure as it is at `share` of its beat, a second long."""
        feet = self.box.left + self.box.width / 2, self.box.bottom
        come = spring(span(share, 0.0, 0.3)) if self.arrives else 1.0
        if come <= 0:
            return
        standing = chain(camera, turning(feet, 0, 0.3 + 0.7 * come))
        for limb in self.limbs:
            frame.lay(limb.layer, chain(standing, _motion(limb, share, self.box.width / 1000)), window)


def _motion(limb: _Limb, time: float, unit: float) -> Affine:
    """How a part moves by itself: stage to stage."""
    if limb.motion == "lift":
        sway = math.sin(time * 2.4)
        return chain(moving(sway * 8 * unit, (sway * 10 - 120) * unit), turning(limb.pivot, -0.12 + 0.02 * sway))
    if limb.motion in ("spin", "wheel"):
        return turning(limb.pivot, time * (2.1 if limb.motion == "spin" else 7.0))
    if limb.motion == "bounce":
        return moving(0, -90 * unit * abs(math.sin(time * 3.3)))
    if limb.motion == "float":
        return chain(moving(0, 16 * unit * math.sin(time * 2.2)), turning(limb.pivot, 0.02 * math.sin(time * 1.7)))
    swing = {"sway": 0.085 * math.sin(time * 4.1), "nod": 0.04 * math.sin(time * 3.0 + 0.6)}.get(limb.motion, 0.0)
    grow = 1 + (0.04 if limb.motion == "pulse" else 0.007) * math.sin(time * 4.2)
    return turning(limb.pivot, swing, grow)


@dataclass(frozen=True, slots=True)
class _Place:
    """How a drawing's units become stage pixels."""

    scale: float
    left: float
    top: float


def _place(name: str, box: Box) -> _Place:
    """Where a drawing fills `box` without leaving it, and stands on its ground."""
    left, top, right, bottom = _extent(name)
    scale = min(box.width / (right - left), box.height / (bottom - top))
    across = box.left + (box.width - (left + right) * scale) / 2
    return _Place(scale, across, box.bottom - bottom * scale)


@cache
def _extent(name: str) -> tuple[float, float, float, float]:
    """What is drawn of a drawing: left, top, right, bottom in its units."""
    body = "".join(part.markup for part in drawing.parts(name))
    shift = f'<g transform="translate({_RIM} {_RIM})">{body}</g>'
    inked = drawing.raster(drawing.svg(1000 + 2 * _RIM, 1000 + 2 * _RIM, shift, drawing.inks((WHITE,) * 3)), 0.1)
    rows, columns = np.nonzero(inked[..., 3] > _FAINT)
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return left * 10 - _RIM, top * 10 - _RIM, right * 10 - _RIM, bottom * 10 - _RIM


def _limb(part: drawing.Part, place: _Place, inks: str) -> _Limb:
    """A part of the drawing, cropped to what is drawn on it."""
    scale = place.scale
    body = f'<g transform="translate({_RIM * scale:.2f} {_RIM * scale:.2f}) scale({scale:.5f})">{part.markup}</g>'
    size = (1000 + 2 * _RIM) * scale
    pixels = drawing.raster(drawing.svg(size, (part.height + 2 * _RIM) * scale, body, inks))
    rows, columns = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
    top, bottom = (max(0, int(rows[0]) - 2), int(rows[-1]) + 3) if rows.size else (0, 2)
    left, right = (max(0, int(columns[0]) - 2), int(columns[-1]) + 3) if columns.size else (0, 2)
    origin = (place.left - _RIM * scale + left, place.top - _RIM * scale + top)
    pivot = (place.left + part.pivot[0] * scale, place.top + part.pivot[1] * scale)
    return _Limb(Layer(from_rgba(np.ascontiguousarray(pixels[top:bottom, left:right])), origin), part.name, pivot)
