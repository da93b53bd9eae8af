"""The nodes: each takes the state and the collaborators, and returns only what it changes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from langgraph.runtime import Runtime

from ...errors import BudgetError, ModelReplyError, RefusedReplyError
from ...redaction import TAKEN_OUT
from ...secret_shapes import HIDDEN
from ...tools.popularity.types import Subject
from ...tools.references.types import RetrievalOptions
from ..asking.tool_calls import called
from ..asking.window import Window
from ..asking.writing import writing
from .assessment import Round, assess, assess_clip, subject_of, with_earlier
from .context import CreateContext, Picked
from .drafting import ask_drafts, ask_node, calls_of, window_of
from .messages import Question, Wanted, draft_messages, reason_messages, refine_messages
from .outcomes import compared, found, judged, unrefined
from .policy import best_of, choice_of, ordered
from .replies import ReasoningReply, draft_schema, refine_schema
from .speaking import room_of
from .state import Attempt, CreateState, Thought
from .tool_names import COMPARE_DRAFTS, FIND_REFERENCES, SCORE_POPULARITY
from .wording import sound_steps

Update = dict[str, object]


async def retrieve_references(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Find both sides of the request and how they differ."""
    context, plan = runtime.context, state.plan
    options = RetrievalOptions(plan.references, plan.tags, plan.negative_share, plan.routing)
    arguments = {"query": state.request, "references": plan.references, "tags": plan.tags}
    retrieval = await called(
        FIND_REFERENCES, arguments, lambda: context.evidence.retrieve(state.request, options), found
    )
    contrast = await asyncio.to_thread(context.evidence.contrast, retrieval)
    return {"retrieval": retrieval, "contrast": list(contrast), "notices": list(retrieval.notices)}


async def reason(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Think over both sides in seven steps."""
    context, question = runtime.context, partial(reason_messages, state)
    async with writing("reason", runtime.stream_writer):
        reply, calls = await ask_node(state, context, "reason", question, ReasoningReply)
    thoughts, notices = _handed_on(reply, state.request)
    return {"reasoning": thoughts, "calls": calls, "notices": [*question(window_of(context)).notices, *notices]}


async def draft(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Draft the candidates; in paper mode reason in the same call."""
    context = runtime.context
    room = await asyncio.to_thread(room_of, state.plan, state.request, context.voice)

    def question(wanted: Wanted, window: Window) -> Question:
        return draft_messages(state, window, replace(wanted, room=room))

    async with writing("draft", runtime.stream_writer):
        made = await ask_drafts(state, context, "draft", question, draft_schema(state.plan))
    update: Update = {"candidates": made.drafts, "calls": made.calls, "notices": made.notices}
    if isinstance(made.replies[0], ReasoningReply):
        update["reasoning"], notices = _handed_on(made.replies[0], state.request)
        update["notices"] = [*made.notices, *notices]
    return update


def _handed_on(reply: ReasoningReply, request: str) -> tuple[list[Thought], list[str]]:
    """The steps of a reasoning that later prompts may be given, and a notice where it is not all of them."""
    steps = [thought.thought() for thought in reply.reasoning]
    kept, fault = sound_steps(steps, request)
    notice = f"{len(steps) - len(kept)} of {len(steps)} steps of the reasoning were left out: {fault}"
    return kept, [notice] if fault else []


async def refine(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Draft again, knowing where the best stands, how the drafts compare, the complaints and what was tried.

    Where the model refuses, writes nothing of use, or may not be asked any more, there are no candidates: what was
    tried before stands.
    """
    context = runtime.context
    room = await asyncio.to_thread(room_of, state.plan, state.request, context.voice)

    def question(wanted: Wanted, window: Window) -> Question:
        return refine_messages(state, window, replace(wanted, room=room))

    try:
        async with writing("refine", runtime.stream_writer):
            made = await ask_drafts(state, context, "refine", question, refine_schema(state.plan))
    except (RefusedReplyError, ModelReplyError, BudgetError) as exc:
        return {"candidates": [], "calls": calls_of(exc), "notices": [unrefined(exc.message)]}
    return {"candidates": made.drafts, "calls": made.calls, "notices": made.notices}


async def choose(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Judge the candidates, compare each with each, and keep the best of them for this attempt."""
    context = runtime.context
    drafts = [_arguments(subject_of(one, state)) for one in state.candidates]

    def work() -> Round:
        made = assess(state, context)
        best = with_earlier(made.attempts[made.taken], state, context)
        return made._replace(attempts=[best if at == made.taken else one for at, one in enumerate(made.attempts)])

    made = await called(COMPARE_DRAFTS, {"drafts": drafts}, work, lambda made: compared(made, context.chooser.name))
    if context.pick is not None and len(made.attempts) > 1:
        picked = await context.pick(made.attempts, ordered(made.attempts, made.table))
        return {"pending": replace(await _as_picked(picked, made, state, context), by_person=True)}
    return {"pending": made.attempts[made.taken]}


async def _as_picked(picked: Picked, made: Round, state: CreateState, context: CreateContext) -> Attempt:
    """The draft that a person picked; in words of their own it is judged beside all others, its first form too."""
    own = picked.applied(made.attempts[picked.place].draft)
    if own == made.attempts[picked.place].draft:
        return made.attempts[picked.place]
    beside = replace(state, candidates=[*state.candidates, own])
    drafts = [_arguments(subject_of(one, state)) for one in beside.candidates]
    again = await called(
        COMPARE_DRAFTS,
        {"drafts": drafts},
        lambda: assess(beside, context),
        lambda done: compared(done, context.chooser.name),
    )
    return with_earlier(again.attempts[-1], state, context)


async def score(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Score the pending attempt for good, with its clip where the predictor looks at frames."""
    attempt, context = state.pending, runtime.context
    if attempt is None:
        raise ValueError("score was reached without a pending attempt")
    clips = [made for made in state.renders if made.attempt == attempt.number]
    if clips and context.predictor.needs_frames:
        pending, clip = attempt, clips[-1]
        arguments = {**_arguments(subject_of(pending.draft, state)), "clip": clip.clip.path.name}
        attempt = await called(SCORE_POPULARITY, arguments, lambda: assess_clip(state, context, pending, clip), judged)
    return {"attempts": [attempt], "pending": None}


async def finish(state: CreateState, runtime: Runtime[CreateContext]) -> Update:
    """Name the winner: the best attempt, never simply the last."""
    best = best_of(state.attempts)
    typed = [TAKEN_OUT] if HIDDEN in state.request + state.plan.language else []
    notices = [*typed, *runtime.context.notices, *best.score.notices]
    return {"best": best.number, "choice": choice_of(state.attempts, runtime.context.chooser.name), "notices": notices}


def _arguments(subject: Subject) -> dict[str, object]:
    return {"title": subject.title, "video_prompt": subject.text, "tag": subject.tag}
