"""Motes: soft sprites in the air, each where the time alone puts it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from . import drawing
from .frame import Frame, Still
from .layers import Affine, Layer, from_rgba, lay
from .stage import Stage, chain

_MISTY = 0.4
"""Sprites of this scale and below are soft all over."""
_MIST = 4
"""Frame pixels to a pixel of the canvas that they are joined on."""
_PHASES = 4
"""Steps of a pixel in which a mote that neither turns nor grows moves: finer steps cannot be seen."""


@dataclass(frozen=True, slots=True)
class Mote:
    """One thing in the air. Lengths are stage pixels, angles radians, times seconds."""

    sprite: Layer
    x: float
    y: float
    vx: float = 0.0
    vy: float = 0.0
    sway: float = 0.0
    turn: float = 0.0
    grow: float = 0.0
    phase: float = 0.0
    life: float = 0.0
    """Seconds from fading in to fading out; 0 for always there, wrapping around the frame."""


class Air:
    """Everything that floats in one shot."""

    def __init__(self, motes: list[Mote], stage: Stage) -> None:
        self._sharp = [mote for mote in motes if mote.sprite.scale > _MISTY]
        self._misty = [mote for mote in motes if mote.sprite.scale <= _MISTY]
        self._shifted: dict[tuple[int, int, int], Still] = {}
        self._stage = stage

    def draw(self, frame: Frame, time: float, shift: tuple[float, float]) -> None:
        """Lay all motes over `frame` as they are `time` seconds in; `shift` is the camera's, in stage pixels."""
        if self._misty:
            self._lay_mist(frame, time, shift)
        for mote in self._sharp:
            matrix, opacity = self._placed(mote, time, shift)
            if mote.turn or mote.life:
                frame.lay(mote.sprite, matrix, opacity)
            else:
                self._lay_upright(frame, mote.sprite, *matrix[:, 2].tolist())

    def _lay_upright(self, frame: Frame, layer: Layer, x: float, y: float) -> None:
        """Lay a mote that only moves: its few shifts within a pair of pixels are drawn once each."""
        (left, right), (top, down) = (divmod(round(place * _PHASES), 2 * _PHASES) for place in (x, y))
        key = id(layer), right, down
        still = self._shifted.get(key)
        if still is None:
            still = self._shifted[key] = Still.shifted(layer, right / _PHASES, down / _PHASES)
        still.lay(frame, 2 * left, 2 * top)

    def _lay_mist(self, frame: Frame, time: float, shift: tuple[float, float]) -> None:
        """Steam and fog have no edges: they are joined on a small canvas, which is then laid at once."""
        height, width = frame.luma.shape
        mist = np.zeros((height // _MIST, width // _MIST, 4), np.uint8)
        to_mist = np.array([[1 / _MIST, 0, (1 / _MIST - 1) / 2], [0, 1 / _MIST, (1 / _MIST - 1) / 2]])
        for mote in self._misty:
            matrix, opacity = self._placed(mote, time, shift)
            lay(mist, mote.sprite, chain(to_mist, matrix), opacity)
        frame.veil(mist)

    def _placed(self, mote: Mote, time: float, shift: tuple[float, float]) -> tuple[Affine, float]:
        """The way of a mote's pixels into the frame, and how much of it is seen."""
        width, height = mote.sprite.size
        age = (time + mote.phase) % mote.life if mote.life else time
        x = mote.x + mote.vx * age + mote.sway * math.sin(time * 1.7 + mote.phase * 5) - shift[0]
        y = mote.y + mote.vy * age - shift[1]
        opacity, grow = 1.0, 1.0
        if mote.life:
            share = age / mote.life
            opacity = math.sin(math.pi * share) ** 0.8
            grow = 1 + mote.grow * share
        else:
            x = (x + width) % (self._stage.width + 2 * width) - width
            y = (y + height) % (self._stage.height + 2 * height) - height
        angle = mote.turn * time
        cosine, sine = grow * math.cos(angle), grow * math.sin(angle)
        x -= (cosine * width - sine * height) / 2
        y -= (sine * width + cosine * height) / 2
        cosine, sine = cosine / mote.sprite.scale, sine / mote.sprite.scale
        return np.array([[cosine, -sine, x], [sine, cosine, y]]), opacity


def sprite(markup: str, width: float, height: float, scale: float = 1.0) -> Layer:
    """A small layer from SVG of that size."""
    pixels = drawing.raster(drawing.svg(width, height, markup), scale)
    padded = np.pad(pixels, ((2, 2), (2, 2), (0, 0)))
    return Layer(from_rgba(padded, grain=0), (0, 0), scale)
