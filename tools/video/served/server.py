"""The conversation with a server: begin a job, look at it, fetch its file, cancel it. Source: POST /v1/videos and
what stands below it in the references of OpenAI's, vLLM-Omni's and SGLang's APIs.
"""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from ....errors import BadClipError, RenderError
from .asking import Asked
from .complaints import Desk, PassingError, UnreachableError
from .jobs import Job

_LARGEST_REPLY = 1 << 20
LARGEST_FILE = 256 << 20
"""Bytes; a clip of a few seconds has a few million."""
_HOPS = 4
_FEW = 3
"""How often a server is tried that may never have been there: somebody waits for the sentence that says so."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patiently a server is asked. Seconds, but for `tries`."""

    first: float = 1.0
    """Between the first two looks at a job; each further wait is half as long again."""
    longest: float = 5.0
    pulse: float = 0.5
    """How soon a stop is noticed."""
    silence: float = 60.0
    """How long the server may be silent in one exchange."""
    tries: int = 6
    """How often one exchange is tried."""
    goodbye: float = 5.0
    """How long cancelling a job may take."""

    def wait(self, number: int) -> float:
        """Seconds after the exchange of that number, counted from 1."""
        return min(self.longest, self.first * 1.5 ** min(number - 1, 20))


class Server:
    """One server, for the time of one render. Every failure is one of our errors."""

    def __init__(self, desk: Desk, pace: Pace) -> None:
        self._desk, self._pace = desk, pace
        self._base = httpx.URL(desk.url)
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(pace.silence, connect=min(pace.silence, 10)))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    @property
    def setting(self) -> str:
        """The table of a settings file that is about this server."""
        return self._desk.setting

    def clean(self, text: str) -> str:
        """What a server said, fit to be shown."""
        return self._desk.clean(text)

    async def begin(self, asked: Asked) -> Job:
        """A new job. Raises RefusedFieldError when one field of it was refused.

        Tried again where the server cannot have begun it; a reply that never came could mean a second paid job.
        """
        fields = {name: str(value) for name, value in asked.fields.items()}
        sent: dict[str, Any] = (
            {"json": asked.fields}
            if asked.as_json
            else {"files": {name: (None, value.encode()) for name, value in fields.items()}}
        )
        async for attempt in self._retrying(unreachable=min(_FEW, self._pace.tries)):
            with attempt:
                return self._job(await self._exchange("POST", fields=frozenset(fields), **sent))
        raise AssertionError("tenacity raises what was raised last")

    async def look(self, job: str) -> Job:
        """How a job stands. Raises LostJobError when the server does not know it."""
        async for attempt in self._retrying():
            with attempt:
                return self._job(await self._exchange("GET", job))
        raise AssertionError("tenacity raises what was raised last")

    async def cancel(self, job: str) -> None:
        """Take a job back; a server that is done with it, or never heard of it, may refuse."""
        await self._exchange("DELETE", job)

    async def fetch(self, job: str, into: Path) -> None:
        """Write a finished job's file to `into`, going on where a broken download stopped if the server can.

        Raises LostJobError when it is gone, BadClipError when it is empty or too large.
        """
        into.unlink(missing_ok=True)
        async for attempt in self._retrying():
            with attempt:
                await self._more(job, into)

    async def _exchange(self, method: str, job: str = "", fields: frozenset[str] = frozenset(), **sent: Any) -> bytes:
        async with self._answer(method, self._address(job), **sent) as answer:
            body = await _bounded(answer)
            if answer.is_success:
                return body
            if answer.has_redirect_location:
                raise self._desk.no_reply(f"it sends us on to {answer.headers['Location']}")
            error = self._desk.refusal(answer.status_code, body, _retry_after(answer), job=job, fields=fields)
            error.nothing_begun = not job and answer.status_code < 500
            raise error

    def _address(self, job: str) -> str:
        return f"{self._desk.url}/videos/{quote(job, safe='')}" if job else f"{self._desk.url}/videos"

    @asynccontextmanager
    async def _answer(self, method: str, url: httpx.URL | str, **sent: Any) -> AsyncIterator[httpx.Response]:
        """An answer's head; whatever the client raises until its body is read leaves as one of our errors."""
        headers = {"Accept-Encoding": "identity", **sent.pop("headers", {}), **self._credentials(httpx.URL(url))}
        try:
            async with self._client.stream(method, url, headers=headers, **sent) as answer:
                yield answer
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as exc:
            error = self._desk.unreachable(f"{exc}" or "no connection")
            error.nothing_begun = method == "POST"
            raise error from exc
        except httpx.TimeoutException as exc:
            raise self._broken(method, f"it was silent for {self._pace.silence:g} s") from exc
        except httpx.TransportError as exc:
            raise self._broken(method, f"{exc}") from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise self._desk.no_reply(f"{exc}") from exc

    def _broken(self, method: str, why: str) -> RenderError:
        passing = self._desk.unreachable(why)
        if method != "POST":
            return passing
        hint = "A job may have been begun there all the same. Look before you render again, if jobs cost money."
        return RenderError(passing.message, hint=hint)

    def _credentials(self, url: httpx.URL) -> Mapping[str, str]:
        """The key, for nobody but the server that it is for."""
        same = (url.scheme, url.host, url.port) == (self._base.scheme, self._base.host, self._base.port)
        return {"Authorization": f"Bearer {self._desk.key}"} if self._desk.key and same else {}

    def _job(self, body: bytes) -> Job:
        try:
            return Job.read(json.loads(body))
        except ValueError as exc:  # not JSON, or not a job
            raise self._desk.no_reply(f"{exc}: {body[:200].decode('utf-8', 'replace')}") from exc

    async def _more(self, job: str, into: Path) -> None:
        """What is missing in `into`; a server that knows no ranges sends all of it again."""
        url: httpx.URL | str = f"{self._address(job)}/content"
        have = into.stat().st_size if into.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        for _ in range(_HOPS):
            async with self._answer("GET", url, headers=headers) as answer:
                if not answer.has_redirect_location:
                    await self._take(answer, job, into, have)
                    return
                url = self._next(answer)
        raise self._desk.no_reply(f"its file is {_HOPS} addresses away")

    def _next(self, answer: httpx.Response) -> httpx.URL:
        """Where a file is kept; only the server itself may do without encryption."""
        url = httpx.URL(answer.url).join(answer.headers["Location"])
        if url.scheme != "https" and (url.scheme, url.host) != (self._base.scheme, self._base.host):
            raise self._desk.no_reply(f"it sends us on to {url.scheme}://{url.host}")
        return url

    async def _take(self, answer: httpx.Response, job: str, into: Path, have: int) -> None:
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            into.unlink(missing_ok=True)
            raise self._desk.unreachable("its file is another one now")
        if not answer.is_success:
            raise self._desk.refusal(answer.status_code, await _bounded(answer), _retry_after(answer), job=job)
        goes_on = answer.status_code == HTTPStatus.PARTIAL_CONTENT and _start(answer) == have
        before = have if goes_on else 0
        length = answer.headers.get("Content-Length", "")
        whole = before + int(length) if length.isdecimal() else None
        size = before
        with into.open("ab" if goes_on else "wb") as file:
            async for chunk in answer.aiter_raw():
                size += len(chunk)
                if size > LARGEST_FILE:
                    raise BadClipError(
                        f"{self._desk.name} sends more than {LARGEST_FILE >> 20} MiB for a clip",
                        hint="Look at what the server makes; a clip of a few seconds is far smaller.",
                    )
                file.write(chunk)
        if whole is not None and size != whole:
            raise self._desk.unreachable(f"its file broke off after {size} of {whole} bytes")
        if not size:
            raise BadClipError(f"{self._desk.name} sent an empty file", hint="Look at the server's log.")

    def _retrying(self, unreachable: int | None = None) -> AsyncRetrying:
        """Tries as often as the pace says, or `unreachable` times where nobody answers."""

        def wait(state: RetryCallState) -> float:
            failure = _failure(state)
            asked = failure.after if isinstance(failure, PassingError) else None
            return self._pace.wait(state.attempt_number) if asked is None else asked

        def stop(state: RetryCallState) -> bool:
            few = unreachable if isinstance(_failure(state), UnreachableError) else None
            return state.attempt_number >= (few or self._pace.tries)

        return AsyncRetrying(retry=retry_if_exception_type(PassingError), wait=wait, stop=stop, reraise=True)


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


async def _bounded(answer: httpx.Response) -> bytes:
    """The body, as far as a reply can be long."""
    body = b""
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_REPLY:
            break
    return body[:_LARGEST_REPLY]


def _start(answer: httpx.Response) -> int:
    """Where a partial answer begins: `bytes 100-199/200`."""
    unit, _, rest = answer.headers.get("Content-Range", "").partition(" ")
    first = rest.partition("-")[0]
    return int(first) if unit == "bytes" and first.isdecimal() else -1


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the server asks to wait, from a number or a date."""
    told = answer.headers.get("Retry-After", "").strip()
    if not told:
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):  # a date without a zone cannot be compared
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
