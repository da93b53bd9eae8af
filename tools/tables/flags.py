"""Cells that say yes or no."""

from __future__ import annotations

_YES = frozenset({"true", "1", "yes", "y", "t", "on", "disabled", "wahr", "ja", "vrai", "oui", "sí", "да", "是"})
_NO = frozenset(
    {
        "false",
        "0",
        "no",
        "n",
        "f",
        "off",
        "enabled",
        "",
        "none",
        "null",
        "nan",
        "falsch",
        "nein",
        "faux",
        "non",
        "нет",
        "否",
    }
)


def flag(value: object) -> bool | None:
    """Yes or no, in the words of several languages; None for what is neither. What is absent is no."""
    if value is None or value != value:
        return False
    word = str(int(value) if isinstance(value, float) and value.is_integer() else value).strip().casefold()
    return True if word in _YES else False if word in _NO else None
