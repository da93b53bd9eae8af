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
from .colour import RGB, Palette, code, luma, mix, saturate, tint

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SVG = "http://www.w3.org/2000/svg"
ET.register_namespace("", _SVG)


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


def inks(palette: Palette) -> str:
    """Definitions for drawings: classes a to h are lit gradients, *-flat their plain colours."""
    paper = tint((250, 244, 233), palette.ambient, 0.55)
    ink = tint((38, 36, 54), palette.ambient, 0.4)
    skin = tint((226, 162, 124), palette.ambient, 0.6)
    leaf = tint((84, 150, 92), palette.ambient, 0.7)
    colours: dict[str, RGB] = {
        "a": tint(palette.main, palette.ambient, 0.75),
        "b": tint(palette.second, palette.ambient, 0.75),
        "c": tint(palette.accent, palette.ambient, 0.5),
        "d": ink,
        "e": paper,
        "f": skin,
        "g": leaf,
        "h": mix(palette.near, ink, 0.35),
    }
    rules = [f".rim{{fill:{code(palette.light)};fill-opacity:.55}}"]
    rules += [f".line{{fill:none;stroke:{code(palette.light)};stroke-opacity:.6;stroke-linecap:round}}"]
    rules += [".shadow{fill:url(#shadow)}", ".halo{fill:url(#halo)}"]
    defs = [
        '<radialGradient id="shadow"><stop offset="0" stop-color="#120c1e" stop-opacity=".55"/>'
        '<stop offset=".6" stop-color="#120c1e" stop-opacity=".25"/>'
        '<stop offset="1" stop-color="#120c1e" stop-opacity="0"/></radialGradient>',
        f'<radialGradient id="halo"><stop offset="0" stop-color="{code(palette.light)}" stop-opacity=".9"/>'
        f'<stop offset=".35" stop-color="{code(palette.light)}" stop-opacity=".35"/>'
        f'<stop offset="1" stop-color="{code(palette.light)}" stop-opacity="0"/></radialGradient>',
    ]
    for name, colour in colours.items():
        light = mix(saturate(colour, 1.08), palette.light, 0.34 if luma(colour) < 0.7 else 0.2)
        shade = mix(saturate(colour, 1.05), mix(palette.near, (24, 16, 40), 0.45), 0.48)
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
