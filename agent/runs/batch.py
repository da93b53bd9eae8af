"""Many requests of one table: its rows, and the table of what came of them, which another process can go on with."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ... import files
from ...errors import DataError, PopcornError, RequestError
from ...redaction import scrubbed, scrubbed_value
from ...settings import OF_THE_WALK, Settings
from ...tools.tables.content import content_of
from ...tools.tables.encodings import tell_all
from ...tools.tables.records import open_records, texts_of
from ...tools.tables.types import Line, Table
from .batch_rows import WRITERS, Outcome, read_rows

COLUMNS = ("prompt", "request")
"""Names of the column that holds the requests, the first that there is."""
_PLAIN = (".txt", ".md", "")
_PATIENT = 20.0
"""How many times as long as writing the table takes is waited before it is written again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the table, or why a line holds none."""

    line: int
    request: str
    id: str = ""
    fault: str = ""


def read_requests(file: Path, encoding: str = "") -> list[Asked]:
    """Every row of a table with a column `prompt` or `request` and perhaps `id`, or every line of a text.

    A row that is none is there with its fault. Raises RequestError for a file that is not there or lacks the column,
    and DataError for one that cannot be read.
    """
    table = open_records(file, encoding)
    names = [name.strip().casefold() for name in table.columns]
    column = next((name for name in COLUMNS if name in names), "")
    if not column and content_of(file).ending in _PLAIN:
        from ...tools.references.importers.lines import read_lines

        found = [_asked(at, text) for at, text in enumerate(read_lines(file, encoding), start=1) if text.strip()]
    elif not column:
        shown = ", ".join(repr(name.strip()) for name in table.columns if name.strip()) or "none"
        raise RequestError(
            f"{str(file)!r} has no column 'prompt'; it has {shown}",
            hint="Name the column `prompt`, or give a text file with one request a line.",
        )
    else:
        tell_all(table.notes if table.unit == "line" else ())
        rows = [_row(line, table, names, column) for line in table.lines()]
        found = [one for one in rows if one is not None]
    if not found:
        raise RequestError(f"{str(file)!r} holds no request", hint="Give it a header `prompt` and a request a line.")
    return found


def _row(line: Line, table: Table, names: Sequence[str], column: str) -> Asked | None:
    """A row as a request; None for a blank one."""
    try:
        values = texts_of(line, table, names)
    except (RequestError, DataError) as exc:
        return Asked(line.number, "", fault=exc.message)
    if not any(values):
        return None
    named = dict(zip(names, values, strict=True))
    return _asked(line.number, named[column], named.get("id", ""))


def _asked(line: int, request: str, name: str = "") -> Asked:
    request = scrubbed(" ".join(request.split()))
    return Asked(line, request, scrubbed(name), "" if request else "the request is empty")


def digest_of(settings: Settings) -> str:
    """What tells the settings of two batches apart, as far as they are the runs' own."""
    own = {name: value for name, value in settings.model_dump(mode="json").items() if name not in OF_THE_WALK}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]


class Results:
    """The table of results: read when it is opened, written as rows come."""

    def __init__(self, path: Path, settings: str) -> None:
        """Reads what is there. `settings` is the digest of the settings in force.

        Raises RequestError where the file is no such table, or one of other settings.
        """
        self.path = path
        self.rows: list[Outcome] = []
        self._written, self._took = 0.0, 0.0
        if path.suffix.lower() not in WRITERS:
            raise RequestError(
                f"results cannot be written as {path.name!r}", hint=f"End its name in {', '.join(WRITERS)}."
            )
        if path.is_dir() or not path.absolute().parent.is_dir():
            what = "is a folder" if path.is_dir() else "is in no folder that there is"
            raise RequestError(f"{str(path)!r} {what}", hint="Name a file in a folder that is there.")
        if path.exists() and path.stat().st_size:
            self.rows = read_rows(path)
        if any(row.settings != settings for row in self.rows):
            raise RequestError(
                f"{str(path)!r} holds results of other settings",
                hint="Name another file, or give the settings that it was begun with.",
            )

    def of(self, asked: Asked) -> Outcome | None:
        """What came of this request before."""
        key = (asked.line, asked.id, asked.request)
        return next((row for row in self.rows if (row.line, row.id, row.request) == key), None)

    def add(self, row: Outcome) -> None:
        """Put a row in its place, and the table on disk unless that was just done. Raises StoreError."""
        row = Outcome(**scrubbed_value(asdict(row)))
        key = (row.line, row.id, row.request)
        kept = [one for one in self.rows if (one.line, one.id, one.request) != key]
        self.rows = sorted([*kept, row], key=lambda one: one.line)
        if time.monotonic() - self._written >= _PATIENT * self._took:
            self.write()

    def write(self) -> None:
        """The table as it is now, in one step. Raises StoreError."""
        began = time.monotonic()
        with files.writing(self.path):
            files.write_bytes(self.path, WRITERS[self.path.suffix.lower()](self.rows), shared=True)
        self._written = time.monotonic()
        self._took = self._written - began


def outcome_of(asked: Asked, data: Mapping[str, Any], settings: str, folder: Path) -> Outcome:
    """A finished run as a row; `data` are those of `ask --json`, and the words of its post stand in its `folder`."""
    score = data["score"]
    post = _post(folder)
    return Outcome(
        asked.line,
        asked.id,
        asked.request,
        "done",
        run_id=data["run_id"],
        title=data["title"],
        caption=post.get("caption", ""),
        hashtags=" ".join(post.get("hashtags", ())),
        video_prompt=data["video_prompt"],
        cover_prompt=data["cover_prompt"],
        video=data["video"].get("copy") or data["video"]["path"],
        cover=data["cover"]["path"],
        seconds=data["video"]["seconds"],
        **{name: score[name] for name in _OF_THE_SCORE},
        evidence="yes" if score["evidence"] else "none",
        illustrative=score["illustrative"],
        accepted=data["accepted"],
        chat=data["models"]["chat"],
        renderer=data["video"]["renderer"],
        predictor=score["predictor"],
        cost_usd=data["usage"].get("cost_usd"),
        settings=settings,
    )


_OF_THE_SCORE = ("log2_comments", "comments", "percentile", "percentile_low", "percentile_high", "against")


def begun_of(asked: Asked, run_id: str, settings: str) -> Outcome:
    """A run that is under way as a row, so that a process that is killed leaves word of it."""
    error, hint = "it was cut off", "Give the same command again: it goes on where it stopped."
    return Outcome(asked.line, asked.id, asked.request, "begun", error, hint, run_id=run_id, settings=settings)


def failure_of(asked: Asked, exc: PopcornError, settings: str, status: str = "failed") -> Outcome:
    """An error as a row."""
    facts = exc.facts()
    return Outcome(
        asked.line,
        asked.id,
        asked.request,
        status,
        error=exc.message,
        hint=exc.hint,
        code=str(facts.get("code", "")),
        run_id=exc.run_id,
        settings=settings,
    )


def _post(folder: Path) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # somebody took it away: the result stands without its caption
        return {}
    return said
