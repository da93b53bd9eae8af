"""The look of a clip: colours and a camera's move from the words of the draft; what they leave open, by seed."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from ..types import RenderRequest
from .colour import BLACK, LEGIBLE, RGB, WHITE, apart, contrast, legible, luminance, mix, parse

_T = TypeVar("_T")

_READ = 6000  # characters of a prompt that are read: it is a paragraph
_NEAREST = 3  # pairs of colours that a draft's colour words leave to the seed
_STANDS_OUT = 190.0  # how far a ground has to be from the colours of what stands on it
_INK_CONTRAST = 7.0


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of one beat."""

    ground: RGB
    ink: RGB
    """What its words are set in."""
    mark: RGB
    """What stresses a word: as its colour on the ground, or as a block behind it."""
    shade: RGB
    """What moves on the ground behind the words, which stay legible over it."""

    @classmethod
    def of(cls, ground: RGB, mark: RGB) -> Tone:
        """The tone of a ground, with ink that can be read on it."""
        pole = WHITE if contrast(WHITE, ground) > contrast(BLACK, ground) else BLACK
        ink = legible(mix(pole, mark, 0.08), ground, least=_INK_CONTRAST)
        shade = mix(ground, mark, 0.12)
        if contrast(ink, shade) < LEGIBLE:
            shade = mix(ground, BLACK if pole == WHITE else WHITE, 0.12)
        return cls(ground, ink, legible(mark, ground, shade), shade)


@dataclass(frozen=True, slots=True)
class Look:
    """How a clip looks."""

    setup: Tone
    subject: Tone
    punch: Tone
    move: str
    """A key of [moves] in look.toml."""
    is_centred: bool
    seed: int
    """Of the words and the request's seed together: equal input, equal picture."""


def look_of(request: RenderRequest, beside: Sequence[RGB] = ()) -> Look:
    """The look that a draft asks for; its grounds stand apart from the colours in `beside`."""
    own = f"{request.title}\n{request.video_prompt}\n{request.cover_prompt}"[:_READ].casefold()
    text = request.story[:_READ].casefold() or own
    digest = hashlib.sha256(f"{request.seed}\n{request.request}\n{text}".encode(errors="replace")).digest()
    seed = int.from_bytes(digest[:8], "big")
    wanted = [parse(colour) for words, colour in _table("colours").items() if _says(text, words)]
    first, second = _pick(_pairs(wanted, beside), seed)
    if seed // 11 % 2 and not beside:
        first, second = second, first
    moves = [move for move, words in _table("moves").items() if _says(own, words)]
    return Look(
        Tone.of(first, second),
        Tone.of(second, first),
        Tone.of(*_last(first, second, seed)),
        moves[0] if moves else _pick(("push", "pull", "pan", "tilt", "orbit"), seed // 5),
        is_centred=not seed // 13 % 3,
        seed=seed,
    )


def _pairs(wanted: Sequence[RGB], beside: Sequence[RGB]) -> Sequence[tuple[RGB, RGB]]:
    """The pairs nearest to the wanted colours, of those whose second colour is a ground for what is in `beside`."""
    pairs = [(parse(first), parse(second)) for first, second in (pair.split() for pair in _look()["pairs"])]
    if beside:
        both = [*pairs, *((second, first) for first, second in pairs)]
        apart_from = {pair: min(apart(pair[1], colour) for colour in beside) for pair in both}
        pairs = [pair for pair in both if apart_from[pair] >= _STANDS_OUT] or [max(both, key=apart_from.__getitem__)]
    if not wanted:
        return pairs
    return sorted(pairs, key=lambda pair: sum(min(apart(one, hue) for one in pair) for hue in wanted))[:_NEAREST]


def _last(first: RGB, second: RGB, seed: int) -> tuple[RGB, RGB]:
    """The colours of the last beat: those of the first, or the darker one deepened."""
    if seed // 17 % 2:
        return first, second
    dark, light = sorted((first, second), key=luminance)
    return mix(dark, BLACK, 0.45), light


def _says(text: str, words: str) -> bool:
    """Whether one of the words stands in the text; those of a script without spaces may stand anywhere."""
    return re.search(rf"(?<![a-zà-ÿ])(?:{words})(?![a-zà-ÿ])", text) is not None


def _pick(choices: Sequence[_T], seed: int) -> _T:
    return choices[seed % len(choices)]


def _table(name: str) -> Mapping[str, str]:
    table: Mapping[str, str] = _look()[name]
    return table


@cache
def _look() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("look.toml").read_text(encoding="utf-8"))
