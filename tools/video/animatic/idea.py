"""What a text says of its subject, without what it says to a camera."""

from __future__ import annotations

import re

from ...media.characters import clusters

_READ = 2000
_SENTENCE = re.compile(r"(?<=[^\d\s])[.;!?。；！？]+(?:\s|$)|[。；！？\n]|\s[–—]\s|,\s(?=\d+ seconds)")
_DIRECTIONS = re.compile(
    r";|\b(?:(?:wide|tracking|aerial|overhead) shot|close-?up|push-in|lighting|palette)\b", re.IGNORECASE
)
"""Words of a prompt for a camera, whose later clauses are not to be read."""
_SHOT = re.compile(
    r"(?:an? |the )?(?:extreme |low |high )?"
    r"(?:close-?up|(?:wide|medium|tracking|aerial|overhead|static|top-down|establishing|macro|drone|slow|low-angle)"
    r"[- ](?:shot|view|close-?up)|shot|view)(?: (?:of|illustrating|on)\b|:)",
    re.IGNORECASE,
)
_RIM = " \t\"“”'`*_-–—:,，.。;"
_MOST_SAID = 48  # signs of an idea that a notice repeats


def idea_of(text: str) -> str:
    """The first thing that a text says; all of it where nothing else is left. One line, perhaps empty."""
    line = _line(text)
    said = next((part for part in _SENTENCE.split(line) if part.strip(_RIM)), "")
    parts = said.split(",") if _DIRECTIONS.search(line) else [said]
    bared = [_bared(part) for part in parts]
    return next((part for part in bared if part and not _DIRECTIONS.search(part)), bared[0])


def sentence_of(text: str) -> str:
    """All that a text says; only its idea where it goes on to direct a camera."""
    line = _line(text)
    return idea_of(text) if _DIRECTIONS.search(line) else line.strip(_RIM)


def told(idea: str) -> str:
    """An idea as a notice repeats it: cut at a word where it is long."""
    signs = clusters(idea)
    if len(signs) <= _MOST_SAID:
        return idea
    cut = "".join(signs[:_MOST_SAID])
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(_RIM) + "…"


def _line(text: str) -> str:
    return " ".join(text[:_READ].encode(errors="replace").decode().split())


def _bared(said: str) -> str:
    """A sentence without the kind of shot before it."""
    said = said.strip(_RIM)
    return said[found.end() :].strip(_RIM) or said if (found := _SHOT.match(said)) else said
