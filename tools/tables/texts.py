"""Texts of a foreign table: without control characters, and never with characters that stand in for lost ones."""

from __future__ import annotations

import re

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
# A stray byte order mark, and the marks that turn the direction of whatever follows; the joiners that emoji and many
# scripts are made of stay.
_MARKS = re.compile("[\ufeff\u202a-\u202e\u2066-\u2069]")
_LOST = re.compile("[\ud800-\udfff]")
LOST = "bytes that are not UTF-8"
"""What `clean` says of a text with halves of characters, which it has to replace."""


def clean(text: str, *, lines: bool = False) -> tuple[str, str]:
    """`text` trimmed, its control characters turned into spaces, and what had to be mended, if anything.

    Line breaks stay with `lines` and become spaces without it; that alone is no mending.
    """
    mended = ""
    if _LOST.search(text):
        text, mended = _LOST.sub("\ufffd", text), LOST
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROLS.search(text) or _MARKS.search(text):
        text, mended = _MARKS.sub("", _CONTROLS.sub(" ", text)), mended or "control characters"
    text = _LINES.sub("\n" if lines else " ", _SPACES.sub(" ", text))
    return text.strip(), mended
