"""Curves of motion: each takes 0 to 1 and gives 0 to 1, and clamps what lies outside."""

from __future__ import annotations

import math


def span(time: float, start: float, end: float) -> float:
    """How far `time` is from `start` (0) to `end` (1)."""
    return min(1.0, max(0.0, (time - start) / (end - start)))


def smooth(share: float) -> float:
    """Slow, fast, slow."""
    return share * share * share * (share * (share * 6 - 15) + 10)


def settle(share: float) -> float:
    """Fast, then slowly to rest."""
    return 1 - (1 - share) ** 3


def spring(share: float) -> float:
    """Fast, a little too far, and back."""
    return 1 + 2.2 * (share - 1) ** 3 + 1.2 * (share - 1) ** 2


def drift(share: float) -> float:
    """Nearly even, with soft ends."""
    return share - math.sin(2 * math.pi * share) / (2 * math.pi) * 0.6
