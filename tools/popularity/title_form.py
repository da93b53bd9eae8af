"""What no title of a video is like, by its form: signs, codes, addresses, program text, prompts, names piled up.

The rules hold whatever a predictor learned from; what each costs among real titles stands in docs/log.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from .title_look import WORDS

ENDLESS = 500
"""Characters above which nothing is a title, where no titles are known."""
_LETTERS = 0.35
_DISTINCT = 0.5
_ENOUGH = 8  # distinct words that are no repetition, however long a text is
_TURN = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_TURNS = 3  # between letters and figures in a word: `0x11d2` has four, `H2O` two
_SLIP = re.compile(r"[a-z]?[,;/\]\[.]+[a-z]")
"""A sign where a finger slipped: no space after it, and a small letter."""
_SLIPS = 3
_ADDRESS = re.compile(
    r"\w+://\S+|\bwww\.\S+|\bmailto:\S+|\S+@\S+\.\w+|\b[A-Za-z]:\\\S+|(?:^|\s)~?/\w+/\S+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|be|co|tv|gg|html?|zip|exe|mp4|mov|mkv|avi|jpe?g|png|pdf)\b\S*",
    re.IGNORECASE,
)
_CODE = tuple(
    re.compile(kind)
    for kind in (
        r"[{}]",
        r"\"\w+\":|<\w+ \w+=",
        r";(?:\s|$)|;$",
        r"\\|`|\*\*\d|\w\[\w*\]",
        r"\b[a-z_][a-z_0-9.]*\(|\)\.|\w\.\w+\(",
        r"&&|\|\||[=!+*/-]=|=>|->|</\w|\s=\s|\w=[\"']|[<>]=?\s\d",
        r"\s--?[A-Za-z]\w*\b(?!-)",
        r"\w_\w",
        r"^\s*(?:import|def|const|let|var|git|sudo|docker|curl|echo|rm|cd|pip|npm|public|static|function|return|int|for|if)\b",
        r"^#include\b|<\w+\.h>|\bapt-get\b|\bnginx\b|\blocalhost\b|\bstatic void\b|\bawait\b",
        r"\bSELECT\b|\bINSERT INTO\b|\bGROUP BY\b",
        r"\bFROM \w+ (?:WHERE|GROUP|ORDER)\b",
        r"\b\d+:\d+\s[a-z]+$|\s//\s|\[\]|\bargs?\b",
    )
)
"""Marks of program text, each of which stands in some title."""
_TAG = re.compile(r"</?\w+ ?/?>")
_CODED = 2
_ASKS = re.compile(
    r"\b(?:write|generate|create|give|make|rewrite|suggest|summari[sz]e|respond|reply|act as|return)\b.{0,60}"
    r"\b(?:titles?|captions?|scripts?|prompts?|headlines?|sentences?|json|text|views|expert|marketer|assistant)\b"
    r"|\byou are an? \w+ ?(?:assistant|expert|writer|marketer|model)\b|^(?:system|user|assistant|prompt|title): "
    r"|\bas an ai\b|\b(?:previous|above|prior) instructions\b|\bhighest score\b|\bhere (?:is|are) .{0,20}\btitles?\b",
    re.IGNORECASE,
)
_SHOT = re.compile(
    r"\b(?:cinematic|(?:ultra|hyper|photo)[- ]?realistic|highly detailed|[48]k|artstation|depth of field|bokeh"
    r"|masterpiece|best quality|(?:soft|golden|volumetric) light(?:ing)?|close-up shot|camera|slowly (?:pans|zooms)"
    r"|low quality|watermark|blurry|negative prompt|tracking shot|35mm|unreal engine|octane render)\b",
    re.IGNORECASE,
)
_PARTED = re.compile(r"\s*(?:[,/&;•·]|\bx\b|\band\b)\s*", re.IGNORECASE)
_NAME = re.compile(r"\w[^\W\d_]*(?:[-'’.][^\W\d_]+)*[,.]?")
_LISTED = 4
"""Names in a row that are piled up."""
_SMALL_WORDS = (
    "a about after all an and are as at be but by can did do does for from get gets go got had has have he "
    "her his how i if in into is it its just like me more my new no not of off on one or our out over she so "
    "than that the their them then they this to up us was we were what when where which who why with you your "
    "vs ft feat"
)
_SMALL = frozenset(_SMALL_WORDS.split())
"""Words that hold a title together; a row of capitals without any is a row of names."""
_ROW = 8
_SCRIPTS = 3


def doubt_of_form(title: str, fewest: int = 2, longest: int = ENDLESS) -> str:
    """What no title of a video is like, as a clause; empty for one of at least `fewest` words that might be one."""
    found = WORDS.findall(title)
    words = [word.casefold() for word in found]
    shown = sum(not sign.isspace() for sign in title)
    if not shown:
        return "it has no title"
    if sum(sign.isalpha() or unicodedata.category(sign).startswith("M") for sign in title) < _LETTERS * shown:
        return "it is mostly signs"
    if sum(len(_TURN.findall(word)) >= _TURNS for word in words) > 1:
        return "it is made of codes"
    if sum(len(_SLIP.findall(word)) for word in _ADDRESS.sub(" ", title).split()) >= _SLIPS:
        return "it does not read like a title"
    if len(words) < fewest:
        return "it is a single word" if len(words) < 2 else "it has only two words"
    if len(words) > 1 and len(set(words)) <= min(_DISTINCT * len(words), _ENOUGH - 1):
        return "it repeats itself"
    if reason := _doubt_of_kind(title, found):
        return reason
    return f"it is longer than {longest} characters" if len(title) > longest else ""


def latin(title: str) -> bool:
    """Whether at least half of a title's letters are Latin."""
    letters = [_script(sign) for sign in title if sign.isalpha()]
    return 2 * letters.count("LATIN") >= len(letters)


