"""Units on this machine: in this process at the same time, or in several processes."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import groupby
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from ...errors import PopcornError, StoppedError
from ..types import Drafted, Row, Unit
from ..unit_work import Place, UnitWork
from .types import Report

if TYPE_CHECKING:
    from ...tools.video.types import Clip

BATCH = 16
"""Units that a process is given at a time."""
_LOOK = 1.0
"""Seconds after which a process looks whether its parent is still there."""

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
        free, scoring = asyncio.Semaphore(study.at_once), asyncio.Lock()
        rendering = ThreadPoolExecutor(study.renders_at_once)  # of their own: renders that wait must not hold up drafts
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
            rendering.shutdown()
        for failed in [*refused, *(one for one in results if isinstance(one, BaseException))]:
            raise failed

    async def _row(self, unit: Unit, rendering: Executor, scoring: asyncio.Lock) -> Row:
        drafted: Drafted | None = None
        rendered: dict[str, Any] = {}
        clip: Clip | None = None
        try:
            drafted = await self._draft(unit)
            if unit.arm.renderer:
                loop, shown = asyncio.get_running_loop(), unit.shown
                theirs = drafted if shown is unit else await self._draft(shown)
                clip, rendered = await loop.run_in_executor(rendering, self._work.render, shown, theirs)
            async with scoring:
                scored = await asyncio.to_thread(self._work.score, unit, drafted, clip)
            return self._work.row(unit, drafted, scored, rendered)
        except PopcornError as exc:
            return self._work.failure(unit, exc, drafted, rendered)
        except Exception as exc:  # a fault of ours in one unit must not take hours of others with it
            _log.exception("unit %s failed", unit)
            fault = PopcornError(f"{type(exc).__name__}: {exc}")
            return self._work.failure(unit, fault, drafted, rendered)

    async def _draft(self, unit: Unit) -> Drafted:
        """The unit's draft; units that share one wait for the first of them."""
        key = unit.draft_key(self._place.facts)
        lock = self._drafting.setdefault(key, asyncio.Lock())
        async with lock:
            return await self._work.draft(unit)


class ProcessEngine:
    """Units in several processes, for drafting and scoring that one core holds up.

    A budget is looked at whenever a batch is back: it may be overrun by the batches under way, one or two a process.
    Whatever ends it early, the units under way are finished and reported first.
    """

    def __init__(self, place: Place, processes: int) -> None:
        """Starts the processes when it runs."""
        self._place, self._processes = place, processes

    async def run(self, units: Sequence[Unit], report: Report) -> None:
        """Do all units, a batch at a time a process; a process that dies ends it, and what others had done is kept."""
        import multiprocessing

        spawning = multiprocessing.get_context("spawn")
        stop = spawning.Event()
        with ProcessPoolExecutor(self._processes, spawning, _begin, (os.getpid(), stop)) as pool:
            futures = [pool.submit(do_batch, self._place, batch) for batch in batches(units)]
            waiting = {asyncio.wrap_future(future) for future in futures}
            refused: BaseException | None = None
            while waiting:
                refusal: BaseException | None
                try:
                    done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                except asyncio.CancelledError as exc:  # somebody stopped the study
                    refusal = exc
                else:
                    refusal = _reported(done, report)
                if refusal and not refused:
                    refused = refusal
                    stop.set()
                    for future in futures:  # one that runs cannot be cancelled, and its rows still come
                        future.cancel()
        if refused:
            raise refused


def _reported(done: Iterable[asyncio.Future[list[Row]]], report: Report) -> Exception | None:
    """Report all rows that came, whatever is said to one of them; the first refusal, or the end of a process."""
    refused: Exception | None = None
    for batch in done:
        try:
            rows = batch.result()
        except asyncio.CancelledError:
            continue
        except BrokenProcessPool:
            refused = refused or PopcornError(
                "a process of the study was ended from outside",
                hint="Look whether the memory is full, then run it again: what is done is kept.",
            )
            continue
        for row in rows:
            try:
                report(row)
            except PopcornError as exc:
                refused = refused or exc
    return refused


class _Stop:
    """What a process has been told by the one that started it."""

    event: Event | None = None

    @classmethod
    def told(cls) -> bool:
        """Whether it is to stop."""
        return cls.event is not None and cls.event.is_set()


def _begin(parent: int, stop: Event) -> None:
    """In a new process: hear of the end from the parent alone, and end with it.

    A key that is pressed goes to all processes of a terminal: which units are still finished is the parent's to say. A
    parent that was killed can say nothing.
    """
    _Stop.event = stop
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def batches(units: Sequence[Unit], size: int = BATCH) -> list[list[Unit]]:
    """The units in portions that a worker is given at a time; those of one prompt stay together, for they share drafts.

    A portion has `size` units, or as many as its last prompt needs beyond.
    """
    found: list[list[Unit]] = []
    for _, same in groupby(units, lambda unit: (unit.arm.model, unit.prompt.text, unit.seed)):
        if not found or len(found[-1]) >= size:
            found.append([])
        found[-1] += same
    return found


def do_batch(place: Place, units: Sequence[Unit]) -> list[Row]:
    """The rows of some units, done in a process of their own; once it is told to stop, of those under way."""
    rows: list[Row] = []

    def report(row: Row) -> None:
        rows.append(row)
        if _Stop.told():
            raise StoppedError("the study was stopped")

    if not _Stop.told():
        with suppress(StoppedError):  # the rest is left for the next time
            asyncio.run(LocalEngine(place).run(units, report))
    return rows
