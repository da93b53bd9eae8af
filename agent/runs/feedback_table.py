"""Tables of counts: a row a count, of a run at an age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...errors import PopcornError, RequestError
from ...tools.popularity.feedback.series import age_of, check_count
from ...tools.popularity.feedback.types import Count, PublishedVideo
from ...tools.tables.count_columns import CountColumn
from ...tools.tables.counts import NotACountError, count
from ...tools.tables.records import Record, checked_names, open_records, read_records

_NAMES = {
    "run": ("run", "run_id"),
    "comments": ("comments", "comment_count"),
    "age": ("age", "age_days", "days"),
    "views": ("views", "view_count"),
    "likes": ("likes", "like_count"),
    "platform": ("platform",),
}
_NEEDED = ("run", "comments", "age")
_SHOWN = 3
COLUMNS = "The columns are run, comments, age (in days), and perhaps views, likes, platform."
Finder = Callable[[str, str], PublishedVideo]
"""The published video of a run by its name, on a platform. Raises PopcornError."""


@dataclass(frozen=True, slots=True)
class ToldCount:
    """A row of the table."""

    line: int
    video: PublishedVideo
    count: Count


def read_counts(file: Path, find: Finder, added: str, *, encoding: str = "", platform: str = "") -> list[ToldCount]:
    """Every row of a table, each with its video; `platform` stands where a row names none.

    Raises RequestError where a row is no count of a published run, with the first such rows, and where rows are of
    several platforms.
    """
    _check_columns(file, encoding)
    names = [name for spelt in _NAMES.values() for name in spelt]
    records = read_records(file, names, (), encoding=encoding, columns=COLUMNS)
    rows = [_named(record) for record in records]
    if not rows:
        raise RequestError(f"{str(file)!r} has no rows", hint=COLUMNS)
    signs = {kind: _decimals(rows, kind) for kind in ("comments", "views", "likes")}
    found: list[ToldCount] = []
    faults: list[str] = []
    for line, values in rows:
        try:
            told = _count(values, signs, added)
            check_count(told)
            video = find(values["run"], values["platform"] or platform)
        except PopcornError as exc:
            faults.append(f"line {line}: {exc.message}")
        else:
            found.append(ToldCount(line, video, told))
    if faults:
        more = (
            f", and {len(faults) - _SHOWN:,} more row{'s' * (len(faults) > _SHOWN + 1)}" if len(faults) > _SHOWN else ""
        )
        raise RequestError(
            f"{len(faults):,} of {len(rows):,} rows of {str(file)!r} cannot be used: "
            f"{'; '.join(faults[:_SHOWN])}{more}",
            hint="Mend or remove these rows; nothing was imported.",
        )
    _check_one_platform(file, found)
    return found


def _check_columns(file: Path, encoding: str) -> None:
    columns = checked_names(open_records(file, encoding), ())
    missing = next((kind for kind in _NEEDED if not set(_NAMES[kind]) & set(columns)), None)
    if missing:
        shown = ", ".join(map(repr, filter(None, columns))) or "none"
        raise RequestError(f"{str(file)!r} has no column for the {missing}; it has {shown}", hint=COLUMNS)


def _named(record: Record) -> tuple[int, dict[str, str]]:
    values = {
        kind: next((record.values[name] for name in spelt if record.values[name]), "") for kind, spelt in _NAMES.items()
    }
    return record.line, values


def _decimals(rows: list[tuple[int, dict[str, str]]], kind: str) -> str:
    column = CountColumn()
    for _, values in rows:
        column.add(values[kind])
    return column.decimals


def _count(values: dict[str, str], signs: dict[str, str], added: str) -> Count:
    if not values["run"]:
        raise RequestError("the row names no run")
    numbers = {kind: _number(values[kind], kind, sign) for kind, sign in signs.items()}
    if numbers["comments"] is None:
        raise RequestError("the row has no number of comments")
    return Count(age_of(values["age"]), numbers["comments"], numbers["views"], numbers["likes"], added)


def _number(text: str, kind: str, sign: str) -> int | None:
    try:
        return count(text or None, sign)
    except NotACountError as exc:
        raise RequestError(f"{text!r} is no number of {kind}") from exc


def _check_one_platform(file: Path, found: list[ToldCount]) -> None:
    platforms = sorted({one.video.platform for one in found})
    if len(platforms) > 1:
        raise RequestError(
            f"{str(file)!r} has counts of {len(platforms)} platforms: {', '.join(platforms)}; their scales never mix",
            hint="Import a table a platform.",
        )
