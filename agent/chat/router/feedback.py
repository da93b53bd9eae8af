"""Lines that tell what a published video drew: the offline router's rule for `it got 420 comments in three days`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ....errors import RequestError
from ....tools.tables.counts import COMMA, POINT, NotACountError, count
from ...toolbox.tools.add_feedback import add_feedback
from ..board import Board
from .feedback_tongues import TONGUES, Tongue
from .wishes import Wish

_GENERAL = frozenset({
    "last", "latest", "new", "newest", "recent", "first", "own", "little", "short", "posted", "published", "previous",
    "other", "very", "best", "three-second", "second", "vertical", "最新", "最新的", "上一个", "上个", "最近", "最近的",
})  # fmt: skip
"""Words before `clip` that say nothing of what it is about."""
_PLACE = re.compile(
    r"\b(?:on|en) (?:my |mi )?(?P<place>tiktok|instagram|reels|facebook|youtube(?: shorts)?|shorts)\b"
    r"|在(?P<han>抖音|快手|小红书|tiktok|youtube|instagram)",
    re.IGNORECASE,
)


def feedback_wish(line: str, board: Board) -> Wish | None:
    """The count that a line tells, of the run that it names or that came last; None where it tells none."""
    for tongue in TONGUES:
        age_first = tongue.age.match(line)
        rest = line[age_first.end() :].lstrip(" ,") if age_first else line
        if (told := tongue.told.match(rest)) and tongue.kinds.search(line):
            return _wish(line, told, tongue, board)
    return None


def _wish(line: str, told: re.Match[str], tongue: Tongue, board: Board) -> Wish:
    counted = {tongue.kind(found): found["number"] for found in tongue.counted.finditer(line)}
    if "comments" not in counted:
        return Wish(text=tongue.which_count)
    age = tongue.age.search(line)
    if age is None:
        return Wish(text=tongue.which_age)
    try:
        numbers = {kind: _number(text, tongue) for kind, text in counted.items()}
        days = _days(age, tongue)
    except RequestError as exc:
        return Wish(text=f"{exc.message}. {tongue.how}")
    asked: dict[str, object] = {**_whose(told, board), **numbers, "age_days": days}
    if place := _PLACE.search(line):
        asked["platform"] = (place["place"] or place["han"]).casefold()
    return Wish(add_feedback.name, asked)


def _whose(told: re.Match[str], board: Board) -> Mapping[str, str]:
    """The run that a line names, the words that its clip is called by, or the run of this conversation."""
    names = told.groupdict()
    if names.get("run"):
        return {"run_id": names["run"]}
    words = (names.get("about") or "").strip("的 ").split()
    about = names.get("about_after") or " ".join(word for word in words if word.casefold() not in _GENERAL)
    if about:
        return {"run_id": "", "about": about}
    return {"run_id": board.runs[-1].run_id if board.runs else "last"}


def _number(text: str, tongue: Tongue) -> int:
    plain = text.casefold().rstrip(".,")
    if (word := tongue.numbers.get(plain)) is not None and word == int(word):
        return int(word)
    for sign in (tongue.decimals, POINT, COMMA):
        try:
            return count(plain, sign) or 0
        except NotACountError:
            continue
    raise RequestError(f"{text!r} is no number that I can read")


def _days(age: re.Match[str], tongue: Tongue) -> float:
    text = (age["number"] or "1").casefold().strip()
    number = tongue.numbers.get(text)
    if number is None:
        try:
            number = float(text.replace(",", "."))
        except ValueError as exc:
            raise RequestError(f"{text!r} is no number that I can read") from exc
    return round(number * tongue.units[age["unit"].casefold()], 4)
