"""Where each glyph comes from: the fonts that ship, then whatever the machine has installed."""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from ...home import expanded

FONTS = Path(__file__).parent / "fonts_data"

_EMOJI = "Emoji.ttf"
_LAST = ("Symbols.ttf", "Symbols2.ttf", "Math.ttf", _EMOJI)  # asked after every script's own font
_EMOJI_FROM = 0x2600  # from here on, people who type a sign that is also an emoji mean the emoji
_VARIATION_EMOJI = "\ufe0f"
_SKIN_TONES = range(0x1F3FB, 0x1F400)  # with what they are a part of: see characters.left_out
_IGNORED = {"Cf", "Cc", "Zs", "Zl", "Zp"}

_INSTALLED = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), expanded("~/.local/share/fonts"))

_PACKAGES = {"CJK": "fonts-noto-cjk", "HIRAGANA": "fonts-noto-cjk", "KATAKANA": "fonts-noto-cjk"}
_EXTRA_PACKAGES = "fonts-noto-core fonts-noto-extra"


class Weight(StrEnum):
    """The cuts of the Latin, Cyrillic and Greek font; other scripts ship in one weight."""

    DISPLAY = "Display.ttf"
    TEXT = "Text.ttf"


@dataclass(frozen=True, slots=True)
class Face:
    """A font file. `colour` fonts hold pictures instead of outlines."""

    file: Path
    colour: bool = False
    index: int = 0

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.file.name


@dataclass(frozen=True, slots=True)
class Missing:
    """Code points that no font here can draw, and the Debian packages that can."""

    script: str
    characters: str
    packages: str


def face_for(cluster: str, weight: Weight = Weight.DISPLAY) -> Face | None:
    """The font for one grapheme cluster: shipped, else installed, else None."""
    point = ord(cluster[0])
    if (_VARIATION_EMOJI in cluster or point >= _EMOJI_FROM) and _covers(_EMOJI, point):
        return Face(FONTS / _EMOJI, colour=True)
    for name in (weight.value, *_scripts(), *_LAST):
        if _covers(name, point):
            return Face(FONTS / name, colour=name == _EMOJI)
    return _installed_face(point)


def missing(text: str) -> list[Missing]:
    """What in `text` no font here can draw, grouped by script; empty when all of it can be drawn."""
    lacking: dict[str, set[str]] = {}
    for character in text:
        if unicodedata.category(character) in _IGNORED or ord(character) in _SKIN_TONES:
            continue
        if face_for(character) is not None:
            continue
        script = unicodedata.name(character, f"U+{ord(character):04X}").split(" ")[0].split("-")[0]
        lacking.setdefault(script, set()).add(character)
    return [
        Missing(script, "".join(sorted(signs)), _PACKAGES.get(script, _EXTRA_PACKAGES))
        for script, signs in sorted(lacking.items())
    ]


def shipped() -> dict[str, int]:
    """The fonts in the package and how many code points each has."""
    return {
        name: sum(last - first + 1 for first, last in zip(*ranges, strict=True))
        for name, ranges in _coverage().items()
        if (FONTS / name).is_file()
    }


@cache
def shapes_text() -> bool:
    """True when the text engine can shape Arabic, Indic and right-to-left text (Pillow was built with Raqm)."""
    from PIL import features

    return bool(features.check("raqm"))


@cache
def _coverage() -> dict[str, tuple[list[int], list[int]]]:
    """Per file, the first and the last code points of its ranges, ascending."""
    listed: dict[str, list[list[int]]] = json.loads((FONTS / "coverage.json").read_text(encoding="utf-8"))
    return {name: ([first for first, _ in ranges], [last for _, last in ranges]) for name, ranges in listed.items()}


@cache
def _scripts() -> tuple[str, ...]:
    special = {weight.value for weight in Weight} | set(_LAST)
    return tuple(name for name in _coverage() if name not in special)


def _covers(name: str, point: int) -> bool:
    firsts, lasts = _coverage()[name]
    place = bisect_right(firsts, point) - 1
    return place >= 0 and point <= lasts[place]


@cache
def _installed_face(point: int) -> Face | None:
    """An installed font with the code point; only looked for when no shipped font has it."""
    return next((face for face, points in _installed_fonts() if point in points), None)


@cache
def _installed_fonts() -> list[tuple[Face, frozenset[int]]]:
    return list(_read_installed(sorted(file for folder in _INSTALLED for file in folder.rglob("*.[ot]t[fc]"))))


def _read_installed(files: Iterable[Path]) -> Iterator[tuple[Face, frozenset[int]]]:
    from fontTools.ttLib import TTFont, TTLibError

    for file in files:
        try:
            with TTFont(file, lazy=True, fontNumber=0) as font:
                if "glyf" in font or "CFF " in font:
                    yield Face(file), frozenset(font.getBestCmap() or ())
        except (TTLibError, OSError):  # somebody else's broken font is no reason to fail
            continue
