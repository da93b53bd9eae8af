"""Tables of counts: a row a count, of a run at an age. Their columns may be called as platforms' exports call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ...errors import PopcornError, RequestError
from ...tools.popularity.feedback.ages import age_of, days_between, moment
from ...tools.popularity.feedback.series import check_count, days
from ...tools.popularity.feedback.types import Count, PublishedVideo
from ...tools.tables.count_columns import CountColumn
from ...tools.tables.counts import NotACountError, count
from ...tools.tables.records import Record, checked_names, open_records, records_of
from .feedback import PublishedRuns

_NAMES = {
    "run": ("run", "run_id", "run id"),
    "title": ("title", "video title", "post title", "description", "标题", "作品名称", "título del vídeo"),
    "comments": ("comments", "comment_count", "total comments", "comments added", "评论量", "评论", "comentarios"),
    "age": ("age", "age_days", "days", "age (days)"),
    "published": (
        "published", "published_at", "publish time", "publish_time", "video publish time", "post time", "发布时间",
        "hora de publicación del vídeo",
    ),
    "counted": ("counted", "counted_at", "counted on"),
    "views": ("views", "view_count", "total views", "播放量", "visualizaciones"),
    "likes": ("likes", "like_count", "total likes", "点赞量", "me gusta"),
    "platform": ("platform",),
    "content": ("content", "contenido"),
}  # fmt: skip
"""What YouTube Studio, TikTok Studio, Meta Business Suite and Douyin call them."""
_TOTAL = "total"
"""What YouTube Studio's row of sums has in place of a video."""
_NEEDED = (("run", ("run", "title")), ("comments", ("comments",)), ("age", ("age", "published")))
_SHOWN = 3
COLUMNS = (
    "The first line names the columns: run (or title), comments, age in days (or published, a date, with --counted "
    "DATE), and perhaps views, likes, platform."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person says of a table beside the table itself."""

    now: datetime
    counted: str = ""
    """When its rows were counted; `today`, a date, or empty."""
    platform: str = ""
    """Where a row names none."""
    encoding: str = ""

    def counted_at(self, text: str) -> datetime:
        """When a row was counted. Raises RequestError where nobody said so."""
        told = text or self.counted
        if not told:
            raise RequestError("the row has a date and no age, and nobody says when it was counted: --counted DATE")
        found = moment(self.now.date().isoformat() if told.strip().casefold() == "today" else told, self.now)
        if found > self.now + timedelta(days=1):
            raise RequestError(f"it was counted on {told!r}, which is yet to come")
        return found


@dataclass(frozen=True, slots=True)
class ToldCount:
    """A row of the table."""

    line: int
    video: PublishedVideo
    count: Count


def read_counts(file: Path, runs: PublishedRuns, asked: Asked) -> list[ToldCount]:
    """Every row of a table, each with its video.

    Raises RequestError where a row is no count of a published run, with the first such rows, where two rows disagree,
    and where rows are of several platforms.
    """
    table = open_records(file, asked.encoding)
    columns = checked_names(table, ())
    _check_columns(file, columns)
    names = [name for spelt in _NAMES.values() for name in spelt]
    rows = [(record.line, _named(record)) for record in records_of(table, names, columns)]
    rows = [(line, values) for line, values in rows if values["content"].casefold() != _TOTAL]
    if not rows:
        raise RequestError(f"{str(file)!r} has no rows", hint=COLUMNS)
    signs = {kind: _decimals(rows, kind) for kind in ("comments", "views", "likes")}
    found: list[ToldCount] = []
    faults: list[str] = []
    for line, values in rows:
        try:
            told = _count(values, signs, asked)
            check_count(told)
            run = values["run"] or runs.run_titled(values["title"])
            found.append(ToldCount(line, runs.find(run, values["platform"] or asked.platform), told))
        except PopcornError as exc:
            faults.append(f"line {line}: {exc.message}")
    _check_faults(file, [*faults, *_disagreements(found)], len(rows))
    _check_one_platform(file, found)
    return found


def _check_faults(file: Path, faults: Sequence[str], rows: int) -> None:
    if faults:
        rest = len(faults) - _SHOWN
        more = f", and {rest:,} more row{'s' * (rest > 1)}" if rest > 0 else ""
        raise RequestError(
            f"{len(faults):,} of {rows:,} rows of {str(file)!r} cannot be used: {'; '.join(faults[:_SHOWN])}{more}",
            hint="Mend or remove these rows; nothing was imported.",
        )


def _disagreements(found: Sequence[ToldCount]) -> list[str]:
    """Rows of one run and age whose numbers differ: nobody can tell which of them is right."""
    first: dict[tuple[str, float], ToldCount] = {}
    told = []
    for one in found:
        other = first.setdefault((one.video.run_id, one.count.age_days), one)
        if other.count != one.count:
            told.append(
                f"lines {other.line} and {one.line} have {other.count.comments:,} and {one.count.comments:,} comments "
                f"of run {one.video.run_id} at {days(one.count.age_days)}, or other views or likes"
            )
    return told


def _check_columns(file: Path, columns: Sequence[str]) -> None:
    missing = next(
        (what for what, kinds in _NEEDED if not {n for kind in kinds for n in _NAMES[kind]} & {*columns}), ""
    )
    if missing:
        shown = ", ".join(map(repr, filter(None, columns))) or "none"
        raise RequestError(f"{str(file)!r} has no column for the {missing}; it has {shown}", hint=COLUMNS)


def _named(record: Record) -> dict[str, str]:
    return {
        kind: next((record.values[name] for name in spelt if record.values[name]), "") for kind, spelt in _NAMES.items()
    }


def _decimals(rows: Sequence[tuple[int, dict[str, str]]], kind: str) -> str:
    column = CountColumn()
    for _, values in rows:
        column.add(values[kind])
    return column.decimals


def _count(values: dict[str, str], signs: dict[str, str], asked: Asked) -> Count:
    if not (values["run"] or values["title"]):
        raise RequestError("the row names no run")
    numbers = {kind: _number(values[kind], kind, sign) for kind, sign in signs.items()}
    if numbers["comments"] is None:
        raise RequestError("the row has no number of comments")
    return Count(_age(values, asked), numbers["comments"], numbers["views"], numbers["likes"], asked.now.isoformat())


def _age(values: dict[str, str], asked: Asked) -> float:
    """The age of a row, or of its two dates; a date may stand in place of an age. Raises RequestError."""
    published = values["published"]
    if values["age"] or not published:
        try:
            return age_of(values["age"])
        except RequestError as exc:
            if not _is_date(values["age"], asked.now):
                raise exc from None
            published = values["age"]
    at = asked.counted_at(values["counted"])
    return days_between(moment(published, at), at)


def _is_date(text: str, now: datetime) -> bool:
    try:
        moment(text, now)
    except RequestError:
        return False
    return True


def _number(text: str, kind: str, sign: str) -> int | None:
    try:
        return count(text or None, sign)
    except NotACountError as exc:
        raise RequestError(f"{text!r} is no number of {kind}") from exc


def _check_one_platform(file: Path, found: Sequence[ToldCount]) -> None:
    platforms = sorted({one.video.platform for one in found})
    if len(platforms) > 1:
        raise RequestError(
            f"{str(file)!r} has counts of {len(platforms)} platforms: {', '.join(platforms)}; their scales never mix",
            hint="Import a table a platform.",
        )
