"""Who has signed in: tokens in memory, and a pause after wrong passwords."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

from .people import People

_LASTS = 7 * 24 * 3600.0
_TRIES = 10
"""Wrong passwords from one address in a minute, after which none from there is looked at for a while."""
_MOST = 10_000
"""Addresses that are remembered."""
_WITHIN = 60.0


class SignIns:
    """The tokens of those who have signed in; they end with the server."""

    def __init__(self, people: People, clock: Callable[[], float] = time.monotonic) -> None:
        """Nobody has signed in yet."""
        self._people, self._clock = people, clock
        self._tokens: dict[str, tuple[str, float]] = {}
        self._wrong: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    @property
    def needed(self) -> bool:
        """Whether anybody has to."""
        return self._people.sign_in

    def name_of(self, token: str) -> str | None:
        """Whose token it is; None for nobody's."""
        with self._lock:
            name, since = self._tokens.get(token, ("", 0.0))
            return name if name and self._clock() - since < _LASTS else None

    def is_tired(self, address: str) -> bool:
        """Whether there were so many wrong passwords from an address lately that none from there is looked at."""
        with self._lock:
            recent = [at for at in self._wrong.get(address, ()) if self._clock() - at < _WITHIN]
            return len(recent) >= _TRIES

    def enter(self, name: str, password: str, address: str) -> str | None:
        """A token for whoever knows the password; None for others."""
        if not self._people.know(name, password):
            with self._lock:
                self._wrong[address] = [*self._wrong.pop(address, ())[-_TRIES:], self._clock()]
                while len(self._wrong) > _MOST:
                    del self._wrong[next(iter(self._wrong))]
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._tokens[token] = (name, self._clock())
        return token

    def leave(self, token: str) -> None:
        """Forget a token."""
        with self._lock:
            self._tokens.pop(token, None)
