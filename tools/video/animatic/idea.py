"""The idea in a request: what it is about, without the command around it and without what follows it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from ...media.lettering import clusters

_READ = 2000
_SENTENCE = re.compile(r"(?<=[^\d\s])[.;!?。；！？]+(?:\s|$)|[。；！？\n]|\s[–—]\s|,\s(?=\d+ seconds)")
_DIRECTIONS = re.compile(
    r";|\b(?:(?:wide|tracking|aerial|overhead) shot|close-?up|push-in|lighting|palette)\b", re.IGNORECASE
)
"""Words of a prompt for a camera, whose later clauses are not to be read."""
_RIM = " \t\"“”'`*_-–—:,，.。;"
_MOST_SAID = 48  # signs of an idea that a notice repeats


def idea_of(text: str) -> str:
    """What a request is about, in its own words; all of it where nothing else is left. One line, perhaps empty."""
    line = _line(text)
    said = next((part for part in _SENTENCE.split(line) if part.strip(_RIM)), "")
    parts = said.split(",") if _DIRECTIONS.search(line) else [said]
    bared = [_bared(part) for part in parts]
    return next((part for part in bared if part and not _DIRECTIONS.search(part)), bared[0])


def sentence_of(text: str) -> str:
    """The whole of a request without its command; only its idea where it goes on to direct a camera."""
    line = _line(text)
    return idea_of(text) if _DIRECTIONS.search(line) else _bared(line)


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
    """A sentence without its command."""
    heads, links, tails = _wordings()
    said = said.strip(_RIM)
    while (rest := _off(said, heads)) != said:
        said = _off(rest, links)
    found = tails.search(said)
    return (said[: found.start()].strip(_RIM) if found else "") or said


def _off(said: str, wording: re.Pattern[str]) -> str:
    """`said` less what it begins with, as far as something is left of it."""
    found = wording.match(said)
    return (said[found.end() :].strip(_RIM) if found else "") or said


@cache
def _wordings() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    listed = tomllib.loads(files(__package__).joinpath("idea.toml").read_text(encoding="utf-8"))
    heads, links, tails = ("|".join(f"(?:{one})" for one in listed[name]) for name in ("heads", "links", "tails"))
    patterns = (f"(?:{heads})", f"(?:{links})", rf"\s*(?:{tails})\Z")
    first, second, third = (re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    return first, second, third
