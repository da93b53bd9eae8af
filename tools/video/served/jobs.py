"""A job on a server, and the small file that lets another process go on with it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ....errors import RenderError

_LONGEST_ID = 400


class Standing(StrEnum):
    """Where a job is; servers have more words for it."""

    WAITING = "waiting"
    DONE = "done"
    LOST = "lost"


_STANDINGS = {
    "completed": Standing.DONE, "succeeded": Standing.DONE, "failed": Standing.LOST, "expired": Standing.LOST,
    "cancelled": Standing.LOST, "canceled": Standing.LOST, "deleted": Standing.LOST, "error": Standing.LOST,
}  # fmt: skip
_FINAL = ("moderation", "policy", "safety", "invalid")
"""Parts of error codes after which the same words fail again."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a server says of a job."""

    id: str
    status: str
    percent: float = 0.0
    seconds: float | None = None
    """The length that the server says it makes."""
    code: str = ""
    complaint: str = ""

    @classmethod
    def read(cls, said: Any) -> Job:
        """A job out of parsed JSON. Raises ValueError when it is none."""
        if not isinstance(said, dict) or not isinstance(said.get("status"), str):
            raise ValueError("it describes no job")  # noqa: TRY004  # a reply is wrong, not a caller
        error = said.get("error")
        error = error if isinstance(error, dict) else {"message": error or ""}
        return cls(
            id=checked_id(said.get("id")),
            status=said["status"].casefold(),
            percent=min(100.0, max(0.0, _number(said.get("progress")) or 0.0)),
            seconds=_number(said.get("seconds")),
            code=str(error.get("code") or ""),
            complaint=str(error.get("message") or ""),
        )

    @property
    def standing(self) -> Standing:
        """Where it is; a status that nobody knows is waited out."""
        return _STANDINGS.get(self.status, Standing.WAITING)

    @property
    def is_final(self) -> bool:
        """True when it failed for its words: begun anew it would fail again."""
        return any(part in self.code.casefold() for part in _FINAL)


def checked_id(told: object) -> str:
    """An id that can stand in an address. Raises ValueError."""
    if isinstance(told, str) and told.isprintable() and told.strip(". ") and len(told) <= _LONGEST_ID:
        return told
    raise ValueError("it names no job")


def _number(told: object) -> float | None:
    """Servers write numbers as text too."""
    try:
        number = float(told)  # type: ignore[arg-type]  # whatever it is, it is a number or it raises
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e9 else None


class JobFile:
    """`.NAME.job.json` beside a clip: which job makes it. It holds no key and no words."""

    def __init__(self, out: Path, server: str, identity: str) -> None:
        """`identity` is the digest of what decides the clip; the job of another one is not gone on with."""
        self.path = out.with_name(f".{out.stem}.job.json")
        self._belongs = {"server": server, "identity": identity}

    def read(self) -> str:
        """The job that was begun for this clip; empty where there is none, or only another clip's."""
        try:
            kept = json.loads(self.path.read_text("utf-8"))
            job = checked_id(kept.pop("job"))
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return ""
        return job if kept == self._belongs else ""

    def keep(self, job: str) -> None:
        """Write it down in one step. Raises RenderError when the place or the disk refuses."""
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps({"job": job, **self._belongs}), "utf-8")
            temporary.replace(self.path)
        except OSError as exc:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise RenderError(
                f"{str(self.path)!r} could not be written: {exc.strerror or exc}",
                hint="check that the folder is writable and not full",
            ) from exc

    def forget(self) -> None:
        """There is no job any more that could be gone on with."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
