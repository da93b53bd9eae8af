"""Drafts without a clip: the create graph up to its drafts, and every one of them scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from ...settings import Settings
from ..result import score_data

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.runnables import RunnableConfig
    from langgraph.graph.state import CompiledStateGraph

    from ...graphs.create.context import CreateContext
    from ...graphs.create.state import CreateInput, CreateState, Draft
    from ...tools.popularity.types import Predictor, Score, Subject
    from ...tools.references.retrieval import Retriever
    from .results import Progress

_STEPS = {"retrieve_references": "find references", "reason": "think about them", "draft": "draft"}
_SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft as it is handed around: its title, what the shot shows, and its tag."""

    title: str
    video_prompt: str = ""
    """One paragraph: what the 3-second shot shows."""
    tag: str = ""
    """The catalogue's category; found from the texts when it is empty."""


def start_of(settings: Settings, request: str) -> CreateInput:
    """What the graph starts from when only drafts are wanted."""
    from ...graphs.create.state import CreateInput
    from ..runs import Run, Status
    from ..walk import Walk

    unstored = Walk(Run("", request, {}, Status.RUNNING), settings)
    return CreateInput(request=request, plan=unstored.plan(needs_frames=False))


def further(settings: Settings, had: Sequence[str]) -> Settings:
    """Settings for drafts besides those that had these titles: another seed each time.

    The offline drafter repeats itself under many a seed, so it is asked for as many more as there were.
    """
    from ..models.providers import OFFLINE, choose
    from ..offline.brief import MOST_CANDIDATES

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
    start: CreateInput,
    context: CreateContext,
    progress: Progress | None,
    watchers: Sequence[BaseCallbackHandler] = (),
) -> CreateState:
    """The state after the drafts came; the graph's own nodes do the work, and `watchers` are told of their calls."""
    from ...graphs.create.state import CreateState

    values: dict[str, Any] = {}
    steps = list(_STEPS)
    config: RunnableConfig = {"callbacks": list(watchers)}
    async for kind, part in _draft_graph().astream(start, config, context=context, stream_mode=["tasks", "values"]):
        task = cast("dict[str, Any]", part)
        if kind == "values":
            values = task
        elif progress and "input" in task and task["name"] in steps:
            progress(steps.index(task["name"]), len(steps), _STEPS[task["name"]])
    return CreateState(**values)


def assessed(state: CreateState, context: CreateContext) -> list[dict[str, Any]]:
    """Every draft with its score, best first, and what speaks against it."""
    from ...graphs.create.judging import Judge
    from ...graphs.create.policy import complaints

    references = [found.reference for found in state.retrieval.references] if state.retrieval else []
    judged = Judge(context.encoder, state.request, references).judge(state.candidates)
    tag = state.retrieval.tags[0].tag if state.retrieval and state.retrieval.tags else ""
    texts = [DraftText(one.title, one.video_prompt, tag) for one in state.candidates]
    rows = []
    for one, score, (relevance, originality) in zip(
        state.candidates, context.predictor.score([subject_of(text) for text in texts]), judged, strict=True
    ):
        found = complaints(score.percentile, relevance, originality, state.plan, one.title, score.title_similarity)
        rows.append(_row(one, tag, score) | {"relevance": round(relevance, 4), "complaints": list(found)})
    return sorted(rows, key=lambda row: (len(row["complaints"]), -row["score"]["percentile"]))


def drafts_data(state: CreateState, rows: list[dict[str, Any]], context: CreateContext) -> dict[str, Any]:
    """Drafts as people and programs are given them; `rows` are their assessments."""
    return {
        "request": state.request,
        "drafts": rows,
        "tags": [choice.tag for choice in state.retrieval.tags] if state.retrieval else [],
        "drafted_by": context.chat_model_name,
        "notices": list(dict.fromkeys([*state.notices, *context.notices])),
    }


def compared(drafts: Sequence[DraftText], predictor: Predictor) -> list[dict[str, Any]]:
    """Every draft with its score, best first."""
    scores = predictor.score([subject_of(one) for one in drafts])
    rows = [
        {"title": one.title, "video_prompt": one.video_prompt, "tag": one.tag, "score": score_data(score)}
        for one, score in zip(drafts, scores, strict=True)
    ]
    return sorted(rows, key=lambda row: -float(cast("dict[str, Any]", row["score"])["percentile"]))


def tagged(draft: DraftText, retriever: Retriever) -> DraftText:
    """The draft with the tag that its texts speak for, unless it has one."""
    if draft.tag:
        return draft
    ranked = retriever.choose_tags(f"{draft.title}. {draft.video_prompt}")
    return DraftText(draft.title, draft.video_prompt, ranked[0].tag if ranked else "")


def subject_of(draft: DraftText) -> Subject:
    """The draft as a predictor takes it."""
    from ...tools.popularity.types import Subject

    return Subject(draft.title, draft.video_prompt, draft.tag)


def _row(one: Draft, tag: str, score: Score) -> dict[str, Any]:
    return {
        "title": one.title,
        "video_prompt": one.video_prompt,
        "cover_prompt": one.cover_prompt,
        "render_prompt": one.render_prompt,
        "tag": tag,
        "score": score_data(score),
    }


def _draft_graph() -> CompiledStateGraph[CreateState, CreateContext, CreateInput, CreateState]:
    """The create graph as far as `draft`."""
    from langgraph.graph import END, START, StateGraph

    from ...graphs.create import routing
    from ...graphs.create.context import CreateContext
    from ...graphs.create.nodes import draft, reason, retrieve_references
    from ...graphs.create.state import CreateInput, CreateState

    graph = StateGraph(CreateState, context_schema=CreateContext, input_schema=CreateInput)
    for node in (retrieve_references, reason, draft):
        graph.add_node(node)
    graph.add_conditional_edges(START, routing.after_start)
    graph.add_conditional_edges("retrieve_references", routing.after_retrieval)
    graph.add_edge("reason", "draft")
    graph.add_edge("draft", END)
    return graph.compile(name="draft")
