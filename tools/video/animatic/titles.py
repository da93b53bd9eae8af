"""Title typography: a hook that lands word by word, a caption, and the whole title at the payoff."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ...media.bidi import is_right_to_left
from ...media.fonts import Weight
from ...media.lettering import Line, clusters, paint, shape, wrap
from .camera import HOOK_ENDS, PAYOFF_STARTS
from .colour import RGB, Palette, code, luma, mix
from .drawing import raster, svg
from .easing import settle, smooth, span, spring
from .frame import Frame, Still
from .layers import Layer, from_rgba
from .reading import Shot
from .stage import Box, Stage, chain, moving, placing, turning

_MOST = 90  # characters of a title that are drawn; a draft's has at most 50
_LEADS_ON = re.compile(
    r"(?:a|an|and|as|at|by|for|from|in|is|its|my|of|on|or|that|the|their|to|with|your)\Z", re.IGNORECASE
)
_CLAUSE = re.compile(r"[.;!?。；！？\n]|,\s|，|:\s|：| — ")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of lettering with its moment: it comes in at `start`, and leaves at `end` (shares of the clip)."""

    layer: Layer
    start: float
    end: float
    rise: float
    """Stage pixels that it comes up by."""
    pop: bool = False
    rest: Still | None = None
    """How it looks when it has arrived, since it then stands still."""


def title_of(title: str, prompt: str) -> str:
    """The words to set: the title, else the prompt's first clause, cut at a word; never empty."""
    title, prompt = (text.encode(errors="replace").decode() for text in (title, prompt[:2000]))
    text = " ".join(title.split()) or " ".join(_CLAUSE.split(prompt.strip(), maxsplit=1)[0].split())
    signs = clusters(text)
    if len(signs) <= _MOST:
        return "".join(signs) or "…"
    cut = "".join(signs[: _MOST - 1])
    return (cut.rsplit(" ", 1)[0] if " " in cut[_MOST // 2 :] else cut).rstrip(" ,;:") + "…"


def halves(title: str) -> tuple[str, str]:
    """The hook and the rest: at a colon or dash where there is one, else after about half of the words."""
    found = re.match(r"(.{3,40}?[:：!?！？…—–])\s*(.{3,})", title)
    if found:
        return found[1].rstrip(" :：—–"), found[2]
    words = title.split()
    if len(words) < 4:
        return title, ""
    middle = (len(words) + 1) // 2
    while middle > 2 and _LEADS_ON.match(words[middle - 1]):
        middle -= 1
    return " ".join(words[:middle]).rstrip(",;"), " ".join(words[middle:])


def blocks(title: str, shot: Shot, stage: Stage, palette: Palette) -> list[Block]:
    """All lettering of a clip, back to front."""
    colour = ink(palette)
    box = stage.title
    hook, _ = halves(title)
    lines = fit(hook, box, largest=0.2)
    found = _words(lines, box, stage, colour)
    found += _payoff(title, stage, palette, colour)
    found.append(_slate(shot, stage, palette, colour))
    return [replace(block, rest=_rest(block, stage)) for block in found]


def _rest(block: Block, stage: Stage) -> Still | None:
    return Still.of(block.layer, placing(block.layer.origin, block.layer.scale), stage.height, stage.width)


def draw(frame: Frame, block: Block, share: float) -> None:
    """Lay a block over `frame` as it is at `share` of the clip."""
    if not block.start <= share < block.end:
        return
    coming = span(share, block.start, block.start + (0.075 if block.pop else 0.11))
    going = smooth(span(share, block.end - 0.045, block.end)) if block.end < 1 else 0.0
    width, height = block.layer.size
    left, top = block.layer.origin
    grow = 0.82 + 0.18 * spring(coming) if block.pop else 1.0
    if coming == 1 and not going and block.rest is not None:
        block.rest.lay(frame)
        return
    place = moving(0, block.rise * (1 - settle(coming)) - block.rise * 0.6 * going)
    place = chain(place, turning((left + width / 2, top + height / 2), 0, grow))
    frame.lay(block.layer, chain(place, placing(block.layer.origin, block.layer.scale)), smooth(coming) * (1 - going))


def fit(text: str, box: Box, largest: float) -> list[Line]:
    """`text` at the largest size at which it fills the box and no line is broken badly."""
    size = largest * min(box.width * 1.2, box.height * 1.6)
    least = size * 0.2
    while size > least:
        lines = wrap(text, size, box.width)
        tall = sum(line.leading for line in lines)
        broken = " " in text and any(shape(word, size).width > box.width for word in text.split())
        if tall <= box.height and len(lines) <= 5 and not broken:
            return lines
        size *= 0.94
    return wrap(text, size, box.width)[: max(1, int(box.height / size / 1.1))]


def ink(palette: Palette) -> RGB:
    """The lettering's colour: near white on dark, near black on light."""
    return mix((255, 255, 255), palette.light, 0.12) if palette.dark else mix((20, 16, 34), palette.near, 0.3)


def lettering(line: Line, colour: RGB, x: float, baseline: float, dark: bool) -> Layer:
    """A line as a layer, with a soft shade behind it that keeps it legible over a busy picture."""
    pixels, (left, up) = paint(line, colour)
    pad = int(line.size * 0.3)
    framed = np.pad(pixels, ((pad, pad), (pad, pad), (0, 0)))
    alpha = framed[..., 3]
    spread = max(2.0, line.size * 0.13)
    small = cv2.resize(alpha, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), spread / 4), alpha.shape[::-1]).astype(np.float32)
    shade = np.minimum(soft * (1.0 if dark else 0.55), 255) / 255
    over = alpha.astype(np.float32) / 255
    together = over + shade * (1 - over)
    back = np.array((10, 6, 24) if dark else (255, 252, 244), np.float32)
    weight = (over / np.maximum(together, 1e-4))[..., None]
    out = np.empty_like(framed)
    out[..., :3] = framed[..., :3] * weight + back * (1 - weight) + 0.5
    out[..., 3] = together * 255 + 0.5
    return Layer(from_rgba(out, grain=0), (x - left - pad, baseline - up - pad))


