"""What stands behind and around the subject: each setting as layers of SVG, drawn by seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .colour import RGB, Palette, code, mix, saturate
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


def plates(setting: str, ground: Ground) -> list[Plate]:
    """The layers of a setting, back to front."""
    from .indoors import INDOORS

    drawn = {**OUTDOORS, **INDOORS}.get(setting, studio)
    return drawn(ground)


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


def hills(ground: Ground) -> list[Plate]:
    """Two ranges in the haze, trees on the nearer one, and a meadow."""
    tones, unit = ground.palette, ground.unit
    far, middle = unit * 46, unit * 26
    hazy = mix(tones.far, tones.low, 0.4)
    back = f"<defs>{fade('f', mix(hazy, tones.far, 0.6), mix(tones.low, hazy, 0.2))}"
    back += f"{fade('e', mix(tones.far, tones.near, 0.12), mix(tones.low, hazy, 0.45))}</defs>"
    back += f'<path d="{_peaks(ground, far, 5, 1.0)}" fill="url(#f)"/>'
    back += f'<path d="{_peaks(ground, far * 0.66, 7, 0.8, far)}" fill="url(#e)"/>'
    colour = mix(tones.far, tones.near, 0.55)
    mid = f"<defs>{fade('m', colour, mix(hazy, colour, 0.55))}</defs>"
    mid += f'<path d="{ridge(ground, middle * 0.62, middle * 0.5, 1.6, 0.3, middle + 140)}" fill="url(#m)"/>'
    mid += _firs(ground, middle * 0.62, code(mix(colour, tones.near, 0.5)))
    return [
        sun(ground, ground.stage.width * ground.random.uniform(0.62, 0.86), unit * 46, unit * 9),
        *clouds(ground, 2),
        ground.plate(back, far, 0.3, 40, 0.75),
        ground.plate(mid, middle, 0.6, 120),
        meadow(ground),
        _grass(ground),
    ]


def _peaks(ground: Ground, height: float, count: int, spread: float, whole: float = 0.0) -> str:
    """A chain of slanted summits; `whole` is the plate's height above the horizon when it is more than `height`."""
    foot = max(whole, height)
    points, x, step = [f"M0 {foot + 60:.0f}V{foot - height * 0.3:.0f}"], 0.0, ground.width / count
    while x < ground.width:
        tall = height * ground.random.uniform(0.55, 1.0)
        crest, next_x = x + step * ground.random.uniform(0.35, 0.6), x + step * ground.random.uniform(0.8, 1.1)
        valley = height * ground.random.uniform(0.2, 0.4) * spread
        points.append(f"L{(x + crest) / 2:.0f} {foot - tall * 0.62:.0f}L{crest:.0f} {foot - tall:.0f}")
        points.append(f"L{(crest * 0.6 + next_x * 0.4):.0f} {foot - tall * 0.66:.0f}L{next_x:.0f} {foot - valley:.0f}")
        x = next_x
    return "".join(points) + f"V{foot + 60:.0f}Z"


def _firs(ground: Ground, base: float, colour: str) -> str:
    path, unit = [], ground.unit
    for _ in range(46):
        x, tall = ground.random.uniform(0, ground.width), unit * ground.random.uniform(4, 9)
        foot = base + unit * ground.random.uniform(3, 7)
        path.append(f"M{x - tall * 0.24:.0f} {foot:.0f}L{x:.0f} {foot - tall:.0f}L{x + tall * 0.24:.0f} {foot:.0f}Z")
    return f'<path d="{"".join(path)}" fill="{colour}"/>'


