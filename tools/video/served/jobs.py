"""A job on a server, as the server tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_LONGEST_ID = 400
_LARGEST_NUMBER = 1 << 64
_LONGEST_URL = 8_000


class Standing(StrEnum):
    """Where a job is; servers have more words for it."""

    WAITING = "waiting"
    DONE = "done"
    LOST = "lost"


_STANDINGS = {
    "completed": Standing.DONE, "succeeded": Standing.DONE, "complete": Standing.DONE, "success": Standing.DONE,
    "done": Standing.DONE, "finished": Standing.DONE, "failed": Standing.LOST, "expired": Standing.LOST,
    "cancelled": Standing.LOST, "canceled": Standing.LOST, "deleted": Standing.LOST, "error": Standing.LOST,
}  # fmt: skip
_UNDER_WAY = frozenset({"", "queued", "in_progress", "processing", "pending", "running", "submitted", "created"})
_URLS = ("download_url", "url", "video_url")
_AROUND = ("video", "output", "result", "data", "content")
"""What servers put a file's address into."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a server says of a job."""

    id: str
    status: str
    percent: float = 0.0
    seconds: float | None = None
    """The length that the server says it makes."""
    complaint: str = ""
    url: str = ""
    """Where its file is, where the server says so; data, like everything here."""

    @classmethod
    def read(cls, said: Any) -> Job:
        """A job out of parsed JSON. Raises ValueError when it is none."""
        status = said.get("status") or "" if isinstance(said, dict) else None
        if not isinstance(said, dict) or not isinstance(status, str):
            raise ValueError("it describes no job")  # noqa: TRY004  # a reply is wrong, not a caller
        error = said.get("error")
        error = error if isinstance(error, dict) else {"message": error or ""}
        return cls(
            id=checked_id(said.get("id")),
            status=status.strip().casefold(),
            percent=min(100.0, max(0.0, number(said.get("progress")) or 0.0)),
            seconds=number(said.get("seconds")),
            complaint=str(error.get("message") or ""),
            url=address_in(said),
        )

    @property
    def standing(self) -> Standing:
        """Where it is; a status that nobody knows is waited out."""
        return _STANDINGS.get(self.status, Standing.WAITING)

    @property
    def is_known(self) -> bool:
        """Whether its status is a word that servers are known to use."""
        return self.status in _STANDINGS or self.status in _UNDER_WAY


def checked_id(told: object) -> str:
    """An id that can stand in an address; some servers count their jobs. Raises ValueError."""
    if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < _LARGEST_NUMBER:
        return str(told)
    if isinstance(told, str) and told.isprintable() and told.strip(". ") and len(told) <= _LONGEST_ID:
        return told
    raise ValueError("it names no job")


def address_in(said: Any) -> str:
    """The address of a file that an answer names; empty where it names none."""
    for table in _places(said):
        for name in _URLS:
            value = table.get(name)
            if isinstance(value, str) and value.isprintable() and 0 < len(value) <= _LONGEST_URL:
                return value
    return ""


def _places(said: Any) -> Iterable[Mapping[str, Any]]:
    """An answer, and what it holds one level down."""
    if not isinstance(said, dict):
        return
    yield said
    for inner in map(said.get, _AROUND):
        first = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(first, dict):
            yield first


def number(told: object) -> float | None:
    """Servers write numbers as text too."""
    try:
        value = float(told)  # type: ignore[arg-type]  # whatever it is, it is a number or it raises
    except (TypeError, ValueError):
        return None
    return value if abs(value) < 1e11 else None
