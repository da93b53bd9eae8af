"""Fitting: the largest size at which a text fills a box and reads well, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ...media.bidi import is_right_to_left
from ...media.characters import clusters
from ...media.lettering import Line, shape, units, wrap
from .beats import NUMBER, is_passing, leads_on, tied
from .stage import Box

_SMALL = 0.46
"""The size of what leads up to a block's own words, such as `in` and `how to`, beside theirs."""
_HUGE = 2.3
"""The size of a number that is all of a line."""
_LED = 11  # signs of leading words that are set small
_ARTICLES = frozenset(("an", "the"))
_NUMERALS = 6
_SMALLEST = 0.3  # of the largest size, below which words are parted rather than set smaller
_PATIENT = 0.75
"""How much smaller a text is set rather than with a line of one short word."""
_PATIENT_BARE = 0.6
_BARE = 3
"""How much worse a line of one short word is than one that ends on such a word."""
_LEGIBLE = 8
_PARTED = 0.45
"""The size of a text with a word that is too long for a line, and gets hyphens."""
GAP = 0.05
_EMOJI = 0.22  # of the box's width: emoji are pictures of one size, and blur above it


@cache
def fit(text: str, box: Box, largest: float) -> tuple[Line, ...]:
    """`text` in lines at the greatest size, of at most `largest`, at which it fills the box and no word is parted."""
    parts = tuple((tied(part), grade) for part, grade in _graded(text))
    least, longest = largest * _SMALLEST, _longest(parts)
    size = min(largest, box.width / longest * 0.99 if longest else largest)
    ragged: tuple[Line, ...] = ()
    fewest = 0
    while size >= least:
        wrapped = [_wrapped(part, size * grade, box, grade) for part, grade in parts]
        lines = tuple(line for part in wrapped for line in part)
        if tall(lines) <= box.height and all(line.width <= box.width for line in lines):
            faults = sum(map(_raggedness, wrapped))
            if not faults:
                return lines
            if not ragged:
                least = max(least, size * (_PATIENT_BARE if faults >= _BARE else _PATIENT))
            if not ragged or faults < fewest:
                ragged, fewest = lines, faults
        size *= 0.95
    if ragged:
        return ragged
    size = largest * _PARTED
    while tall(parted := wrap(text, size, box.width)) > box.height and size > _LEGIBLE:
        size *= 0.9
    return tuple(parted)


def tall(lines: Sequence[Line]) -> float:
    """The height of lines set on one another."""
    return sum(above(line) + below(line) for line in lines) + sum(GAP * line.size for line in lines[1:])


def above(line: Line) -> float:
    """From the top of a line to its baseline."""
    return line.size * (1.02 if line.leading > 1.2 * line.size else 0.86)


def below(line: Line) -> float:
    """From its baseline to its bottom."""
    return line.size * (0.42 if line.leading > 1.2 * line.size else 0.2)


def _graded(text: str) -> tuple[tuple[str, float], ...]:
    """The text in parts with their sizes: a number of its own huge, and what only leads up to the rest small."""
    if "\n" in text:
        return tuple((part, 1.0) for part in text.split("\n"))
    words = units(text)
    place = next((n for n, word in enumerate(words) if _is_numeral(word)), None)
    if place is not None:
        before, after = "".join(words[:place]), "".join(words[place + 1 :])
        graded = ((before, _SMALL * 1.4), (words[place].strip(), _HUGE), (after, 1.0))
        return tuple((part, grade) for part, grade in graded if part)
    led = 0
    while (
        led < len(words) - 1
        and is_passing(words[led].strip())
        and words[led] != "and "
        and len("".join(words[: led + 1])) <= _LED
    ):
        led += 1
    if not led or words[0].strip().casefold() in _ARTICLES or len(words[0].strip()) < 2 or is_right_to_left(text):
        return ((text, 1.0),)
    return (("".join(words[:led]), _SMALL), ("".join(words[led:]), 1.0))


def _is_numeral(word: str) -> bool:
    said = word.strip(" .,;:!?")
    return len(said) <= _NUMERALS and NUMBER.fullmatch(said) is not None


def _wrapped(part: str, size: float, box: Box, grade: float) -> list[Line]:
    if grade == _HUGE:  # as wide as it may be
        line = shape(part, size)
        return [line if line.width <= box.width else shape(part, size * box.width / line.width * 0.99)]
    lines = wrap(part, size, box.width)
    pictures = all(run.face.colour for line in lines for run in line.runs)
    return wrap(part, min(size, box.width * _EMOJI), box.width) if pictures else lines


def _raggedness(lines: Sequence[Line]) -> int:
    """How many lines of several are left with a single sign or an article, which counts more, or end on one."""
    texts = [line.text.strip() for line in lines] if len(lines) > 1 else []
    bare = sum(len(clusters(text)) == 1 or is_passing(text) for text in texts)
    return _BARE * bare + sum(leads_on(units(text)[-1].strip()) for text in texts[:-1] if text)


def _longest(parts: Sequence[tuple[str, float]]) -> float:
    """The width of the longest word beside the size of the text."""
    words = ((unit.rstrip(), grade) for part, grade in parts for unit in units(part) if grade != _HUGE)
    return max((shape(word, 100).width / 100 * grade for word, grade in words), default=0.0)
