"""One clip at a server, from the form to the file: buys a job or goes on with one, waits, fetches. Nothing twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ....errors import BadClipError, ConsentError, PopcornError, RenderError, sentences
from ....settings_sources import user_file
from ...remote.refusals import LostJobError, PassingError, RefusedFieldError, UnknownOutcomeError
from ..purchase import Stage
from .download import Download, NotThereYetError
from .job_form import Asked
from .job_search import Search, search
from .jobs import Job, Standing
from .order import Order
from .server import VideoServer

_LISTS = 3
"""How often a server's jobs are looked through: one that was begun behind a gateway may be listed a little later."""


class RenderJob:
    """Gets the file of one clip. What was bought outlives every error and stop, so that another try goes on with it."""

    def __init__(self, server: VideoServer, asked: Asked, order: Order) -> None:
        self.asked = asked
        self.notes: list[str] = []
        self.frames = 0
        """Frames that the server has probably made."""
        self.job = Job("", "")
        self._server, self._order, self._pace = server, order, server.pace
        self._name = server.identity.name
        self._waits_for_file: NotThereYetError | None = None
        self._under_way = False

    async def run(self, into: Path, seconds: float) -> None:
        """Bring the file to `into`, within `seconds`. Raises RenderError, ConsentError, MissingError, StoreError."""
        try:
            if self._order.held(into):
                self._take_up()
                return
            async with asyncio.timeout(seconds):
                await self._bring(into)
            self._order.came(into, self.job.seconds)
        except TimeoutError as exc:
            raise await self._too_late(seconds) from exc
        except asyncio.CancelledError:
            await self._leave()
            raise
        except BadClipError:
            self._order.ended("gave no clip that can be used")
            raise
        except PopcornError as exc:
            exc.nothing_begun = not self._order.bought
            if self._order.stage is Stage.BEGUN and self.job.id and not isinstance(exc, ConsentError):
                exc.hint = sentences(
                    exc.hint, f"The job {self.job.id} is gone on with when the same clip is rendered again."
                )
            raise
        finally:
            await self._server.close()

    def _take_up(self) -> None:
        """What came before, which its server may not know any more."""
        bought = self._order.purchase
        self.job, self.frames = Job(bought.job, "completed", seconds=bought.makes), self.asked.frames
        self.notes.append(f"the file of the job {bought.job} came before and was kept")

    async def _bring(self, into: Path) -> None:
        """The file of the job that there is for this clip, else of a new one."""
        if self._order.wants_new:
            await self._buy()
        elif self._order.stage is Stage.ASKED:
            await self._find_or_buy()
        else:
            self.job = Job(self._order.purchase.job, "")
            try:
                await self._follow(into)
            except LostJobError as exc:
                self._order.lost(exc)
                self.notes.append(f"{exc.message}; another one was begun")
                await self._buy()
            else:
                self.notes.append(f"went on with the job {self.job.id} that was begun before")
                return
        try:
            await self._follow(into)
        except LostJobError as exc:
            self._order.ended(exc.end)
            raise self._order.refused(exc.message) from exc

    async def _buy(self) -> None:
        """A new job. Raises ConsentError where nobody can say whether it was begun."""
        beginning = asyncio.ensure_future(self._ask())
        try:
            self.job = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            if self._under_way:  # hear its id, so that it can be gone on with or called off
                await asyncio.wait({beginning}, timeout=self._pace.goodbye)
            if beginning.done() and not beginning.cancelled() and beginning.exception() is None:
                self.job = beginning.result()
                self._order.begun(self.job.id)
            beginning.cancel()
            raise
        except UnknownOutcomeError as exc:
            self.job = Job(await self._found(exc), "")
        self._order.begun(self.job.id)

    async def _ask(self) -> Job:
        while True:
            self._order.open()
            try:
                return await self._server.begin(self.asked, self._order.purchase.key, self._sending)
            except RefusedFieldError as exc:
                less = self.asked.without(exc.named)
                if less is None:
                    raise
                self.asked = less
                self._order.change_key()
            finally:
                self._under_way = False

    def _sending(self, sent: bool) -> None:
        self._under_way = sent
        self._order.sending(sent)

    async def _find_or_buy(self) -> None:
        """The job of which nobody heard; a new one where that cannot be found and a person has agreed."""
        search = await self._look_through()
        if search.job:
            self._adopt(search)
            return
        self._order.need_consent(search.why)
        self.notes.append(f"{search.why}; another job was begun")
        await self._buy()

    async def _found(self, exc: UnknownOutcomeError) -> str:
        """The id of the job that was begun although the answer was none. Raises ConsentError."""
        search = await self._look_through()
        if not search.job:
            raise self._order.refused(f"{exc.message}; {search.why}") from exc
        self._adopt(search)
        return search.job

    def _adopt(self, found: Search) -> None:
        self.job = Job(found.job, "")
        self._order.begun(found.job)
        self.notes.append(f"went on with the job {found.job} that the server lists: {found.why}")

    async def _look_through(self) -> Search:
        """The job of this purchase among those of the server, which is asked again where that may help."""
        found = Search(why="its jobs were not looked through")
        for number in range(min(_LISTS, self._pace.tries)):
            if number:
                await asyncio.sleep(self._pace.wait(number))
            try:
                listed = await self._server.listed()
            except PopcornError as exc:
                found = Search(why=f"its list of jobs cannot be had: {exc.message}")
                if not isinstance(exc, PassingError):
                    break
            else:
                found = search(listed, self.asked, self._order.purchase, self._order.others)
                if found.job:
                    break
        return found

    async def _follow(self, into: Path) -> None:
        """Look at the job until its file is here, as long as it takes. Raises LostJobError when it will not be."""
        download, looks = Download(self._server, into), 0
        while True:
            self.job = replace(await self._looked(), id=self.job.id)
            if self.job.standing is Standing.LOST:
                sentence = f"the job {self.job.id} at {self._name} {self.job.status}{self._reason()}"
                raise LostJobError(sentence, end=self.job.status)
            if self.job.standing is Standing.DONE:
                try:
                    await download.fetch(self.job)
                except NotThereYetError as exc:
                    self._waits_for_file = exc
                else:
                    break
            self.frames = max(self.frames, int(self.asked.frames * self.job.percent / 100))
            looks += 1
            wait = self._waits_for_file.after if self._waits_for_file else None
            await asyncio.sleep(self._pace.wait(looks) if wait is None else wait)
        self.frames = self.asked.frames

    async def _looked(self) -> Job:
        """How the job stands; that it is not known is believed when it is said several times."""
        for number in range(1, 1 if self._order.stage is Stage.ENDED else min(_LISTS, self._pace.tries)):
            try:
                return await self._server.look(self.job.id)
            except LostJobError:
                await asyncio.sleep(self._pace.wait(number))
        return await self._server.look(self.job.id)

    def _reason(self) -> str:
        reason = self._server.clean(self.job.complaint)
        return f": {reason}" if reason else ""

    async def _too_late(self, seconds: float) -> RenderError:
        """What to say once the time is up; a finished job stays, and so does one that may be paid for."""
        longer = f"Give it longer: timeout = SECONDS under {self._server.identity.setting} in {user_file()}."
        same = "The same command goes on with it, and nothing is bought anew."
        waits, job = self._waits_for_file, self.job.id
        if waits is not None:
            return RenderError(f"{waits.message} after {seconds:g} seconds", hint=f"{same} {longer}")
        if await self._leave():
            return RenderError(
                f"{self._name} had made no clip after {seconds:g} seconds; the job was called off", hint=longer
            )
        if not job and self._order.stage is Stage.ASKED:
            return self._order.refused(f"it did not answer within {seconds:g} seconds")
        goes_on, way = (f"; the job {job} goes on there", f"{same} {longer}") if job else ("", longer)
        told = "" if self.job.is_known else f", and says of it {self._server.clean(self.job.status)!r}"
        return RenderError(f"{self._name} had made no clip after {seconds:g} seconds{goes_on}{told}", hint=way)

    async def _leave(self) -> bool:
        """Call the job off where it costs nothing and is not finished; whether it was."""
        if not self.job.id or not self._order.purchase.own or self.job.standing is not Standing.WAITING:
            return False
        with suppress(PopcornError, TimeoutError):  # it was left for a reason; that is the one to tell
            async with asyncio.timeout(self._pace.goodbye):
                with suppress(LostJobError):
                    await self._server.cancel(self.job.id)
                self._order.ended("was called off")
                return True
        return False
