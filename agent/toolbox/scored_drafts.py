"""Drafts without a clip: the create graph up to its drafts, and every one of them scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from ...settings import Settings
from .drafts import WrittenDraft

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.runnables import RunnableConfig

    from ...graphs.create.choice import Choice
    from ...graphs.create.context import CreateContext
    from ...graphs.create.state import CreateState
    from .sendable_result import Progress

_STEPS = {"retrieve_references": "find references", "reason": "think about them", "draft": "draft"}
_LAST = "draft"
"""The node after which the graph has its drafts."""
_SEEDS = 2**31


def further(settings: Settings, had: Sequence[str]) -> Settings:
    """Settings for drafts besides those that had these titles: another seed each time.

    The offline drafter repeats itself under many a seed, so it is asked for as many more as there were.
    """
    from ..models.offline.brief import MOST_CANDIDATES
    from ..models.providers import OFFLINE, choose

    if not had:
        return settings
    changes = {"seed": (settings.seed + len(had)) % _SEEDS}
    if choose(settings).provider == OFFLINE:
        changes["candidates"] = min(settings.candidates + len(had), MOST_CANDIDATES)
    return settings.model_copy(update=changes)


def unlike(state: CreateState, had: Sequence[str], count: int) -> CreateState:
    """The state with `count` drafts at most: one whose title was had stays only where there are too few others."""
    before = {title.casefold() for title in had}
    ordered = sorted(state.candidates, key=lambda one: one.title.casefold() in before)
    return replace(state, candidates=ordered[:count])


async def drafted(
    settings: Settings,
    request: str,
    context: CreateContext,
    progress: Progress | None,
    watchers: Sequence[BaseCallbackHandler] = (),
) -> CreateState:
    """The state of the create graph once it has its drafts; `watchers` are told of the calls on the way."""
    from ...graphs.create.build import build_create_graph
    from ...graphs.create.state import CreateInput, CreateState
    from ..runs.create_machine import plan_of

    single = settings.model_copy(update={"shots": 1, "voice": ""})  # what is shown and rendered one by one
    start = CreateInput(request=request, plan=plan_of(single, needs_frames=False))
    values: dict[str, Any] = {}
    steps = list(_STEPS)
    config: RunnableConfig = {"callbacks": list(watchers)}
    async for kind, part in build_create_graph().astream(
        start, config, context=context, stream_mode=["tasks", "custom", "values"], interrupt_after=[_LAST]
    ):
        task = cast("dict[str, Any]", part)
        if kind == "values":
            values = task
        elif kind == "custom" and progress:
            progress(task["done"], task["total"], f"{_STEPS[task['node']]}: {task['note']}")
        elif progress and "input" in task and task["name"] in steps:
            progress(steps.index(task["name"]), len(steps), _STEPS[task["name"]])
    return CreateState(**values)


def assessed(state: CreateState, context: CreateContext) -> tuple[tuple[WrittenDraft, ...], Choice]:
    """Every draft with its score, best first, and what speaks against it, as the graph itself assesses them.

    Beside them is how sure it is that the first is the best.
    """
    from ...graphs.create.assessment import assess, tag_of
    from ...graphs.create.policy import choice_of, ordered

    judged = assess(state, context)
    written = [
        WrittenDraft(
            title=one.draft.title,
            video_prompt=one.draft.video_prompt,
            tag=tag_of(state),
            cover_prompt=one.draft.cover_prompt,
            render_prompt=one.draft.render_prompt,
            relevance=round(one.relevance, 4),
            complaints=one.complaints,
            score=one.score,
        )
        for one in judged.attempts
    ]
    order = ordered(judged.attempts, judged.table)
    choice = choice_of([judged.attempts[judged.taken]], context.chooser.name)
    return tuple(written[at] for at in order), choice
