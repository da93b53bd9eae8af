"""Units on this machine: in this process at the same time, or in several processes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

from ...errors import PopcornError
from ..types import Row, Unit
from ..unit_work import Place, UnitWork
from .types import Report

_BATCH = 16
"""Units that a process is given at a time."""

_log = logging.getLogger(__name__)


class LocalEngine:
    """Units in this process: while one is rendered, others are drafted."""

    def __init__(self, place: Place) -> None:
        """`place.study` says how many units are under way at once, and how many renders."""
        self._work = UnitWork(place)
        self._place = place
        self._drafting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def run(self, units: Sequence[Unit], report: Report) -> None:
        """Do all units. What `report` raises ends it, once what is under way has been reported."""
        study = self._place.study
        free, rendering, scoring = (
            asyncio.Semaphore(study.at_once),
            asyncio.Semaphore(study.renders_at_once),
            asyncio.Lock(),
        )
        refused: list[BaseException] = []

        async def one(unit: Unit) -> None:
            try:
                row = await self._row(unit, rendering, scoring)
                report(row)
            except BaseException as exc:
                refused.append(exc)
                raise
            finally:
                free.release()

        under_way: set[asyncio.Task[None]] = set()
        try:
            for unit in units:
                await free.acquire()
                if refused:
                    break
                task = asyncio.create_task(one(unit))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
        finally:
            results = await asyncio.gather(*under_way, return_exceptions=True)
        for failed in [*refused, *(one for one in results if isinstance(one, BaseException))]:
            raise failed

    async def _row(self, unit: Unit, rendering: asyncio.Semaphore, scoring: asyncio.Lock) -> Row:
        try:
            drafted = await self._draft(unit)
            rendered: dict[str, Any] = {}
            clip = None
            if unit.arm.renderer:
                async with rendering:
                    clip, seconds, peak = await asyncio.to_thread(self._work.render, unit, drafted)
                rendered = {
                    "clip": clip.path.name,
                    "clip_sha256": clip.sha256,
                    "render_seconds": seconds,
                    "peak_memory_bytes": peak,
                }
            async with scoring:
                scored = await asyncio.to_thread(self._work.score, unit, drafted, clip)
            return self._work.row(unit, drafted, scored, rendered)
        except PopcornError as exc:
            return self._work.failure(unit, exc)
        except Exception as exc:  # a fault of ours in one unit must not take hours of others with it
            _log.exception("unit %s failed", unit)
            return self._work.failure(unit, PopcornError(f"{type(exc).__name__}: {exc}"))

    async def _draft(self, unit: Unit) -> Any:
        """The unit's draft; units that share one wait for the first of them."""
        key = unit.draft_key(self._place.facts)
        lock = self._drafting.setdefault(key, asyncio.Lock())
        async with lock:
            return await self._work.draft(unit)


class ProcessEngine:
    """Units in several processes, for drafting and scoring that one core holds up."""

    def __init__(self, place: Place, processes: int) -> None:
        """Starts the processes when it runs."""
        self._place, self._processes = place, processes

    async def run(self, units: Sequence[Unit], report: Report) -> None:
        """Do all units, a batch at a time a process."""
        import multiprocessing

        spawning = multiprocessing.get_context("spawn")
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(self._processes, spawning) as pool:
            waiting = [loop.run_in_executor(pool, do_batch, self._place, batch) for batch in batches(units)]
            try:
                for batch_rows in asyncio.as_completed(waiting):
                    for row in await batch_rows:
                        report(row)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                await _report_rest(waiting, report)
                raise


def batches(units: Sequence[Unit]) -> list[Sequence[Unit]]:
    """The units in portions that a worker is given at a time."""
    return [units[at : at + _BATCH] for at in range(0, len(units), _BATCH)]


def do_batch(place: Place, units: Sequence[Unit]) -> list[Row]:
    """The rows of some units, done in a process of their own."""
    rows: list[Row] = []
    asyncio.run(LocalEngine(place).run(units, rows.append))
    return rows


async def _report_rest(waiting: Sequence[asyncio.Future[list[Row]]], report: Report) -> None:
    """What was under way when the study was ended is kept all the same; a second refusal changes nothing."""
    for result in await asyncio.gather(*waiting, return_exceptions=True):
        if isinstance(result, list):
            for row in result:
                with suppress(PopcornError):
                    report(row)
