"""A file into clips: at cuts, at the edges of black and frozen stretches, and at the ends of what is said."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from .look import Look, Stretch
from .types import HeardWord

_ENDS = (".", "!", "?", "。", "！", "？", "…")
_PAUSES = (",", ";", ":", "，", "；", "：", "、", "—", "-")
_CLOSING = "\"'”’)」』》"


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long a clip may be, in seconds."""

    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class Pause:
    """A moment between two words at which a clip may end."""

    at: float
    sentence: bool
    """True where a sentence ends, false at a comma."""


def cut(look: Look, words: Sequence[HeardWord], lengths: Lengths) -> list[Stretch]:
    """The clips of a file, in order. What lies between and is too short for one is in none.

    Nobody speaks: shots, longer ones in equal parts. Somebody speaks: shots again, and inside them the sentences.
    """
    hard = {0.0, look.seconds, *look.cuts}
    hard |= {edge for stretch in (*look.black, *look.frozen) for edge in (stretch.start, stretch.end)}
    edges = sorted(edge for edge in hard if 0.0 <= edge <= look.seconds)
    pauses = pauses_of(words)
    return [
        piece
        for start, end in itertools.pairwise(edges)
        if end - start >= lengths.shortest
        for piece in _pieces(start, end, pauses, words, lengths)
    ]


def shots(look: Look, shortest: float) -> list[Stretch]:
    """The shots of a finished film, cut where another begins and nowhere else; all of it is in one.

    One that lasts less than `shortest` seconds belongs to the shot before it, at the beginning to the one after it.
    """
    edges = [0.0]
    for at in [*(cut for cut in look.cuts if 0.0 < cut < look.seconds), look.seconds]:
        if at - edges[-1] >= shortest or at == look.seconds:
            edges.append(at)
    if len(edges) > 2 and edges[-1] - edges[-2] < shortest:
        del edges[-2]
    return [Stretch(one, two) for one, two in itertools.pairwise(edges)]


def pauses_of(words: Sequence[HeardWord]) -> list[Pause]:
    """Where punctuation says that a sentence or a part of one ends: half way to the next word."""
    pauses = []
    for word, after in itertools.pairwise(words):
        text = word.text.rstrip(_CLOSING)
        if text.endswith(_ENDS + _PAUSES):
            pauses.append(Pause((word.end + max(word.end, after.start)) / 2, text.endswith(_ENDS)))
    return pauses


def _pieces(
    start: float, end: float, pauses: Sequence[Pause], words: Sequence[HeardWord], lengths: Lengths
) -> list[Stretch]:
    """One shot in clips that are neither too long nor too short."""
    if not any(start <= word.start < end for word in words):
        return _equal(start, end, lengths)
    pieces, at = [], start
    while (to := _end(at, end, pauses, lengths)) < end:
        pieces.append(Stretch(at, to))
        at = to
    return [*pieces, *_equal(at, end, lengths)]


def _end(at: float, end: float, pauses: Sequence[Pause], lengths: Lengths) -> float:
    """Where the clip that begins `at` ends: the first sentence's end, else the last comma before it is too long."""
    fitting = [
        pause
        for pause in pauses
        if at + lengths.shortest <= pause.at <= at + lengths.longest and end - pause.at >= lengths.shortest
    ]
    sentences = [pause.at for pause in fitting if pause.sentence]
    if sentences:
        return sentences[0]
    if end - at <= lengths.longest:
        return end
    if fitting:
        return fitting[-1].at
    return _equal(at, end, lengths)[0].end


def _equal(start: float, end: float, lengths: Lengths) -> list[Stretch]:
    """Equal parts, as few as the longest clip allows; fewer and longer ones rather than any that is too short."""
    seconds = end - start
    count = max(1, min(math.ceil(seconds / lengths.longest - 1e-6), math.floor(seconds / lengths.shortest + 1e-6)))
    edges = [start + seconds * place / count for place in range(count)] + [end]
    return [Stretch(one, two) for one, two in itertools.pairwise(edges)]
