"""Rooms to live and work in: kitchen, room, desk."""

from __future__ import annotations

from .colour import RGB, code, mix, tint
from .scene_layers import Ground, Plate, fade, glow


def kitchen(ground: Ground) -> list[Plate]:
    """A tiled wall, shelves, hanging lamps and a wooden table."""
    unit, tones = ground.unit, ground.palette
    up = ground.stage.horizon * 0.98
    line = code(mix(tones.low, (255, 255, 255), 0.4))
    tiles = ""
    for row in range(7):
        y = up - unit * (8 + 7 * row)
        tiles += f"M0 {y:.0f}H{ground.width:.0f}"
        for column in range(int(ground.width / unit / 14) + 1):
            x = unit * (14 * column + (7 if row % 2 else 0))
            tiles += f"M{x:.0f} {y:.0f}v{unit * 7:.0f}"
    wall = f'<path d="{tiles}" stroke="{line}" stroke-opacity=".22" stroke-width="{unit * 0.35:.1f}" fill="none"/>'
    wall += _shelf(ground, up - unit * 64)
    return [
        _window(ground, up, 0.1),
        ground.plate(wall, up, 0.3, 0, 0.8),
        *_lamps(ground),
        _table(ground),
        _cloth(ground),
    ]


def room(ground: Ground) -> list[Plate]:
    """A wall with a window, pictures, and a floor in its light."""
    unit, tones = ground.unit, ground.palette
    up = ground.stage.horizon * 0.98
    frames = ""
    for x, y, wide, tall in ((8, 54, 16, 20), (27, 47, 11, 13)):
        left, top = ground.stage.margin + unit * x, up - unit * y
        frames += (
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{unit * wide:.0f}" height="{unit * tall:.0f}" '
            f'rx="{unit * 0.6:.0f}" '
        )
        frames += f'fill="{code(mix(tones.near, tones.far, 0.5))}"/>'
        frames += f'<rect x="{left + unit * 1.4:.0f}" y="{top + unit * 1.4:.0f}" width="{unit * (wide - 2.8):.0f}" '
        frames += f'height="{unit * (tall - 2.8):.0f}" fill="{code(mix(tones.low, tones.accent, 0.35))}"/>'
        frames += (
            f'<circle cx="{left + unit * wide * 0.5:.0f}" cy="{top + unit * tall * 0.52:.0f}" '
            f'r="{unit * wide * 0.2:.0f}" '
        )
        frames += f'fill="{code(mix(tones.light, tones.low, 0.3))}"/>'
    return [
        _window(ground, up, 0.55),
        ground.plate(frames, up, 0.3, 0, 0.8),
        _plant(ground),
        _floor(ground),
        _leaves(ground),
    ]


def desk(ground: Ground) -> list[Plate]:
    """Bookshelves and a desk under a lamp."""
    unit = ground.unit
    up = ground.stage.horizon * 0.98
    shelves = "".join(_books(ground, up - unit * height) for height in (22, 50, 78))
    return [
        _window(ground, up, 0.75),
        ground.plate(shelves, up, 0.3, 0, 0.7),
        *_lamps(ground, 1),
        _table(ground),
        _leaves(ground),
    ]


def _window(ground: Ground, up: float, across: float) -> Plate:
    """A window whose light falls into the room."""
    unit, tones = ground.unit, ground.palette
    left, top = ground.stage.margin + ground.stage.width * across, up - unit * 82
    wide, tall = unit * 38, unit * 52
    bright = mix(tones.light, (255, 255, 255), 0.35)
    frame = code(mix(tones.low, (255, 255, 255), 0.35))
    markup = f"<defs>{glow('g', tones.light, 0.62)}{fade('w', mix(bright, tones.top, 0.12), bright)}</defs>"
    markup += (
        f'<ellipse cx="{left + wide / 2:.0f}" cy="{top + tall / 2:.0f}" rx="{wide * 1.7:.0f}" '
        f'ry="{tall * 1.25:.0f}" fill="url(#g)"/>'
    )
    markup += (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{wide:.0f}" height="{tall:.0f}" rx="{unit * 1.5:.0f}" '
        'fill="url(#w)"/>'
    )
    markup += (
        f'<path d="M{left + wide / 2:.0f} {top:.0f}v{tall:.0f}M{left:.0f} '
        f'{top + tall * 0.5:.0f}h{wide:.0f}" stroke="{frame}" stroke-width="{unit * 1.3:.1f}"/>'
    )
    markup += (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{wide:.0f}" height="{tall:.0f}" rx="{unit * 1.5:.0f}" '
        f'fill="none" stroke="{frame}" stroke-width="{unit * 1.8:.1f}"/>'
    )
    return ground.plate(markup, up, 0.22, unit * 20, 0.5)


