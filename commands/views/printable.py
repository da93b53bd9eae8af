"""Text on its way to a terminal: nothing in it commands the terminal, hides, or turns the order of what is shown.

This is the one place. Consoles pass every piece of text through `printable` (consoles.py), JSON through
`printable_json`. What is not shown as it is stands there as an escape such as `\\x1b`: nothing is lost, nothing acts.
"""

from __future__ import annotations

import codecs
import re
from io import TextIOWrapper
from typing import TextIO

# C0 but tab and newline, DEL, C1, line and paragraph separators, what turns or hides the direction of text, invisible
# operators and annotations, private use that terminals draw as icons, and halves of characters. The joiners and
# variation selectors that scripts and emoji are spelt with stay.
_ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000f0000-\U0010ffff]"
)
_SIGNS = {
    "▲": "^", "▼": "v", "◆": "*", "●": "*", "○": "o", "•": "-", "·": "-", "…": "...", "–": "-", "—": "-", "−": "-",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "✓": "+", "✔": "+", "✗": "x", "✘": "x", "×": "x", "→": "->",
    "←": "<-", "↳": ">", "━": "-", "─": "-", "│": "|", "╭": "+", "╮": "+", "╯": "+", "╰": "+", "├": "+", "╸": "-",
    "╺": "-", "█": "#", "░": ".", "▒": ":", "▓": "#", "≥": ">=", "≤": "<=", "≈": "~", "±": "+/-", "\u202f": " ",
    "\u2009": " ", "⠋": "-", "⠙": "-", "⠹": "-", "⠸": "-", "⠼": "-", "⠴": "-", "⠦": "-", "⠧": "-", "⠇": "-", "⠏": "-",
}  # fmt: skip
"""Signs of ours for terminals that have no others."""
_FALLBACK = "popcorn-signs"


def printable(text: str) -> str:
    """The text with an escape in place of each character that would act on a terminal."""
    if text.isascii() and text.isprintable():  # the quick way for nearly every text
        return text
    return _ACTS.sub(lambda found: _escape(found[0]), text.replace("\r\n", "\n"))


def printable_json(text: str) -> str:
    """JSON with the escapes that JSON has for such characters: it means the same."""
    return text if text.isascii() else _ACTS.sub(lambda found: _json_escape(found[0]), text)


def adapt(stream: TextIO) -> None:
    """Have a stream that cannot write every character write others in their place, rather than fail."""
    if isinstance(stream, TextIOWrapper):
        codecs.register_error(_FALLBACK, _other_signs)
        stream.reconfigure(errors=_FALLBACK)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(character: str) -> str:
    pairs = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pairs[at] << 8 | pairs[at + 1]:04x}" for at in range(0, len(pairs), 2))


def _other_signs(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    left = error.object[error.start : error.end]
    return "".join(_SIGNS.get(sign) or _escape(sign) for sign in left), error.end
