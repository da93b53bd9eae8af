"""Where people gather: stage, stadium, a street of lanterns."""

from __future__ import annotations

import math

from .colour import code, mix, tint
from .scene_layers import Ground, Plate, fade, glow


def stage(ground: Ground) -> list[Plate]:
    """Curtains, cones of light, boards, and the heads of those who watch."""
    unit, tones, random = ground.unit, ground.palette, ground.random
    up, down = ground.stage.horizon * 1.02, ground.below
    beams = "<defs>"
    colours = (tones.light, mix(tones.accent, tones.light, 0.35), mix(tones.main, tones.light, 0.4))
    for number, colour in enumerate(colours):
        beams += (
            f'<linearGradient id="b{number}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{code(colour)}" '
            f'stop-opacity=".7"/><stop offset="1" stop-color="{code(colour)}" stop-opacity="0"/></linearGradient>'
        )
    beams += "</defs>"
    aim = ground.stage.margin + ground.stage.subject.left + ground.stage.subject.width / 2
    for number, start in enumerate((-46, 0, 46)):
        top, foot = aim + unit * start, aim - unit * start * 0.25
        beams += f'<path d="M{top - unit * 2:.0f} 0L{foot - unit * 24:.0f} {up + unit * 16:.0f}H{foot + unit * 24:.0f}'
        beams += f'L{top + unit * 2:.0f} 0Z" fill="url(#b{number})" fill-opacity=".62"/>'
    lit, dim = mix(tones.low, tones.light, 0.25), mix(tones.near, (4, 2, 8), 0.4)
    boards = f"<defs>{fade('f', lit, dim, mix(tones.low, tones.near, 0.5))}{glow('p', tones.light, 0.75)}</defs>"
    boards += f'<rect width="{ground.width:.0f}" height="{down:.0f}" fill="url(#f)"/>'
    boards += (
        f'<ellipse cx="{aim:.0f}" cy="{down * 0.28:.0f}" rx="{unit * 60:.0f}" ry="{unit * 15:.0f}" fill="url(#p)"/>'
    )
    heads = ""
    dark = code(mix(tones.near, (4, 2, 10), 0.5))
    height = unit * 24
    for number in range(13):
        x, size = ground.width * (number + random.uniform(0.2, 0.8)) / 13, unit * random.uniform(5.4, 7)
        y = height * 0.62 + unit * random.uniform(-3, 3)
        heads += f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.0f}" fill="{dark}"/>'
        heads += (
            f'<rect x="{x - size * 1.9:.0f}" y="{y + size * 0.9:.0f}" width="{size * 3.8:.0f}" '
            f'height="{height:.0f}" rx="{size * 1.5:.0f}" fill="{dark}"/>'
        )
    return [
        _curtains(ground, up),
        ground.plate(boards, 0, 1.0),
        Plate(beams, ground.stage.horizon - up, up + unit * 16, 0.4, 0.4),
        Plate(heads, ground.stage.height - height * 0.72, height, 1.5, 0.4, in_front=True),
    ]


def _curtains(ground: Ground, up: float) -> Plate:
    unit, tones = ground.unit, ground.palette
    cloth = mix(tones.low, tones.near, 0.3)
    folds = "<defs>"
    folds += (
        f'<linearGradient id="c"><stop offset="0" stop-color="{code(mix(cloth, (8, 2, 10), 0.5))}"/><stop '
        f'offset=".5" stop-color="{code(cloth)}"/><stop offset="1" '
        f'stop-color="{code(mix(cloth, (8, 2, 10), 0.6))}"/></linearGradient></defs>'
    )
    step = unit * 6
    reach = ground.stage.margin + ground.stage.width * (0.16 if ground.stage.is_tall else 0.1)
    for number in range(int(reach / step) + 1):
        for x in (number * step, ground.width - (number + 1) * step):
            folds += (
                f'<path d="M{x:.0f} 0h{step + 1:.0f}v{up:.0f}q{-step / 2:.0f} {unit * 2:.0f} '
                f'{-step - 1:.0f} 0Z" fill="url(#c)"/>'
            )
    return ground.plate(folds, up, 0.45, unit * 3, 0.6)


def stadium(ground: Ground) -> list[Plate]:
    """Stands full of people, floodlights and a striped pitch."""
    unit, tones, random = ground.unit, ground.palette, ground.random
    up = unit * 42
    upper, lower = mix(tones.far, tones.near, 0.3), mix(tones.near, tones.far, 0.3)
    people = f"<defs>{fade('s', upper, lower)}{glow('l', tones.light, 0.95)}</defs>"
    people += (
        f'<path d="M0 {up * 0.42:.0f}Q{ground.width / 2:.0f} {up * 0.62:.0f} {ground.width:.0f} '
        f'{up * 0.42:.0f}V{up:.0f}H0Z" fill="url(#s)"/>'
    )
    crowd = [tones.light, tones.accent, tones.low, tones.main]
    for _ in range(420):
        x, y = random.uniform(0, ground.width), random.uniform(up * 0.58, up * 0.97)
        people += (
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{unit * random.uniform(0.35, 0.7):.1f}" '
            f'fill="{code(random.choice(crowd))}" fill-opacity="{random.uniform(0.2, 0.75):.2f}"/>'
        )
    for share in (0.2, 0.4, 0.62, 0.82):
        x = ground.width * share
        people += (
            f'<rect x="{x - unit * 0.6:.0f}" y="{unit * 8:.0f}" width="{unit * 1.2:.0f}" '
            f'height="{up * 0.4:.0f}" fill="{code(tones.near)}"/>'
        )
        people += f'<circle cx="{x:.0f}" cy="{unit * 9:.0f}" r="{unit * 13:.0f}" fill="url(#l)"/>'
        people += (
            f'<rect x="{x - unit * 5:.0f}" y="{unit * 6:.0f}" width="{unit * 10:.0f}" '
            f'height="{unit * 5:.0f}" rx="{unit:.0f}" '
            f'fill="{code(mix(tones.light, (255, 255, 255), 0.6))}"/>'
        )
    return [ground.plate(people, up, 0.4, 0, 0.8), _pitch(ground)]