def _shelf(ground: Ground, y: float) -> str:
    unit, tones, random = ground.unit, ground.palette, ground.random
    wood = mix(tones.near, (150, 96, 56), 0.45)
    markup = f'<rect x="0" y="{y:.0f}" width="{ground.width:.0f}" height="{unit * 1.8:.0f}" fill="{code(wood)}"/>'
    x = unit * 4
    while x < ground.width:
        colour = random.choice((tones.main, tones.second, tones.accent, tones.low, tones.far))
        colour = mix(colour, tones.middle, 0.4)
        wide, tall = unit * random.uniform(4, 8), unit * random.uniform(5, 12)
        markup += (
            f'<rect x="{x:.0f}" y="{y - tall:.0f}" width="{wide:.0f}" height="{tall:.0f}" '
            f'rx="{unit * random.uniform(0.6, 2.4):.1f}" fill="{code(colour)}"/>'
        )
        markup += (
            f'<rect x="{x + wide * 0.16:.0f}" y="{y - tall * 0.86:.0f}" width="{wide * 0.14:.0f}" '
            f'height="{tall * 0.6:.0f}" rx="3" fill="#fff" fill-opacity=".22"/>'
        )
        x += wide + unit * random.uniform(1, 9)
    return markup


def _books(ground: Ground, y: float) -> str:
    unit, tones, random = ground.unit, ground.palette, ground.random
    wood = mix(tones.near, (130, 84, 52), 0.4)
    markup = f'<rect y="{y:.0f}" width="{ground.width:.0f}" height="{unit * 1.8:.0f}" fill="{code(wood)}"/>'
    x = unit
    choices = (tones.main, tones.second, tones.accent, tones.low, tones.far, tones.near)
    while x < ground.width:
        wide, tall = unit * random.uniform(1.6, 4), unit * random.uniform(12, 20)
        if random.random() < 0.82:
            colour = mix(random.choice(choices), tones.middle, 0.45)
            markup += (
                f'<rect x="{x:.0f}" y="{y - tall:.0f}" width="{wide:.0f}" height="{tall:.0f}" rx="3" '
                f'fill="{code(colour)}"/>'
            )
        x += wide + 2
    return markup


def _lamps(ground: Ground, count: int = 2) -> list[Plate]:
    unit, tones = ground.unit, ground.palette
    height = ground.stage.height * 0.36
    markup = f"<defs>{glow('g', mix(tones.light, (255, 196, 110), 0.4), 0.7)}</defs>"
    for share, drop in ((0.16, 0.3), (0.86, 0.42))[:count]:
        x, y = ground.stage.margin + ground.stage.width * share, height * drop
        shade = code(mix(tones.near, tones.main, 0.35))
        markup += f'<path d="M{x:.0f} 0V{y:.0f}" stroke="{code(tones.near)}" stroke-width="{unit * 0.5:.1f}"/>'
        markup += f'<circle cx="{x:.0f}" cy="{y + unit * 8:.0f}" r="{unit * 24:.0f}" fill="url(#g)"/>'
        markup += (
            f'<path d="M{x - unit * 8:.0f} {y + unit * 8:.0f}A{unit * 8:.0f} {unit * 9:.0f} 0 0 1 '
            f'{x + unit * 8:.0f} {y + unit * 8:.0f}Z" fill="{shade}"/>'
        )
        markup += (
            f'<ellipse cx="{x:.0f}" cy="{y + unit * 8.6:.0f}" rx="{unit * 3:.0f}" ry="{unit * 1.6:.0f}" '
            f'fill="{code(mix(tones.light, (255, 255, 255), 0.5))}"/>'
        )
    return [Plate(markup, -ground.stage.height * 0.02, height, 0.45, 0.6)]


