"""How long a text is to say: words, or characters where no spaces part them."""

from __future__ import annotations

import re

_WITHOUT_SPACES = frozenset({"zh", "zh-Hant", "ja", "th"})
_WORD = re.compile(r"\w+(?:['’.,:/-]\w+)*")
_SIGN_OR_WORD = re.compile(r"[0-9]|[a-zA-Z]+|[^\W\d_a-zA-Z]")


def counts_characters(language: str) -> bool:
    """Whether a voice's rate in this language is in characters a second, not in words."""
    return language in _WITHOUT_SPACES


def spoken_units(text: str, language: str) -> int:
    """Words of a text; in languages without spaces its characters, where a Latin word and a digit count one each.

    Punctuation counts nothing. The same unit as `Voice.units_per_second`.
    """
    return len((_SIGN_OR_WORD if counts_characters(language) else _WORD).findall(text))
