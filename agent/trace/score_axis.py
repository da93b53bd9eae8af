"""Where a score, its interval and its neighbours stand on an axis of comments, in units of the drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 400.0
_MARGIN = 14.0
_FLOOR, _WITHOUT_NEIGHBOURS = 84, 60
_SMALLEST, _LARGEST = 2.5, 8.0
_MANY = 5
"""Powers of ten from which on there are enough of them to read the axis by."""
_LABEL = 64.0
"""Half the width of the label over the needle, which has to stay on the drawing."""


def axis(score: Mapping[str, Any], near: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The axis of `ask --json`'s score; `near` are influences with `comments` and `share`. Its scale is log2."""
    interval: Mapping[str, float] = score["interval"]
    low, high, at = interval["low"], interval["high"], float(score["log2_comments"])
    known = [math.log2(max(1.0, one["comments"])) for one in near]
    first, last = min(low, at, *known, high - 1), max(high, at, *known)

    def place(log2: float) -> float:
        return round(_MARGIN + (log2 - first) / (last - first) * (WIDTH - 2 * _MARGIN), 2)

    most = max((one["share"] for one in near), default=1.0) or 1.0
    floor = _FLOOR if near else _WITHOUT_NEIGHBOURS
    return {
        "low": place(low),
        "high": place(high),
        "at": place(at),
        "label_at": min(max(place(at), _LABEL), WIDTH - _LABEL),
        "floor": floor,
        "height": floor + 18,
        "coverage": f"{score['interval']['coverage']:.0%}",
        "ticks": [{"x": place(math.log2(number)), "told": rounded(number)} for number in _round_numbers(first, last)],
        "near": [
            {
                "x": place(log2),
                "r": round(max(_SMALLEST, _LARGEST * math.sqrt(one["share"] / most)), 2),
                "told": f"{one['tag'] or 'no tag'}: {rounded(one['comments'])} comments, {one['share']:.0%} of the say",
            }
            for one, log2 in zip(near, known, strict=True)
        ],
        "between": f"{rounded(2**low)} to {rounded(2**high)} comments",
        "told": f"about {rounded(2**at)} comments, between {rounded(2**low)} and {rounded(2**high)}",
    }


def _round_numbers(first: float, last: float) -> list[int]:
    """The powers of ten on the axis, with three times each where they are few, thinned out where they are many."""
    powers = range(max(0, math.floor(first * math.log10(2))), math.floor(last * math.log10(2)) + 1)
    steps = (1, 3) if len(powers) < _MANY else (1,)
    numbers = [step * 10**power for power in powers for step in steps]
    shown = [number for number in numbers if first <= math.log2(number) <= last]
    return shown[:: 1 + len(shown) // 7]


def rounded(number: float) -> str:
    """A count as people say it: 1.9k, 14k, 2.1M."""
    for size, sign in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return (
                f"{number / size:.1f}".removesuffix(".0") + sign if number < 10 * size else f"{number / size:.0f}{sign}"
            )
    return f"{number:.0f}"
