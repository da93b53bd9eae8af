"""What a reply about an ad is judged by beyond its schema: clips that there are, no clip twice, lengths, language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

from pydantic import BaseModel

from ...languages import alike, language_of, name_of
from ...tools.footage.types import FootageClip
from ..asking.lengths import spoken_units
from ..asking.types import Check, Complaint
from .messages import unit_name, words_for
from .policy import length_of, lines_of
from .replies import PlanReply, ScriptReply
from .state import AdPlan
from .variants import repeats_one

_OVER = 1.25
"""A line may have this times the words that fit: a voice is not that regular."""
_LEAST = 40
"""Characters from which a text's language is sure."""


def check_of(plan: AdPlan, clips: Sequence[FootageClip], shown: Sequence[FootageClip], rate: float) -> Check:
    """The judge of a plan over the clips that were `shown`, of all the `clips` that there are."""
    seconds = length_of(plan, clips)
    count = lines_of(plan, clips, seconds)
    known = {clip.number: clip for clip in shown}

    def judge(reply: BaseModel) -> Complaint | None:
        if isinstance(reply, ScriptReply):
            return _of_language(reply.script, plan.language)
        lines = cast("PlanReply", reply).lines
        if strange := [line.clip for line in lines if line.clip not in known]:
            return Complaint(f"there is no clip {strange[0]}: the clips are {', '.join(map(str, known))}")
        twice = [number for number, times in Counter(line.clip for line in lines).items() if times > 1]
        if twice and not plan.repeats:
            return Complaint(f"clip {twice[0]} is used more than once")
        if plan.clips and len(lines) != plan.clips:
            return Complaint(f"there are {len(lines)} lines, and {plan.clips} were asked for")
        if complaint := _of_language(" ".join(line.script for line in lines), plan.language):
            return complaint
        if repeated := repeats_one([line.line() for line in lines], [ad.lines for ad in plan.made]):
            return Complaint(repeated)
        for number, line in enumerate(lines, start=1):
            words, most = spoken_units(line.script, plan.language), words_for(known[line.clip], rate, seconds / count)
            if words > most * _OVER:
                unit = unit_name(plan.language)
                return Complaint(f"line {number} has {words} {unit}, and clip {line.clip} holds {most}", hard=False)
        return None

    return judge


def _of_language(text: str, language: str) -> Complaint | None:
    found = language_of(text) if len(text) >= _LEAST else ""
    if found and not alike(found, language):
        return Complaint(f"it is in {name_of(found)}, and has to be in {name_of(language)}")
    return None
