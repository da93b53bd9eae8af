"""How clear a title is, as arithmetic: what decides between drafts that nothing else sets apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

SHORTEST, LONGEST = 12, 45
"""Characters between which a title is neither a stub nor too long for a phone."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def clarity(title: str, *, names_subject: bool) -> float:
    """From 0 to 1: the mean of naming the subject, a good length, being readable, and piling nothing up."""
    return (float(names_subject) + _length(title) + _readable(title) + _plain(title)) / 4


def _length(title: str) -> float:
    """1 within the good length, falling to 0 at a single character and at twice the longest."""
    size = len(title)
    if size < SHORTEST:
        return max(0, size - 1) / (SHORTEST - 1)
    return max(0.0, 1 - max(0, size - LONGEST) / LONGEST)


def _readable(title: str) -> float:
    """The share of characters that are letters, digits or spaces; half of it where the title is shouted."""
    if not title:
        return 0.0
    plain = sum(one.isalnum() or one.isspace() or one in "'’" for one in title) / len(title)
    letters = [one for one in title if one.isalpha() and one.lower() != one.upper()]
    shouted = len(letters) > 4 and sum(one.isupper() for one in letters) > 0.7 * len(letters)
    return plain / 2 if shouted else plain


def _plain(title: str) -> float:
    """1 without repeated words, hashtags and runs of signs, less a third for each."""
    said = _WORD.findall(title.casefold())
    piled = len(said) - len(set(said)) + title.count("#") + _runs(title)
    return max(0.0, 1 - piled / 3)


def _runs(title: Sequence[str]) -> int:
    """How often a sign follows the same sign, as in `!!!`."""
    return sum(one == other and not one.isalnum() and not one.isspace() for one, other in pairwise(title))
