"""What moved the score of a run's best attempt, for people: asked of the same predictor again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from ...errors import PopcornError
from ...graphs.create.assessment import tag_of
from ...graphs.create.policy import best_of
from ...graphs.create.state import CreateState
from ...settings import Settings, load_settings
from ...tools.popularity.explanation_data import explanation_data
from ...tools.popularity.types import Subject
from ..runs.result import write_json
from ..runs.run_store import Run, RunStore
from ..runs.states import plain, snapshots

_FILE = "explanation.json"
_CHANGED = "What moved this prediction is not known any more: the predictor has changed since."


def explained(store: RunStore, run: Run, manifest: Mapping[str, Any], settings: Settings) -> tuple[Any, str]:
    """The explanation as JSON and an empty text, or None and why there is none.

    Asking the predictor takes seconds, so what it said is kept in the run's folder.
    """
    kept = store.folder(run.run_id) / _FILE
    if kept.is_file():
        return json.loads(kept.read_text("utf-8")), ""
    try:
        state = _last_state(store, run)
        if state is None or not state.attempts:
            return None, ""
        reasons = _asked(run, state, manifest, settings)
    except PopcornError as exc:
        return None, f"What moved this prediction cannot be said: {exc.message}."
    if reasons is None:
        return None, _CHANGED
    write_json(kept, reasons)
    return reasons, ""


def _last_state(store: RunStore, run: Run) -> CreateState | None:
    steps = asyncio.run(snapshots(store, run.run_id))
    return CreateState(**steps[-1].values) if steps and "request" in steps[-1].values else None


def _asked(run: Run, state: CreateState, manifest: Mapping[str, Any], ours: Settings) -> Any:
    """What the predictor says now; None when it is not the one that gave the score."""
    from ..wiring.workshop import workshop_of

    began = {name: value for name, value in run.settings.items() if name in Settings.model_fields}
    settings = load_settings(**began | {"home": ours.home})
    predictor, _ = workshop_of(settings).predictor(settings)
    if predictor.bank_digest != (manifest.get("facts") or {}).get("predictor_bank_digest"):
        return None
    best = best_of(state.attempts)
    clips = [render.clip.path for render in state.renders if render.attempt == best.number and predictor.needs_frames]
    clip = clips[-1] if clips else None
    tag, platform = tag_of(state), state.plan.platform
    subject = Subject(best.draft.title, best.draft.video_prompt, tag, clip, state.request, platform)
    explanation = predictor.explain(subject)
    titles = workshop_of(settings).titles(settings, predictor, [one.id for one in explanation.neighbours])
    return plain(explanation_data(explanation, titles))