def _doubt_of_kind(title: str, words: Sequence[str]) -> str:
    """Which other kind of text it is; empty for none of these."""
    if (rest := _ADDRESS.sub(" ", title)) != title and len(WORDS.findall(rest)) < 3:
        return "it is an address or a file"
    plain = _TAG.sub(" ", title)
    if sum(bool(mark.search(plain)) for mark in _CODE) >= _CODED:
        return "it is program text"
    if _ASKS.search(title) or len({one.casefold() for one in _SHOT.findall(title)}) > 1:
        return "it is a prompt and no title"
    if _mixed(title):
        return "it mixes scripts"
    return "names are piled up" if _piled(title, words) else ""


def _piled(title: str, words: Sequence[str]) -> bool:
    """Whether it is a list of names, or a row of capitals that nothing holds together."""
    parts = _PARTED.split(title)
    if len(parts) >= _LISTED and all(_named(part) for part in parts):
        return True
    row = len(words) >= _ROW and _named(title, at_most=len(words)) and not title.isupper()
    return row and not any(word.casefold() in _SMALL for word in words)


def _named(text: str, at_most: int = 4) -> bool:
    """Whether a text is so many words at most, all of them written as names are."""
    words = text.split()
    return 0 < len(words) <= at_most and all(_NAME.fullmatch(word) and _large(word) for word in words)


def _large(word: str) -> bool:
    """Whether a word is written as a name is, `iPhone` too; letters without capitals are."""
    return word[0].isalpha() and not word.islower()


def _mixed(title: str) -> bool:
    """Whether the words of a title are in more scripts than anybody writes together."""
    words = [word for word in WORDS.findall(title) if len(word) > 1]
    return len({_script(sign) for word in words for sign in word if sign.isalpha()}) >= _SCRIPTS


def _script(sign: str) -> str:
    """The script of a letter; Japanese is one."""
    name = unicodedata.name(sign, "").split(" ")[0].split("-")[0]
    return "CJK" if name in ("HIRAGANA", "KATAKANA", "CJK") else name
