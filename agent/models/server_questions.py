"""Questions to a model server about itself: short ones, with its own key, never redirected, over soon."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx2 as httpx
import openai

from ...tools.remote.identity import ServerIdentity
from .http_clients import Clients

SECONDS = 3.0
"""All questions to one server together take no longer."""
_CONNECT, _SILENCE = 1.0, 2.0
"""Seconds until there is a connection, and between two pieces of an answer."""
_LARGEST = 16 * 2**20
"""Bytes of an answer: OpenRouter lists hundreds of models."""
_LOADING = 503

Json = Any


class Questions:
    """Those to one server. After one that it kept waiting, or at the deadline, no other is sent."""

    def __init__(self, server: ServerIdentity) -> None:
        """Asks nothing yet."""
        self._client = Clients(server.name, server.key, httpx.Timeout(_SILENCE, connect=_CONNECT), server.url).plain
        self._deadline = time.monotonic() + SECONDS
        self._over = False
        self.root = server.url.removesuffix("/").removesuffix("/v1")
        """Where routes begin that are not OpenAI's."""
        self.absent = False
        """Nobody listens there, or it is about to load its model: asking later may bring more."""

    def get(self, url: str, **query: str) -> Json:
        """The JSON at `url`; None for anything else."""
        return self._json("GET", url, params=query)

    def post(self, url: str, body: Mapping[str, str]) -> Json:
        """The JSON that is answered to `body`; None for anything else."""
        return self._json("POST", url, json=body)

    def _json(self, method: str, url: str, **what: Any) -> Json:
        if self._over:
            return None
        try:
            with self._client.stream(method, url, **what) as answer:
                self.absent = answer.status_code == _LOADING
                return self._read(answer) if answer.status_code == 200 else None
        except (ValueError, RecursionError):
            return None  # a page of HTML, say
        except (httpx.HTTPError, httpx.InvalidURL, openai.OpenAIError) as exc:
            self._over, self.absent = True, isinstance(exc, httpx.ConnectError)
            return None

    def _read(self, answer: httpx.Response) -> Json:
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > _LARGEST or time.monotonic() > self._deadline:
                self._over = True
                return None
        return json.loads(body)


def at(value: Json, *names: str) -> Json:
    """What stands under these keys, one inside the other; None where one of them is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def count(value: Json) -> int:
    """A number of tokens or slots; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else 0
