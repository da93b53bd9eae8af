"""What is said to somebody who has no terminal: sentences that name commands and flags of one are left out."""

from __future__ import annotations

import re

_COMMANDS = "help model renderer cost trace tools threads undo fork variants score open save compact clear quit"
_TERMINAL = re.compile(
    rf"(?<![\w/.])/(?:{_COMMANDS.replace(' ', '|')})\b(?!/)|\bpopcorn [a-z]+\b|(?<![\w-])--[a-z]|\bPOPCORN_[A-Z]"
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


def without_terminal(text: str) -> str:
    """`text` without the sentences and the lines that speak of a terminal's commands; its other lines stay as they are.

    For texts of ours: a title that somebody wrote may say anything, and stands in data.
    """
    lines = [_line(line) for line in text.splitlines()]
    return "\n".join(line for line in lines if line is not None).strip()


def _line(line: str) -> str | None:
    if not _TERMINAL.search(line):
        return line
    kept = " ".join(part for part in _SENTENCES.split(line) if not _TERMINAL.search(part))
    return kept or None
