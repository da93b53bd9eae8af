"""Units on a Ray cluster: tasks in small batches, whose rows come back as values and whose clips as files.

A task needs nothing of this machine's disk: catalogue, predictor, models and keys are those of the worker's own home
(at the same path) and environment. Where its data or settings are others than here, the batch is refused: rows would
not be the same. A worker that is lost has its batches done again elsewhere (Ray's retries). What a batch has drafted
stands on this disk only once the whole batch is back, so batches are small. Reports to Ray's makers are off.
"""

from __future__ import annotations

import asyncio
import os
import platform
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import files
from ...errors import DataError, MissingError, PopcornError
from ..facts import facts_of
from ..types import Row, Unit
from ..unit_work import Place
from .local import batches, do_batch

if TYPE_CHECKING:
    from .types import Report

RETRIES = 5
"""How often the units of a lost worker are begun again."""
_AHEAD = 2
"""Batches that are handed over for each core of the cluster: the next waits where the last one ends."""
_BATCH = 8
_WAIT = 10.0
"""Seconds to wait for a cluster's address to answer."""


@dataclass(frozen=True, slots=True)
class Done:
    """What comes back from a worker."""

    rows: list[Row]
    files: dict[str, bytes]
    """Drafts and clips by their names in the study's folder."""


class RayEngine:
    """Units on a cluster that is there, or on one that is started on this machine for as long as it runs."""

    def __init__(self, place: Place, address: str) -> None:
        """`address` as Ray writes it; empty for a cluster of this machine. Raises MissingError without Ray."""
        os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0"}  # or it prints repeats after the answer
        try:
            import ray
        except ImportError as exc:
            raise MissingError("ray is not installed", hint="pip install 'llmpopcorn[ray]'") from exc
        self._ray: Any = ray
        self._place, self._address = place, address

    async def run(self, units: Sequence[Unit], report: Report) -> None:
        """Do all units. What `report` raises ends it, once what is under way has been reported."""
        if units:
            with redirect_stdout(sys.stderr):  # Ray tells of lost workers on stdout, where the answer goes
                await self._run(units, report)

    async def _run(self, units: Sequence[Unit], report: Report) -> None:
        self._join()
        work = self._ray.remote(num_cpus=1, max_retries=RETRIES)(do_elsewhere)
        place = self._ray.put(self._place)
        portions = iter(batches(units, _BATCH))
        most = _AHEAD * max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        waiting: set[asyncio.Future[Done]] = set()
        refused: PopcornError | None = None
        while True:
            while refused is None and len(waiting) < most and (portion := next(portions, None)) is not None:
                kept = drafts_of(self._place, portion)
                waiting.add(asyncio.wrap_future(work.remote(place, portion, kept).future()))
            if not waiting:
                break
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                refused = self._take(one, report) or refused
        if refused:
            raise refused

    def _join(self) -> None:
        """Be part of the cluster. Raises MissingError where there is none at the address."""
        if self._ray.is_initialized():
            return
        try:
            self._knock()
            if self._address:
                self._ray.init(self._address, log_to_driver=False, configure_logging=False)
            else:
                self._ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)
        except (OSError, RuntimeError, ValueError) as exc:
            where = f"at {self._address}" if self._address else "on this machine"
            raise MissingError(
                f"no Ray cluster answers {where}: {str(exc).splitlines()[0]}",
                hint="Start one with `ray start --head`, and name its address, e.g. --address 127.0.0.1:6379.",
            ) from exc

    def _knock(self) -> None:
        """Raises OSError where nobody listens at HOST:PORT: Ray itself would try for minutes."""
        host, _, port = self._address.removeprefix("ray://").rpartition(":")
        if host and port.isdigit():
            socket.create_connection((host, int(port)), _WAIT).close()

    def _take(self, one: asyncio.Future[Done], report: Report) -> PopcornError | None:
        """Keep the files of a batch, report its rows; what was said against one of them, or that the batch was lost."""
        try:
            done = one.result()
        except self._ray.exceptions.RayTaskError as exc:
            if isinstance(exc.cause, PopcornError):
                return exc.cause
            raise
        except self._ray.exceptions.RayError as exc:
            return PopcornError(
                f"a batch of units was lost {RETRIES + 1} times on the cluster: {str(exc).splitlines()[0]}",
                hint="Look at `ray status`, then run it again: what is done is kept.",
            )
        for name, content in done.files.items():
            target = self._place.folder / name
            with files.writing(target):
                files.folder(target.parent)
                files.write_bytes(target, content)
        refused: PopcornError | None = None
        for row in done.rows:
            try:
                report(row)
            except PopcornError as exc:
                refused = refused or exc
        return refused


def drafts_of(place: Place, units: Sequence[Unit]) -> dict[str, bytes]:
    """The drafts of these units that are there already, so that no worker pays for them again."""
    kept = {}
    for name in dict.fromkeys(f"drafts/{unit.draft_key(place.facts)}.json" for unit in units):
        path = place.folder / name
        if path.is_file():
            kept[name] = path.read_bytes()
    return kept


def do_elsewhere(place: Place, units: Sequence[Unit], kept: dict[str, bytes]) -> Done:
    """The rows and files of some units, done in a worker's own temporary folder. Raises DataError for other data."""
    _check_same(place)
    with tempfile.TemporaryDirectory(prefix="popcorn-study-") as temporary:
        folder = Path(temporary) / place.folder.name
        for name, content in kept.items():
            target = folder / name
            files.folder(target.parent)
            files.write_bytes(target, content)
        rows = do_batch(replace(place, folder=folder), units)
        made = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in made}
        return Done(rows, {name: content for name, content in found.items() if kept.get(name) != content})


def _check_same(place: Place) -> None:
    here = facts_of(place.study, place.settings).of_units
    if other := [name for name, value in place.facts.items() if here.get(name) != value]:
        raise DataError(
            f"on {platform.node()} {', '.join(other)} are not what they are where the study is run",
            hint=f"Copy {place.settings.home} there, and give it the same settings.",
        )