def _pitch(ground: Ground) -> Plate:
    unit, tones, down = ground.unit, ground.palette, ground.below
    grass = tint((66, 150, 82), tones.ambient, 0.9)
    far, near = mix(grass, tones.light, 0.25), mix(grass, (6, 20, 24), 0.55)
    markup = f"<defs>{fade('g', far, near)}</defs>"
    markup += f'<rect width="{ground.width:.0f}" height="{down:.0f}" fill="url(#g)"/>'
    middle = ground.width / 2
    for number in range(-7, 8, 2):
        a, b = middle + number * unit * 11, middle + (number + 1) * unit * 11
        markup += (
            f'<path d="M{a:.0f} 0H{b:.0f}L{middle + (b - middle) * 2.6:.0f} '
            f'{down:.0f}H{middle + (a - middle) * 2.6:.0f}Z" fill="#fff" fill-opacity=".07"/>'
        )
    markup += (
        f'<path d="M0 {unit * 5:.0f}H{ground.width:.0f}" stroke="#fff" stroke-opacity=".6" '
        f'stroke-width="{unit * 0.7:.1f}"/>'
    )
    markup += (
        f'<ellipse cx="{middle:.0f}" cy="{down * 0.34:.0f}" rx="{unit * 46:.0f}" ry="{unit * 9:.0f}" '
        f'fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="{unit * 0.9:.1f}"/>'
    )
    return ground.plate(markup, 0, 1.0)


def night_town(ground: Ground) -> list[Plate]:
    """Curved roofs, and strings of lanterns overhead."""
    unit, tones, random = ground.unit, ground.palette, ground.random
    up = unit * 40
    roofs = f"<defs>{fade('r', mix(tones.near, tones.far, 0.5), tones.near)}</defs>"
    for number in range(7):
        x = ground.width * (number + 0.5) / 7 + random.uniform(-3, 3) * unit
        tall, wide = up * random.uniform(0.4, 0.9), unit * random.uniform(14, 20)
        y = up - tall
        roofs += (
            f'<path d="M{x - wide:.0f} {y + unit * 8:.0f}Q{x - wide * 0.4:.0f} {y + unit * 6:.0f} {x:.0f} '
            f"{y:.0f}Q{x + wide * 0.4:.0f} {y + unit * 6:.0f} {x + wide:.0f} "
            f'{y + unit * 8:.0f}L{x + wide * 0.8:.0f} {up + 20:.0f}H{x - wide * 0.8:.0f}Z" '
            'fill="url(#r)"/>'
        )
        for _ in range(4):
            wx, wy = x + random.uniform(-0.55, 0.55) * wide, random.uniform(y + unit * 12, up)
            roofs += (
                f'<rect x="{wx:.0f}" y="{wy:.0f}" width="{unit * 2.4:.0f}" height="{unit * 3:.0f}" '
                f'fill="{code(tones.light)}" fill-opacity=".75"/>'
            )
    return [
        ground.plate(roofs, up, 0.4, 20, 0.8),
        _lantern_string(ground, 0.5, 0.2),
        _lantern_string(ground, 0.75, 0.06),
        _paving(ground),
    ]


def _lantern_string(ground: Ground, depth: float, down: float) -> Plate:
    unit, tones = ground.unit, ground.palette
    size, height = unit * 3.6 * (0.6 + depth), unit * 44
    red = mix(tones.main, (255, 120, 60), 0.3)
    markup = f"<defs>{glow('g', (255, 170, 80), 0.6)}{fade('l', mix(red, (255, 226, 140), 0.6), red)}</defs>"
    count = 9
    for number in range(count):
        x = ground.width * (number + 0.5) / count
        y = unit * 14 + unit * 9 * math.sin(math.pi * ((number / count * 2) % 1))
        markup += f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size * 3:.0f}" fill="url(#g)"/>'
        markup += f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{size:.0f}" ry="{size * 0.86:.0f}" fill="url(#l)"/>'
        markup += (
            f'<rect x="{x - size * 0.4:.0f}" y="{y - size:.0f}" width="{size * 0.8:.0f}" '
            f'height="{size * 0.22:.0f}" fill="{code(tones.near)}"/>'
        )
        markup += (
            f'<path d="M{x:.0f} {y + size * 0.86:.0f}v{size * 0.9:.0f}" stroke="{code(red)}" '
            f'stroke-width="{size * 0.14:.1f}"/>'
        )
    return Plate(markup, ground.stage.height * down, height, depth, 0.7)


def _paving(ground: Ground) -> Plate:
    tones, unit = ground.palette, ground.unit
    markup = f"<defs>{fade('p', mix(tones.low, tones.near, 0.45), mix(tones.near, (2, 2, 10), 0.5))}</defs>"
    markup += f'<rect width="{ground.width:.0f}" height="{ground.below:.0f}" fill="url(#p)"/>'
    for number in range(1, 8):
        y = ground.below * (number / 8) ** 1.7
        markup += (
            f'<path d="M0 {y:.0f}H{ground.width:.0f}" stroke="{code(tones.light)}" stroke-opacity=".13" '
            f'stroke-width="{unit * 0.3:.1f}"/>'
        )
    return ground.plate(markup, 0, 1.0)
