"""Runs and stories as `trace list` and `trace show` have them in JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ...tools.popularity.standing import read_score
from ..runs.run_store import Kind, Run, RunStore
from .compare import result_of
from .run_finder import ended, phase_of
from .story import Story


def row_of(store: RunStore, run: Run) -> dict[str, Any]:
    """A run on one line: `title`, `percentile` and `evidence` are those of its best attempt, where it has finished.

    `percentile` is the expected rank among 100 real videos; None without evidence, as for runs of an older Popcorn.
    `ended` is its phase in a word for people; `turns` are those of a conversation.
    """
    result, phase = result_of(store, run), phase_of(run, store)
    score = read_score(result["score"]) if result.get("score") else None
    events = store.events(run.run_id) if run.kind is Kind.CHAT else ()
    return {
        "run_id": run.run_id,
        "kind": run.kind.value,
        "phase": phase.value,
        "ended": ended(phase, run),
        "created": run.created,
        "updated": run.updated,
        "request": run.request,
        "title": result.get("title", ""),
        "percentile": score.percentile if score else None,
        "evidence": score.evidence if score else None,
        "accepted": result.get("accepted"),
        "renderer": (result.get("video") or {}).get("renderer", ""),
        "turns": sum(event["event"] == "run_started" for event in events),
        "parent": run.parent,
        "node": run.node,
        "error": run.error,
    }


def story_data(story: Story, node: str = "") -> dict[str, Any]:
    """A story, perhaps of one node alone."""
    whole = asdict(story)
    run = whole.pop("run")
    if node:
        kept = [visit for visit in story.visits if node in {visit.node, f"{visit.node}:{visit.number}"}]
        whole["visits"] = [asdict(visit) for visit in kept]
    return {
        name: run[name] for name in ("run_id", "kind", "request", "created", "updated", "parent", "node", "settings")
    } | {
        **whole,
        "seconds": round(story.seconds, 3),
        "input_tokens": sum(call.input_tokens for call in story.calls),
        "output_tokens": sum(call.output_tokens for call in story.calls),
        "cost_usd": story.cost_usd,
    }
