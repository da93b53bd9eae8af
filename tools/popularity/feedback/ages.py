"""Ages of videos as people write them: `3`, `0,5`, `12 h`, `a week`, or the dates of publishing and of counting."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from ....errors import RequestError

_HOUR, _WEEK, _MONTH = 1 / 24, 7.0, 30.0
_UNITS = {
    "": 1.0,
    **dict.fromkeys(("d", "day", "days", "día", "días", "dia", "dias", "天", "日"), 1.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "hora", "horas", "小时", "小時"), _HOUR),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "semana", "semanas", "周", "星期", "个星期", "週"), _WEEK),
    **dict.fromkeys(("mo", "month", "months", "mes", "meses", "个月", "個月"), _MONTH),
}
"""Days in a unit."""
_AGE = re.compile(r"(?P<number>[-+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?|nan|[-+]?inf)\s*(?P<unit>[^\W\d_]*)\.?", re.I)
_DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d.%m.%Y",
    "%Y年%m月%d日",
)
_WITHOUT_YEAR = ("%B %d %Y", "%b %d %Y", "%m-%d %Y")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,]+.*)?")
_HOW = "Give the days since it was published, e.g. 3 or 0.5, or 12h, 2 weeks."


def age_of(text: str) -> float:
    """An age in days. Raises RequestError for what is none."""
    found = _AGE.fullmatch(text.strip())
    days = _UNITS.get(found["unit"].casefold()) if found else None
    if found is None or days is None:
        raise RequestError(f"{text!r} is no age in days", hint=_HOW)
    return round(float(found["number"].replace(",", ".")) * days, 4) if days != 1 else _number(found["number"])


def moment(text: str, latest: datetime | None = None) -> datetime:
    """A date as tables and people write it, in UTC; noon of a day without an hour.

    A date without a year is the last such day that is not after `latest`. Raises RequestError for what is no date, and
    for one such as 03/04/2026, of which nobody can tell day and month.
    """
    plain = " ".join(text.split())
    try:
        found = datetime.fromisoformat(plain)
        if len(plain) > len("2026-11-30"):
            return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        return _noon(found.date())
    except ValueError:
        pass
    for form in _DATES:
        if (day := _day(plain, form)) is not None:
            return _noon(day)
    if (slashed := _SLASHED.fullmatch(plain)) is not None:
        return _noon(_slashed(text, *map(int, slashed.groups()[:3])))
    for form in _WITHOUT_YEAR if latest else ():
        if latest and (day := _day(f"{plain} {latest.year}", form)) is not None:
            return _noon(day if day <= latest.date() else _day(f"{plain} {latest.year - 1}", form) or day)
    raise RequestError(f"{text!r} is no date that can be read", hint="Write it as 2026-11-30.")


def days_between(published: datetime, counted: datetime) -> float:
    """The age in days, to a thousandth."""
    return round((counted - published) / timedelta(days=1), 3)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _slashed(text: str, first: int, second: int, year: int) -> date:
    """A day of a date with slashes. Raises RequestError where month and day may be either."""
    pairs = {(first, second), (second, first)}
    days = {day for month, number in pairs if (day := _day(f"{year:04}-{month:02}-{number:02}", "%Y-%m-%d"))}
    if len(days) == 1:
        return days.pop()
    what = "may be either of two days" if days else "is no date that can be read"
    raise RequestError(f"{text!r} {what}", hint="Write it as 2026-11-30.")
