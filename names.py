"""Names that people type: which known one they may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def near(name: str, known: Iterable[str], most: int = 1, *, cutoff: float = 0.6) -> list[str]:
    """The known names that are most like `name`, the nearest first; `cutoff` is the least likeness, from 0 to 1."""
    from difflib import get_close_matches

    return get_close_matches(name, list(known), most, cutoff)


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "", *, cutoff: float = 0.6) -> str:
    """`Did you mean 'x'?`, or `otherwise` where nothing known is like `name`."""
    close = near(name, known, cutoff=cutoff)
    return f"Did you mean {close[0]!r}?" if close else otherwise
