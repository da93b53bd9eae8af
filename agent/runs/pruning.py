"""Throws old runs away: their checkpoints, events and files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ...errors import RequestError
from .checkpoints import open_checkpoints
from .databases.store_errors import unwritable
from .run_store import Run, RunStore

_SPAN = re.compile(r"(\d{1,6})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was thrown away, or would be."""

    runs: tuple[str, ...]
    size: int
    """Bytes of their files."""
    busy: tuple[str, ...] = ()
    """Runs that are being worked on, and were left."""


def span(text: str) -> timedelta:
    """How long `30d`, `12h` or `4w` is. Raises RequestError."""
    match = _SPAN.fullmatch(text.strip().lower())
    if not match:
        raise RequestError(f"{text!r} is no span of time", hint="Write e.g. 12h, 30d or 4w.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def old_runs(runs: Sequence[Run], *, older: timedelta | None, keep: int, now: datetime | None = None) -> list[Run]:
    """Those of `runs`, the latest first, that are neither among the last `keep` nor younger than `older`."""
    moment = now or datetime.now(UTC)
    rest = runs[keep:]
    return [run for run in rest if older is None or moment - datetime.fromisoformat(run.updated) > older]


async def prune(store: RunStore, runs: Sequence[Run], *, dry: bool) -> Pruned:
    """Throw `runs` away, all but those that are being worked on; `dry` only says what that would be."""
    busy = tuple(run.run_id for run in runs if store.walked(run.run_id))
    gone = tuple(run.run_id for run in runs if run.run_id not in busy)
    size = sum(_size(store.folder(run_id)) for run_id in gone)
    if not dry and gone:
        async with open_checkpoints(store.database, ()) as saver:  # nothing is loaded
            for run_id in gone:
                await saver.adelete_thread(run_id)
        store.forget(gone)
        store.shrink()
        for run_id in gone:
            _delete(store.folder(run_id))
    return Pruned(gone, size, busy)


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as exc:
        failure = unwritable(folder, exc)
        failure.hint = f"Its run is forgotten already; delete {str(folder)!r} by hand."
        raise failure from exc
