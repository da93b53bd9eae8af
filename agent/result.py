"""What a finished run gives: the data of `ask --json`, and the manifest that lets it be replayed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..graphs.create.policy import best_of
from ..graphs.create.state import Attempt, CreateState, Render
from ..tools.popularity.types import Score
from ..tools.references.types import RetrievedReference
from .runs import unwritable

_PACKAGES = ("llmpopcorn", "langgraph", "langchain-core", "torch", "transformers", "sentence-transformers", "faiss-cpu")


def result_data(
    run_id: str, state: CreateState, models: Mapping[str, str], timings: Mapping[str, float]
) -> dict[str, Any]:
    """The data of `ask --json` (DESIGN: the command line)."""
    best = best_of(state.attempts)
    made = render_of(state, best)
    return {
        "run_id": run_id,
        "request": state.request,
        "mode": state.plan.mode.value,
        "tags": [choice.tag for choice in state.retrieval.tags] if state.retrieval else [],
        "references": [_reference(found) for found in state.retrieval.references] if state.retrieval else [],
        "contrast": [asdict(finding) for finding in state.contrast],
        "reasoning": [asdict(thought) for thought in state.reasoning],
        "title": best.draft.title,
        "video_prompt": best.draft.video_prompt,
        "cover_prompt": best.draft.cover_prompt,
        "video": asdict(made.clip) | {"path": str(made.clip.path)},
        "cover": {"path": str(made.cover)},
        "score": score_data(best.score),
        "attempts": [_attempt(attempt) for attempt in state.attempts],
        "accepted": best.accepted,
        "threshold": state.plan.threshold,
        "originality": asdict(best.originality) if best.originality else None,
        "relevance": best.relevance,
        "models": dict(models),
        "usage": _usage(state),
        "timings": {node: round(seconds, 3) for node, seconds in timings.items()},
        "notices": list(dict.fromkeys(state.notices)),
    }


def manifest(data: Mapping[str, Any], state: CreateState, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Everything needed to walk the run again: prompts, seeds, models, versions, settings, timings."""
    return {
        "schema_version": 1,
        "run_id": data["run_id"],
        "request": state.request,
        "plan": asdict(state.plan),
        "settings": dict(settings),
        "models": data["models"],
        "prompts": sorted({call.prompt for call in state.calls}),
        "calls": [asdict(call) for call in state.calls],
        "renders": [{"attempt": made.attempt, "sha256": made.clip.sha256} for made in state.renders],
        "packages": _versions(),
        "timings": data["timings"],
    }


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write `data` atomically: temp and rename. Raises StoreError when the folder cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=2, default=str)
            file.write("\n")
        Path(name).replace(path)
    except OSError as exc:
        raise unwritable(path, exc) from exc


def keep_file(source: Path, target: Path) -> Path:
    """A copy of `source` at `target`, made atomically. Raises StoreError when the folder cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
        shutil.copyfile(source, name)
        Path(name).replace(target)
    except OSError as exc:
        raise unwritable(target, exc) from exc
    return target


def render_of(state: CreateState, attempt: Attempt) -> Render:
    """The clip and cover of an attempt. Raises ValueError when it was not rendered."""
    for made in state.renders:
        if made.attempt == attempt.number:
            return made
    raise ValueError(f"attempt {attempt.number} was not rendered")


def _reference(found: RetrievedReference) -> dict[str, Any]:
    reference = found.reference
    return {
        "id": reference.id,
        "title": reference.title,
        "tag": reference.tag,
        "comments": reference.comments,
        "side": found.side.value,
        "similarity": round(found.similarity, 4),
        "source": reference.source,
        "illustrative": reference.illustrative,
    }


def score_data(score: Score) -> dict[str, Any]:
    """A score as JSON has it."""
    return asdict(score) | {"basis": list(score.basis), "notices": list(score.notices)}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "title": attempt.draft.title,
        "video_prompt": attempt.draft.video_prompt,
        "score": score_data(attempt.score),
        "relevance": attempt.relevance,
        "complaints": list(attempt.complaints),
        "accepted": attempt.accepted,
    }


def _usage(state: CreateState) -> dict[str, Any]:
    """Tokens of all calls; the cost is None while no price is known, except where nothing was paid for."""
    tokens_in = sum(call.input_tokens for call in state.calls)
    tokens_out = sum(call.output_tokens for call in state.calls)
    return {
        "input_tokens": tokens_in,
        "output_tokens": tokens_out,
        "cost_usd": 0.0 if tokens_in + tokens_out == 0 else None,
    }


def _versions(names: Sequence[str] = _PACKAGES) -> dict[str, str]:
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found
