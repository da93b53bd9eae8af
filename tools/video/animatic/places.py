"""Settings that were built or imagined: city, road, space, energy, neon, studio."""

from __future__ import annotations

import math

from .colour import RGB, Palette, code, mix, saturate
from .nature import hills, meadow
from .scene_layers import Ground, Plate, fade, glow, sun


def city(ground: Ground) -> list[Plate]:
    """Three rows of houses with lit windows, seen from a roof."""
    tones = ground.palette
    rows = [sun(ground, ground.stage.width * ground.random.uniform(0.25, 0.75), ground.unit * 34, ground.unit * 13)]
    for depth, tall, share in ((0.22, 44, 0.25), (0.4, 32, 0.55), (0.62, 19, 0.85)):
        colour = mix(mix(tones.low, tones.far, 0.55), tones.near, share)
        rows.append(_houses(ground, ground.unit * tall, depth, colour, lit=0.35 if tones.dark else 0.16))
    return [*rows, _roof(ground)]


def _houses(ground: Ground, tall: float, depth: float, colour: RGB, lit: float) -> Plate:
    random, unit = ground.random, ground.unit
    shapes = f"<defs>{fade('h', mix(colour, ground.palette.light, 0.1), mix(colour, ground.palette.low, 0.4))}</defs>"
    down, x = unit * 14, -unit * 4
    while x < ground.width:
        wide, height = unit * random.uniform(6, 13) * (0.7 + depth), tall * random.uniform(0.35, 1)
        shapes += f'<rect x="{x:.0f}" y="{tall - height:.0f}" width="{wide + 1:.0f}" height="{height + down:.0f}" '
        shapes += 'fill="url(#h)"/>'
        if random.random() < 0.3:
            shapes += f'<rect x="{x + wide * 0.46:.0f}" y="{tall - height - unit * 5:.0f}" width="{unit * 0.5:.1f}" '
            shapes += f'height="{unit * 5:.0f}" fill="{code(colour)}"/>'
        shapes += _windows(ground, x, tall - height, wide=wide, height=height, depth=depth, lit=lit)
        x += wide
    return ground.plate(shapes, tall, depth, down, 0.8)


def _windows(ground: Ground, x: float, y: float, *, wide: float, height: float, depth: float, lit: float) -> str:
    random, step = ground.random, ground.unit * (1.3 + depth * 1.6)
    colour = code(mix(ground.palette.light, (255, 205, 120), 0.4))
    cells = [
        f"M{x + step * (0.6 + column):.0f} {y + step * (1 + row * 1.3):.0f}h{step * 0.45:.1f}v{step * 0.6:.1f}"
        f"h{-step * 0.45:.1f}Z"
        for column in range(int(wide / step) - 1)
        for row in range(int(height / step / 1.3) - 1)
        if random.random() < lit
    ]
    return f'<path d="{"".join(cells)}" fill="{colour}" fill-opacity="{0.45 + 0.4 * depth:.2f}"/>' if cells else ""


def _roof(ground: Ground) -> Plate:
    tones, unit = ground.palette, ground.unit
    lip = unit * 3
    markup = f"<defs>{fade('r', mix(tones.near, tones.far, 0.25), mix(tones.near, (6, 4, 16), 0.6))}</defs>"
    markup += f'<rect width="{ground.width:.0f}" height="{ground.below + lip:.0f}" fill="url(#r)"/>'
    markup += f'<rect width="{ground.width:.0f}" height="{lip:.0f}" fill="{code(mix(tones.near, tones.light, 0.3))}"/>'
    return ground.plate(markup, -unit * 4, 1.0)


def road(ground: Ground) -> list[Plate]:
    """Hills that pass, and asphalt with a broken line."""
    tones, unit = ground.palette, ground.unit
    behind = hills(ground)[:3]
    asphalt = mix(mix(tones.near, (44, 44, 58), 0.65), tones.far, 0.15)
    markup = f"<defs>{fade('a', mix(asphalt, tones.light, 0.16), mix(asphalt, (6, 5, 16), 0.5))}</defs>"
    markup += f'<rect width="{ground.width:.0f}" height="{ground.below + 10:.0f}" fill="url(#a)"/>'
    markup += f'<rect width="{ground.width:.0f}" height="{unit * 1.6:.0f}" '
    markup += f'fill="{code(mix(asphalt, tones.light, 0.5))}"/>'
    dashes = "".join(
        f"M{x * unit * 26:.0f} 0h{unit * 14:.0f}l{unit * 2:.0f} {unit * 3.4:.0f}h{-unit * 15:.0f}Z" for x in range(60)
    )
    line = f'<path d="{dashes}" fill="{code(mix(tones.light, (255, 255, 255), 0.4))}" fill-opacity=".8"/>'
    stripe = Plate(line, ground.stage.horizon + ground.below * 0.42, unit * 4, 1.0, 0.8, drift=-unit * 95)
    return [*behind, ground.plate(markup, -unit * 2, 1.0), stripe]


