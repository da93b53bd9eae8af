"""What the tools of the ad graph gave, as its trace keeps it, and what of it has to be told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ...tools.editing.check_results import Check
from ...tools.editing.types import Claim, Level, SpokenLine, Verdict
from ...tools.footage.types import Footage, FootageClip
from ..asking.tool_calls import Told
from .policy import MOST_NAMED, is_short, length_of
from .state import AdPlan, MadeFiles

T = TypeVar("T")
_FEW = 3
"""Files without a clip that a notice names."""


def surveyed(footage: Footage) -> Told:
    """How many clips there are, of what length, and what was left out."""
    return {
        "clips": len(footage.clips),
        "seconds": round(sum(clip.seconds for clip in footage.clips), 1),
        "flawed": sum(bool(clip.flaws) for clip in footage.clips),
        "left_out": [{"file": one.path.name, "reason": one.reason} for one in footage.left_out[:MOST_NAMED]],
    }


def left_out(footage: Footage) -> list[str]:
    """A notice of the files that gave no clip."""
    named = [f"{one.path.name}: {one.reason}" for one in footage.left_out[:_FEW]]
    more = f"; and {len(footage.left_out) - _FEW} more" if len(footage.left_out) > _FEW else ""
    return [f"left out: {'; '.join(named)}{more}"] if named else []


def flawed(clips: Sequence[FootageClip]) -> list[str]:
    """A notice of the clips that an editor would rather not use, where there are too few others."""
    named = [f"{clip.number} ({', '.join(clip.flaws)})" for clip in clips if clip.flaws]
    return [f"there is too little other footage: the ad may use the clips {', '.join(named)}"] if named else []


def short(seconds: float, plan: AdPlan, clips: Sequence[FootageClip]) -> list[str]:
    """A notice of an ad that lasts much less than what was asked for, or than its footage carries."""
    if not is_short(seconds, plan, clips):
        return []
    wanted = (
        f"{plan.seconds:g} s were asked for" if plan.seconds else f"the footage carries {length_of(plan, clips):.1f} s"
    )
    return [f"the ad lasts {seconds:.1f} s, and {wanted}: more facts or longer clips make a longer one"]


def claimed(outcome: tuple[Sequence[Claim], Sequence[str]]) -> Told:
    """Every claim, with what was found out about it."""
    return {"claims": [claim_data(claim) for claim in outcome[0]], "notices": list(outcome[1])}


def claim_data(claim: Claim) -> dict[str, str | int]:
    """A claim as JSON has it."""
    return {
        "text": claim.text,
        "line": claim.line,
        "kind": claim.kind.value,
        "verdict": claim.verdict.value,
        "level": claim.level.value,
        "source": claim.source,
    }


def warned(ledger: Sequence[Claim]) -> list[str]:
    """A notice for each claim that nothing backs and a person has to look at."""
    return [
        f"look at “{claim.text}” in line {claim.line + 1}: {claim.kind.value}, {claim.verdict.value}"
        for claim in ledger
        if claim.verdict is not Verdict.BACKED and claim.level is not Level.MARK
    ]


def spoken(lines: Sequence[SpokenLine]) -> Told:
    """How long each line is heard."""
    return {"seconds": [round(line.seconds, 2) for line in lines]}


def assembled(made: MadeFiles) -> Told:
    """The names of the files, with the facts of the video."""
    facts = ("seconds", "width", "height", "frames", "sha256")
    names = [path.name for path in (made.cover, *made.edit_lists, *made.subtitles)]
    return {"video": made.video.path.name, "files": names} | {name: getattr(made.video, name) for name in facts}


def checked(checks: Sequence[Check]) -> Told:
    """Every check, with what was measured and what is allowed."""
    return {"checks": [check_data(check) for check in checks]}


def unchecked(checks: Sequence[Check]) -> list[str]:
    """A notice for each check that could not be made."""
    return [f"{check.name}: {check.value}" for check in checks if check.value.startswith("not checked")]


def check_data(check: Check) -> dict[str, str | bool]:
    """A check as JSON has it."""
    names = ("name", "ok", "value", "limit", "note")
    return {name: getattr(check, name) for name in names}


def known(value: T | None) -> T:
    """What an earlier node has written. Raises ValueError where a node was reached without it."""
    if value is None:
        raise ValueError("a node was reached before what it works on was made")
    return value
