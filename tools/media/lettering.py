"""Lines of text as pictures: every script shaped, every glyph from a font that has it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image, ImageDraw

from .bidi import is_right_to_left, levels, reorder
from .characters import NO_BREAK, clusters, emoji, face_of, font_of
from .fonts import Face, Weight, shapes_text
from .line_breaks import cut, insides, is_japanese, may_break, thai_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EMOJI_EM = 1.16  # an emoji's width, as a share of the text size
_STUB = 3  # signs of a word that is too short for a line of its own
_TALL = (
    *("Arabic", "Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar"),
    *("Sinhala", "Tamil", "Telugu", "Thai"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one font and one direction, `x` pixels right of the line's start."""

    text: str
    face: Face
    right_to_left: bool
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """A shaped line: runs from left to right, sizes in pixels."""

    text: str
    size: float
    width: float
    runs: tuple[Run, ...]

    @property
    def leading(self) -> float:
        """The distance to the next baseline; scripts with marks above and below need more."""
        tall = any(run.face.name.startswith(_TALL) for run in self.runs)
        return self.size * (1.42 if tall else 1.1)


@lru_cache(4096)
def shape(text: str, size: float, weight: Weight = Weight.DISPLAY) -> Line:
    """One line at `size` pixels an em. What no font can draw is left out; ask `fonts.missing` about it."""
    signs = clusters(text.replace(NO_BREAK, " "))
    parts = [(cluster, face) for cluster in signs if (face := face_of(cluster, weight)) is not None]
    joined = "".join(cluster for cluster, _ in parts)
    direction = is_right_to_left(joined)
    per_character = levels(joined, direction)
    starts = itertools.accumulate((len(cluster) for cluster, _ in parts), initial=0)
    keyed = [(face, per_character[start], cluster) for (cluster, face), start in zip(parts, starts, strict=False)]
    groups = [
        (face, level, "".join(cluster for _, _, cluster in group))
        for (face, level), group in itertools.groupby(keyed, key=lambda part: (part[0], part[1]))
    ]
    runs: list[Run] = []
    x = 0.0
    for index in reorder([level for _, level, _ in groups]):
        face, level, words = groups[index]
        width = _width(words, face, size, level % 2 == 1)
        runs.append(Run(words, face, level % 2 == 1, x, width))
        x += width
    return Line(joined, size, x, tuple(runs))


def wrap(text: str, size: float, width: float, weight: Weight = Weight.DISPLAY) -> list[Line]:
    """`text` in lines no wider than `width` pixels, evened out; a longer word is broken."""
    pieces = [part for unit in units(text) for part in _shorten(unit, size, width, weight)]
    lines = _greedy(pieces, size, width, weight)
    if len(lines) > 1:
        lines = _even(pieces, size, width, weight, len(lines))
    return [shape(line, size, weight) for line in lines]


def paint(line: Line, colour: tuple[int, int, int]) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """The line as straight-alpha RGBA (H, W, 4) uint8, and where in it the baseline starts (x, y)."""
    pad = int(np.ceil(line.size * 0.35)) + 2
    up, down = int(np.ceil(line.size * 1.15)), int(np.ceil(line.size * 0.55))
    size = (int(np.ceil(line.width)) + 2 * pad, up + down)
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    for run in line.runs:
        if not run.face.colour:
            font, way = font_of(run.face, line.size), _direction(run.right_to_left)
            draw.text((pad + run.x, up), run.text, fill=255, font=font, anchor="ls", direction=way)
    picture = Image.merge("RGBA", [*(Image.new("L", size, value) for value in colour), mask])
    for run in line.runs:
        if run.face.colour:
            _paste_emoji(picture, run, line.size, pad, up)
    return np.asarray(picture), (pad, up)


def _direction(right_to_left: bool) -> Literal["rtl", "ltr"] | None:
    """What the text engine is told; one without shaping takes nothing, and `doctor` says so."""
    if not shapes_text():
        return None
    return "rtl" if right_to_left else "ltr"


def _paste_emoji(picture: Image.Image, run: Run, size: float, left: int, baseline: int) -> None:
    for number, cluster in enumerate(clusters(run.text)):
        glyph = emoji(cluster, round(size * 1.1))
        x = left + run.x + number * size * _EMOJI_EM + size * (_EMOJI_EM - 1.1) / 2
        picture.alpha_composite(glyph, (round(x), round(baseline - size * 0.88)))


def _width(words: str, face: Face, size: float, right_to_left: bool) -> float:
    if face.colour:
        return len(clusters(words)) * size * _EMOJI_EM
    return float(font_of(face, size).getlength(words, direction=_direction(right_to_left)))


def units(text: str) -> list[str]:
    """What stays together on a line: words with their following space, phrases where no spaces are written."""
    found: list[str] = []
    last, japanese = " ", is_japanese(text)
    joined = "".join(clusters(text))
    inside, begins = insides(joined), thai_words(joined)
    place = 0
    for cluster in clusters(text):
        breaks = place in begins or (place not in inside and may_break(last, cluster, japanese=japanese))
        if breaks or not found:
            found.append(cluster)
        else:
            found[-1] += cluster
        last, place = cluster, place + len(cluster)
    return found


def _shorten(unit: str, size: float, width: float, weight: Weight) -> list[str]:
    """A unit in parts that fit on a line each; a word gets its hyphens."""
    parts: list[str] = []
    signs = clusters(unit.rstrip())
    while signs and shape("".join(signs), size, weight).width > width:
        fitting = (n for n in range(len(signs), 1, -1) if shape("".join(signs[:n]), size, weight).width <= width)
        place, hyphen = cut(signs, next(fitting, 1))
        parts.append("".join(signs[:place]) + hyphen)
        signs = signs[place:]
    return [*parts, "".join(signs) + unit[len(unit.rstrip()) :]]


def _greedy(pieces: Sequence[str], size: float, width: float, weight: Weight) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        if lines and shape((lines[-1] + piece).rstrip(), size, weight).width <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.strip() for line in lines if line.strip()] or lines[:1]


def _even(pieces: Sequence[str], size: float, width: float, weight: Weight, count: int) -> list[str]:
    """The narrowest measure that still takes `count` lines, none of them left with one short word where that can be."""
    low, high = width / count * 0.6, width
    best = _greedy(pieces, size, width, weight)
    for _ in range(6):
        middle = (low + high) / 2
        lines = _greedy(pieces, size, middle, weight)
        breaks = len(lines) > count or any(shape(line, size, weight).width > width for line in lines)
        if breaks or _stubs(lines) > _stubs(best):
            low = middle
        else:
            best, high = lines, middle
    return best


def _stubs(lines: Sequence[str]) -> int:
    return sum(len(line) <= _STUB and not line[:1].isdigit() for line in lines)