def _table(ground: Ground) -> Plate:
    unit, tones, random = ground.unit, ground.palette, ground.random
    wood = tint((176, 116, 70), tones.ambient, 0.8)
    wood = mix(wood, tones.near, 0.22)
    down = ground.below
    lit, dim = mix(wood, tones.light, 0.4), mix(wood, (20, 8, 14), 0.62)
    markup = f"<defs>{fade('t', lit, dim, wood)}{glow('p', tones.light, 0.4)}</defs>"
    markup += f'<rect width="{ground.width:.0f}" height="{down:.0f}" fill="url(#t)"/>'
    for number in range(1, 6):
        y = down * (number / 6) ** 1.5
        markup += (
            f'<path d="M0 {y:.0f}H{ground.width:.0f}" stroke="#1c0d0a" stroke-opacity=".2" '
            f'stroke-width="{unit * 0.5:.1f}"/>'
        )
    for _ in range(46):
        x, y = random.uniform(0, ground.width), random.uniform(unit * 2, down)
        markup += (
            f'<path d="M{x:.0f} {y:.0f}q{unit * 9:.0f} {unit * random.uniform(-0.6, 0.6):.1f} '
            f'{unit * 18:.0f} 0" fill="none" stroke="#2a120c" stroke-opacity=".1" '
            f'stroke-width="{unit * 0.35:.1f}"/>'
        )
    cx = ground.stage.margin + ground.stage.subject.left + ground.stage.subject.width / 2
    markup += f'<ellipse cx="{cx:.0f}" cy="{down * 0.3:.0f}" rx="{unit * 62:.0f}" ry="{unit * 16:.0f}" fill="url(#p)"/>'
    markup += (
        f'<rect width="{ground.width:.0f}" height="{unit * 0.9:.0f}" fill="{code(mix(wood, tones.light, 0.65))}"/>'
    )
    return ground.plate(markup, 0, 1.0)


def _cloth(ground: Ground) -> Plate:
    """A folded cloth and bowls at the near edge of the table, out of focus."""
    unit, tones, random = ground.unit, ground.palette, ground.random
    height = unit * 40
    left, right = ground.stage.margin - unit * 6, ground.stage.margin + ground.stage.width + unit * 6
    cloth = mix(mix(tones.accent, tones.main, 0.3), tones.near, 0.45)
    markup = (
        f'<path d="M{left - unit * 40:.0f} {height:.0f}V{height * 0.5:.0f}Q{left + unit * 10:.0f} {height * 0.3:.0f} '
    )
    markup += f'{left + unit * 34:.0f} {height * 0.74:.0f}T{left + unit * 70:.0f} {height:.0f}Z" fill="{code(cloth)}"/>'
    for number in range(3):
        x, wide = right - unit * (2 + 15 * number), unit * random.uniform(9, 15)
        y = height * (0.42 + 0.16 * number)
        markup += f'<ellipse cx="{x:.0f}" cy="{y + wide * 0.45:.0f}" rx="{wide:.0f}" ry="{wide * 0.62:.0f}" '
        markup += f'fill="{code(mix(tones.near, (10, 4, 10), 0.25))}"/>'
        markup += f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{wide:.0f}" ry="{wide * 0.3:.0f}" '
        markup += f'fill="{code(mix(random.choice((tones.main, tones.accent, tones.second)), tones.near, 0.35))}"/>'
    return Plate(markup, ground.stage.height - height * 0.62, height, 1.6, 0.3, in_front=True)


