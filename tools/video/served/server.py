"""The conversation with a video server: begin a job, look at it, list what there is, cancel it. Source: POST /v1/videos
and what stands below it in the references of OpenAI's, vLLM-Omni's and SGLang's APIs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ....errors import PopcornError, RenderError
from ...remote.exchange import Exchange, bounded, retry_after
from ...remote.identity import ServerIdentity
from ...remote.pace import Pace
from ...remote.refusals import UnknownOutcomeError, began_nothing, no_reply, refusal, sent_on
from .job_form import Asked
from .jobs import Job

Sending = Callable[[bool], None]
"""Told True right before something is sent that may cost money, False once it is known that nothing was begun."""
_MOST_LISTED = 100


class VideoServer:
    """One server, for the time of one render. Every failure is one of our errors."""

    def __init__(self, server: ServerIdentity, pace: Pace) -> None:
        self.identity, self.pace = server, pace
        self.exchange = Exchange(server, pace)

    async def close(self) -> None:
        """Close the connections."""
        await self.exchange.close()

    def clean(self, text: str) -> str:
        """What a server said, fit to be shown."""
        return self.identity.clean(text)

    async def begin(self, asked: Asked, key: str, sending: Sending) -> Job:
        """A new job, with `key` as its Idempotency-Key. Raises RefusedFieldError when one field of it was refused.

        Tried again only where the server has begun nothing, as it says itself or as it was not reached. Raises
        UnknownOutcomeError where it may have.
        """
        fields = {name: str(value) for name, value in asked.fields.items()}
        sent: dict[str, Any] = (
            {"json": asked.fields}
            if asked.as_json
            else {"files": {name: (None, value.encode()) for name, value in fields.items()}}
        )
        async for attempt in self.pace.retrying(hopeful=False):
            with attempt:
                sending(True)
                try:
                    return await self._posted(frozenset(fields), key, sent)
                except UnknownOutcomeError:
                    raise
                except PopcornError as exc:
                    sending(False)
                    exc.nothing_begun = True
                    raise
        raise AssertionError("tenacity raises what was raised last")

    async def _posted(self, fields: frozenset[str], key: str, sent: dict[str, Any]) -> Job:
        async with self.exchange.answer("POST", self.address(), headers={"Idempotency-Key": key}, **sent) as answer:
            body, status, after = await bounded(answer), answer.status_code, retry_after(answer)
        if answer.is_success:
            return self._begun(body)
        if answer.has_redirect_location:
            error: PopcornError = sent_on(self.identity, answer.headers["Location"])
        else:
            error = refusal(self.identity, status, body, after, fields=fields)
        if began_nothing(status, body, after):
            raise error
        raise UnknownOutcomeError(error.message, hint=error.hint)

    def _begun(self, body: bytes) -> Job:
        try:
            return Job.read(json.loads(body))
        except ValueError as exc:  # not JSON, or not a job: a gateway may say so of one that was begun
            error = no_reply(self.identity, f"{exc}: {body.decode('utf-8', 'replace')}")
            raise UnknownOutcomeError(error.message, hint=error.hint) from exc

    async def look(self, job: str) -> Job:
        """How a job stands. Raises LostJobError when the server does not know it."""
        async for attempt in self.pace.retrying():
            with attempt:
                body = await self._asked("GET", self.address(job), job)
                try:
                    return Job.read(body)
                except ValueError as exc:
                    raise no_reply(self.identity, f"{exc}: {body}") from exc
        raise AssertionError("tenacity raises what was raised last")

    async def listed(self) -> list[dict[str, Any]]:
        """The jobs that the server lists, the latest first. Raises what asking raises, RenderError for no list."""
        address = f"{self.address()}?limit={_MOST_LISTED}&order=desc"
        body = await self._asked("GET", address)
        jobs = body.get("data", body.get("videos")) if isinstance(body, dict) else body
        if not isinstance(jobs, list):
            raise no_reply(self.identity, "it lists no jobs")
        return [job for job in jobs if isinstance(job, dict)]

    async def cancel(self, job: str) -> None:
        """Take a job back. Raises LostJobError when the server does not know it, RenderError when it refuses.

        What a server says of success is not read: it may be no JSON.
        """
        async with self.exchange.answer("DELETE", self.address(job)) as answer:
            body, status, after = await bounded(answer), answer.status_code, retry_after(answer)
        if answer.has_redirect_location:
            raise sent_on(self.identity, answer.headers["Location"])
        if answer.is_success:
            return
        error = refusal(self.identity, status, body, after, job=job)
        if type(error) is RenderError or status == HTTPStatus.NOT_IMPLEMENTED:
            raise RenderError(
                f"{self.identity.name} does not let the job {job} be called off: {error.message}",
                hint="It goes on there, and the command that began it fetches its clip; "
                "servers may cancel in a way of their own, or only before work on a job has begun.",
            )
        raise error

    async def _asked(self, method: str, url: str, job: str = "") -> Any:
        """What an answer says in JSON, None where it says none."""
        async with self.exchange.answer(method, url) as answer:
            body, after = await bounded(answer), retry_after(answer)
        if answer.has_redirect_location:
            raise sent_on(self.identity, answer.headers["Location"])
        if not answer.is_success:
            raise refusal(self.identity, answer.status_code, body, after, job=job)
        try:
            return json.loads(body) if body else None
        except ValueError as exc:
            raise no_reply(self.identity, f"{exc}: {body.decode('utf-8', 'replace')}") from exc

    def address(self, job: str = "") -> str:
        """Where a job is asked for, or begun."""
        return f"{self.identity.url}/videos/{quote(job, safe='')}" if job else f"{self.identity.url}/videos"
