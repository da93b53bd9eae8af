"""A request as somebody typed it, made safe to work with."""

from __future__ import annotations

import unicodedata

from ..errors import RequestError

LONGEST = 4_000
"""Characters of the longest request; a request is an idea, not a document."""
_JOINERS = {"\u200c", "\u200d"}
"""Format characters that scripts and emoji are spelt with; all others only hide or reorder text."""


def clean_request(text: str) -> str:
    """The request on one line, without control characters.

    Raises RequestError when nothing is left or it is too long.
    """
    spaced = "".join(" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    kept = "".join(character for character in spaced if not _hidden(character))
    request = " ".join(kept.split())
    if not request:
        what = "it holds nothing but control characters" if text.strip() else "it is empty"
        raise RequestError(
            f"there is no request: {what}", hint='Say what the video is about: popcorn ask "street tacos".'
        )
    if len(request) > LONGEST:
        raise RequestError(
            f"the request has {len(request):,} characters; the most is {LONGEST:,}",
            hint="Say in a few sentences what the video is about.",
        )
    return request


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} and character not in _JOINERS
