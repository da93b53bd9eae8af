"""One question to a server over HTTP and its answer; every failure is one of our errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2 as httpx

from ...errors import RenderError
from .bounds import bound
from .identity import ServerIdentity
from .pace import Pace, seconds_of
from .proxies import by_proxy, proxied
from .refusals import UnknownOutcomeError, no_reply, unreachable

_LARGEST_REPLY = 1 << 20
_LARGEST_ANSWER = 1 << 30
"""Bytes of anything at all: who reads a clip or a reply has a closer bound."""
_CHANGING = {"POST"}
"""Methods after which something may have been begun even if no answer came."""
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Exchange:
    """A client of one server. The key goes to that server's own origin and nowhere else."""

    def __init__(self, server: ServerIdentity, pace: Pace) -> None:
        self.server, self.pace = server, pace
        self.base = httpx.URL(server.url)
        timeout = httpx.Timeout(pace.silence, connect=min(pace.silence, 10))
        self._client = httpx.AsyncClient(timeout=timeout, **proxied(server.url))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def answer(self, method: str, url: httpx.URL | str, **sent: Any) -> AsyncIterator[httpx.Response]:
        """An answer's head; whatever the client raises until its body is read leaves as one of our errors.

        UnreachableError where nothing was sent or changed; UnknownOutcomeError where a POST may have been heard.
        """
        headers = {"Accept-Encoding": "identity", **sent.pop("headers", {}), **self._credentials(httpx.URL(url))}
        elsewhere = "" if self.is_own(httpx.URL(url)) else f"its file at {httpx.URL(url).host}: "
        try:
            async with self._client.stream(method, url, headers=headers, **sent) as answer:
                bound(answer, _LARGEST_ANSWER)
                yield answer
        except _NOT_SENT as exc:
            raise unreachable(self.server, f"{elsewhere}{exc or 'no connection'}{by_proxy(str(url))}") from exc
        except httpx.TimeoutException as exc:
            raise self._broken(method, f"{elsewhere}it was silent for {self.pace.silence:g} s") from exc
        except httpx.TransportError as exc:
            raise self._broken(method, f"{elsewhere}{exc or 'the connection broke'}") from exc
        except httpx.InvalidURL as exc:
            raise no_reply(self.server, f"{exc}") from exc
        except httpx.HTTPError as exc:
            error = no_reply(self.server, f"{exc}")
            unknown = UnknownOutcomeError(error.message, hint=error.hint)
            raise (unknown if method in _CHANGING else error) from exc

    def _broken(self, method: str, why: str) -> RenderError:
        passing = unreachable(self.server, why)
        return UnknownOutcomeError(passing.message, hint=passing.hint) if method in _CHANGING else passing

    def is_own(self, url: httpx.URL) -> bool:
        """Whether an address is of the server's own origin."""
        return (url.scheme, url.host, url.port) == (self.base.scheme, self.base.host, self.base.port)

    def _credentials(self, url: httpx.URL) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.server.key}"} if self.server.key and self.is_own(url) else {}


async def bounded(answer: httpx.Response, most: int = _LARGEST_REPLY) -> bytes:
    """The body, as far as a reply can be long: `most` bytes."""
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > most:
            break
    return bytes(body[:most])


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the server asks to wait."""
    return seconds_of(answer.headers.get("Retry-After", ""))
