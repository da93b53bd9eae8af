"""What many tests at once are worth: Holm's correction over a family that is named (Holm 1979)."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """The corrected p values in the order given: each is what the whole family allows, and none exceeds 1."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected, worst = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - place) * p_values[index]))
        corrected[index] = worst
    return corrected


def shown_p(value: float) -> str:
    """A p value as tables show it: three places, and never zero."""
    return "<.001" if value < 0.0005 else f"{value:.3f}"
