"""Colour arithmetic: sRGB triples from 0 to 255, and how well one can be read on another."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Iterable

RGB = tuple[int, int, int]

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
LEGIBLE = 4.5
"""The contrast that WCAG 2.2 asks of text (success criterion 1.4.3)."""


def parse(text: str) -> RGB:
    """`#rrggbb` as a triple."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def code(colour: RGB) -> str:
    """A triple as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """`share` 0 gives the first, 1 the second."""
    return _whole(a + (b - a) * share for a, b in zip(first, second, strict=True))


def saturate(colour: RGB, factor: float) -> RGB:
    """More (above 1) or less (below 1) colourful, the hue and lightness kept."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in colour))
    return _whole(value * 255 for value in colorsys.hls_to_rgb(hue, lightness, min(1.0, saturation * factor)))


def apart(first: RGB, second: RGB) -> float:
    """How different two colours look: 0 for equal ones, about 760 for black and white.

    Source: Thiadmer Riemersma, Colour metric ("redmean"), compuphase.com/cmetric.htm.
    """
    red = (first[0] + second[0]) / 2
    squares = [(a - b) ** 2 for a, b in zip(first, second, strict=True)]
    weights = (2 + red / 256, 4.0, 2 + (255 - red) / 256)
    return math.sqrt(sum(weight * square for weight, square in zip(weights, squares, strict=True)))


def luminance(colour: RGB) -> float:
    """Relative luminance from 0 to 1, as WCAG 2.2 defines it."""
    linear = [(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4) for v in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: RGB, second: RGB) -> float:
    """WCAG's contrast ratio, from 1 to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def legible(colour: RGB, *grounds: RGB, least: float = LEGIBLE) -> RGB:
    """`colour`, as much lighter or darker as it takes to be read on all `grounds`; else black or white."""
    pole = max((BLACK, WHITE), key=lambda end: min(contrast(end, ground) for ground in grounds))
    steps = (mix(colour, pole, step / 20) for step in range(20))
    return next((shade for shade in steps if min(contrast(shade, ground) for ground in grounds) >= least), pole)


def _whole(values: Iterable[float]) -> RGB:
    red, green, blue = (max(0, min(255, round(value))) for value in values)
    return red, green, blue
