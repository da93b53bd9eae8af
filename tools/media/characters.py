"""The characters of a text as people see them, the font of each, and the pictures of emoji among them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from .fonts import FONTS, Face, Weight, face_for

NO_BREAK = "\u00a0"
"""A space at which no line ends."""
_COLOUR_SIZE = 109  # the one size at which the colour font holds its pictures
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
    width = font_of(face, _COLOUR_SIZE).getlength(cluster)
    if width > 1.5 * font_of(face, _COLOUR_SIZE).getlength(_PLAIN):
        return False
    return cluster == cluster[0] + _VARIATION or not _same(cluster, cluster[0])


def _same(one: str, other: str) -> bool:
    return emoji(one, _COLOUR_SIZE).tobytes() == emoji(other, _COLOUR_SIZE).tobytes()


def _shows(cluster: str) -> bool:
    """Whether anything that was meant is seen: all parts, and the tags of a flag only in a picture of its own."""
    pieces = _pieces(cluster)
    if pieces != (cluster,) and any(ord(character) in _TAGS for character in cluster):
        return False
    return all(face_of(piece, Weight.DISPLAY) is not None and _drawn(piece) for piece in pieces)


def _drawn(piece: str) -> bool:
    """Whether the colour font has more than an empty picture for it; other fonts have what they say they have."""
    face = face_of(piece, Weight.DISPLAY)
    return face is None or not face.colour or emoji(piece, _COLOUR_SIZE).getbbox() is not None


def _extends(cluster: str, character: str) -> bool:
    """A mark, a variation or keycap sign, or the second letter of a flag."""
    if unicodedata.category(character) in {"Mn", "Me", "Mc"} or character in "\ufe0f\u20e3":
        return True
    return len(cluster) == 1 and ord(cluster) in _REGIONAL and ord(character) in _REGIONAL


@lru_cache(64)
def emoji(cluster: str, side: int) -> Image.Image:
    """Its picture, `side` pixels square."""
    font = font_of(Face(FONTS / "Emoji.ttf", colour=True), _COLOUR_SIZE)
    tile = Image.new("RGBA", (136, 136), (0, 0, 0, 0))
    ImageDraw.Draw(tile).text((68, 68), cluster, font=font, embedded_color=True, anchor="mm")
    return tile.resize((side, side), Image.Resampling.LANCZOS)


@lru_cache(4096)
def face_of(cluster: str, weight: Weight) -> Face | None:
    """The face that has a character, that of the weight for plain Latin; None where no font has it."""
    if _LOW_LATIN.match(cluster):
        return Face(FONTS / weight.value)
    return face_for(cluster, weight)


@lru_cache(256)
def font_of(face: Face, size: float) -> ImageFont.FreeTypeFont:
    """A face at a size in pixels an em."""
    return ImageFont.truetype(str(face.file), size, index=face.index)
