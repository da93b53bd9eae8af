"""The numbers and decisions of the ad graph, as plain functions of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from ...errors import DataError
from ...tools.editing.check_results import Check
from ...tools.editing.types import Claim, Level, Verdict
from ...tools.footage.types import Flaw, FootageClip
from .state import AdPlan

T = TypeVar("T")
USUAL = 20.0
"""Seconds of an ad for which nobody said how long it is to be, where the footage carries them."""
LEAST = 15.0
"""Seconds that pauses between the lines make of a shorter ad, where nobody said how long it is to be."""
ENOUGH = USUAL
"""Seconds of footage before flawed clips are left out, where nobody said how long the ad is to be."""
SHORTEST_AD = 5.0
"""Seconds below which footage makes no ad."""
A_LINE = 3.0
"""Seconds that one line lasts where nobody said how many clips: clips are 2 to 8 s long."""
AROUND = 0.35
"""Seconds of a clip that no speech fills: the picture begins before the line and ends after it."""
SHORT = 0.9
"""Below this times what is wanted people are told that an ad is short."""
OVER = 1.1
"""An ad may last this times what was asked for; more is a fault."""
MOST_CLIPS = 60
"""Clips that a model chooses among; an hour of footage has hundreds."""
MOST_NAMED = 50
"""Files without a clip that are named one by one."""
MOST_LINES = 20
WRITINGS = 3
"""How often lines are written: once, and anew when claims or lengths ask for it."""
MENDINGS = 3
"""How often a finished file is mended before the check blocks it."""
_UNSEEN = frozenset({Flaw.BLACK, Flaw.FROZEN, Flaw.DUPLICATE})
"""What shows nothing, or shows it again: no ad is cut from it."""
_BY_NEED = frozenset({Flaw.BLURRED, Flaw.SHAKY, Flaw.CAPTIONED, Flaw.EMPTY})
"""What an editor would rather not use."""


def usable(clips: Sequence[FootageClip], plan: AdPlan) -> list[FootageClip]:
    """The clips that an ad may be cut from, in their order.

    Flawed ones, those with the fewest flaws first, only as far as the ad has not enough without them: `ENOUGH` seconds
    or those that were asked for, and K clips or the lines of a script.
    """
    seen = [clip for clip in clips if not _UNSEEN & {*clip.flaws} and not clip.twin]
    taken = [clip for clip in seen if not _BY_NEED & {*clip.flaws}]
    wanted, seconds = plan.clips or len(plan.script), plan.seconds or ENOUGH
    for clip in sorted(seen, key=lambda one: len(one.flaws)):
        if len(taken) >= wanted and sum(one.seconds for one in taken) >= seconds:
            break
        if clip not in taken:
            taken.append(clip)
    kept = [clip for clip in seen if clip in taken]
    return spread(kept, max(MOST_CLIPS, wanted))


def spread(clips: Sequence[T], most: int) -> list[T]:
    """At most so many clips, evenly over the footage, so that no file is left out for standing last."""
    if len(clips) <= most:
        return list(clips)
    return [clips[at * len(clips) // most] for at in range(most)]


def length_of(plan: AdPlan, clips: Sequence[FootageClip]) -> float:
    """How many seconds the ad is to have: what was asked for, else what the clips carry, at most `USUAL`.

    Raises DataError where the clips are shorter than that, and no clip may be used twice.
    """
    carried = sum(clip.seconds for clip in clips)
    if carried < SHORTEST_AD and not plan.repeats:
        raise DataError(
            f"the footage carries {carried:.1f} s in {_clips(len(clips))}; an ad has {SHORTEST_AD:g} s at least",
            hint="Add footage, or let clips be used twice with --allow-repeats.",
            anew=True,
        )
    if plan.seconds > carried and not plan.repeats:
        raise DataError(
            f"the footage carries {carried:.1f} s in {_clips(len(clips))}, and {plan.seconds:g} s were asked for",
            hint=f"Ask for --seconds {int(carried)}, add footage, or let clips be used twice with --allow-repeats.",
            anew=True,
        )
    return plan.seconds or min(USUAL, carried if not plan.repeats else USUAL)


def _clips(count: int) -> str:
    return "1 usable clip" if count == 1 else f"{count} usable clips"


def least_of(plan: AdPlan, clips: Sequence[FootageClip]) -> float:
    """Seconds that an ad has where pauses between its lines can make it as long; 0 for as long as its lines take."""
    if plan.seconds or plan.script:
        return plan.seconds
    return min(LEAST, length_of(plan, clips))


def is_short(seconds: float, plan: AdPlan, clips: Sequence[FootageClip]) -> bool:
    """Whether an ad lasts much less than what is wanted, and than its footage carries."""
    return seconds < SHORT * least_of(plan, clips)


def lines_of(plan: AdPlan, clips: Sequence[FootageClip], seconds: float) -> int:
    """How many lines the ad has: those of a script, K where it was given, else by its length.

    Raises DataError where there are fewer clips than K, and none may be used twice.
    """
    if wanted := plan.clips or len(plan.script):
        if wanted > len(clips) and not plan.repeats:
            raise DataError(
                f"{wanted} clips were asked for, and the footage has {len(clips)} that can be used",
                hint=f"Ask for --clips {len(clips)}, add footage, or let clips be used twice with --allow-repeats.",
                anew=True,
            )
        return wanted
    most = len(clips) if not plan.repeats else MOST_LINES
    return max(1, min(round(seconds / A_LINE), most, MOST_LINES))


def writer_of(plan: AdPlan, model: str) -> str:
    """Who wrote the lines: a model asked for them, or whoever gave the script, for which no model is asked."""
    return "whoever gave the script" if plan.script else model


def room_for(clip: FootageClip, share: float) -> float:
    """Seconds of speech that fit over a clip in an ad in which each line has `share` seconds."""
    return max(0.5, min(clip.seconds, share) - AROUND)


def blocking(ledger: Sequence[Claim]) -> list[Claim]:
    """The claims that stop an ad."""
    return [claim for claim in ledger if claim.level is Level.BLOCK and claim.verdict is not Verdict.BACKED]


def failed(checks: Sequence[Check]) -> list[Check]:
    """The checks that block delivery."""
    return [check for check in checks if not check.ok]


def may_repair(checks: Sequence[Check], mendings: int) -> bool:
    """Whether mending the file once more is tried."""
    return bool(failed(checks)) and mendings < MENDINGS


def is_long(seconds: float, wanted: float) -> bool:
    """Whether an ad lasts longer than what was asked for allows."""
    return seconds > wanted * OVER


def levelled(plan: AdPlan, ledger: Sequence[Claim]) -> list[Claim]:
    """The ledger with the levels that a person chose."""
    chosen = {one.kind: one.level for one in plan.levels}
    return [replace(claim, level=chosen.get(claim.kind, claim.level)) for claim in ledger]