def meadow(ground: Ground, colour: RGB | None = None, *, bare: bool = False) -> Plate:
    """A rolling foreground with light on its crest."""
    tones, unit = ground.palette, ground.unit
    top = colour or mix(tones.near, tones.far, 0.35)
    lit = mix(top, tones.light, 0.35)
    height = unit * 8
    outline = ridge(ground, height * 0.75, height * 0.5, 1.1, 0.3, ground.below + height)
    markup = (
        f"<defs>{fade('g', lit, mix(tones.near, (8, 6, 20), 0.45), mix(top, tones.near, 0.4))}</defs>"
        f'<path d="{outline}" fill="url(#g)"/>'
    )
    for number in range(3):
        down = height + ground.below * (0.16 + 0.2 * number)
        wave = ridge(ground, down, unit * 9, 0.8 + 0.3 * number, 0.2, ground.below + height)
        markup += f'<path d="{wave}" fill="{code(tones.near)}" fill-opacity="{0.22 + 0.1 * number:.2f}"/>'
    return ground.plate(markup if bare else markup + _tufts(ground, height, lit), height, 1.0)


def _tufts(ground: Ground, top: float, colour: RGB) -> str:
    """Small marks that grow towards the lens: what makes a plain read as ground."""
    unit, random = ground.unit, ground.random
    path = []
    for _ in range(120):
        share = random.random() ** 1.4
        x, y, size = (
            random.uniform(0, ground.width),
            top + ground.below * (0.06 + 0.7 * share),
            unit * (0.8 + 3.4 * share),
        )
        path.append(f"M{x:.0f} {y:.0f}q{size * 0.1:.1f} {-size * 0.7:.1f} {-size * 0.3:.1f} {-size:.1f}")
        path.append(
            f"M{x + size * 0.2:.1f} {y:.0f}q{size * 0.2:.1f} {-size * 0.8:.1f} {size * 0.5:.1f} {-size * 0.9:.1f}"
        )
    return (
        f'<path d="{"".join(path)}" fill="none" stroke="{code(colour)}" stroke-opacity=".42" '
        f'stroke-width="{unit * 0.42:.1f}" stroke-linecap="round"/>'
    )


def _grass(ground: Ground) -> Plate:
    """Blades close to the lens, out of focus."""
    tones, unit, random = ground.palette, ground.unit, ground.random
    height = unit * 44
    colour = code(mix(tones.near, (6, 6, 18), 0.45))
    blades = []
    for _ in range(64):
        x = random.uniform(0, ground.width)
        edge = min(1.0, abs(x / ground.width - 0.5) * 2 * ground.width / (ground.stage.width * 1.15))
        tall = height * (0.26 + 0.72 * edge**2.4) * random.uniform(0.6, 1)
        lean = random.uniform(-0.35, 0.35) * tall
        wide = unit * random.uniform(0.9, 2)
        blades.append(f"M{x - wide:.0f} {height:.0f}Q{x + lean * 0.2:.0f} {height - tall * 0.6:.0f} {x + lean:.0f} ")
        blades.append(f"{height - tall:.0f}Q{x + wide + lean * 0.3:.0f} {height - tall * 0.5:.0f} {x + wide:.0f} ")
        blades.append(f"{height:.0f}Z")
    markup = f'<path d="{"".join(blades)}" fill="{colour}"/>'
    return _front(ground, markup, height)


def _front(ground: Ground, markup: str, height: float) -> Plate:
    """Something between the lens and the subject, along the lower edge."""
    return Plate(markup, ground.stage.height - height * 0.9, height, 1.7, 0.34, in_front=True)


def desert(ground: Ground) -> list[Plate]:
    """Dunes."""
    tones, unit = ground.palette, ground.unit
    sand = mix(tones.low, (206, 140, 84), 0.5)
    height = unit * 26
    back = f"<defs>{fade('f', mix(sand, tones.light, 0.35), mix(sand, tones.near, 0.35))}</defs>"
    back += f'<path d="{ridge(ground, height * 0.8, height * 0.9, 1.2, 0.1, height + 60)}" fill="url(#f)"/>'
    return [
        sun(ground, ground.stage.width * 0.7, unit * 40, unit * 11),
        ground.plate(back, height, 0.4, 60),
        meadow(ground, mix(sand, tones.near, 0.25), bare=True),
    ]


