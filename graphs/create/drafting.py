"""How drafts are asked for: together in one reply, or apart, each in a call of its own at the same time.

Apart they come sooner and none is held up by another, but the prompt is paid for once a draft. What is the same for
all of them stands first, so that a server which keeps prefixes reads it once. Together they are asked for in as many
replies, one after the other, as the model's window needs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, TypeVar

from langchain_core.exceptions import ModelError
from pydantic import BaseModel

from ...errors import BudgetError, ModelReplyError, PopcornError, TooLongError
from ...prompts import load
from ..asking.ask import ask
from ..asking.capabilities import capabilities_of
from ..asking.types import ModelCall
from ..asking.window import ReplyRoom, Window
from .checks import check_for, in_english
from .context import CreateContext
from .messages import Question, Wanted, draft_prompt
from .policy import needs_translation
from .replies import DraftReply, DraftsReply, of_count
from .reply_lengths import drafts_in, reply_tokens, times_english
from .speaking import room_of
from .state import CreateState, Draft, Mode

Reply = TypeVar("Reply", bound=BaseModel)
Answer = tuple[DraftsReply, list[ModelCall]]
Asked = Callable[[Window], Question]
"""Gives a question as it fits into a window."""
Questions = Callable[[Wanted, Window], Question]
"""Gives the question for the drafts that are wanted."""

UNTRANSLATED = "the model gave no English prompt for the renderer: it is given what there is"
_REFUSED_AGAIN = (
    "It refuses what was asked as with POPCORN_LLM_WINDOW={} too: choose a model with a longer window with --llm, or "
    "say fewer tokens, so that less is asked at once."
)
"""The way out where a prompt that was cut to a window is refused all the same."""
_SEEDS = 2**31


class Drafted(NamedTuple):
    """What came of asking for drafts."""

    drafts: list[Draft]
    calls: list[ModelCall]
    notices: list[str]
    replies: list[DraftsReply]


async def ask_drafts(
    state: CreateState, context: CreateContext, node: str, questions: Questions, schema: type[DraftsReply]
) -> Drafted:
    """The candidates that `node` asks for. Raises what the model raised when not one of them came."""
    if _apart(state, context):
        answers, calls, notices = await _ask_apart(state, context, node, questions, of_count(schema, 1))
        drafts = [reply.drafts[0] for reply in answers]
    else:
        answers, calls, notices = await _ask_together(state, context, node, questions, schema)
        drafts = [one for reply in answers for one in reply.drafts][: state.plan.candidates]
    return Drafted(
        [one.draft() for one in drafts], calls, [*notices, *_untranslated(drafts, state.plan.language)], answers
    )


async def _ask_together(
    state: CreateState, context: CreateContext, node: str, questions: Questions, schema: type[DraftsReply]
) -> tuple[list[DraftsReply], list[ModelCall], list[str]]:
    """All drafts in one reply, or in several where the window has no room for that; each is told of those before.

    A call that fails after the first one loses none of the drafts that came.
    """
    answers, calls, notices, written = list[DraftsReply](), list[ModelCall](), list[str](), list[str]()
    while (left := state.plan.candidates - len(written)) > 0:
        wanted = Wanted(left, written=(*written,))
        count = min(left, _in_one_reply(questions(wanted, window_of(context)), state, context))
        question = partial(questions, replace(wanted, count=count))
        try:
            reply, made = await ask_node(state, context, node, question, of_count(schema, count), count=count)
        except (ModelReplyError, ModelError) as exc:
            if not answers:
                raise
            calls += calls_of(exc)
            notices.append(f"{len(written)} of {state.plan.candidates} drafts came; the next call failed: {exc}")
            break
        answers, calls = [*answers, reply], [*calls, *made]
        notices += [notice for notice in question(window_of(context)).notices if notice not in notices]
        written += [one.title for one in reply.drafts[:count]]
    return answers, calls, notices


def _in_one_reply(question: Question, state: CreateState, context: CreateContext) -> int:
    """How many drafts there is room for beside the question."""
    window = window_of(context)
    left = window.tokens - window.count("".join(one.text for one in question.messages))
    times = times_english(state.request, state.plan.language)
    return drafts_in(left, times, translated=needs_translation(state.plan.language), shots=state.plan.shots)


async def ask_node(
    state: CreateState,
    context: CreateContext,
    node: str,
    question: Asked,
    schema: type[Reply],
    count: int = 1,
    **options: Any,
) -> tuple[Reply, list[ModelCall]]:
    """Ask with the node's template for so many drafts; `options` go with the calls.

    Where the server refuses the prompt and says how much it takes in, it is asked once more with what fits.
    """
    template = load(draft_prompt(state) if node == "draft" else node)
    call = ModelCall(node, context.chat_model_name, f"{template.name}@{template.digest}", reply="")
    tried = [one.draft for one in state.attempts] if node == "refine" else []
    room = room_of(state.plan, state.request, context.voice)
    check = check_for(state.plan.language, state.request, room, tried)
    times = times_english(state.request, state.plan.language)

    async def asked(window: Window) -> tuple[Reply, list[ModelCall]]:
        length, messages = ReplyRoom(window, reply_tokens(schema, count, times)), question(window).messages
        return await ask(context.chat_model, messages, schema, call, check, window.shown_again, length, **options)

    first = window_of(context)
    try:
        return await asked(first)
    except TooLongError as exc:
        named = first.within(exc.window)
        if named is first:
            if exc.window:
                exc.hint = _REFUSED_AGAIN.format(first.tokens)
            raise
    try:
        return await asked(named)
    except TooLongError as exc:
        exc.hint = _REFUSED_AGAIN.format(named.tokens)
        raise


def window_of(context: CreateContext) -> Window:
    """How much the chat model takes in, as its server has said by now."""
    return context.window.within(capabilities_of(context.chat_model).named_window)


def _apart(state: CreateState, context: CreateContext) -> bool:
    """Whether each draft gets a call of its own: the chat model says that it should, and there are several."""
    several = state.plan.candidates > 1 and state.plan.mode is not Mode.PAPER
    return several and capabilities_of(context.chat_model).drafts_apart


async def _ask_apart(
    state: CreateState, context: CreateContext, node: str, questions: Questions, schema: type[DraftsReply]
) -> tuple[list[DraftsReply], list[ModelCall], list[str]]:
    """A reply for each number that came, all calls, and a notice where some did not come.

    Raises BudgetError where a limit kept one of them from being asked for, so that a run which is gone on with has
    all of them: those that came are in the reply cache. When refining, those that came are taken.
    """
    count, shown = state.plan.candidates, questions(Wanted(number=1), window_of(context)).notices
    seeds = [(state.plan.seed + number) % _SEEDS for number in range(count)]
    outcomes = await asyncio.gather(
        *(
            ask_node(state, context, node, partial(questions, Wanted(number=number)), schema, seed=seed)
            for number, seed in enumerate(seeds, start=1)
        ),
        return_exceptions=True,
    )
    came, failed = _sorted(outcomes)
    calls = [call for _, made in came for call in made] + [call for error in failed for call in calls_of(error)]
    spent = next((error for error in failed if isinstance(error, BudgetError)), None)
    if (spent and node != "refine") or not came:
        error = spent or failed[0]
        if isinstance(error, PopcornError):
            error.calls = calls
        raise error
    notices = [f"{len(came)} of {count} drafts came; the other calls failed: {failed[0]}"] if failed else []
    return [reply for reply, _ in came], calls, [*shown, *notices]


def _sorted(outcomes: Sequence[Answer | BaseException]) -> tuple[list[Answer], list[PopcornError | ModelError]]:
    """The answers and the calls that failed; an error that is no failed call is raised."""
    came, failed = list[Answer](), list[PopcornError | ModelError]()
    for outcome in outcomes:
        if isinstance(outcome, PopcornError | ModelError):
            failed.append(outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            came.append(outcome)
    return came, failed


def calls_of(error: PopcornError | ModelError) -> list[ModelCall]:
    """The calls that a step which failed had made."""
    calls = error.calls if isinstance(error, PopcornError) else ()
    return [call for call in calls if isinstance(call, ModelCall)]


def _untranslated(drafts: Sequence[DraftReply], language: str) -> list[str]:
    """A notice where a renderer that reads only English will be given another language."""
    missing = needs_translation(language) and any(not in_english(one.draft().render_prompt) for one in drafts)
    return [UNTRANSLATED] if missing else []
