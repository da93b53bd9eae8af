"""How the lines of an ad come about: a model writes them for the clips, or a script is matched to the clips."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from pydantic import BaseModel

from ...prompts import load
from ...tools.editing.types import Line
from ..asking.ask import ask
from ..asking.images import without_images
from ..asking.reply_forms import REFUSALS
from ..asking.types import ModelCall
from ..asking.window import ReplyRoom
from .context import AdContext
from .matching import Rooms, match
from .messages import Question, plan_question, template_of
from .pieces import pieces
from .policy import AROUND
from .replies import PlanReply, ScriptReply, reply_tokens
from .reply_checks import check_of
from .state import AdState, Strategy

Answer = tuple[BaseModel, list[ModelCall]]


class Written(NamedTuple):
    """What came of writing."""

    lines: list[Line]
    """Their subtitles are not cut yet."""
    calls: list[ModelCall]
    notices: list[str]


async def write_lines(state: AdState, context: AdContext) -> Written:
    """Lines over the clips of the state. Raises what the model raises, and DataError where a script fits no clips."""
    rate = state.rate or await asyncio.to_thread(_rate, state.plan.language, context)
    if state.plan.script:
        return await _matched(state, context, state.plan.script, Written([], [], []), rate)
    question = await asyncio.to_thread(plan_question, state, context.window, rate, context.footage)
    notices = [*question.notices, *_shown(question, state, context)]
    (reply, calls), refused = await _asked(state, context, question, rate)
    notices += refused
    if isinstance(reply, ScriptReply):
        most = state.plan.clips or (0 if state.plan.repeats else len(state.clips))
        said = pieces(reply.script, state.plan.language, most)
        return await _matched(state, context, said, Written([], calls, notices), rate)
    lines = [one.line() for one in reply.lines] if isinstance(reply, PlanReply) else []
    return Written(lines, calls, notices)


def _rate(language: str, context: AdContext) -> float:
    return context.voice(language).units_per_second(language)


async def _matched(state: AdState, context: AdContext, script: Sequence[str], before: Written, rate: float) -> Written:
    """A script over clips, without a model. What is too long by estimate is measured when it is spoken."""
    seconds = tuple(max(0.5, clip.seconds - AROUND) for clip in state.clips)
    rooms = Rooms(state.plan.language, rate, seconds, state.plan.repeats)
    encoder = await asyncio.to_thread(context.encoder)
    found = await asyncio.to_thread(match, script, state.clips, encoder, rooms)
    return before._replace(lines=list(found.lines), notices=[*before.notices, *found.notices])


async def _asked(state: AdState, context: AdContext, question: Question, rate: float) -> tuple[Answer, list[str]]:
    """The reply, and a notice where the model's server refused the pictures and was asked in text alone."""
    try:
        return await _ask(state, context, question, rate), []
    except Exception as exc:  # every client has classes of its own; the status is what they share
        if not question.images or getattr(exc, "status_code", None) not in REFUSALS:
            raise
    refused = f"the server of {context.chat_model_name} refused pictures: it was given what is known of them in words"
    plain = question._replace(messages=without_images(question.messages), images=0)
    return await _ask(state, context, plain, rate), [refused]


async def _ask(state: AdState, context: AdContext, question: Question, rate: float) -> Answer:
    template = load(template_of(state.plan))
    call = ModelCall("write", context.chat_model_name, f"{template.name}@{template.digest}", reply="")
    schema = ScriptReply if state.plan.strategy is Strategy.SCRIPT_FIRST else PlanReply
    check = check_of(state.plan, state.clips, question.clips, rate)
    room = ReplyRoom(context.window, reply_tokens())
    shown = context.window.shown_again
    return await ask(context.chat_model, question.messages, schema, call, check, shown, room)


def _shown(question: Question, state: AdState, context: AdContext) -> list[str]:
    """What is sent, before it is: pictures with their tokens and cost; or that words stand for pictures."""
    if state.plan.strategy is Strategy.SCRIPT_FIRST:
        return []
    if not question.images:
        return ["the clips were described in words: this model is shown no pictures"]
    tokens = context.window.tokens_of(question.messages)
    cost = context.call_cost(tokens, 0)
    money = "" if cost is None else f", ${cost:.4f}"
    what = f"{question.images} pictures of {len(question.clips)} clips"
    return [f"the model was shown {what}: about {tokens:,} tokens{money} before its reply"]