def space(ground: Ground) -> list[Plate]:
    """Stars, a ringed planet and the ground of a moon."""
    random, unit, tones = ground.random, ground.unit, ground.palette
    stars = "".join(
        f'<circle cx="{random.uniform(0, ground.width):.0f}" cy="{random.uniform(0, ground.stage.horizon * 1.1):.0f}" '
        f'r="{unit * random.uniform(0.08, 0.32) ** 1.2:.1f}" fill="#fff" '
        f'fill-opacity="{random.uniform(0.25, 0.95):.2f}"/>'
        for _ in range(220)
    )
    nebula = f"<defs>{glow('n', tones.accent, 0.4)}{glow('o', tones.middle, 0.7)}</defs>"
    nebula += (
        f'<ellipse cx="{ground.width * 0.6:.0f}" cy="{unit * 50:.0f}" rx="{unit * 70:.0f}" '
        f'ry="{unit * 42:.0f}" fill="url(#n)"/>'
    )
    nebula += (
        f'<ellipse cx="{ground.width * 0.35:.0f}" cy="{unit * 84:.0f}" rx="{unit * 60:.0f}" '
        f'ry="{unit * 50:.0f}" fill="url(#o)"/>'
    )
    up = ground.stage.horizon * 1.02
    grey = mix(tones.near, (126, 120, 158), 0.42)
    return [
        ground.plate(nebula, up, 0.05, 0, 0.25),
        ground.plate(stars, up, 0.1, 0, 0.8),
        _planet(ground),
        meadow(ground, grey, bare=True),
    ]


def _planet(ground: Ground) -> Plate:
    unit, tones = ground.unit, ground.palette
    radius = unit * 17
    x, y = ground.stage.margin + ground.stage.width * 0.76, radius * 1.5
    lit = mix(tones.accent, (255, 240, 225), 0.25)
    markup = (
        f'<defs><radialGradient id="p" cx=".32" cy=".28" r=".8"><stop offset="0" stop-color="{code(lit)}"/>'
        f'<stop offset=".6" stop-color="{code(mix(tones.accent, tones.middle, 0.4))}"/>'
        f'<stop offset="1" stop-color="{code(tones.top)}"/></radialGradient></defs>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="url(#p)"/>'
        f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{radius * 1.75:.0f}" ry="{radius * 0.36:.0f}" fill="none" '
        f'stroke="{code(lit)}" stroke-opacity=".7" stroke-width="{unit * 1.2:.1f}" '
        f'transform="rotate(-18 {x:.0f} {y:.0f})"/>'
    )
    return Plate(markup, ground.stage.horizon * 0.36, radius * 3, 0.2, 0.8)


def energy(ground: Ground) -> list[Plate]:
    """Rays from behind the subject and broken rock."""
    unit, tones, random = ground.unit, ground.palette, ground.random
    up, down = ground.stage.horizon * 1.05, unit * 40
    cx, cy = ground.stage.margin + ground.stage.subject.left + ground.stage.subject.width / 2, up - unit * 22
    rays = f"<defs>{glow('e', tones.light, 0.95)}</defs>"
    for number in range(26):
        angle = math.tau * (number + random.uniform(-0.3, 0.3)) / 26
        spread, reach = random.uniform(0.02, 0.075), unit * 190
        corners = [
            (cx + reach * math.cos(angle + side), cy + reach * math.sin(angle + side)) for side in (-spread, spread)
        ]
        rays += f'<path d="M{cx:.0f} {cy:.0f}L{corners[0][0]:.0f} {corners[0][1]:.0f}L{corners[1][0]:.0f} '
        rays += (
            f'{corners[1][1]:.0f}Z" fill="{code(mix(tones.low, tones.light, 0.4))}" '
            f'fill-opacity="{random.uniform(0.06, 0.2):.2f}"/>'
        )
    rays += f'<circle cx="{cx:.0f}" cy="{cy:.0f}" r="{unit * 62:.0f}" fill="url(#e)"/>'
    return [
        ground.plate(rays, up, 0.35, down, 0.5),
        _rocks(ground),
        meadow(ground, mix(tones.near, tones.far, 0.2), bare=True),
    ]


def _rocks(ground: Ground) -> Plate:
    unit, random, tones = ground.unit, ground.random, ground.palette
    up = unit * 24
    shards = ""
    for number in range(16):
        x = ground.width * (number + random.uniform(0, 0.8)) / 16
        edge = abs(x / ground.width - 0.5) * 2
        tall, wide = up * (0.25 + 0.75 * edge) * random.uniform(0.6, 1), unit * random.uniform(5, 10)
        tip = x + random.uniform(-0.4, 0.4) * wide
        shards += (
            f'<path d="M{x - wide:.0f} {up + unit * 8:.0f}L{tip:.0f} {up - tall:.0f}L{x + wide:.0f} '
            f'{up + unit * 8:.0f}Z" '
        )
        shards += f'fill="{code(mix(tones.far, tones.near, random.uniform(0.4, 0.9)))}"/>'
        shards += f'<path d="M{tip:.0f} {up - tall:.0f}L{x + wide:.0f} {up + unit * 8:.0f}H{x + wide * 0.2:.0f}Z" '
        shards += f'fill="{code(mix(tones.near, (4, 2, 12), 0.4))}" fill-opacity=".6"/>'
    return ground.plate(shards, up, 0.6, unit * 8, 0.8)


