"""Plates: the layers a setting is made of, and the few shapes that all settings share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from .colour import RGB, Palette, code, mix
from .stage import Stage


@dataclass(frozen=True, slots=True)
class Plate:
    """A layer of a setting: markup in its own pixels, its top on the stage, its depth, its sharpness."""

    markup: str
    top: float
    height: float
    depth: float
    scale: float = 1.0
    """Below 1 it is rasterised smaller: cheaper, and softer like what is out of focus."""
    in_front: bool = False
    drift: float = 0.0
    """Stage pixels a second that it moves sideways by itself."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a setting needs to know to draw itself."""

    stage: Stage
    palette: Palette
    random: Random

    @property
    def width(self) -> float:
        """The width of a plate: the frame and both margins."""
        return self.stage.width + 2 * self.stage.margin

    @property
    def unit(self) -> float:
        """A hundredth of the frame's shorter side."""
        return min(self.stage.width, self.stage.height) / 100

    @property
    def below(self) -> float:
        """From the horizon to the lower end of a plate."""
        return self.stage.height + self.stage.margin - self.stage.horizon

    def plate(self, markup: str, up: float, depth: float, down: float | None = None, scale: float = 1.0) -> Plate:
        """A plate that reaches `up` pixels above the horizon and `down` (default: all the way) below it."""
        return Plate(markup, self.stage.horizon - up, up + (self.below if down is None else down), depth, scale)


def ridge(ground: Ground, base: float, height: float, waves: float, rough: float, bottom: float) -> str:
    """The path of a hilly outline: `base` is its mean line, `waves` how many crests cross the frame."""
    phases = [ground.random.uniform(0, math.tau) for _ in range(5)]
    points = []
    x = 0.0
    while x <= ground.width + 7:
        turn = x / ground.width * math.tau * waves
        y = math.sin(turn + phases[0]) + 0.5 * math.sin(2.3 * turn + phases[1])
        y += rough * (0.34 * math.sin(4.3 * turn + phases[2]) + 0.13 * math.sin(9.1 * turn + phases[3]))
        points.append(f"{x:.0f} {base - height * (0.5 + y / 3):.1f}")
        x += 8
    return f"M0 {bottom:.0f}L{'L'.join(points)}L{ground.width:.0f} {bottom:.0f}Z"


def fade(name: str, top: RGB, bottom: RGB, middle: RGB | None = None) -> str:
    """A vertical gradient definition."""
    between = f'<stop offset=".45" stop-color="{code(middle)}"/>' if middle else ""
    return (
        f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{code(top)}"/>'
        f'{between}<stop offset="1" stop-color="{code(bottom)}"/></linearGradient>'
    )


def glow(name: str, colour: RGB, strength: float) -> str:
    """A radial gradient definition from `colour` to nothing, without a hard rim."""
    stops = "".join(
        f'<stop offset="{place}" stop-color="{code(colour)}" stop-opacity="{strength * share:.3f}"/>'
        for place, share in ((0, 1), (0.2, 0.72), (0.45, 0.32), (0.7, 0.1), (1, 0))
    )
    return f'<radialGradient id="{name}">{stops}</radialGradient>'


def sun(ground: Ground, x: float, up: float, radius: float, *, strength: float = 0.75) -> Plate:
    """A disc of light and its glow, `up` pixels above the horizon."""
    colour = ground.palette.light
    reach = radius * 3.2
    cx, cy = x + ground.stage.margin, reach
    markup = (
        f"<defs>{glow('s', colour, strength)}{fade('disc', mix(colour, (255, 255, 255), 0.5), colour)}</defs>"
        f'<circle cx="{cx:.0f}" cy="{cy:.0f}" r="{reach:.0f}" fill="url(#s)"/>'
        f'<circle cx="{cx:.0f}" cy="{cy:.0f}" r="{radius:.0f}" fill="url(#disc)" fill-opacity=".92"/>'
    )
    return Plate(markup, ground.stage.horizon - up - reach, reach * 2, 0.14, 0.6)
