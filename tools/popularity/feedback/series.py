"""The counts of one video: what each of them must be, and how they follow one another."""

from __future__ import annotations

import math
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


def age_of(text: str) -> float:
    """An age in days. Raises RequestError for what is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError as exc:
        raise RequestError(
            f"{text!r} is no age in days", hint="Give the days since it was published, e.g. 3 or 0.5."
        ) from exc


def with_count(run_id: str, counts: Sequence[Count], new: Count) -> tuple[tuple[Count, ...], Count | None]:
    """The counts by age with the new one among them, and the one of the same age whose place it takes.

    Raises RequestError where a number would be smaller than at an earlier age.
    """
    check_count(new)
    replaced = next((one for one in counts if one.age_days == new.age_days), None)
    series = sorted([*(one for one in counts if one is not replaced), new], key=lambda one: one.age_days)
    at = series.index(new)
    for younger, older in [*((one, new) for one in series[:at]), *((new, one) for one in series[at + 1 :])]:
        _check_grown(run_id, younger, older)
    return tuple(series), replaced


def _check_grown(run_id: str, younger: Count, older: Count) -> None:
    for kind in _KINDS:
        before, after = getattr(younger, kind), getattr(older, kind)
        if before is not None and after is not None and after < before:
            raise RequestError(
                f"run {run_id} would have {before:,} {kind} at {days(younger.age_days)} and fewer, {after:,}, at "
                f"{days(older.age_days)}: counts do not shrink with age",
                hint="Check both numbers and ages; a count that is given again with its age replaces the one before.",
            )


def days(age: float) -> str:
    """An age for people: `3 days`, `0.5 days`, `1 day`."""
    return f"{age:g} day{'s' * (age != 1)}"
