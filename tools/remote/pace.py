"""How patiently a server is asked, and what is tried again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from .refusals import PassingError, UnreachableError

_MOST_ASKED = 600.0
"""Seconds that are waited at most where a server asks for more; a time budget ends a wait before that."""
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
    """How long taking leave of a job may take."""

    def wait(self, number: int) -> float:
        """Seconds after the exchange of that number, counted from 1."""
        return min(self.longest, self.first * 1.5 ** min(number - 1, 20))

    def retrying(self, *, hopeful: bool = True) -> AsyncRetrying:
        """Tries `tries` times what may pass, waiting as the server asks; a few times where nobody answers at all,
        unless `hopeful`. The last error is raised.
        """
        few = self.tries if hopeful else min(_FEW, self.tries)

        def wait(state: RetryCallState) -> float:
            failure = _failure(state)
            asked = failure.after if isinstance(failure, PassingError) else None
            return self.wait(state.attempt_number) if asked is None else min(asked, _MOST_ASKED)

        def stop(state: RetryCallState) -> bool:
            return state.attempt_number >= (few if isinstance(_failure(state), UnreachableError) else self.tries)

        return AsyncRetrying(retry=retry_if_exception_type(PassingError), wait=wait, stop=stop, reraise=True)


def seconds_of(told: str) -> float | None:
    """The value of Retry-After, a number or a date, in seconds from now; None where it says nothing."""
    if not told.strip():
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError, OverflowError):  # a date without a zone cannot be compared
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
