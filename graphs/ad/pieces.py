"""A script cut at its punctuation: sentences, and where these are too long, their clauses."""

from __future__ import annotations

import re

from ..asking.lengths import spoken_units

_SENTENCE = re.compile(r"(?<=[.!?…])(?=\s)|(?<=[.!?…][\"'”’)])(?=\s)|(?<=[。！？…])(?![。！？…”’」』])|\n+")
_CLAUSE = re.compile(r"(?<=[,;:–—])(?=\s)|(?<=[，、；：—])(?![，、；：—])")
"""ASCII marks end a clause only before a space: `4.69` and `10:30` stay whole."""
_ENDS = '.!?…。！？"”’)」』'
LEAST = 2
"""Words or characters below which a piece is spoken with its neighbour."""


def sentences(text: str) -> list[str]:
    """The sentences of a text, stripped; what holds neither letter nor digit goes to the one before."""
    return _joined([part.strip() for part in _SENTENCE.split(text)], "", 0)


def pieces(text: str, language: str, most: int = 0) -> list[str]:
    """A text cut at each mark of punctuation (VC-LLM, table 7: the script-first baseline).

    Where there are more than `most` (0: as many as there are), the shortest neighbours are joined again.
    """
    clauses = [clause.strip() for sentence in sentences(text) for clause in _CLAUSE.split(sentence)]
    found = _joined(clauses, language, LEAST)
    while len(found) > most > 0:
        at = min(range(len(found) - 1), key=lambda at: spoken_units(found[at] + " " + found[at + 1], language))
        found[at : at + 2] = [_together(found[at], found[at + 1])]
    return found


def parted(text: str, most: float, language: str) -> list[str]:
    """A text in as few pieces of at most `most` words or characters as its punctuation allows.

    One piece where nothing parts it; a piece may stay longer than `most` where no mark stands in it.
    """
    found: list[str] = []
    for piece in pieces(text, language):
        whole = _together(found[-1], piece) if found else piece
        if found and spoken_units(whole, language) <= most:
            found[-1] = whole
        else:
            found.append(piece)
    return found


def _joined(parts: list[str], language: str, least: int) -> list[str]:
    """The parts; one that is too short to stand alone goes to the next, and to the one before where it ends a sentence.

    One without letters and digits is always too short.
    """
    found: list[str] = []
    for part in filter(None, parts):
        closes = _short(part, language, least) and part[-1] in _ENDS
        if found and (closes or _short(found[-1], language, least)):
            found[-1] = _together(found[-1], part)
        else:
            found.append(part)
    if len(found) > 1 and _short(found[-1], language, least):
        last = found.pop()
        found[-1] = _together(found[-1], last)
    return found


def _short(part: str, language: str, least: int) -> bool:
    return spoken_units(part, language) < max(1, least)


def _together(before: str, after: str) -> str:
    """Two pieces as one text: no space behind full-width punctuation."""
    return before + after if re.search(r"[\u3000-\u303f\uff00-\uffef—…]$", before) else f"{before} {after}"
