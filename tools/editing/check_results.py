"""What the checks of a finished ad give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a check fails."""

    at: float
    """Seconds on the ad's clock; 0 for what is wrong with all of it."""
    amount: float
    """How far it is from what it should be, in the check's unit and with its sign; seconds where it is about time."""
    text: str = ""
    """The words that it is about."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was measured on the finished file."""

    name: str
    ok: bool
    value: str
    """What was measured, with its unit."""
    limit: str
    """What is allowed, with its unit."""
    note: str = ""
    """What was repaired, or what a person can do."""
    faults: tuple[Fault, ...] = ()
    """Each place where it fails; empty where it passes."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "faults", tuple(self.faults))
