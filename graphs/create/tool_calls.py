"""The tools of the graph, called so that whoever watches a run hears of it: its trace, and LangSmith where it is set.

The names are those under which a language model is given the same tools.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.runnables.config import ensure_config, get_async_callback_manager_for_config

if TYPE_CHECKING:
    from ...tools.popularity.types import Explanation, Score
    from ...tools.references.types import Retrieval
    from .state import Attempt, Render

T = TypeVar("T")
Told = Mapping[str, Any]


async def called(name: str, arguments: Told, work: Callable[[], T], told: Callable[[T], Told]) -> T:
    """What `work` gives, done in a thread as a call of the tool `name`.

    `told` says the outcome in JSON values, as a trace keeps it. Raises what `work` raises.
    """
    manager = get_async_callback_manager_for_config(ensure_config())
    run = await manager.on_tool_start({"name": name}, _json(arguments), inputs=dict(arguments))
    try:
        outcome = await asyncio.to_thread(work)
    except (Exception, asyncio.CancelledError) as exc:
        await run.on_tool_error(exc)
        raise
    await run.on_tool_end(_json(told(outcome)))
    return outcome


def found(retrieval: Retrieval) -> Told:
    """The tags and references that retrieval chose."""
    return {
        "tags": [choice.tag for choice in retrieval.tags],
        "references": [
            {
                "id": one.reference.id,
                "title": one.reference.title,
                "comments": one.reference.comments,
                "side": one.side,
                "similarity": round(one.similarity, 4),
            }
            for one in retrieval.references
        ],
    }


def judged(attempt: Attempt) -> Told:
    """A draft's score, and what speaks against it."""
    return {"title": attempt.draft.title, **scored(attempt.score), "complaints": list(attempt.complaints)}


def scored(score: Score) -> Told:
    """A score on one line."""
    return {
        "percentile": round(score.percentile, 1),
        "comments": round(score.comments, 1),
        "against": score.against,
        "predictor": score.predictor,
        "basis": list(score.basis),
    }


def explained(explanation: Explanation) -> Told:
    """What moved a score: each part and word of the draft taken away."""
    return {
        **scored(explanation.score),
        "without": {one.without: round(one.change, 3) for one in explanation.without},
        "words": {one.without: round(one.change, 3) for one in explanation.words},
    }


def rendered(render: Render) -> Told:
    """The names of a clip and its cover in the run's folder, with the facts of the clip."""
    facts = ("renderer", "seconds", "width", "height", "frames", "sha256")
    return {
        "clip": render.clip.path.name,
        "cover": render.cover.name,
        **{name: getattr(render.clip, name) for name in facts},
    }


def _json(value: Told) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
