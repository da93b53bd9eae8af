"""The HTTP clients of a model server: what is sent goes to that server alone, and holds what is meant for it alone.

The library behind them reads the environment on its own: an account, a proxy and headers that are OpenAI's. They reach
no other provider, since every header that a call does not need is taken off at the door.
"""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import suppress
from typing import Any

import httpx2 as httpx
import openai

from ...tools.remote.bounds import LARGEST_BODY, LARGEST_STREAM, TooMuchError, bound
from ...tools.remote.proxies import proxied

OPENAI = "openai"
"""The provider that OPENAI_* variables are about."""
_NEEDED = {
    *("host", "accept", "accept-encoding", "connection", "content-type", "content-length", "transfer-encoding"),
    *("user-agent", "idempotency-key"),
}
"""Headers that a call needs, in lower case; who calls with what is told as well, in x-stainless-*."""


_STREAMED = re.compile(r"text/event-stream", re.IGNORECASE)
_EVENTS = re.compile(rb"\s*(data|event|id|retry)?:")
"""How a stream of events begins, whatever its type is called."""


class WholeReplyError(openai.OpenAIError):
    """A server that was asked to stream answered with all of it, in `response`, which has been read."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__("the reply came whole")
        self.response = response


class LyingServerError(openai.OpenAIError):
    """A server sends more than any answer has, as the text says."""


def _read(response: httpx.Response) -> bytes:
    """The body; what goes wrong on the way closes the connection."""
    try:
        return response.read()
    except BaseException:
        response.close()
        raise


async def _aread(response: httpx.Response) -> bytes:
    """As above."""
    try:
        return await response.aread()
    except BaseException:
        await response.aclose()
        raise


class _Client(openai.DefaultHttpxClient):
    """Closes its connections when nobody has it any more, as LangChain's own clients do."""

    def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        """As it is, but that a silence ends the call: the library would ask again, and wait as long once more."""
        stream = how.pop("stream", False)
        try:
            response = super().send(request, stream=True, **how)
            bound(response, LARGEST_BODY)
            if not stream:
                _read(response)
        except httpx.ReadTimeout as exc:
            raise openai.APITimeoutError(request) from exc
        except TooMuchError as exc:
            raise LyingServerError(str(exc)) from exc
        return response

    def __del__(self) -> None:
        with suppress(Exception):  # the interpreter may be leaving, and what closing needs be gone
            self.close()


class _AsyncClient(openai.DefaultAsyncHttpxClient):
    """Likewise, as far as an event loop is there to do it."""

    async def send(self, request: httpx.Request, *, stream: bool = False, **how: Any) -> httpx.Response:
        """As above. Raises WholeReplyError where a stream was asked for and something else came."""
        try:
            response = await super().send(request, stream=True, **how)
            events = _STREAMED.search(response.headers.get("content-type", ""))
            bound(response, LARGEST_STREAM if stream and response.is_success and events else LARGEST_BODY)
            if not stream:
                await _aread(response)
            if stream and response.is_success and not events:
                body = await _aread(response)
                if not _EVENTS.match(body):
                    raise WholeReplyError(response)
        except httpx.ReadTimeout as exc:
            raise openai.APITimeoutError(request) from exc
        except TooMuchError as exc:
            raise LyingServerError(str(exc)) from exc
        return response

    def __del__(self) -> None:
        with suppress(Exception):  # as above, or no loop runs
            loop = asyncio.get_running_loop()
            _closing.add(task := loop.create_task(self.aclose()))
            task.add_done_callback(_closing.discard)


_closing: set[asyncio.Task[None]] = set()
"""A loop holds its tasks weakly."""


class Clients:
    """The two clients of one server; neither follows it to another address."""

    def __init__(self, provider: str, key: str, timeout: httpx.Timeout, url: str) -> None:
        """`key` is the provider's own, empty for none; `url` is where its server is."""
        self._provider, self._authorization = provider, f"Bearer {key or 'none'}"
        proxy = os.environ.get("OPENAI_PROXY") or None if provider == OPENAI else None
        shared: dict[str, Any] = {"timeout": timeout, "follow_redirects": False, "proxy": proxy, **proxied(url)}
        self.plain = _Client(event_hooks={"request": [self._strip]}, **shared)
        self.of_a_loop = _AsyncClient(event_hooks={"request": [self._strip_later]}, **shared)

    def _strip(self, request: httpx.Request) -> None:
        if self._provider == OPENAI:
            return
        for name in list(request.headers):
            if name not in _NEEDED and not name.startswith("x-stainless-"):
                del request.headers[name]
        request.headers["Authorization"] = self._authorization

    async def _strip_later(self, request: httpx.Request) -> None:
        self._strip(request)
