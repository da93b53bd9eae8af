"""What is wrong with the lines of an ad, in sentences: for the model that writes them anew, and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import ClaimsError, DataError, DeliveryError
from ...tools.editing.check_results import Check
from ...tools.editing.types import Claim, Line, SpokenLine
from ...tools.footage.types import Footage, FootageClip
from ..asking.lengths import spoken_units
from .outcomes import left_out
from .policy import is_long, length_of
from .state import AdPlan, AdState

if TYPE_CHECKING:
    from .context import Editor

_PASSED = (
    "Put the fact into the product file or change the line, and make the ad anew. Or let it pass with --claims warn"
)


def no_clip_error(footage: Footage) -> DataError:
    """Nothing can be cut from this footage: what it is, and why files were left out."""
    told = left_out(footage)
    flawed = f"all {len(footage.clips)} clips are black, still or repeated" if footage.clips else "there is no clip"
    why = "; ".join([flawed, *told] if told or footage.clips else ["it holds no file that could be one"])
    return DataError(
        f"no clip of the footage can be used: {why}", hint="Add footage: clips that show something, 2 s or longer."
    )


def of_claims(claims: Sequence[Claim]) -> list[str]:
    """A sentence for each claim that must not stand."""
    return [f"line {claim.line + 1} must not say “{claim.text}”: {_why(claim)}" for claim in claims]


def claims_error(claims: Sequence[Claim]) -> ClaimsError:
    """The ad is not made: which claims, and the ways out."""
    told = "; ".join(f"line {claim.line + 1}: “{claim.text}” ({claim.kind.value}: {_why(claim)})" for claim in claims)
    kinds = dict.fromkeys(claim.kind.value for claim in claims)
    example = f"--claims '{next(iter(kinds))}=warn'"
    way = f"{_PASSED}, or one kind alone with {example}: either goes behind --resume."
    return ClaimsError(f"the script claims what must not be claimed: {told}", hint=way)


def _why(claim: Claim) -> str:
    return f"{claim.verdict.value}{f', {claim.source}' if claim.source else ''}"


def of_lengths(state: AdState, spoken: Sequence[SpokenLine], editor: Editor, rate: float) -> list[str]:
    """A sentence for each line that lasts longer than its clip, and one where the whole is too long."""
    clips = {clip.number: clip for clip in state.clips}
    found = [
        _too_long(number, line, sound, clips[line.clip], editor, rate, last=number == len(spoken))
        for number, (line, sound) in enumerate(zip(state.lines, spoken, strict=True), start=1)
    ]
    faults = [one for one in found if one]
    needed = [editor.needed(sound, last=at == len(spoken) - 1) for at, sound in enumerate(spoken)]
    whole, wanted = sum(needed), length_of(state.plan, state.clips)
    bound = state.plan.seconds or not state.plan.script
    if bound and is_long(whole, wanted):
        faults.append(f"the whole lasts {whole:.1f} s, and {wanted:.1f} s are wanted: say less, or leave a line out")
    return faults


def _too_long(
    number: int, line: Line, sound: SpokenLine, clip: FootageClip, editor: Editor, rate: float, *, last: bool
) -> str:
    needed, there = editor.needed(sound, last=last), editor.there(clip)
    if needed <= there:
        return ""
    words = max(1, int(rate * (there - (needed - sound.seconds))))
    return (
        f"line {number} lasts {needed:.1f} s with its picture, and clip {clip.number} gives {there:.1f} s at most:"
        f" say it in {words} words or fewer, or take a longer clip"
    )


def lengths_error(plan: AdPlan, faults: Sequence[str]) -> DataError:
    """The ad is not made: its lines do not fit its clips."""
    own = "Shorten these lines in the script" if plan.script else "Choose another model with --llm"
    return DataError(
        f"the lines do not fit the clips: {'; '.join(faults)}",
        hint=f"{own}, add longer footage, or ask for fewer --clips.",
        anew=bool(plan.script),
    )


def delivery_error(checks: Sequence[Check], repairs: Sequence[str]) -> DeliveryError:
    """The ad is made and kept back: which checks failed, and what was tried."""
    told = "; ".join(
        f"{check.name} is {check.value}, and {check.limit} is allowed{f' ({check.note})' if check.note else ''}"
        for check in checks
    )
    tried = f" after {len(repairs)} repairs" if repairs else ""
    return DeliveryError(
        f"the ad fails {len(checks)} of its checks{tried}: {told}",
        hint="The file and its checks stand in the run's folder. Change what they name, and make it anew.",
    )


def rate_of(lines: Sequence[Line], spoken: Sequence[SpokenLine], language: str) -> float:
    """Words (characters for Chinese) a second, as these lines were really spoken; 0 where none was."""
    seconds = sum(sound.seconds for sound in spoken)
    return sum(spoken_units(line.script, language) for line in lines) / seconds if seconds else 0.0
