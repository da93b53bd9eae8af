"""Finished runs in a home, as `ask` leaves them: their result and manifest, without a clip being rendered."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from popcorn import files
from popcorn.agent.runs.run_store import Kind, RunStore, Status
from popcorn.tools.popularity import registry
from popcorn.tools.popularity.shipped import NAME, shipped_folder
from popcorn.tools.popularity.trained.manifest import read_trained_manifest
from popcorn.tools.popularity.types import Interval, Score


def score_of(log2: float, *, rank: float | None = None) -> Score:
    """A score of the shipped predictor; with a rank it has evidence."""
    plain = Score(log2, 2**log2, "8,329 trending YouTube videos of 2017-2018", NAME)
    if rank is None:
        return plain
    return Score(
        **asdict(plain)
        | {
            "evidence": True,
            "percentile": rank,
            "percentile_low": max(1.0, rank - 35),
            "percentile_high": min(99.0, rank + 35),
            "interval": Interval(log2 - 2, log2 + 2, 0.8),
        }
    )


def finished_run(
    home: Path, score: Score | None, *, title: str = "Street tacos", kind: Kind = Kind.CREATE, **settings: Any
) -> str:
    """The id of a run that is done."""
    store = RunStore(home)
    run = store.start("street tacos", {"platform": "short-video"} | settings, kind=kind)
    folder = store.folder(run.run_id)
    files.folder(folder)
    result = {"title": title, "video": {"path": "clip.mp4"}, "score": asdict(score) if score else None}
    facts = {"predictor": NAME} | registry.weights_facts(NAME, home / "predictors")
    facts["predictor_bank_digest"] = read_trained_manifest(shipped_folder()).bank_digest
    (folder / "result.json").write_text(json.dumps(result))
    (folder / "manifest.json").write_text(json.dumps({"facts": facts}))
    store.end(run.run_id, Status.DONE)
    return run.run_id
