"""The HTTP clients of a model server: what is sent goes to that server alone, and holds what is meant for it alone.

The library behind them reads the environment on its own: an account, a proxy and headers that are OpenAI's. They reach
no other provider, since every header that a call does not need is taken off at the door.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import Any

import httpx2 as httpx
import openai

OPENAI = "openai"
"""The provider that OPENAI_* variables are about."""
_NEEDED = {
    *("host", "accept", "accept-encoding", "connection", "content-type", "content-length", "transfer-encoding"),
    *("user-agent", "idempotency-key"),
}
"""Headers that a call needs, in lower case; who calls with what is told as well, in x-stainless-*."""


class _Client(openai.DefaultHttpxClient):
    """Closes its connections when nobody has it any more, as LangChain's own clients do."""

    def __del__(self) -> None:
        with suppress(Exception):  # the interpreter may be leaving, and what closing needs be gone
            self.close()


class _AsyncClient(openai.DefaultAsyncHttpxClient):
    """Likewise, as far as an event loop is there to do it."""

    def __del__(self) -> None:
        with suppress(Exception):  # as above, or no loop runs
            loop = asyncio.get_running_loop()
            _closing.add(task := loop.create_task(self.aclose()))
            task.add_done_callback(_closing.discard)


_closing: set[asyncio.Task[None]] = set()
"""A loop holds its tasks weakly."""


class Clients:
    """The two clients of one server; neither follows it to another address."""

    def __init__(self, provider: str, key: str, timeout: httpx.Timeout) -> None:
        """`key` is the provider's own, empty for none."""
        self._provider, self._authorization = provider, f"Bearer {key or 'none'}"
        proxy = os.environ.get("OPENAI_PROXY") or None if provider == OPENAI else None
        shared: dict[str, Any] = {"timeout": timeout, "follow_redirects": False, "proxy": proxy}
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
