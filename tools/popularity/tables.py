"""Tables of drafts to be scored, and of their scores."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ... import files
from ...errors import DataError, MissingError, RequestError, StoreError
from ..tables.ids import WAY_OUT, is_rounded
from ..tables.records import Record, read_records
from .types import Score, Subject

_KNOWN = ("video_id", "title", "tag", "prompt", "video", "request", "platform")
COLUMNS = (
    "video_id",
    "log2_comments",
    "comments",
    "percentile",
    "percentile_low",
    "percentile_high",
    "against",
    "evidence",
    "low",
    "high",
    "coverage",
    "basis",
    "predictor",
)
"""percentile, its ends, low, high and coverage are empty where evidence is `none`."""


@dataclass(frozen=True, slots=True)
class Row:
    """A draft of a table, with the line it stands on."""

    line: int
    video_id: str
    subject: Subject


def read_drafts(file: Path, encoding: str = "") -> list[Row]:
    """The drafts of a table with the columns video_id and title, and perhaps tag, prompt, video, request, platform.

    A relative path in `video` is taken from the file's folder. Raises RequestError for a file that cannot be read, a
    missing column, a row without an id, and an id that comes twice, and MissingError for a clip that is not there.
    """
    columns = f"The columns are {', '.join(_KNOWN)}; all but the first two may be left out."
    records = read_records(file, _KNOWN, _KNOWN[:2], encoding=encoding, columns=columns)
    rows = [_row(file, record) for record in records]
    if not rows:
        raise RequestError(f"{str(file)!r} has no rows", hint="Give it a header and a draft a line.")
    seen: dict[str, int] = {}
    for row in rows:
        if row.video_id in seen:
            raise RequestError(
                f"{str(file)!r} has the id {row.video_id!r} in the lines {seen[row.video_id]} and {row.line}",
                hint=f"A spreadsheet rounded the ids. {WAY_OUT}"
                if is_rounded(row.video_id)
                else "Every draft needs an id of its own.",
            )
        seen[row.video_id] = row.line
    return rows


def write_scores(file: Path, rows: Sequence[Row], scores: Sequence[Score]) -> None:
    """Write a line a draft, in the order of the table, in one step. Raises StoreError when it cannot be written."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    writer.writerows(_line(row, score) for row, score in zip(rows, scores, strict=True))
    try:
        files.write_text(file, table.getvalue(), shared=True)
    except OSError as exc:
        raise StoreError(
            f"{str(file)!r} cannot be written: {exc.strerror or exc}", hint="Choose another --out."
        ) from exc


def _row(file: Path, record: Record) -> Row:
    line, values = record.line, record.values
    if not values["video_id"]:
        raise RequestError(f"{str(file)!r}, line {line}: the row has no video_id", hint="Give each draft an id.")
    clip = (file.parent / values["video"]) if values["video"] else None
    if clip is not None and not clip.is_file():
        raise MissingError(
            f"{str(file)!r}, line {line}: there is no file at {str(clip)!r}",
            hint="Paths in the column `video` are taken from the table's folder.",
        )
    subject = Subject(
        values["title"],
        values["prompt"],
        values["tag"],
        clip,
        request=values["request"],
        platform=values["platform"],
    )
    return Row(line, values["video_id"], subject)


def _line(row: Row, score: Score) -> list[str]:
    if not math.isfinite(score.log2_comments):
        raise DataError(f"the score of {row.video_id!r} is not finite")
    predicted = (_figure(score.log2_comments), _figure(score.comments))
    rank = (_figure(score.percentile), _figure(score.percentile_low), _figure(score.percentile_high))
    interval = score.interval
    ends = ("",) * 3 if interval is None else tuple(map(_figure, (interval.low, interval.high, interval.coverage)))
    evidence = "yes" if score.evidence else "none"
    return [
        row.video_id,
        *predicted,
        *rank,
        score.against,
        evidence,
        *ends,
        "+".join(score.basis),
        score.predictor,
    ]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
