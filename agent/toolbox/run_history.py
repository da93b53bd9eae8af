"""Runs that were made before: found by words and days, and read one by one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from ...errors import RequestError
from ...tools.popularity.standing import read_score
from ...trust import foreign_files
from ..runs.machines import GRAPH_KINDS
from ..runs.run_store import Kind, Run, RunStore

LAST = "last"
_SEARCHED = 2_000
"""Runs that are looked through, the latest first."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in a list."""

    run_id: str
    request: str
    status: str
    created: str
    """When somebody asked for it, in ISO 8601."""
    title: str = ""
    """Empty for a run that is not finished, as the clip."""
    percentile: float | None = None
    """The expected rank of 100; None without evidence, which is so for every run of an older Popcorn."""
    evidence: bool = False
    clip: str = ""
    kind: str = Kind.CREATE.value
    """What was made: `create` for a video, `ad` for an ad, which has no rank."""


def run_rows(store: RunStore, about: str, since: str, until: str, most: int) -> tuple[RunRow, ...]:
    """Runs whose request or title has every word of `about`, the latest first. Raises RequestError on a bad day."""
    first, last = _day(since, date.min), _day(until, date.max)
    words = about.casefold().split()
    rows: list[RunRow] = []
    for run in store.runs(_SEARCHED, *GRAPH_KINDS):
        if len(rows) >= most:
            break
        if not first <= _local_day(run) <= last:
            continue
        row = _row(run, _result(store, run.run_id))
        text = f"{row.request} {row.title}".casefold()
        if all(word in text for word in words):
            rows.append(row)
    return tuple(rows)


def run_data(store: RunStore, run_id: str) -> dict[str, Any]:
    """What a run gave, or how far it came, as JSON has it. Raises RequestError when there is no such run."""
    run = store.find(_last(store) if run_id == LAST else run_id)
    result = _result(store, run.run_id)
    row = asdict(_row(run, result)) | {"error": run.error, "settings": run.settings}
    if result:
        return row | result | {"finished": True}
    nodes = [event["node"] for event in store.events(run.run_id) if event["event"] == "node_finished"]
    return row | {"finished": False, "nodes_done": nodes}


def _row(run: Run, result: dict[str, Any]) -> RunRow:
    told, video = result.get("score"), result.get("video") or {}
    score = read_score(told) if told else None
    return RunRow(
        run_id=run.run_id,
        request=run.request,
        status=run.status.value,
        created=run.created,
        title=result.get("title", ""),
        percentile=score.percentile if score else None,
        evidence=score.evidence if score else False,
        clip=video.get("path", ""),
        kind=run.kind.value,
    )


def _result(store: RunStore, run_id: str) -> dict[str, Any]:
    """The data of a finished run; empty where there is none, or none that can be read."""
    try:
        data = foreign_files.parse_json(foreign_files.read_text(store.folder(run_id) / "result.json"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _last(store: RunStore) -> str:
    latest = store.runs(1, *GRAPH_KINDS)
    if not latest:
        raise RequestError("no run is stored yet", hint="Make a video or an ad first.")
    return latest[0].run_id


def _local_day(run: Run) -> date:
    """The day on which somebody asked for the run, where they are."""
    return datetime.fromisoformat(run.created).astimezone().date()


def _day(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as exc:
        raise RequestError(f"{text!r} is no day", hint="Write a day as YYYY-MM-DD.") from exc