def neon(ground: Ground) -> list[Plate]:
    """A striped sun over a grid of light."""
    unit, tones = ground.unit, ground.palette
    radius = unit * 33
    cx, up = ground.stage.margin + ground.stage.subject.left + ground.stage.subject.width / 2, radius * 1.72
    disc = f"<defs>{fade('d', (255, 214, 107), (255, 64, 150))}{glow('n', (255, 70, 160), 0.6)}</defs>"
    disc += f'<circle cx="{cx:.0f}" cy="{radius:.0f}" r="{radius * 1.9:.0f}" fill="url(#n)"/><path d="'
    for number in range(9):
        y, thick = radius * (0.0 + 0.22 * number), radius * (0.2 - 0.014 * number)
        top, bottom = y - radius, min(y + thick, radius * 1.98) - radius
        left, right = (math.sqrt(max(0.0, radius**2 - edge**2)) for edge in (top, bottom))
        disc += (
            f"M{cx - left:.0f} {y:.0f}A{radius:.0f} {radius:.0f} 0 0 0 {cx - right:.0f} "
            f"{bottom + radius:.0f}H{cx + right:.0f}"
        )
        disc += f"A{radius:.0f} {radius:.0f} 0 0 0 {cx + left:.0f} {y:.0f}Z"
    disc += '" fill="url(#d)"/>'
    return [ground.plate(disc, up, 0.12, unit * 20, 0.8), *_neon_houses(ground), _grid(ground, tones)]


def _neon_houses(ground: Ground) -> list[Plate]:
    return [_houses(ground, ground.unit * 20, 0.4, mix(ground.palette.near, ground.palette.far, 0.3), lit=0.3)]


def _grid(ground: Ground, tones: Palette) -> Plate:
    unit, down = ground.unit, ground.below
    middle = ground.width / 2
    lines = "".join(
        f"M{middle + number * unit * 3:.0f} 0L{middle + number * unit * 34:.0f} {down:.0f}" for number in range(-16, 17)
    )
    for number in range(1, 16):
        y = down * (number / 16) ** 2.1
        lines += f"M0 {y:.0f}H{ground.width:.0f}"
    markup = (
        f"<defs>{fade('q', mix(tones.near, (180, 30, 140), 0.5), tones.near)}</defs>"
        f'<rect width="{ground.width:.0f}" height="{down:.0f}" fill="url(#q)"/>'
        f'<path d="{lines}" stroke="{code(tones.light)}" stroke-opacity=".2" '
        f'stroke-width="{unit * 1.1:.1f}" fill="none"/>'
        f'<path d="{lines}" stroke="{code(tones.light)}" stroke-opacity=".75" '
        f'stroke-width="{unit * 0.26:.1f}" fill="none"/>'
    )
    return ground.plate(markup, 0, 1.0)


def studio(ground: Ground) -> list[Plate]:
    """A seamless backdrop: a large disc, arcs, and a floor that curves into the wall."""
    unit, tones, box = ground.unit, ground.palette, ground.stage.subject
    cx = ground.stage.margin + box.left + box.width / 2
    radius = unit * 43
    up = radius * 1.8
    crown = mix(saturate(tones.accent, 1.2), tones.light, 0.3)
    disc = (
        f"<defs>{glow('n', tones.light, 0.55)}{fade('d', crown, mix(tones.accent, tones.light, 0.12))}</defs>"
        f'<circle cx="{cx:.0f}" cy="{up - radius * 0.72:.0f}" r="{radius * 1.55:.0f}" fill="url(#n)"/>'
        f'<circle cx="{cx:.0f}" cy="{up - radius * 0.72:.0f}" r="{radius:.0f}" fill="url(#d)" fill-opacity=".9"/>'
    )
    for number in range(3):
        reach = radius * (1.16 + 0.17 * number)
        disc += f'<circle cx="{cx:.0f}" cy="{up - radius * 0.72:.0f}" r="{reach:.0f}" fill="none" '
        disc += (
            f'stroke="{code(tones.light)}" stroke-opacity="{0.34 - 0.1 * number:.2f}" stroke-width="{unit * 0.5:.1f}"/>'
        )
    near, middle = mix(tones.near, tones.far, 0.35), mix(tones.far, tones.low, 0.25)
    floor = f"<defs>{fade('f', mix(tones.low, tones.near, 0.2), near, middle)}</defs>"
    floor += (
        f'<path d="M0 {unit * 6:.0f}Q{ground.width / 2:.0f} 0 {ground.width:.0f} '
        f'{unit * 6:.0f}V{ground.below + 20:.0f}H0Z" fill="url(#f)"/>'
    )
    return [ground.plate(disc, up, 0.4, radius * 0.9, 0.8), ground.plate(floor, 0, 1.0)]
