"""One render at a server, from the form to the file: begins a job or goes on with one, waits, fetches, cleans up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ....errors import BadClipError, PopcornError, RenderError
from ..types import FrameProgress
from .asking import Asked
from .complaints import LostJobError, RefusedFieldError
from .jobs import Job, JobFile, Standing
from .server import Pace, Server

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Errand:
    """Gets the file of one clip. A job outlives every error but a stop, so that a second try can go on with it."""

    def __init__(self, name: str, server: Server, asked: Asked, file: JobFile, pace: Pace) -> None:
        self.asked = asked
        self.notes: list[str] = []
        self.frames = 0
        """Frames that the server has probably made."""
        self.job = Job("", "")
        self._name, self._server, self._file, self._pace = name, server, file, pace

    async def run(self, into: Path, seconds: float) -> None:
        """Bring the file to `into`, within `seconds`. Raises RenderError, MissingError."""
        try:
            async with asyncio.timeout(seconds):
                try:
                    await self._bring(self._file.read(), into)
                except LostJobError as exc:
                    if not self.job.id or self.job.is_final:
                        raise
                    self.notes.append(f"{exc.message}; it was begun anew")
                    _log.warning("%s; it is begun anew", exc.message)
                    self._forget()
                    await self._bring("", into)
        except TimeoutError as exc:
            await self._call_off()
            raise RenderError(
                f"{self._name} had made no clip after {seconds:g} seconds; the job was called off",
                hint=f"Give it longer: timeout = SECONDS under {self._server.setting} in popcorn.toml.",
            ) from exc
        except asyncio.CancelledError:
            await self._call_off()
            raise
        except (LostJobError, BadClipError):  # this job's file will not come, or get better
            self._forget()
            raise
        except PopcornError as exc:
            if self.job.id:
                exc.hint = f"{exc.hint} The job {self.job.id} is gone on with when the same clip is rendered again."
            raise
        finally:
            await self._server.close()

    async def _bring(self, job: str, into: Path) -> None:
        if job:
            self.job = Job(job, "")
            self.notes.append(f"went on with the job {job} that was begun before")
        else:
            await self._begin()
        await self._wait()
        await self._server.fetch(self.job.id, into)
        self.frames = self.asked.frames

    async def _begin(self) -> None:
        """A job is noted down before anything else: what has been begun may cost money."""
        beginning = asyncio.ensure_future(self._ask())
        try:
            self.job = await asyncio.shield(beginning)
        except asyncio.CancelledError:  # it may be under way: hear its id, so that it can be called off
            await asyncio.wait({beginning}, timeout=self._pace.goodbye)
            if beginning.done() and not beginning.cancelled() and beginning.exception() is None:
                self.job = beginning.result()
            beginning.cancel()
            raise
        self._file.keep(self.job.id)

    async def _ask(self) -> Job:
        while True:
            try:
                return await self._server.begin(self.asked)
            except RefusedFieldError as exc:
                less = self.asked.without(exc.named)
                if less is None:
                    raise
                self.asked = less

    async def _wait(self) -> None:
        """Look at the job until it is done. Raises LostJobError when it will not be."""
        looks = 0
        while True:
            self.job = replace(await self._server.look(self.job.id), id=self.job.id)
            if self.job.standing is Standing.DONE:
                return
            if self.job.standing is Standing.LOST:
                raise LostJobError(
                    f"the job {self.job.id} at {self._name} {self.job.status}{self._reason()}",
                    hint="Look at the server's log, or put the request differently.",
                )
            self.frames = max(self.frames, int(self.asked.frames * self.job.percent / 100))
            looks += 1
            await asyncio.sleep(self._pace.wait(looks))

    def _reason(self) -> str:
        said = self._server.clean(self.job.complaint)
        return f": {said}" if said else ""

    async def _call_off(self) -> None:
        """Leave nothing that works on, here or there."""
        job = self.job.id
        self._forget()
        if job:
            with suppress(PopcornError, TimeoutError):  # it was called off for a reason; that is the one to tell
                async with asyncio.timeout(self._pace.goodbye):
                    await self._server.cancel(job)

    def _forget(self) -> None:
        self._file.forget()
        self.job = Job("", "")


async def watched(work: Coroutine[None, None, None], errand: Errand, progress: FrameProgress, pulse: float) -> None:
    """`work`, with a word to `progress` at every pulse; when that raises, the work is stopped and cleans up first."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=pulse)
            if not task.done():
                progress(errand.frames, errand.asked.frames)
        task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


def to_the_end(work: Coroutine[None, None, _Result]) -> _Result:
    """Run a coroutine from a plain function, also where a loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1, thread_name_prefix="popcorn-served") as pool:
        return pool.submit(asyncio.run, work).result()
