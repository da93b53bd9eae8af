"""Colour arithmetic and the palettes of the day: sRGB triples from 0 to 255."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

from .reading import Shot

RGB = tuple[int, int, int]


def parse(text: str) -> RGB:
    """`#rrggbb` as a triple."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def code(colour: RGB) -> str:
    """A triple as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """`share` 0 gives the first, 1 the second."""
    return _whole(a + (b - a) * share for a, b in zip(first, second, strict=True))


def tint(colour: RGB, light: RGB, strength: float) -> RGB:
    """`colour` as it looks under a `light` (white changes nothing)."""
    lit = _whole(a * b / 255 for a, b in zip(colour, light, strict=True))
    return mix(colour, lit, strength)


def saturate(colour: RGB, factor: float) -> RGB:
    """More (above 1) or less (below 1) colourful, the hue and lightness kept."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in colour))
    return _whole(value * 255 for value in colorsys.hls_to_rgb(hue, lightness, min(1.0, saturation * factor)))


def luma(colour: RGB) -> float:
    """Perceived brightness from 0 to 1 (BT.709 weights on the stored values)."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255


def _whole(values: object) -> RGB:
    red, green, blue = (max(0, min(255, round(value))) for value in values)  # type: ignore[attr-defined]
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one shot."""

    top: RGB
    """The sky or wall, from the upper edge ..."""
    middle: RGB
    low: RGB
    """... to the horizon."""
    far: RGB
    near: RGB
    light: RGB
    """Sun, lamp, moon or neon, and the rims of things."""
    ambient: RGB
    """What everything is tinted with."""
    main: RGB
    """The subject's colours."""
    second: RGB
    accent: RGB
    dark: bool
    """The picture behind a title is dark, so the title is light."""


_TIMES = {
    "dawn": ("#46578f", "#d58a97", "#ffd9ae", "#8d7aa5", "#3f4470", "#fff0cf", "#fff0ea"),
    "day": ("#2b86d1", "#7cc4ee", "#e3f4f1", "#7fb3c8", "#2f6f78", "#fffbe6", "#ffffff"),
    "golden": ("#3d4f8a", "#f09a5b", "#ffdf92", "#b9766a", "#4a3554", "#fff0b8", "#ffe9cf"),
    "dusk": ("#251d50", "#88407f", "#ff9468", "#6a3d78", "#261b45", "#ffd0a0", "#f0cfe6"),
    "night": ("#060a1f", "#12225a", "#2f5596", "#1f3570", "#0a1230", "#dfeaff", "#a9bdf2"),
    "neon": ("#0c0522", "#37115f", "#c02c8c", "#4b1c78", "#12082c", "#3df2ff", "#d0b4ff"),
}

_INDOORS = {
    "dawn": ("#7a6a86", "#c79f94", "#f0cfae", "#a8857f", "#4d3b4a", "#fff0cf", "#fff0ea"),
    "day": ("#6fb4c9", "#b9e0dc", "#fdf0d3", "#86b9b4", "#365a63", "#fffbe6", "#ffffff"),
    "golden": ("#8c4f46", "#d98b54", "#ffd28c", "#a3593f", "#43242b", "#ffedb0", "#ffe6c4"),
    "dusk": ("#3a2a5c", "#7d4a7c", "#e89478", "#5b3868", "#231838", "#ffd0a0", "#f0cfe6"),
    "night": ("#10142e", "#262a55", "#58457a", "#22244a", "#0c0e22", "#ffd79a", "#c3c6ef"),
    "neon": ("#12082c", "#3b1466", "#a32b8b", "#4b1c78", "#0e0624", "#3df2ff", "#d0b4ff"),
}

_INSIDE = {"kitchen", "room", "desk", "studio"}
_OWN_SKY = {
    "space": ("#04050f", "#141238", "#3a2a6b", "#2a2456", "#0a0920", "#cfe0ff", "#d5d6ff"),
    "stage": ("#0d0918", "#2a1233", "#6e2440", "#2b1430", "#0a0612", "#ffdf9e", "#ffd9cf"),
    "neon": _TIMES["neon"],
    "energy": ("#1b1038", "#6a1f4f", "#f2653a", "#4a1a4c", "#150b2a", "#ffe08a", "#ffd9c4"),
    "night-town": ("#0b0b28", "#2c1c4e", "#93395a", "#2b1a48", "#0c0a20", "#ffcf7a", "#ffd5b8"),
}
_NAMED = {
    "red": "#d8413c",
    "orange": "#ee8434",
    "yellow": "#f4c542",
    "green": "#3e9a5f",
    "teal": "#2aa6a4",
    "blue": "#3274d0",
    "purple": "#7a4fc0",
    "pink": "#ee7f9b",
    "brown": "#8a5a3a",
    "white": "#f6f1e7",
    "black": "#20222c",
    "grey": "#8c93a0",
}
_CAST = {"warm": (255, 226, 190), "cool": (205, 228, 255)}


def palette(shot: Shot) -> Palette:
    """The colours that a shot's time, place and colour words give together."""
    sky = [parse(text) for text in _sky(shot)]
    named = [parse(_NAMED[word]) for word in shot.colours if word in _NAMED]
    main, second, accent = (parse(text) for text in shot.hues)
    for colour, share in zip(named[:2], (0.26, 0.15), strict=False):
        weighted = zip(sky[:5], (0.7, 1, 0.5, 1, 0.6), strict=True)
        sky = [*(saturate(mix(value, colour, share * weight), 1.18) for value, weight in weighted), *sky[5:]]
    if vivid := [colour for colour in named if max(colour) - min(colour) > 60]:
        accent = mix(accent, vivid[0], 0.75)
    for word, cast in _CAST.items():
        if word in shot.colours:
            sky = [tint(value, cast, 0.7) for value in sky]
    if "pastel" in shot.colours:
        sky = [*(mix(saturate(value, 0.7), (255, 246, 240), 0.22) for value in sky[:5]), *sky[5:]]
    top, middle, low, far, near, light, ambient = sky
    return Palette(
        top=top,
        middle=middle,
        low=low,
        far=far,
        near=near,
        light=light,
        ambient=ambient,
        main=main,
        second=second,
        accent=accent,
        dark=luma(mix(top, middle, 0.5)) < 0.86,
    )


def _sky(shot: Shot) -> tuple[str, ...]:
    if shot.setting in _OWN_SKY:
        return _OWN_SKY[shot.setting]
    return (_INDOORS if shot.setting in _INSIDE else _TIMES)[shot.time]
