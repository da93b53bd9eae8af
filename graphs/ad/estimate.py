"""What an ad takes before anything of it is made: the footage is read, and nothing is asked, spoken or rendered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ...tools.footage.types import Footage, FootageClip
from . import outcomes
from .context import AdContext, Progress
from .findings import no_clip_error
from .messages import plan_question
from .policy import MENDINGS, WRITINGS, length_of, lines_of, usable
from .replies import reply_tokens
from .state import AdPlan, AdState
from .working import unheard

CALLS_A_WRITING = 3
"""A reply, its repair, and the shortening of what is still too long (graphs/asking/ask.py)."""


@dataclass(frozen=True, slots=True)
class AdEstimate:
    """An ad before it is made."""

    clips: int
    """That it may be cut from."""
    surveyed: int
    """Clips of the whole footage."""
    left_out: int
    """Files that give no clip."""
    seconds: float
    """How long it is to be."""
    lines: int
    calls: int
    """Of a language model where nothing has to be written anew; the offline planner's and a script's are none."""
    most_calls: int
    images: int
    """Pictures that a call shows."""
    input_tokens: int
    """Of one call, pictures among them."""
    output_tokens: int
    """Of its reply, at most."""
    cost_usd: float | None
    """Of `calls`; None where no price is known."""
    most_cost_usd: float | None
    """Of `most_calls`, each with a reply of that length."""
    notices: tuple[str, ...] = ()


def chosen_clips(footage: Footage, plan: AdPlan) -> list[FootageClip]:
    """The clips that the ad may be cut from. Raises DataError where the footage carries no such ad."""
    clips = usable(footage.clips, plan)
    if not clips:
        raise no_clip_error(footage)
    lines_of(plan, clips, length_of(plan, clips))
    return clips


async def estimate(plan: AdPlan, context: AdContext, progress: Progress = unheard) -> AdEstimate:
    """Read the footage and count. Raises as the first node does where the footage carries no such ad."""
    footage = await asyncio.to_thread(context.footage.survey, plan.footage, progress)
    clips = chosen_clips(footage, plan)
    seconds = length_of(plan, clips)
    notices = (*footage.notices, *outcomes.left_out(footage), *outcomes.flawed(clips))
    asked, most, images, sent, got = (0, 0, 0, 0, 0)
    if not plan.script and not context.by_rule:
        state = AdState(request="", plan=plan, clips=clips)
        rate = context.voice(plan.language).units_per_second(plan.language)
        question = await asyncio.to_thread(plan_question, state, context.window, rate, context.footage)
        images, sent, got = question.images, context.window.tokens_of(question.messages), reply_tokens()
        asked, most = 1, CALLS_A_WRITING * WRITINGS * (MENDINGS + 1)
        notices = (*notices, *question.notices)
    return AdEstimate(
        clips=len(clips),
        surveyed=len(footage.clips),
        left_out=len(footage.left_out),
        seconds=round(seconds, 1),
        lines=lines_of(plan, clips, seconds),
        calls=asked,
        most_calls=most,
        images=images,
        input_tokens=sent,
        output_tokens=got,
        cost_usd=_times(asked, context.call_cost(sent, got)),
        most_cost_usd=_times(most, context.call_cost(sent, got)),
        notices=notices,
    )


def _times(calls: int, cost: float | None) -> float | None:
    return 0.0 if not calls else None if cost is None else round(calls * cost, 6)
