"""Lines that tell what a published video drew: the offline router's rule for `it got 420 comments in three days`."""

from __future__ import annotations

import re

from ....errors import RequestError
from ....graphs.create.request.terms import COUNTS
from ....tools.tables.counts import NotACountError, count
from ...toolbox.tools.add_feedback import add_feedback
from ..board import Board
from .wishes import Wish

_NUMBER = r"\d[\d.,]*(?: ?[kKmM]\b)?|" + "|".join(sorted((rf"{word}\b" for word in COUNTS), key=len, reverse=True))
_VIDEO = r"(?:the|my|our|this|that) (?:[\w'’-]+ ){0,4}?(?:video|clip|reel|short|post|one)"
_TOLD = re.compile(
    rf"(?:(?:i|we)(?:['’]ve| have)? (?:posted|published|uploaded)\b.{{0,60}}?(?:,| and|:|;|\.)* ?)?"
    rf"(?:(?:it|that|this|i|we|{_VIDEO}|run (?P<run>\d{{8}}-\d{{6}}-[0-9a-f]{{6}}))(?:['’]s|['’]ve| has| have| had)?"
    r"(?: now| already| only| just| is)* )?"
    rf"(?:(?:got|gotten|has|had|drew|drawn|received|collected|at|reached)\b|(?:{_NUMBER}) comments?\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"(?P<number>{_NUMBER}) (?P<kind>comments?|views?|likes?)\b", re.IGNORECASE)
_AGE = re.compile(
    rf"\b(?:in|after|within|over|for)(?: the| its| only| just| about| first)* "
    rf"(?:(?P<number>{_NUMBER}|an?|half an?) )?(?P<unit>hours?|days?|weeks?|months?)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\bon (?:my )?(?P<place>tiktok|instagram|reels|facebook|youtube(?: shorts)?|shorts)\b", re.I)
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0}
_HOW = "Say it in one line, for example: it got 420 comments in three days."


def feedback_wish(line: str, board: Board) -> Wish | None:
    """The count that a line tells, of the run that was made or shown last; None where it tells none."""
    told = _TOLD.match(line)
    counted = {found["kind"].casefold().rstrip("s"): found["number"] for found in _COUNTED.finditer(line)}
    if not told or not re.search(r"(?i)\b(?:comments?|views?|likes?)\b", line):
        return None
    if "comment" not in counted:
        return Wish(text=f"How many comments? Popularity is measured by these. {_HOW}")
    age = _AGE.search(line)
    if age is None:
        return Wish(text=f"After how many days? {_HOW}")
    try:
        numbers = {kind: _number(text) for kind, text in counted.items()}
    except RequestError as exc:
        return Wish(text=f"{exc.message}. {_HOW}")
    run = board.runs[-1].run_id if board.runs else "last"
    asked: dict[str, object] = {"run_id": told["run"] or run, "comments": numbers["comment"], "age_days": _days(age)}
    asked |= {f"{kind}s": number for kind, number in numbers.items() if kind != "comment"}
    if place := _PLACE.search(line):
        asked["platform"] = place["place"].casefold()
    return Wish(add_feedback.name, asked)


def _number(text: str) -> int:
    if (word := COUNTS.get(text.casefold())) is not None:
        return word
    try:
        return count(text.rstrip(".,")) or 0
    except NotACountError as exc:
        raise RequestError(f"{text!r} is no number that I can read") from exc


def _days(age: re.Match[str]) -> float:
    text = (age["number"] or "1").casefold()
    number = 0.5 if text.startswith("half") else 1.0 if text in ("a", "an") else float(_number(text))
    return round(number * _DAYS[age["unit"].casefold().rstrip("s")], 4)
