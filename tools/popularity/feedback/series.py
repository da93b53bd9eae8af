"""The counts of one video: what each of them must be, and how they follow one another."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from ....errors import RequestError
from ...tables.counts import LARGEST
from .types import Count

OLDEST = 36_500.0
"""Days: whoever counts a video that is older than a century has mistaken the unit."""
_KINDS = ("comments", "views", "likes")


def check_count(count: Count) -> None:
    """Raises RequestError for an age or a number that no video has."""
    if not math.isfinite(count.age_days) or not 0 < count.age_days <= OLDEST:
        raise RequestError(
            f"an age of {count.age_days:g} days is none that a counted video has",
            hint="Give the days since it was published, above 0, e.g. --age 3 or --age 0.5 for twelve hours.",
        )
    for kind in _KINDS:
        number = getattr(count, kind)
        if number is not None and not 0 <= number <= LARGEST:
            raise RequestError(f"{number:,} is no number of {kind}", hint="Give a whole number, 0 or more.")


def with_count(
    run_id: str, counts: Sequence[Count], new: Count, *, fewer: bool = False
) -> tuple[tuple[Count, ...], Count | None]:
    """The `counts`, which stand by age, with the new one among them, and the one of its age whose place it takes.

    Raises RequestError where a number would be smaller than at the age before, unless `fewer` says that this is right.
    """
    check_count(new)
    at = bisect_left(counts, new.age_days, key=lambda one: one.age_days)
    replaced = counts[at] if at < len(counts) and counts[at].age_days == new.age_days else None
    younger, older = counts[:at], counts[at + (replaced is not None) :]
    for kind in () if fewer else _KINDS:
        if getattr(new, kind) is None:
            continue
        before = next((one for one in reversed(younger) if getattr(one, kind) is not None), new)
        after = next((one for one in older if getattr(one, kind) is not None), new)
        if getattr(before, kind) > getattr(new, kind):
            raise _shrunk(run_id, kind, before, new)
        if getattr(after, kind) < getattr(new, kind):
            raise _shrunk(run_id, kind, new, after)
    return (*younger, new, *older), replaced


def _shrunk(run_id: str, kind: str, younger: Count, older: Count) -> RequestError:
    return RequestError(
        f"run {run_id} would have {getattr(younger, kind):,} {kind} at {days(younger.age_days)} and fewer, "
        f"{getattr(older, kind):,}, at {days(older.age_days)}: counts hardly shrink with age",
        hint="Check both; a count given again with its age replaces the one before, and a wrong age goes away with: "
        f"popcorn feedback remove {run_id} --age DAYS. If comments or likes were taken away since, tell it with "
        "--fewer.",
    )


def days(age: float) -> str:
    """An age for people: `3 days`, `0.5 days`, `1 day`."""
    return f"{age:g} day{'s' * (age != 1)}"