def _leaves(ground: Ground) -> Plate:
    """Leaves close to the lens in both lower corners, out of focus."""
    unit, tones, random = ground.unit, ground.palette, ground.random
    height = unit * 62
    dark = mix(tint((40, 84, 62), tones.ambient, 0.8), tones.near, 0.55)
    markup = f"<defs>{fade('l', mix(dark, tones.light, 0.12), mix(dark, (6, 6, 14), 0.5))}</defs>"
    for x, turns in (
        (ground.stage.margin - unit * 9, (8, 32, 58, -18)),
        (ground.width - ground.stage.margin + unit * 9, (-8, -34, -60, 16)),
    ):
        for turn in turns:
            long, wide = unit * random.uniform(34, 50), unit * random.uniform(6, 9)
            markup += (
                f'<path d="M0 0C{wide:.0f} {-long * 0.3:.0f} {wide:.0f} {-long * 0.75:.0f} 0 {-long:.0f}C{-wide:.0f} '
                f'{-long * 0.75:.0f} {-wide:.0f} {-long * 0.3:.0f} 0 0Z" fill="url(#l)" '
                f'transform="translate({x:.0f} {height:.0f}) rotate({turn})"/>'
            )
    return Plate(markup, ground.stage.height - height * 0.86, height, 1.6, 0.34, in_front=True)


def _floor(ground: Ground) -> Plate:
    unit, tones = ground.unit, ground.palette
    boards: RGB = mix(tint((170, 120, 84), tones.ambient, 0.8), tones.near, 0.3)
    down = ground.below
    markup = f"<defs>{fade('f', mix(boards, tones.light, 0.3), mix(boards, (14, 8, 18), 0.6), boards)}</defs>"
    markup += f'<rect width="{ground.width:.0f}" height="{down:.0f}" fill="url(#f)"/>'
    markup += (
        f'<rect y="-1" width="{ground.width:.0f}" height="{unit * 2.4:.0f}" '
        f'fill="{code(mix(tones.low, (255, 255, 255), 0.3))}"/>'
    )
    cx, cy = ground.stage.margin + ground.stage.subject.left + ground.stage.subject.width / 2, down * 0.3
    rug = mix(tones.accent, tones.low, 0.35)
    markup += (
        f'<ellipse cx="{cx:.0f}" cy="{cy:.0f}" rx="{unit * 54:.0f}" ry="{unit * 14:.0f}" '
        f'fill="{code(mix(rug, tones.near, 0.35))}"/>'
    )
    markup += (
        f'<ellipse cx="{cx:.0f}" cy="{cy - unit * 0.8:.0f}" rx="{unit * 52:.0f}" ry="{unit * 13:.0f}" '
        f'fill="{code(rug)}"/>'
    )
    markup += (
        f'<ellipse cx="{cx:.0f}" cy="{cy - unit * 0.8:.0f}" rx="{unit * 44:.0f}" ry="{unit * 10.4:.0f}" '
        f'fill="none" stroke="{code(mix(rug, tones.light, 0.5))}" stroke-width="{unit * 0.8:.1f}"/>'
    )
    return ground.plate(markup, 0, 1.0)


def _plant(ground: Ground) -> Plate:
    unit, tones = ground.unit, ground.palette
    height = unit * 46
    x = ground.stage.margin + ground.stage.width * 0.08
    green = tint((78, 138, 92), tones.ambient, 0.8)
    markup = f"<defs>{fade('l', mix(green, tones.light, 0.3), mix(green, tones.near, 0.5))}</defs>"
    for angle in (-70, -45, -20, 5, 28, 55):
        markup += (
            f'<path d="M0 0C{unit * 7:.0f} {-unit * 9:.0f} {unit * 6:.0f} {-unit * 24:.0f} 0 '
            f'{-unit * 31:.0f}C{-unit * 6:.0f} {-unit * 24:.0f} {-unit * 7:.0f} {-unit * 9:.0f} 0 0Z" '
            f'transform="translate({x:.0f} {height - unit * 11:.0f}) rotate({angle})" fill="url(#l)"/>'
        )
    markup += (
        f'<path d="M{x - unit * 8:.0f} {height - unit * 13:.0f}h{unit * 16:.0f}l{-unit * 2:.0f} '
        f'{unit * 13:.0f}h{-unit * 12:.0f}Z" fill="{code(mix(tones.accent, tones.near, 0.3))}"/>'
    )
    return Plate(markup, ground.stage.horizon + unit * 6 - height, height, 0.6, 0.8)
