"""A block of lettering: text at the largest size at which it fills its box, in pieces that can move on their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...media.bidi import is_right_to_left
from ...media.fonts import Weight
from ...media.lettering import Line, paint, shape, units
from .beats import bare
from .colour import RGB, legible
from .fitting import GAP, above, below, fit, tall
from .layers import Layer, from_rgba, plain
from .look import Tone
from .stage import Box

_OVERHANG = 0.07
"""How far a block reaches beyond its word on each side, as a share of the size."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What comes in at once: a word, or a line where words hang together."""

    layer: Layer
    order: int
    is_block: bool = False
    """A block of colour behind words, rather than words."""


@dataclass(frozen=True, slots=True)
class Block:
    """A text that is set."""

    pieces: tuple[Piece, ...]
    lines: tuple[tuple[Line, float, float], ...]
    """Each line with the x of its start and the y of its baseline."""

    @property
    def is_line(self) -> bool:
        """Whether it is a single line of letters."""
        return len(self.lines) == 1 and not any(run.face.colour for run in self.lines[0][0].runs)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a text is set."""

    box: Box
    largest: float
    """The greatest size, in pixels an em."""
    tone: Tone
    is_centred: bool = False
    key: frozenset[str] = frozenset()
    """Words that are stressed, as `bare` has them."""
    in_blocks: bool = False
    """Stress with a block of colour behind the word rather than with the word's colour."""
    above: float = 0.5
    """How much of the room that is left is above the block."""


def set_block(text: str, how: Setting) -> Block:
    """Set `text`. It never leaves its box; a text that no size lets in loses its last lines."""
    if how.in_blocks and how.key:
        how = replace(how, box=how.box.grown(-_OVERHANG * how.largest))
    lines = _placed(fit(text, how.box, how.largest), how)
    pieces: list[Piece] = []
    for line, x, y in lines:
        for part, at, stressed in _parts(line, how.key):
            marked = how.in_blocks and stressed
            colour = how.tone.mark if stressed else how.tone.ink
            if marked:
                pieces.append(Piece(_behind(part, x + at, y, how.tone.mark), len(pieces), is_block=True))
                colour = legible(how.tone.ground, how.tone.mark)
            pieces.append(Piece(lettering(part, colour, x + at, y), len(pieces)))
    return Block(tuple(sorted(pieces, key=lambda piece: not piece.is_block)), tuple(lines))


def lettering(line: Line, colour: RGB, x: float, baseline: float) -> Layer:
    """A line as a layer that is no larger than its ink."""
    pixels, (left, up) = paint(line, colour)
    rows, columns = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return Layer(np.zeros((2, 2, 4), np.uint8), (x, baseline))
    top, first = max(0, int(rows[0]) - 1), max(0, int(columns[0]) - 1)
    inked = np.ascontiguousarray(pixels[top : int(rows[-1]) + 2, first : int(columns[-1]) + 2])
    return Layer(from_rgba(inked), (x - left + first, baseline - up + top))


def _placed(lines: Sequence[Line], how: Setting) -> list[tuple[Line, float, float]]:
    """Each line with its start and its baseline."""
    box = how.box
    while len(lines) > 1 and tall(lines) > box.height:
        lines = lines[:-1]
    y = box.top + max(0.0, box.height - tall(lines)) * how.above
    backwards = is_right_to_left(" ".join(line.text for line in lines))
    placed = []
    for number, line in enumerate(lines):
        y += above(line) + (GAP * line.size if number else 0)
        left = box.right - line.width if backwards else box.left
        placed.append((line, box.left + (box.width - line.width) / 2 if how.is_centred else left, y))
        y += below(line)
    return placed


def _parts(line: Line, key: frozenset[str]) -> list[tuple[Line, float, bool]]:
    """A line's words with their place in it; words that follow each other and are stressed alike are one."""
    weight = Weight.DISPLAY
    if any(run.right_to_left for run in line.runs):
        return [(line, 0.0, False)]
    words = units(line.text)
    found: list[tuple[Line, float, bool]] = []
    start = 0
    while start < len(words):
        stressed, end = bare(words[start]) in key, start + 1
        while stressed and end < len(words) and bare(words[end]) in key:
            end += 1
        before = shape("".join(words[:start]), line.size, weight).width
        found.append((shape("".join(words[start:end]).rstrip(), line.size, weight), before, stressed))
        start = end
    return found


def _behind(line: Line, x: float, baseline: float, colour: RGB) -> Layer:
    """The block of colour behind a stressed word."""
    size, over = line.size, _OVERHANG * line.size
    return plain(colour, Box(x - over, baseline - 0.83 * size, line.width + 2 * over, 1.05 * size))
