"""SVG in, pixels out: the border to libvips, which carries librsvg and cairo in its wheel."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET  # our own drawings, never a stranger's
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from ....errors import MissingError, RenderError
from . import art
from .colour import RGB, code, luminance, mix, parse, saturate

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SVG = "http://www.w3.org/2000/svg"
ET.register_namespace("", _SVG)

_LIGHT, _SHADE = parse("#fffbe6"), parse("#232d42")
"""What falls on a drawing, and what its far side turns to."""
_COMMON = ("#262436", "#faf4e9", "#e2a27c", "#549664", "#2b4a56")
"""Ink, paper, skin, leaf and stone: the colours d to h of every drawing."""
_PALE = 0.45


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a drawing, on the drawing's square of 1000 units."""

    name: str
    """body, lift, spin, sway or glow: how it moves."""
    markup: str
    pivot: tuple[float, float]
    """Where it turns, in the drawing's units."""
    height: float
    """Of the drawing: 1000, or more when it goes on below the frame."""


@cache
def parts(subject: str) -> tuple[Part, ...]:
    """The groups of `art/<subject>.svg`, back to front."""
    root = ET.fromstring(files(art).joinpath(f"{subject}.svg").read_text(encoding="utf-8"))  # noqa: S314, our own
    height = float(root.get("viewBox", "0 0 1000 1000").split()[3])
    return tuple(_part(group, height) for group in root if group.tag == f"{{{_SVG}}}g")


def svg(width: float, height: float, body: str, inks: str = "") -> str:
    """A whole SVG of `width` x `height` pixels around `body`."""
    wide, tall = math.ceil(width), math.ceil(height)
    return f'<svg xmlns="{_SVG}" width="{wide}" height="{tall}" viewBox="0 0 {wide} {tall}">{inks}{body}</svg>'


def raster(markup: str, scale: float = 1.0) -> NDArray[np.uint8]:
    """The picture (h, w, 4) uint8, straight alpha. Raises MissingError without libvips, RenderError on bad markup."""
    try:
        import pyvips
    except (ImportError, OSError) as exc:
        raise MissingError(
            f"the drawing library cannot be loaded: {exc}", hint="install it with: pip install 'pyvips[binary]'"
        ) from exc
    try:
        picture: NDArray[np.uint8] = pyvips.Image.svgload_buffer(markup.encode(), scale=scale).numpy()
    except pyvips.Error as exc:
        raise RenderError(f"a drawing could not be rasterised: {exc}", hint="report the prompt that led here") from exc
    return picture


@cache
def inks(hues: tuple[RGB, RGB, RGB]) -> str:
    """Definitions for drawings: classes a to h are lit gradients, *-flat their plain colours; a, b and c are `hues`."""
    colours = dict(zip("abcdefgh", (*hues, *map(parse, _COMMON)), strict=True))
    rules = [f".rim{{fill:{code(_LIGHT)};fill-opacity:.55}}"]
    rules += [f".line{{fill:none;stroke:{code(_LIGHT)};stroke-opacity:.6;stroke-linecap:round}}"]
    rules += [".shadow{fill:#120c1e;fill-opacity:.16}", ".halo{fill:none}"]
    defs = []
    for name, colour in colours.items():
        light = mix(saturate(colour, 1.08), _LIGHT, 0.2 if luminance(colour) > _PALE else 0.34)
        shade = mix(saturate(colour, 1.05), _SHADE, 0.48)
        defs.append(
            f'<linearGradient id="{name}" x1=".1" y1="0" x2=".9" y2="1"><stop offset="0" stop-color="{code(light)}"/>'
            f'<stop offset=".45" stop-color="{code(colour)}"/><stop offset="1" stop-color="{code(shade)}"/>'
            "</linearGradient>"
        )
        rules.append(f".{name}{{fill:url(#{name})}} .{name}-flat{{fill:{code(colour)}}}")
        rules.append(f".{name}-shade{{fill:{code(shade)}}} .{name}-light{{fill:{code(light)}}}")
        rules.append(f".{name}-line{{fill:none;stroke:{code(colour)};stroke-linecap:round;stroke-linejoin:round}}")
    return f"<defs>{''.join(defs)}</defs><style>{' '.join(rules)}</style>"


def _part(group: ET.Element, height: float) -> Part:
    name = group.get("id", "body")
    found = re.fullmatch(r"(-?[\d.]+)[ ,]+(-?[\d.]+)", group.get("data-pivot", "500 900"))
    if found is None:
        raise RenderError(f"the drawing's part {name!r} has a bad pivot", hint="write data-pivot as two numbers")
    markup = ET.tostring(group, encoding="unicode")
    return Part(name.split("-")[0], markup, (float(found[1]), float(found[2])), height)
