"""Which texts in an ad's picture are its subtitles: those that it says, beside those that are laid over it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ...tools.footage.types import SeenText

_SAID = 0.6
"""The share of a text's words that is said in the ad, from which it counts as a subtitle."""
_FEWEST = 3
"""Words, or characters of other scripts, of such a text: fewer are the name on the product."""


def captions_marked(texts: Sequence[SeenText], script: str) -> tuple[SeenText, ...]:
    """The texts of a picture, with those that repeat what the ad says marked as burned in."""
    said, whole = set(_words(script)), re.sub(r"\W", "", script).casefold()
    return tuple(replace(text, burned=text.burned or _is_said(text.text, said, whole)) for text in texts)


def _is_said(text: str, said: set[str], script: str) -> bool:
    read, whole = _words(text), re.sub(r"\W", "", text).casefold()
    if whole.isascii():
        return len(read) >= _FEWEST and sum(word in said for word in read) >= _SAID * len(read)
    return len(whole) > _FEWEST and whole in script


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
