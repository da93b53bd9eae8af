"""Characters: cleaning text of what cannot be shown, and cutting it where no letter or emoji is torn."""

from __future__ import annotations

import re
import unicodedata

_KEPT_FORMATS = "\u200c\u200d"
_JOINED = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u20e3]")
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")
_ENDS = " \t,.;:!?-–—、，。；：！？،؛"


def clean(text: str) -> str:
    """`text` in one line, without control characters, direction overrides and lone surrogates."""
    kept = (
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") or c in _KEPT_FORMATS else " " for c in text
    )
    return " ".join("".join(kept).split())


def clipped(text: str, limit: int) -> str:
    """`text` within `limit` characters: cut between words, or between whole signs where no words are parted."""
    if len(text) <= limit:
        return text
    words = text[: limit + 1].split(" ")
    if len(words) > 1 and len(short := " ".join(words[:-1]).rstrip(_ENDS)) >= limit // 3:
        return short
    cut = limit - 1
    while cut > 1 and _tears(text, cut):
        cut -= 1
    return text[:cut].rstrip(_ENDS) + "…"


def _tears(text: str, at: int) -> bool:
    """True when a cut before `text[at]` would tear a sign that is made of several characters."""
    after, before = text[at], text[at - 1]
    flags = len(text[:at]) - len(_REGIONAL.sub("", text[:at]))
    return (
        unicodedata.combining(after) != 0
        or unicodedata.category(after) in ("Mn", "Mc", "Me")
        or _JOINED.match(after) is not None
        or before == "\u200d"
        or (_REGIONAL.match(after) is not None and _REGIONAL.match(before) is not None and flags % 2 == 1)
    )
