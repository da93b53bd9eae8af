"""Names that people type: which known one they may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def near(name: str, known: Iterable[str], most: int = 1, *, cutoff: float = 0.6) -> list[str]:
    """The known names that are most like `name`, the nearest first; `cutoff` is the least likeness, from 0 to 1."""
    from difflib import get_close_matches

    return get_close_matches(name, list(known), most, cutoff)


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "", *, cutoff: float = 0.6) -> str:
    """`Did you mean 'x'?`, or `otherwise` where nothing known is like `name`."""
    question = meant(name, known, cutoff=cutoff)
    return question[0].upper() + question[1:] if question else otherwise


def meant(name: str, known: Iterable[str], most: int = 1, *, cutoff: float = 0.6) -> str:
    """`did you mean 'x' or 'y'?`, as a part of a sentence; empty where nothing known is like `name`."""
    return f"did you mean {' or '.join(map(repr, close))}?" if (close := near(name, known, most, cutoff=cutoff)) else ""


def meant_after(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """`; did you mean 'x'?`, behind a sentence, or `otherwise`."""
    return f"; {question}" if (question := meant(name, known)) else otherwise
