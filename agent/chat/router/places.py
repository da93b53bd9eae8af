"""Which drafts a line means: by their places in the latest list, all of them, the best, or the one spoken of last."""

from __future__ import annotations

import re

from ...toolbox.drafts import DraftText
from .wishes import COUNT, Here, Wish, count_of, number_of

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_LAST = r"last(?! (?:night|time|week|month|year)\b)"
PLACE = rf"(?:{'|'.join(_ORDINALS)}|{_LAST}|(?<![\w.:/=-])\d+(?:st|nd|rd|th)?(?![\w:/=-]|\.\d))"
"""A draft by its place in the list; the number in a renderer's name is none."""
_NOUN = r"(?:ones?|drafts?|titles?|hooks?|versions?|variants?|videos?|clips?|shots?|pictures?)"
ONE = r"(?:one|draft|title|hook|version|variant|video|clip|shot|picture)\b"
_GROUP = rf"(?:first|last) (?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b(?: {_NOUN})?"
_ALL = (
    rf"(?:all|both|each|every|everything)(?: (?:of )?(?:them|these|those|it|the|my))?"
    rf"(?: (?:two|three|four|five|six|\d+))?(?: {_NOUN})?|(?:them|these|those)(?: all| both)?(?: {_NOUN})?"
    r"|the (?:drafts|titles|hooks|ones|versions|variants)"
)
_PLACED = rf"(?:the )?(?:(?:draft|number|no\.?) |#)?{PLACE}(?: {ONE})?"
PLACES = rf"(?:the )?{_GROUP}|{_PLACED}(?:(?:,| and|, and| or| with| vs\.?| against) {_PLACED})*"
_BEST = rf"(?:the )?best(?: {_NOUN})?(?: so far)?"
_IT = rf"it|(?:this|that)(?: {_NOUN})?|the {_NOUN}"
NAMED = rf"(?:{_ALL}|{PLACES}|{_BEST})"
"""Drafts that are pointed at by name, so that a line may consist of nothing else."""
POINTED = rf"(?:{NAMED}|{_IT})(?![\w'’-])"
"""Anything that points at what is there."""


def meant(text: str, here: Here) -> list[DraftText] | None:
    """The drafts that the text points at, else the one spoken of last; None where one is not there."""
    board = here.board
    if re.search(rf"(?i)\b(?:{_ALL})(?![\w'’-])", text) and board.drafts:
        return list(board.drafts)
    if re.search(r"(?i)\bbest\b", text):
        return [here.best] if here.best else None
    places = _places(text, len(board.drafts))
    if not places:
        return [board.chosen] if board.chosen else None
    if not all(1 <= place <= len(board.drafts) for place in places):
        return None
    return [board.drafts[place - 1] for place in dict.fromkeys(places)]


def missing(here: Here, what: str) -> Wish:
    """Says that the draft which a line means is not there."""
    count = len(here.board.drafts)
    if not count:
        return Wish(text=f"There is no draft yet {what}. Ask for drafts first.")
    there = f"There are 1 to {count}" if count > 1 else "There is only draft 1"
    return Wish(text=f"There is no such draft. {there}, by the numbers in the list.")


def _places(text: str, count: int) -> list[int]:
    group = re.search(rf"(?i)\b(?P<end>first|last) {COUNT}\b", text)
    if group and not re.fullmatch(r"(?i)some|several|a few", group["count"]):
        many = count_of(group["count"])
        if many > count:
            return [count + 1]
        return list(range(1, many + 1) if group["end"].casefold() == "first" else range(count - many + 1, count + 1))
    return [_place(which.casefold(), count) for which in re.findall(rf"(?i)\b{PLACE}\b|#\d+", text)]


def _place(which: str, count: int) -> int:
    """The number that `ninth`, `9th` or `last` of `count` stands for."""
    if which == "last":
        return count
    return _ORDINALS.index(which) + 1 if which in _ORDINALS else number_of(which.lstrip("#"))