def forest(ground: Ground) -> list[Plate]:
    """Trunks in three depths of haze."""
    tones = ground.palette
    layers = [sun(ground, ground.stage.width * 0.62, ground.unit * 45, ground.unit * 8, strength=0.95)]
    for depth, count, share in ((0.25, 15, 0.25), (0.45, 10, 0.5), (0.7, 6, 0.8)):
        colour = mix(mix(tones.low, tones.light, 0.25), mix(tones.near, (16, 44, 34), 0.6), share)
        layers.append(_trunks(ground, count, depth, colour))
    return [*layers, meadow(ground, mix(tones.near, (52, 92, 56), 0.4)), _grass(ground)]


def _trunks(ground: Ground, count: int, depth: float, colour: RGB) -> Plate:
    random, unit = ground.random, ground.unit
    up = ground.stage.horizon + ground.stage.margin
    low = up + unit * 12
    shapes = [f'<rect y="{up + unit * 3:.0f}" width="{ground.width:.0f}" height="{unit * 20:.0f}" fill="url(#t)"/>']
    for number in range(count):
        x = ground.width * (number + random.uniform(0.1, 0.9)) / count
        wide = unit * (1.2 + 4.2 * depth) * random.uniform(0.7, 1.2)
        lean = random.uniform(-1, 1) * unit * 3
        shapes.append(
            f'<path d="M{x - wide:.0f} {low:.0f}L{x + lean - wide * 0.55:.0f} 0H{x + lean + wide * 0.55:.0f}'
            f'L{x + wide:.0f} {low:.0f}Z" fill="url(#t)"/>'
        )
    shapes.append(_canopy(ground, up * (0.40 - 0.14 * depth), unit * (9 + 7 * depth), colour))
    defs = f"<defs>{fade('t', colour, mix(colour, ground.palette.low, 0.35))}</defs>"
    return ground.plate(defs + "".join(shapes), up, depth, unit * 12, 0.6)


def _canopy(ground: Ground, reach: float, size: float, colour: RGB) -> str:
    """Leaves that hang in from above, as overlapping rounds."""
    random = ground.random
    leaf = mix(colour, (58, 112, 66), 0.35)
    rounds = "".join(
        f'<circle cx="{x * size * 0.8:.0f}" cy="{reach - size * random.uniform(0.2, 1.1):.0f}" '
        f'r="{size * random.uniform(0.55, 1):.0f}"/>'
        for x in range(int(ground.width / size / 0.8) + 2)
    )
    return (
        f'<g fill="{code(leaf)}"><rect width="{ground.width:.0f}" '
        f'height="{max(1.0, reach - size * 0.7):.0f}"/>{rounds}</g>'
    )


def sea(ground: Ground) -> list[Plate]:
    """Open water with a path of light, and clouds."""
    tones, unit, random = ground.palette, ground.unit, ground.random
    deep = mix(tones.near, (16, 62, 98), 0.5)
    shine = mix(tones.light, tones.low, 0.3)
    x = ground.stage.width * random.uniform(0.35, 0.65)
    water = f"<defs>{fade('w', mix(tones.low, deep, 0.35), mix(deep, (4, 8, 26), 0.4), mix(deep, tones.middle, 0.25))}"
    water += f'</defs><rect width="{ground.width:.0f}" height="{ground.below:.0f}" fill="url(#w)"/>'
    for number in range(90):
        share = (number / 90) ** 1.6
        y = 4 + share * ground.below
        wide = unit * (1.5 + 26 * share) * random.uniform(0.4, 1)
        spread = unit * (6 + 60 * share)
        cx = x + ground.stage.margin + random.gauss(0, 0.5) * spread
        strength = max(0.1, 0.75 - share * 0.8) * random.uniform(0.4, 1)
        water += (
            f'<ellipse cx="{cx:.0f}" cy="{y:.0f}" rx="{wide:.0f}" ry="{unit * (0.14 + 0.7 * share):.1f}" '
            f'fill="{code(shine)}" fill-opacity="{strength:.2f}"/>'
        )
    return [
        sun(ground, x, unit * 13, unit * 13),
        *clouds(ground, 3),
        ground.plate(water, 0, 0.62),
        _swell(ground, deep),
    ]


