"""Fetching the file of a finished job: from the server, or from where it says that the file is."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import httpx2 as httpx

from .... import files
from ....errors import BadClipError, PopcornError, RenderError
from ....trust.foreign_files import parse_json
from ...remote.exchange import bounded, retry_after
from ...remote.hosts import ForbiddenHostError, allowed
from ...remote.refusals import LostJobError, PassingError, no_reply, refusal, unreachable
from .jobs import Job, address_in
from .server import VideoServer

LARGEST_FILE = 256 << 20
"""Bytes; a clip of a few seconds has a few million."""
_HOPS = 4
_LATER = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
"""Statuses with which servers say that a file is not there yet, beside those of 500 and more."""
_NO_CONTENT_HERE = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED} | _LATER


class NotThereYetError(PassingError):
    """The job is finished, and its file cannot be had yet."""


class Download:
    """The file of one job, which grows in `into`."""

    def __init__(self, server: VideoServer, into: Path) -> None:
        self._server, self._who, self._into = server, server.identity, into
        into.unlink(missing_ok=True)

    async def fetch(self, job: Job) -> None:
        """Bring the whole file, going on where a broken download stopped if the server can.

        Raises NotThereYetError where it may come later, LostJobError when it is gone, BadClipError when it is too
        large.
        """
        async for attempt in self._server.pace.retrying():
            with attempt:
                try:
                    await self._fetched(job)
                except NotThereYetError as exc:
                    waits = exc
                else:
                    return
        raise waits

    async def _fetched(self, job: Job) -> None:
        content = f"{self._server.address(job.id)}/content"
        try:
            await self._follow(httpx.URL(content), job)
        except NotThereYetError:
            if not job.url:
                raise
            await self._follow(await self._next(httpx.URL(content), job.url), job)

    async def _follow(self, url: httpx.URL, job: Job) -> None:
        """The file at an address, or where the answers there send us on to."""
        have = self._into.stat().st_size if self._into.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        for _ in range(_HOPS):
            async with self._server.exchange.answer("GET", url, headers=headers) as answer:
                told = await self._sent_on(answer)
                if not told:
                    await self._take(answer, job, have)
                    return
            url = await self._next(url, told)
        raise no_reply(self._who, f"its file is {_HOPS} addresses away")

    async def _sent_on(self, answer: httpx.Response) -> str:
        """Where an answer says that the file is; empty where it is the answer itself."""
        if answer.has_redirect_location:
            return str(answer.headers["Location"])
        if not answer.is_success or "json" not in answer.headers.get("Content-Type", ""):
            return ""
        body = await bounded(answer)
        try:
            url = address_in(parse_json(body))
        except ValueError:
            url = ""
        if not url:
            raise self._later(f"its file is not there yet: {body.decode('utf-8', 'replace')}", None)
        return url

    async def _next(self, url: httpx.URL, told: str) -> httpx.URL:
        try:
            return await allowed(self._server.exchange.base, url.join(told))
        except (ForbiddenHostError, httpx.InvalidURL) as exc:
            raise RenderError(
                f"the file of {self._who.name} is not fetched: {self._who.clean(str(exc))}",
                hint="Files are fetched from the server itself or over https from the public network, nothing else.",
            ) from exc

    async def _take(self, answer: httpx.Response, job: Job, have: int) -> None:
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            self._into.unlink(missing_ok=True)
            raise unreachable(self._who, "its file is another one now")
        if not answer.is_success:
            raise await self._refused(answer, job)
        if answer.status_code in {HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT}:
            raise self._later("its file is not there yet", retry_after(answer))
        if (kind := answer.headers.get("Content-Type", "")).startswith("text/"):
            raise self._later(f"in place of its file comes {kind}", retry_after(answer))
        goes_on = answer.status_code == HTTPStatus.PARTIAL_CONTENT and _start(answer) == have
        before = have if goes_on else 0
        length = answer.headers.get("Content-Length", "")
        whole = before + int(length) if length.isdecimal() else None
        size = before
        if not goes_on:
            self._into.unlink(missing_ok=True)
        with files.appending(self._into) as file:
            async for chunk in answer.aiter_raw():
                size += len(chunk)
                if size > LARGEST_FILE:
                    raise BadClipError(
                        f"{self._who.name} sends more than {LARGEST_FILE >> 20} MiB for a clip",
                        hint="Look at what the server makes; a clip of a few seconds is far smaller.",
                    )
                file.write(chunk)
        if whole is not None and size != whole:
            raise unreachable(self._who, f"its file broke off after {size} of {whole} bytes")
        if not size:
            raise self._later("its file is empty", retry_after(answer))

    async def _refused(self, answer: httpx.Response, job: Job) -> PopcornError:
        """A file that is not there may come, and the address of one may be renewed; a refusal of the server stays."""
        status, body = answer.status_code, await bounded(answer)
        elsewhere = not self._server.exchange.is_own(answer.url)
        if status in _NO_CONTENT_HERE or status >= HTTPStatus.INTERNAL_SERVER_ERROR or elsewhere:
            where = f" at {answer.url.host}" if elsewhere else ""
            why = f"its file{where} answers with status {status}: {body.decode('utf-8', 'replace')}"
            return self._later(why, retry_after(answer))
        if status == HTTPStatus.GONE:
            return LostJobError(f"the file of the job {job.id} at {self._who.name} is gone", end="has lost its file")
        return refusal(self._who, status, body, retry_after(answer), job=job.id)

    def _later(self, said: str, after: float | None) -> NotThereYetError:
        return NotThereYetError(
            f"{self._who.name} has finished the job, but {self._who.clean(said)}", hint="Try again later.", after=after
        )


def _start(answer: httpx.Response) -> int:
    """Where a partial answer begins: `bytes 100-199/200`."""
    unit, _, rest = answer.headers.get("Content-Range", "").partition(" ")
    first = rest.partition("-")[0]
    return int(first) if unit == "bytes" and first.isdecimal() else -1
