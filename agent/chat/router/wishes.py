"""What the rules of the offline router give and are given, and the pieces of lines that they share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ....graphs.create.request.command import take_apart
from ....graphs.create.request.terms import COUNTS
from ...toolbox.drafts import MOST_DRAFTS, ScoredDraft
from ..board import Board

_FILLED = frozenset({
    "the", "a", "an", "it", "its", "them", "they", "these", "those", "that", "this", "one", "ones", "draft",
    "drafts", "title", "titles", "video", "videos", "clip", "clips", "about", "with", "of", "on", "in", "me",
    "us", "something", "anything", "more", "again", "all", "both", "best",
    "first", "second", "third", "fourth", "fifth", "last",
})  # fmt: skip
COUNT = rf"(?P<count>\d+|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
MADE = r"(?:video|clip|reel|short|tiktok|film|movie|gif)"
SHORT = 500
"""Characters of the longest line that most rules read: their patterns go to and fro in it."""
_POLITE = re.compile(
    r"(?:(?:(?:please|kindly|ok(?:ay)?|now|and|then|so|but|well|yes|hey|hi|hello|just|(?:can|could|would|will) you"
    r"|let['’]?s|let us|help me(?: to)?|i(?:['’]d| would)? (?:want|need|like|love)(?: you)?(?: to)?|i want"
    r"|give (?:me|us)|tell me|(?:can|could|may) (?:i|we) (?:get|have)"
    r"|(?:have you |you )?got (?:any|some)|do you have (?:any|some))\b)[\s,:!]*)+",
    re.IGNORECASE,
)
RENDERER = r"(?:[\s,]+(?:with|by|using|in) (?P<renderer>[\w:./=-]+))?"


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that a line asks for; without a tool only the text is said."""

    tool: str = ""
    arguments: Mapping[str, Any] | None = None
    text: str = ""
    """Said instead of a call, or before it."""
    more: tuple[Mapping[str, Any], ...] = ()
    """The arguments of more calls of the same tool."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where a line is said."""

    board: Board
    today: date
    best: ScoredDraft | None = None
    """The draft with the highest score on this subject; None before the first."""


Reader = Callable[[re.Match[str], Here], Wish | None]
"""Gives what a line asks for; None where the rule does not fit it after all."""
Rule = tuple[re.Pattern[str], Reader]


def rule(pattern: str, reader: Reader) -> Rule:
    """A rule for lines that match the pattern from their beginning."""
    return re.compile(pattern, re.IGNORECASE), reader


def count_of(text: str) -> int:
    """The number that a word of COUNT stands for."""
    return COUNTS.get(text.casefold()) or number_of(text)


def at_most(count: str) -> str:
    """What there is to say of a number of drafts that is too large."""
    return f"At most {MOST_DRAFTS} drafts come at once." if count_of(count) > MOST_DRAFTS else ""


def number_of(text: str) -> int:
    """The number that a word begins with; a huge one, which Python would refuse to read, is only known to be huge."""
    digits = re.match(r"\d*", text)
    return int(digits[0][:9] or 0) if digits else 0


def about(text: str) -> str:
    """The subject without the words around it; empty where nothing is left, or only words that point at something."""
    text = re.sub(r"(?i)[\s,]*\b(?:and|then) (?:tell|show|say|score|compare|see|pick|choose|render)\b.*$", "", text)
    idea = take_apart(text.strip(" ?.!\"'“”")).idea if text.strip() else ""
    return "" if all(word.casefold() in _FILLED for word in idea.split()) else idea


def bare(line: str) -> str:
    """The line without greetings and politeness in front."""
    text = " ".join(line.split())
    polite = _POLITE.match(text)
    return text[polite.end() :] if polite else text
