"""`popcorn ask --file`: many requests in one process, a row of results each, failures among them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..errors import MissingError, PopcornError, RequestError, StoppedError, sentences
from .ask_run import follow_request
from .display import Form, Screen
from .out_file import check_bundle, put_bundle

if TYPE_CHECKING:
    from rich.console import Console

    from ..agent.runs.batch import Asked, Results
    from ..agent.runs.batch_rows import Outcome
    from ..settings import Settings


@dataclass(frozen=True, slots=True)
class Batch:
    """What is asked for beside the settings."""

    file: Path
    results: Path | None
    bundle: Path | None
    encoding: str
    again: bool
    """A person has agreed to buy once more what may have been paid for in vain."""


def ask_batch(batch: Batch, settings: Settings, chosen: Mapping[str, object], screen: Screen) -> None:
    """Ask for every row that has no result yet, and answer with how many there are; exit 1 where some failed."""
    from ..agent.runs.batch import Results, digest_of, read_requests

    if batch.results is None:
        raise RequestError("--file needs a place for the results", hint="Add e.g. --results results.parquet.")
    check_bundle(batch.bundle)
    asked = read_requests(batch.file, batch.encoding)
    results = Results(batch.results, digest_of(settings))
    before = [row for one in asked if (row := results.of(one)) and row.status == "done"]
    if before:
        screen.aside(f"{len(before)} of {len(asked)} are done already")
    try:
        asyncio.run(_ask_all(asked, results, batch, (settings, chosen), screen))
    except PopcornError as exc:
        if exc.exit_status in {10, 124, 130}:
            own = "" if exc.exit_status == StoppedError.exit_status else exc.hint  # it names the one run
            exc.hint = sentences(own, "Give the same command again: it goes on where it stopped.")
        raise
    finally:
        if results.rows:
            results.write()
    data = _data(asked, results, len(before))
    if screen.form is not Form.JSONL:
        screen.answer(data, lambda console: _show(data, console))
    if data["failed"]:
        raise typer.Exit(1)


async def _ask_all(
    asked: list[Asked],
    results: Results,
    batch: Batch,
    taken: tuple[Settings, Mapping[str, object]],
    screen: Screen,
) -> None:
    with screen.progress("ask") as progress:
        for done, one in enumerate(asked):
            earlier = results.of(one)
            if earlier is None or earlier.status != "done":
                row = await _ask_one(one, earlier, results, batch, taken)
                results.add(row)
                if screen.form is Form.JSONL:
                    screen.line(_brief(row))
                elif not screen.err.is_terminal:
                    screen.aside(f"{done + 1} of {len(asked)}: {row.title or row.error}")
            progress(done + 1, len(asked))


async def _ask_one(
    one: Asked,
    earlier: Outcome | None,
    results: Results,
    batch: Batch,
    taken: tuple[Settings, Mapping[str, object]],
) -> Outcome:
    """One row. What keeps every other from being made too is raised: a missing key, model or extra, and a stop."""
    from ..agent.runs.batch import begun_of, digest_of, failure_of, outcome_of

    settings, chosen = taken
    digest = digest_of(settings)
    if one.fault:
        return failure_of(one, RequestError(one.fault, hint="Mend the row."), digest)
    run_id = _unfinished(earlier, settings)

    def begun(run_id: str) -> None:
        results.add(begun_of(one, run_id, digest))
        results.write()

    try:
        data = await follow_request(
            settings, one.request, (run_id or None, {} if run_id else chosen), _silent(), again=batch.again, begun=begun
        )
        folder = Path(data["video"]["path"]).parent
        if batch.bundle is not None:
            put_bundle(folder, batch.bundle / f"{one.line:04d}", data["run_id"])
        return outcome_of(one, data, digest, folder)
    except (MissingError, StoppedError) as exc:
        results.add(failure_of(one, exc, digest, "stopped"))
        raise
    except PopcornError as exc:
        return failure_of(one, exc, digest)


def _unfinished(earlier: Outcome | None, settings: Settings) -> str:
    """The run of a row that is gone on with: it was stopped or killed, or a clip of it may be paid for already."""
    from ..agent.wiring.spending import is_at_stake

    if earlier is None or not earlier.run_id:
        return ""
    cut_off = earlier.status in {"begun", "stopped"}
    return earlier.run_id if cut_off or is_at_stake(settings, earlier.run_id) else ""


def _silent() -> Screen:
    """What a single run of many says: its row is what is told of it."""
    return Screen("ask", Form.TEXT, quiet=True)


def _data(asked: list[Asked], results: Results, kept: int) -> dict[str, Any]:
    rows = [row for one in asked if (row := results.of(one))]
    failed = [row for row in rows if row.status != "done"]
    return {
        "results": str(results.path),
        "requests": len(asked),
        "done": len(rows) - len(failed),
        "kept": kept,
        "failed": len(failed),
        "failures": [_brief(row) for row in failed],
    }


def _brief(row: Outcome) -> dict[str, Any]:
    named = ("line", "id", "request", "status", "title", "run_id", "percentile", "evidence", "video", "error", "hint")
    return {name: getattr(row, name) for name in named}


def _show(data: Mapping[str, Any], console: Console) -> None:
    console.print(data["results"], markup=False, soft_wrap=True)
    console.print(f"  {data['done']} of {data['requests']} done, {data['failed']} failed", markup=False)
    for row in data["failures"]:
        console.print(f"line {row['line']}: {row['error']}\n  {row['hint']}", markup=False, soft_wrap=True)
