"""Which of a server's jobs is the one that we sent and never heard of: by what the server tells of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..purchase import Purchase
from .job_form import Asked
from .jobs import checked_id, number

_EARLIER = timedelta(minutes=5)
"""How far the server's clock may be behind ours."""
_LATER = timedelta(minutes=15)
"""How long after it was sent a job may have been begun, by clocks that differ."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a look through a server's jobs gave."""

    job: str = ""
    """The one that is ours; empty where none is, or nobody can say."""
    why: str = ""
    """Why it is taken for ours, or why none is."""


def search(listed: Iterable[Mapping[str, Any]], asked: Asked, purchase: Purchase, others: Collection[str]) -> Search:
    """The job of a purchase among those that are `listed`; `others` are known to belong to other purchases.

    For certain where the server repeats the Idempotency-Key. Else the one job of the same words and model that was
    begun at that time and contradicts nothing; of two that fit none is taken. One that is listed twice is one.
    """
    fitting = []
    for listed_job in listed:
        try:
            job = checked_id(listed_job.get("id"))
        except ValueError:
            continue
        if _echoes(listed_job, purchase.key):
            return Search(job, "the server repeats the key that was sent with it")
        if job not in others and job not in fitting and _fits(listed_job, asked, purchase):
            fitting.append(job)
    if len(fitting) == 1:
        return Search(fitting[0], "it is the only one there with these words, begun at that time")
    if fitting:
        return Search(why=f"{len(fitting)} of its jobs fit: {', '.join(fitting[:5])}")
    return Search(why="none of the jobs that it lists fits")


def _echoes(said: Mapping[str, Any], key: str) -> bool:
    metadata = said.get("metadata")
    places = [said, metadata if isinstance(metadata, dict) else {}]
    return any(key == value for place in places for value in place.values())


def _fits(said: Mapping[str, Any], asked: Asked, purchase: Purchase) -> bool:
    """Whether it has our words and our time, and nothing else that the server tells of it is another's."""
    created = _moment(said.get("created_at"))
    prompt = said.get("prompt")
    if created is None or not isinstance(prompt, str) or " ".join(prompt.split()) != asked.prompt:
        return False
    sent = purchase.when
    if not (sent - _EARLIER).timestamp() <= created <= (sent + _LATER).timestamp():
        return False
    ours = {name: str(value) for name, value in asked.fields.items() if name in {"model", "size", "seed"}}
    return all(_same(said.get(name), value) for name, value in ours.items())


def _moment(told: object) -> float | None:
    """Seconds since 1970, from a number or in the form of ISO 8601."""
    try:
        return datetime.fromisoformat(str(told)).timestamp() if "-" in str(told) else number(told)
    except ValueError:
        return None


def _same(told: object, ours: str) -> bool:
    """What is not told contradicts nothing; a server may put its own name before that of a model."""
    return told in (None, "") or str(told) == ours or str(told).endswith(f"/{ours}")
