"""Throws old runs away: their checkpoints, events and files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ... import files
from ...errors import RequestError
from .checkpoints import open_checkpoints
from .databases.store_errors import unwritable
from .run_store import Kind, Run, RunStore, runs_at_rest

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
    """Throw `runs` away, all but those that are being worked on; `dry` only says what that would be.

    Their files go first: on a full disk these make the room that a database needs to forget anything. A run without
    files that is remembered still is thrown away the next time.
    """
    busy = tuple(run.run_id for run in runs if store.walked(run.run_id))
    gone = tuple(run.run_id for run in runs if run.run_id not in busy)
    size = sum(_size(store.folder(run_id)) for run_id in gone)
    if not dry and gone:
        for run_id in gone:
            _delete(store.folder(run_id))
        async with open_checkpoints(store.database, ()) as saver:  # nothing is loaded
            for run_id in gone:
                await saver.adelete_thread(run_id)
        store.forget(gone)
        store.shrink()
    return Pruned(gone, size, busy)


def make_room(home: Path, *, older: timedelta | None, keep: int) -> int:
    """Delete the files of runs that `prune` would throw away, where a full disk keeps the store from being opened.

    The store forgets the runs as soon as it can be opened again. Gives the bytes that were freed.
    """
    freed, runs = 0, runs_at_rest(home)
    for kind in Kind:
        for run in old_runs([run for run in runs if run.kind is kind], older=older, keep=keep):
            folder = home / "runs" / run.run_id
            if not folder.is_dir() or _is_held(folder):
                continue
            size = _size(folder)
            _delete(folder)
            freed += size
    return freed


def _is_held(folder: Path) -> bool:
    from filelock import Timeout

    try:
        with files.lock(folder / ".lock", 0):
            return False
    except (Timeout, OSError):
        return True


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as exc:
        failure = unwritable(folder, exc)
        failure.hint = f"Delete {str(folder)!r} by hand, then prune again."
        raise failure from exc
