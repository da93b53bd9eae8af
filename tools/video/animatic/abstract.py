"""The scene that claims nothing: colour, light and ribbons that drift."""

from __future__ import annotations

import math

from .colour import mix, saturate
from .plates import Ground, Plate, fade, glow, ridge


def plain(ground: Ground) -> list[Plate]:
    """Soft discs of light over three ribbons, each in a colour of the draft."""
    tones, unit = ground.palette, ground.unit
    ribbons = ((mix(tones.low, tones.accent, 0.35), 26, 0.4), (mix(tones.main, tones.low, 0.3), 12, 0.6))
    behind = [_ribbon(ground, colour, up, depth) for colour, up, depth in ribbons]
    return [_discs(ground), *behind, _floor(ground), *(_spark(ground, number, unit) for number in range(2))]


def _discs(ground: Ground) -> Plate:
    tones, unit, random = ground.palette, ground.unit, ground.random
    up = ground.stage.horizon + ground.stage.margin
    colours = (tones.light, saturate(tones.accent, 1.1), mix(tones.main, tones.light, 0.3), tones.second)
    markup = f"<defs>{''.join(glow(f'g{number}', colour, 0.55) for number, colour in enumerate(colours))}</defs>"
    for number in range(9):
        x, y = ground.width * (number + random.uniform(0.1, 0.9)) / 9, up * random.uniform(0.05, 0.9)
        radius = unit * random.uniform(20, 46)
        markup += f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="url(#g{number % len(colours)})"/>'
    return ground.plate(markup, up, 0.2, 0, 0.5)


def _ribbon(ground: Ground, colour: tuple[int, int, int], up: float, depth: float) -> Plate:
    unit, tones = ground.unit, ground.palette
    height, low = unit * up, unit * 22
    path = ridge(ground, height * 0.55, height * 0.8, 1.3, 0.05, height + low)
    markup = f"<defs>{fade('r', mix(colour, tones.light, 0.25), mix(colour, tones.near, 0.35))}</defs>"
    markup += f'<path d="{path}" fill="url(#r)" fill-opacity=".92"/>'
    return ground.plate(markup, height, depth, low, 0.8)


def _floor(ground: Ground) -> Plate:
    tones, unit = ground.palette, ground.unit
    markup = f"<defs>{fade('f', mix(tones.near, tones.main, 0.28), mix(tones.near, (6, 4, 16), 0.35))}</defs>"
    path = ridge(ground, unit * 7, unit * 9, 0.9, 0.0, ground.below + unit * 8)
    markup += f'<path d="{path}" fill="url(#f)"/>'
    return ground.plate(markup, unit * 8, 1.0)


def _spark(ground: Ground, number: int, unit: float) -> Plate:
    """Out-of-focus points of light near the lens, which drift."""
    tones, random = ground.palette, ground.random
    height = unit * 60
    markup = f"<defs>{glow('k', mix(tones.light, tones.accent, 0.4 * number), 0.5)}</defs>"
    for place in range(5):
        x, y = ground.width * (place + random.random()) / 5, height * random.uniform(0.15, 0.85)
        radius = unit * random.uniform(3, 8)
        markup += f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="url(#k)"/>'
    drift = unit * (3.5 if number else -2.5) * math.pi / 3
    top = ground.stage.height * (0.66 if number else 0.44)
    return Plate(markup, top, height, 1.25 + 0.2 * number, 0.4, in_front=True, drift=drift)
