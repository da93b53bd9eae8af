"""What is in the air: weathers and effects, as motes drawn by seed."""

from __future__ import annotations

from random import Random

from .colour import Palette, code, mix
from .layers import Layer
from .particle_sprites import Air, Mote, sprite
from .scene_layers import glow
from .stage import Stage


def air(kind: str, stage: Stage, palette: Palette, seed: int) -> Air:
    """The air of a weather or an effect; unknown kinds are clear."""
    random = Random(seed)  # noqa: S311, drawn by seed, not a secret
    make = _KINDS.get(kind)
    return Air(make(stage, palette, random) if make else [], stage)


def _rain(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    colour = code(mix(palette.light, (255, 255, 255), 0.4))
    sprites = []
    for long, thick, strength in ((9, 0.26, 0.42), (14, 0.34, 0.5), (20, 0.5, 0.32)):
        length, wide = unit * long, unit * 2.2
        line = f'<path d="M{wide * 0.8:.1f} {unit:.1f}L{wide * 0.2:.1f} {length - unit:.1f}" stroke="{colour}" '
        line += f'stroke-opacity="{strength}" stroke-width="{unit * thick:.2f}" stroke-linecap="round"/>'
        sprites.append(sprite(line, wide, length))
    return [
        Mote(
            sprite=sprites[number % 3],
            x=random.uniform(0, stage.width),
            y=random.uniform(0, stage.height),
            vx=-unit * 14 * (1 + number % 3 * 0.3),
            vy=unit * 150 * (1 + number % 3 * 0.35),
        )
        for number in range(72)
    ]


def _snow(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    white = mix(palette.light, (255, 255, 255), 0.7)
    sprites = [_dot(unit * size, white, strength) for size, strength in ((1.1, 0.9), (1.8, 0.85), (4.4, 0.5))]
    return [
        Mote(
            sprite=sprites[0 if number % 5 < 3 else 1 if number % 5 < 4 else 2],
            x=random.uniform(0, stage.width),
            y=random.uniform(0, stage.height),
            vx=unit * random.uniform(-5, 2),
            vy=unit * random.uniform(9, 22) * (1 + (number % 5 == 4)),
            sway=unit * random.uniform(0.5, 2.5),
            phase=random.uniform(0, 6),
        )
        for number in range(80)
    ]


def _dot(size: float, colour: tuple[int, int, int], strength: float) -> Layer:
    side = size * 2
    return sprite(
        f"<defs>{glow('d', colour, strength)}</defs>"
        f'<circle cx="{size:.1f}" cy="{size:.1f}" r="{size:.1f}" fill="url(#d)"/>'
        f'<circle cx="{size:.1f}" cy="{size:.1f}" r="{size * 0.42:.1f}" fill="{code(colour)}" '
        f'fill-opacity="{strength}"/>',
        side,
        side,
    )


def _floating(
    stage: Stage, sprites: list[Layer], random: Random, count: int, rise: float, *, are_round: bool = False
) -> list[Mote]:
    """Things that drift up or down for ever, turning a little unless they are round."""
    unit = min(stage.width, stage.height) / 100
    return [
        Mote(
            sprite=sprites[number % len(sprites)],
            x=random.uniform(0, stage.width),
            y=random.uniform(0, stage.height),
            vx=unit * random.uniform(-4, 4),
            vy=unit * rise * random.uniform(0.6, 1.5),
            sway=unit * random.uniform(1, 4),
            turn=0 if are_round else random.uniform(-1.6, 1.6),
            phase=random.uniform(0, 6),
        )
        for number in range(count)
    ]


def _dust(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    colour = mix(palette.light, (255, 255, 255), 0.2)
    sprites = [_dot(unit * size, colour, strength) for size, strength in ((0.5, 0.75), (0.8, 0.6), (2.6, 0.22))]
    return _floating(stage, sprites, random, 18, -3, are_round=True)


def _embers(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    sprites = [_dot(unit * size, colour, 0.95) for size, colour in ((0.7, (255, 214, 120)), (1.0, (255, 150, 70)))]
    sprites.append(_dot(unit * 2.6, (255, 120, 60), 0.35))
    return _floating(stage, sprites, random, 44, -24, are_round=True)


def _sparkle(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    colour = code(mix(palette.light, (255, 255, 255), 0.45))
    half = unit * 2.6
    star = f"M{half} 0Q{half * 1.1} {half * 0.9} {half * 2} {half}Q{half * 1.1} {half * 1.1} {half} {half * 2}"
    star += f"Q{half * 0.9} {half * 1.1} 0 {half}Q{half * 0.9} {half * 0.9} {half} 0Z"
    big = sprite(f'<path d="{star}" fill="{colour}" fill-opacity=".9"/>', half * 2, half * 2)
    small = _dot(unit * 0.8, mix(palette.light, (255, 255, 255), 0.4), 0.8)
    box = stage.subject
    return [
        Mote(
            sprite=big if number % 3 == 0 else small,
            x=box.left + box.width * random.uniform(-0.08, 1.08),
            y=box.top + box.height * random.uniform(0.0, 0.95),
            vy=-unit * random.uniform(2, 7),
            sway=unit,
            turn=random.uniform(-0.5, 0.5),
            grow=random.uniform(-0.4, 0.3),
            phase=random.uniform(0, 3),
            life=random.uniform(1.1, 1.9),
        )
        for number in range(26)
    ]


def _petals(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    sprites = []
    for size, colour in ((2.4, palette.accent), (1.8, mix(palette.accent, palette.light, 0.45)), (3.4, palette.main)):
        side = unit * size
        path = (
            f"M0 {side:.1f}Q{side * 0.3:.1f} 0 {side * 2:.1f} {side * 0.5:.1f}Q{side * 1.4:.1f} "
            f"{side * 1.7:.1f} 0 {side:.1f}Z"
        )
        sprites.append(sprite(f'<path d="{path}" fill="{code(colour)}" fill-opacity=".88"/>', side * 2, side * 2))
    return _floating(stage, sprites, random, 26, 15)


def _confetti(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    sprites = []
    for colour in (palette.accent, palette.main, palette.light, palette.second):
        wide, tall = unit * random.uniform(1, 1.6), unit * random.uniform(1.6, 2.6)
        mark = (
            f'<rect width="{wide:.1f}" height="{tall:.1f}" rx="{unit * 0.2:.1f}" '
            f'fill="{code(mix(colour, palette.light, 0.2))}"/>'
        )
        sprites.append(sprite(mark, wide, tall))
    return _floating(stage, sprites, random, 46, 22)


def _notes(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    colour = code(mix(palette.accent, palette.light, 0.35))
    single = (
        f'<g transform="scale({unit / 10:.3f})" fill="{colour}"><ellipse cx="18" cy="62" rx="15" '
        'ry="11" transform="rotate(-18 18 62)"/>'
        '<path d="M28 58V6c10 6 22 10 20 30-4-10-12-14-14-14v36z"/></g>'
    )
    double = (
        f'<g transform="scale({unit / 10:.3f})" fill="{colour}"><ellipse cx="16" cy="66" rx="14" '
        'ry="10" transform="rotate(-18 16 66)"/>'
        '<ellipse cx="64" cy="58" rx="14" ry="10" transform="rotate(-18 64 58)"/>'
        '<path d="M25 62V14l53-9v49h-6V20L31 27v35z"/></g>'
    )
    sprites = [sprite(single, unit * 5.6, unit * 8), sprite(double, unit * 8.6, unit * 8.2)]
    box = stage.subject
    return [
        Mote(
            sprite=sprites[number % 2],
            x=box.left + box.width * random.uniform(-0.05, 1.05),
            y=box.top + box.height * random.uniform(0.2, 0.75),
            vx=unit * random.uniform(-5, 5),
            vy=-unit * random.uniform(14, 26),
            sway=unit * 2,
            turn=random.uniform(-0.25, 0.25),
            grow=0.4,
            phase=random.uniform(0, 3),
            life=random.uniform(1.5, 2.3),
        )
        for number in range(12)
    ]


def _steam(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    white = mix(palette.light, (255, 255, 255), 0.6)
    wide, tall = unit * 19, unit * 30
    puff = sprite(
        f"<defs>{glow('p', white, 0.74)}</defs>"
        + "".join(
            f'<ellipse cx="{wide * x:.0f}" cy="{tall * y:.0f}" rx="{wide * rx:.0f}" '
            f'ry="{tall * ry:.0f}" fill="url(#p)"/>'
            for x, y, rx, ry in ((0.5, 0.5, 0.42, 0.46), (0.38, 0.66, 0.3, 0.3), (0.62, 0.34, 0.3, 0.32))
        ),
        wide,
        tall,
        0.4,
    )
    box = stage.subject
    return [
        Mote(
            sprite=puff,
            x=box.left + box.width * (0.5 + random.uniform(-0.2, 0.2)),
            y=box.top + box.height * random.uniform(0.36, 0.42),
            vx=unit * random.uniform(-2.5, 2.5),
            vy=-unit * random.uniform(13, 20),
            sway=unit * 2.2,
            grow=0.6,
            phase=random.uniform(0, 3),
            life=random.uniform(1.9, 2.7),
        )
        for _ in range(3)
    ]


def _fog(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    unit = min(stage.width, stage.height) / 100
    pale = mix(palette.low, (255, 255, 255), 0.35)
    wide, tall = unit * 110, unit * 34
    bank = sprite(
        f"<defs>{glow('f', pale, 0.6)}</defs><ellipse cx='{wide / 2:.0f}' cy='{tall / 2:.0f}' rx='{wide / 2:.0f}' "
        f"ry='{tall / 2:.0f}' fill='url(#f)'/>",
        wide,
        tall,
        0.2,
    )
    return [
        Mote(
            sprite=bank,
            x=random.uniform(0, stage.width),
            y=stage.horizon + unit * random.uniform(-22, 26),
            vx=unit * random.uniform(4, 11) * random.choice((-1, 1)),
        )
        for _ in range(5)
    ]


def _wind(stage: Stage, palette: Palette, random: Random) -> list[Mote]:
    motes = _petals(stage, palette, random)
    unit = min(stage.width, stage.height) / 100
    return [
        Mote(
            sprite=m.sprite,
            x=m.x,
            y=m.y,
            vx=unit * random.uniform(50, 90),
            vy=m.vy * 0.4,
            sway=m.sway,
            turn=m.turn * 2,
            phase=m.phase,
        )
        for m in motes[:20]
    ]


_KINDS = {
    "rain": _rain,
    "snow": _snow,
    "fog": _fog,
    "wind": _wind,
    "petals": _petals,
    "dust": _dust,
    "embers": _embers,
    "sparkle": _sparkle,
    "confetti": _confetti,
    "notes": _notes,
    "steam": _steam,
}
