"""Under water: beams of light, rocks in the distance, weed and sand."""

from __future__ import annotations

from .colour import RGB, code, mix, tint
from .scene_layers import Ground, Plate, fade, ridge


def underwater(ground: Ground) -> list[Plate]:
    """Light that falls from above on a sea floor with weed."""
    tones, unit = ground.palette, ground.unit
    up = ground.stage.horizon + ground.stage.margin
    high, deep = (tint(colour, tones.ambient, 0.85) for colour in ((92, 208, 214), (12, 74, 122)))
    high, deep = mix(high, tones.low, 0.2), mix(deep, tones.near, 0.35)
    water = f"<defs>{fade('w', high, deep, mix(high, deep, 0.55))}</defs>"
    water += f'<rect width="{ground.width:.0f}" height="{up + unit * 40:.0f}" fill="url(#w)"/>'
    rocks = f"<defs>{fade('r', mix(deep, high, 0.3), mix(deep, high, 0.12))}</defs>"
    rocks += f'<path d="{ridge(ground, unit * 26, unit * 26, 1.6, 0.5, unit * 60)}" fill="url(#r)"/>'
    return [
        ground.plate(water, up, 0.1, unit * 40, 0.5),
        ground.plate(rocks, unit * 40, 0.35, unit * 14, 0.6),
        _beams(ground, up),
        _floor(ground, mix(high, (244, 226, 178), 0.5), deep),
        _weed(ground, deep),
    ]


def _beams(ground: Ground, up: float) -> Plate:
    light, unit, random = ground.palette.light, ground.unit, ground.random
    markup = '<defs><linearGradient id="b" x1="0" y1="0" x2="0" y2="1">'
    markup += "".join(
        f'<stop offset="{place}" stop-color="{code(light)}" stop-opacity="{strength}"/>'
        for place, strength in ((0, 0.42), (1, 0))
    )
    markup += "</linearGradient></defs>"
    for number in range(6):
        x = ground.width * (number + random.uniform(0.2, 0.8)) / 6
        wide, lean = unit * random.uniform(4, 11), unit * random.uniform(14, 34)
        markup += f'<path d="M{x:.0f} 0h{wide:.0f}L{x + wide * 2.2 - lean:.0f} {up:.0f}'
        markup += f'H{x - lean - wide:.0f}Z" fill="url(#b)"/>'
    return ground.plate(markup, up, 0.4, 0, 0.4)


def _floor(ground: Ground, sand: RGB, deep: RGB) -> Plate:
    unit, random = ground.unit, ground.random
    markup = f"<defs>{fade('s', sand, mix(sand, deep, 0.75))}</defs>"
    path = ridge(ground, unit * 6, unit * 6, 1.1, 0.2, ground.below + unit * 8)
    markup += f'<path d="{path}" fill="url(#s)"/>'
    for _ in range(26):
        x, y = random.uniform(0, ground.width), random.uniform(unit * 10, ground.below)
        markup += (
            f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{unit * random.uniform(1, 3):.1f}" ry="{unit * 0.6:.1f}" '
            f'fill="{code(deep)}" fill-opacity=".3"/>'
        )
    return ground.plate(markup, unit * 8, 1.0)


def _weed(ground: Ground, deep: RGB) -> Plate:
    """Blades near the lens, on both sides of the frame."""
    unit, random, height = ground.unit, ground.random, ground.unit * 62
    leaf = mix(tint((58, 150, 104), ground.palette.ambient, 0.8), deep, 0.45)
    markup = f"<defs>{fade('l', leaf, mix(leaf, deep, 0.7))}</defs>"
    left, right = ground.stage.margin, ground.stage.margin + ground.stage.width
    for number in range(12):
        x = random.gauss(left if number % 2 else right, unit * 9)
        tall, wide = height * random.uniform(0.45, 0.95), unit * random.uniform(1.6, 2.8)
        sway = unit * random.uniform(-7, 7)
        top = height - tall
        markup += (
            f'<path d="M{x - wide:.0f} {height:.0f}C{x - wide - sway:.0f} {height - tall * 0.4:.0f} '
            f"{x + sway:.0f} {height - tall * 0.7:.0f} {x + sway * 0.5:.0f} {top:.0f}C{x + sway + wide:.0f} "
            f'{height - tall * 0.6:.0f} {x + wide - sway:.0f} {height - tall * 0.3:.0f} {x + wide:.0f} {height:.0f}Z" '
            'fill="url(#l)"/>'
        )
    return Plate(markup, ground.stage.height - height * 0.8, height, 1.4, 0.5, in_front=True)
