"""Visual order of text that mixes directions: the implicit part of the Unicode Bidirectional Algorithm (UAX #9).

Explicit embeddings and isolates are not treated; titles do not have them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_RIGHT = {"R", "AL"}
_NUMBER = {"EN", "AN"}
_NUMBER_PARTS = {"ES", "CS", "ET"}


def is_right_to_left(text: str) -> bool:
    """The paragraph's direction: that of its first strong character (rules P2 and P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return False
        if kind in _RIGHT:
            return True
    return False


def levels(text: str, right_to_left: bool) -> list[int]:
    """The embedding level of each character: odd is right-to-left."""
    base = int(right_to_left)
    kinds = _resolve(text, "R" if right_to_left else "L")
    table = ({"L": 0, "R": 1, "N": 2}, {"L": 2, "R": 1, "N": 2})[base]
    return [table[kind] for kind in kinds]


def reorder(run_levels: Sequence[int]) -> list[int]:
    """Indices of runs from left to right (rule L2)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            if run_levels[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end
    return order


def _resolve(text: str, base: str) -> list[str]:
    """Each character as L, R or N (a number inside right-to-left text): rules W1 to W7, N1 and N2."""
    kinds = [unicodedata.bidirectional(character) for character in text]
    strong = base
    resolved: list[str] = []
    for place, kind in enumerate(kinds):
        if kind == "NSM" and resolved:
            resolved.append(resolved[-1])
            continue
        if kind == "L" or kind in _RIGHT:
            strong = "L" if kind == "L" else "R"
            resolved.append(strong)
        elif kind in _NUMBER or (kind in _NUMBER_PARTS and _beside_number(kinds, place)):
            resolved.append("L" if strong == "L" else "N")
        else:
            resolved.append("")
    return _fill_neutrals(resolved, base)


def _beside_number(kinds: Sequence[str], place: int) -> bool:
    before = place > 0 and kinds[place - 1] in _NUMBER
    after = place + 1 < len(kinds) and kinds[place + 1] in _NUMBER
    return (before or after) if kinds[place] == "ET" else (before and after)


def _fill_neutrals(resolved: list[str], base: str) -> list[str]:
    place = 0
    while place < len(resolved):
        if resolved[place]:
            place += 1
            continue
        end = place
        while end < len(resolved) and not resolved[end]:
            end += 1
        before = _side(resolved[place - 1]) if place else base
        after = _side(resolved[end]) if end < len(resolved) else base
        resolved[place:end] = [before if before == after else base] * (end - place)
        place = end
    return resolved


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"
