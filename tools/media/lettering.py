"""Lines of text as pictures: every script shaped, every glyph from a font that has it."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .bidi import is_right_to_left, levels, reorder
from .fonts import FONTS, Face, Weight, face_for, shapes_text
from .line_breaks import cut, insides, is_japanese, may_break, thai_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLOUR_SIZE = 109  # the one size at which the colour font holds its pictures
_EMOJI_EM = 1.16  # an emoji's width, as a share of the text size
NO_BREAK = "\u00a0"
"""A space at which no line ends."""
_JOINER = "\u200d"
_VARIATION = "\ufe0f"
_PLAIN = "\U0001f600"
"""An emoji that every colour font has, to measure others by."""
_EMOJI_FROM = 0x2190
_TAGS = range(0xE0020, 0xE0080)
"""What the flags of regions such as Wales are spelt with."""
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_LOW_LATIN = re.compile(r"[\x20-\x7e]+\Z")
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


def clusters(text: str) -> list[str]:
    """`text` in user-perceived characters, near enough to UAX #29 for titles.

    A sequence of emoji for which the font has no picture of its own is given as its parts.
    """
    return [piece for cluster in _sequences(text) for piece in _pieces(cluster)]


def left_out(text: str) -> list[str]:
    """Emoji of which not even the parts can be drawn, each once."""
    return list(dict.fromkeys(cluster for cluster in _sequences(text) if _is_emoji(cluster) and not _shows(cluster)))


def _sequences(text: str) -> list[str]:
    """The characters with all that belongs to each: marks, skin tones, what is joined to it, the tags of a flag."""
    clusters: list[str] = []
    joined = False
    for character in text:
        if character == _JOINER and clusters:
            joined = _is_emoji(clusters[-1])
            clusters[-1] += character
        elif clusters and _is_emoji(clusters[-1]) and (joined or ord(character) in _SKIN_TONES):
            clusters[-1] += character
            joined = False
        elif ord(character) in _TAGS:
            if clusters and _is_emoji(clusters[-1]):
                clusters[-1] += character
        elif clusters and _extends(clusters[-1], character):
            clusters[-1] += character
        elif unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"} or character == "\t":
            clusters.append(" " if character.isspace() and character != NO_BREAK else character)
    return clusters


def _is_emoji(cluster: str) -> bool:
    return ord(cluster[0]) >= _EMOJI_FROM


@lru_cache(4096)
def _pieces(cluster: str) -> tuple[str, ...]:
    """The cluster, or its parts where it is a sequence that the font has no picture of."""
    if len(cluster) == 1 or not _is_emoji(cluster) or _has_picture(cluster):
        return (cluster,)
    parts: list[str] = []
    for character in cluster:
        if character == _VARIATION and parts:
            parts[-1] += character
        elif character != _JOINER and ord(character) not in _TAGS:
            parts.append(character)
    return tuple(parts)


def _has_picture(cluster: str) -> bool:
    """Whether the font draws a sequence as one picture, and another one than that of its first member."""
    face = Face(FONTS / "Emoji.ttf", colour=True)
    width = _font(face, _COLOUR_SIZE).getlength(cluster)
    if width > 1.5 * _font(face, _COLOUR_SIZE).getlength(_PLAIN):
        return False
    return cluster == cluster[0] + _VARIATION or not _same(cluster, cluster[0])


def _same(one: str, other: str) -> bool:
    return _emoji(one, _COLOUR_SIZE).tobytes() == _emoji(other, _COLOUR_SIZE).tobytes()


def _shows(cluster: str) -> bool:
    """Whether anything that was meant is seen: all parts, and the tags of a flag only in a picture of its own."""
    pieces = _pieces(cluster)
    if pieces != (cluster,) and any(ord(character) in _TAGS for character in cluster):
        return False
    return all(_face(piece, Weight.DISPLAY) is not None and _drawn(piece) for piece in pieces)


def _drawn(piece: str) -> bool:
    """Whether the colour font has more than an empty picture for it; other fonts have what they say they have."""
    face = _face(piece, Weight.DISPLAY)
    return face is None or not face.colour or _emoji(piece, _COLOUR_SIZE).getbbox() is not None


def _extends(cluster: str, character: str) -> bool:
    """A mark, a variation or keycap sign, or the second letter of a flag."""
    if unicodedata.category(character) in {"Mn", "Me", "Mc"} or character in "\ufe0f\u20e3":
        return True
    return len(cluster) == 1 and ord(cluster) in _REGIONAL and ord(character) in _REGIONAL


@lru_cache(4096)
def shape(text: str, size: float, weight: Weight = Weight.DISPLAY) -> Line:
    """One line at `size` pixels an em. What no font can draw is left out; ask `fonts.missing` about it."""
    signs = clusters(text.replace(NO_BREAK, " "))
    parts = [(cluster, face) for cluster in signs if (face := _face(cluster, weight)) is not None]
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
            font, way = _font(run.face, line.size), _direction(run.right_to_left)
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
        glyph = _emoji(cluster, round(size * 1.1))
        x = left + run.x + number * size * _EMOJI_EM + size * (_EMOJI_EM - 1.1) / 2
        picture.alpha_composite(glyph, (round(x), round(baseline - size * 0.88)))


@lru_cache(64)
def _emoji(cluster: str, side: int) -> Image.Image:
    font = _font(Face(FONTS / "Emoji.ttf", colour=True), _COLOUR_SIZE)
    tile = Image.new("RGBA", (136, 136), (0, 0, 0, 0))
    ImageDraw.Draw(tile).text((68, 68), cluster, font=font, embedded_color=True, anchor="mm")
    return tile.resize((side, side), Image.Resampling.LANCZOS)


@lru_cache(4096)
def _face(cluster: str, weight: Weight) -> Face | None:
    if _LOW_LATIN.match(cluster):
        return Face(FONTS / weight.value)
    return face_for(cluster, weight)


@lru_cache(256)
def _font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.file), size, index=face.index)


def _width(words: str, face: Face, size: float, right_to_left: bool) -> float:
    if face.colour:
        return len(clusters(words)) * size * _EMOJI_EM
    return float(_font(face, size).getlength(words, direction=_direction(right_to_left)))


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
