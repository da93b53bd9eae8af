"""Settings under the open sky: hills, desert, forest, sea, clouds."""

from __future__ import annotations

from random import Random

from .colour import RGB, code, mix
from .scene_layers import Ground, Plate, fade, ridge, sun


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