def _swell(ground: Ground, colour: RGB) -> Plate:
    unit = ground.unit
    height = unit * 34
    markup = f"<defs>{fade('v', mix(colour, ground.palette.light, 0.22), mix(colour, (2, 6, 20), 0.55))}</defs>"
    markup += f'<path d="{ridge(ground, unit * 8, unit * 6, 2.1, 0.2, height)}" fill="url(#v)" fill-opacity=".94"/>'
    crest = ridge(ground, unit * 15, unit * 5, 2.6, 0.2, height)
    markup += f'<path d="{crest}" fill="{code(mix(colour, (2, 6, 20), 0.4))}" fill-opacity=".5"/>'
    top = ground.stage.height - height * 0.72
    return Plate(markup, top, height, 1.35, 0.8, in_front=True, drift=-unit * 6)


def clouds(ground: Ground, count: int) -> list[Plate]:
    """Soft banks that drift."""
    unit, random, tones = ground.unit, ground.random, ground.palette
    layers = []
    for number in range(count):
        height = unit * 26
        body = mix(tones.low, (255, 255, 255), 0.35)
        shapes = f"<defs>{fade('c', mix(body, tones.light, 0.6), mix(body, tones.middle, 0.4))}</defs>"
        for _ in range(2):
            x, wide = random.uniform(0, ground.width), unit * random.uniform(26, 46)
            shapes += f'<path d="{_cloud(x, height * 0.8, wide, random)}" fill="url(#c)" fill-opacity=".8"/>'
        up = ground.stage.horizon * (0.2 + 0.62 * (number + random.uniform(0, 0.5)) / count)
        drift = unit * random.uniform(1.2, 3.2) * random.choice((-1, 1))
        layers.append(Plate(shapes, ground.stage.horizon - up, height, 0.2 + 0.1 * number, 0.5, drift=drift))
    return layers


def _cloud(x: float, base: float, wide: float, random: Random) -> str:
    """A flat base and a row of round heads."""
    path, steps = f"M{x - wide / 2:.0f} {base:.0f}", 5
    for number in range(steps):
        step = wide / steps
        rise = wide * 0.15 * (1.5 - abs(number - 2) * 0.5) * random.uniform(0.8, 1.2)
        path += f"c{step * 0.1:.0f} {-rise:.0f} {step * 0.9:.0f} {-rise:.0f} {step:.0f} 0"
    return path + f"c{wide * 0.08:.0f} {wide * 0.06:.0f} {-wide * 1.08:.0f} {wide * 0.06:.0f} {-wide:.0f} 0Z"


def sky(ground: Ground) -> list[Plate]:
    """Above the clouds."""
    unit, tones = ground.unit, ground.palette
    height = unit * 30
    bank = f"<defs>{fade('b', mix(tones.low, (255, 255, 255), 0.6), mix(tones.low, tones.middle, 0.35))}</defs>"
    for _ in range(26):
        x, radius = ground.random.uniform(0, ground.width), unit * ground.random.uniform(7, 15)
        y = height * 0.55 + ground.random.uniform(-0.3, 0.3) * height
        bank += f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="url(#b)" fill-opacity=".85"/>'
    bank += f'<rect y="{height * 0.6:.0f}" width="{ground.width:.0f}" height="{ground.below + height:.0f}" '
    bank += f'fill="{code(mix(tones.low, tones.middle, 0.3))}"/>'
    return [
        sun(ground, ground.stage.width * 0.76, unit * 66, unit * 8),
        *clouds(ground, 4),
        ground.plate(bank, height * 0.5, 0.8),
    ]


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
        shapes += _windows(ground, x, tall - height, wide, height, depth, lit)
        x += wide
    return ground.plate(shapes, tall, depth, down, 0.8)


def _windows(ground: Ground, x: float, y: float, wide: float, height: float, depth: float, lit: float) -> str:
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


OUTDOORS: dict[str, Callable[[Ground], list[Plate]]] = {
    "hills": hills,
    "desert": desert,
    "forest": forest,
    "sea": sea,
    "sky": sky,
    "city": city,
    "road": road,
    "space": space,
    "energy": energy,
    "neon": neon,
    "studio": studio,
}