def set_lines(lines: list[Line], box: Box, top: float, colour: RGB, dark: bool) -> list[Layer]:
    """Each line as a layer, ranged left, or right when the text runs from the right."""
    layers = []
    y = top
    for line in lines:
        x = box.right - line.width if is_right_to_left(lines[0].text) else box.left
        layers.append(lettering(line, colour, x, y + line.size * 0.82, dark))
        y += line.leading
    return layers


def _words(lines: list[Line], box: Box, stage: Stage, colour: RGB) -> list[Block]:
    """The hook, each word on its own beat; scripts without spaces and right-to-left lines come line by line."""
    pieces: list[tuple[Line, float, float]] = []
    y = box.top + lines[0].size * 0.05 if lines else box.top
    for line in lines:
        backwards = is_right_to_left(lines[0].text)
        x = box.right - line.width if backwards else box.left
        if backwards or any(run.right_to_left for run in line.runs):
            pieces.append((line, x, y))
        else:
            for found in re.finditer(r"\S+", line.text):
                before = shape(line.text[: found.start()], line.size).width
                pieces.append((shape(found.group(), line.size), x + before, y))
        y += line.leading
    step = min(0.035, 0.16 / max(1, len(pieces)))
    dark = luma(colour) > 0.5
    end = HOOK_ENDS + 0.015
    return [
        Block(
            lettering(piece, colour, x, top + piece.size * 0.82, dark),
            0.012 + step * number if number else -1.0,
            end,
            stage.height * 0.012,
            pop=True,
        )
        for number, (piece, x, top) in enumerate(pieces)
    ]


def _payoff(title: str, stage: Stage, palette: Palette, colour: RGB) -> list[Block]:
    """The whole title, line after line, over a rule in the accent colour."""
    box = stage.title
    lines = fit(title, Box(box.left, box.top, box.width, box.height * 0.9), largest=0.165)
    tall = sum(line.leading for line in lines)
    top = box.top + (max(0.0, (box.height - tall) * 0.35) if stage.is_wide else lines[0].size * 0.3)
    layers = set_lines(lines, box, top, colour, palette.dark)
    found = [
        Block(layer, PAYOFF_STARTS - 0.01 + 0.028 * number, 2.0, stage.height * 0.022)
        for number, layer in enumerate(layers)
    ]
    wide, thick = min(stage.width, stage.height) * 0.17, min(stage.width, stage.height) * 0.0125
    x = box.right - wide if is_right_to_left(title) else box.left
    bar = f'<rect width="{wide:.0f}" height="{thick:.1f}" rx="{thick / 2:.1f}" fill="{code(vivid(palette))}"/>'
    rule = Layer(from_rgba(np.pad(raster(svg(wide, thick, bar)), ((2, 2), (2, 2), (0, 0)))), (x - 2, top - thick * 2.2))
    return [Block(rule, PAYOFF_STARTS - 0.02, 2.0, 0.0, pop=True), *found]


def vivid(palette: Palette) -> RGB:
    """The accent, kept apart from what it stands on."""
    behind = mix(palette.top, palette.middle, 0.6)
    accent = palette.accent
    return accent if abs(luma(accent) - luma(behind)) > 0.16 else mix(accent, ink(palette), 0.5)


def _slate(shot: Shot, stage: Stage, palette: Palette, colour: RGB) -> Block:
    """The small line that says what this is, and which directions of the prompt it followed."""
    size = min(stage.width, stage.height) * 0.0225
    notes = [_NOTES[word] for word in shot.spoken if word in _NOTES]
    line = shape("  ·  ".join(["ANIMATIC", *notes[:3]]), size, Weight.TEXT)
    safe = stage.safe
    layer = lettering(line, mix(colour, palette.light, 0.2), safe.left, safe.top + size * 1.1, palette.dark)
    return Block(layer, -1.0, 2.0, 0.0)


_NOTES = {
    "close": "CLOSE-UP",
    "medium": "MEDIUM SHOT",
    "wide": "WIDE SHOT",
    "push": "PUSH-IN",
    "pull": "PULL-BACK",
    "pan": "PAN",
    "tilt": "TILT UP",
    "drop": "TILT DOWN",
    "orbit": "ORBIT",
    "shake": "HANDHELD",
    "hold": "LOCKED-OFF",
    "dawn": "MORNING LIGHT",
    "day": "DAYLIGHT",
    "golden": "GOLDEN LIGHT",
    "dusk": "DUSK",
    "night": "NIGHT",
    "neon": "NEON",
    "rain": "RAIN",
    "snow": "SNOW",
    "fog": "FOG",
    "wind": "WIND",
    "petals": "FALLING PETALS",
}
