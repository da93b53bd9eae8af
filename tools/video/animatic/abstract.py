"""The scene that claims nothing: colour, light and ribbons that drift."""

from __future__ import annotations

import math

from .colour import code, mix, saturate, tint
from .scene_layers import Ground, Plate, fade, glow, ridge


def plain(ground: Ground) -> list[Plate]:
    """Soft discs of light over four ribbons, each in a colour of the draft."""
    tones, unit = ground.palette, ground.unit
    ribbons = (
        (mix(tones.far, tones.accent, 0.3), 0.46, 0.3),
        (mix(tones.low, tones.main, 0.45), 0.33, 0.4),
        (mix(tones.second, tones.far, 0.35), 0.20, 0.55),
        (mix(tones.accent, tones.near, 0.3), 0.09, 0.75),
    )
    behind = [_ribbon(ground, colour, up, depth) for colour, up, depth in ribbons]
    return [_discs(ground), *behind, _floor(ground), *(_spark(ground, number, unit) for number in range(2))]


def _discs(ground: Ground) -> Plate:
    tones, unit, random = ground.palette, ground.unit, ground.random
    up = ground.stage.horizon + ground.stage.margin
    colours = (tones.light, saturate(tones.accent, 1.1), mix(tones.main, tones.light, 0.3), tones.low)
    markup = f"<defs>{''.join(glow(f'g{number}', colour, 0.5) for number, colour in enumerate(colours))}</defs>"
    for number in range(8):
        radius = unit * random.uniform(24, 52)
        x, y = ground.width * (number + random.uniform(0.1, 0.9)) / 8, random.uniform(radius, up * 0.9)
        markup += f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="url(#g{number % len(colours)})"/>'
    return ground.plate(markup, up, 0.2, unit * 60, 0.5)


def _ribbon(ground: Ground, colour: tuple[int, int, int], up: float, depth: float) -> Plate:
    """A broad wave whose crest stands `up` of the sky above the horizon, lit along its edge."""
    unit, tones = ground.unit, ground.palette
    crest, low = ground.stage.horizon * up + unit * 16, unit * 14
    colour = tint(colour, tones.ambient, 0.85)
    path = ridge(ground, unit * 15, unit * 15, ground.random.uniform(0.7, 1.3), 0.0, crest + low)
    edge = path.split("L", 1)[1].rsplit("L", 1)[0]
    markup = f"<defs>{fade('r', mix(colour, tones.light, 0.3), mix(colour, tones.near, 0.45))}</defs>"
    markup += f'<path d="{path}" fill="url(#r)"/>'
    markup += f'<path d="M{edge}" fill="none" stroke="{code(tones.light)}" stroke-opacity=".35" '
    markup += f'stroke-width="{unit * 0.5:.1f}"/>'
    return ground.plate(markup, crest, depth, low, 0.8)


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
