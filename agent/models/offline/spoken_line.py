"""What a voice says over a clip, by rule: the request's own words, as long as they fit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....graphs.asking.lengths import spoken_units
from ....graphs.create.speaking import spoken_text
from .brief import LineRoom
from .frames import capitalised
from .shortening import shortened
from .subject import Kind, Subject

_FRAMES = {
    Kind.THING: ("{Said}, up close.", "{Said}."),
    Kind.BARE: ("{Said}, up close.", "{Said}."),
    Kind.ACTION: ("This is {said}.", "{Said}."),
    Kind.CLAUSE: ("This is {said}.", "{Said}."),
    Kind.QUESTION: ("{Said}?",),
    Kind.STATEMENT: ("{Said}.",),
}
"""Sentences around an English subject, the best first."""
_TAILS = ("Look closely.", "And now all of it.")
"""What is added where a story leaves time for it."""
_FULL = 0.6
"""The share of the room from which on a line is long enough as it is."""
_LIMITS = (200, 60, 48, 38, 30, 22, 14)
"""Characters to which a subject is shortened until its line fits."""


def write_line(subject: Subject, title: str, room: LineRoom) -> str:
    """A line of at most as many words or characters as there is room for; the title's beginning where nothing fits."""
    fitting = (line for line in _lines(subject) if spoken_units(line, room.language) <= room.most)
    line = next(fitting, "") or spoken_text(title)
    if subject.kind is Kind.OWN_WORDS:
        return line
    for tail in _TAILS:
        longer = f"{line} {tail}"
        if spoken_units(line, room.language) < _FULL * room.most >= spoken_units(longer, room.language):
            line = longer
    return line


def _lines(subject: Subject) -> Iterator[str]:
    own = spoken_text(subject.text)
    if subject.kind is Kind.OWN_WORDS:
        yield from (_ended(shortened(own, limit) if limit < len(own) else own) for limit in _LIMITS)
        return
    for limit in _LIMITS:
        said = spoken_text(subject.said)
        said = said if len(said) <= limit else shortened(said, limit)
        if not said:
            continue
        for frame in _FRAMES.get(subject.kind, ("{Said}.",)):
            yield frame.format(said=said.rstrip(".?!"), Said=capitalised(said).rstrip(".?!"))


def _ended(text: str) -> str:
    """With a full stop, in scripts that have their own with that."""
    if not text or re.search(r"[.!?。！？…।]$", text):
        return text
    wide = re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text)
    return f"{text}{'。' if wide else '.'}"
