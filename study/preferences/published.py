"""The drafts of published runs, with what each drew at one age: what `feedback` knows, beside what was drafted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...tools.popularity.feedback.growth import Label, label_at, learned_growth
from ...trust import foreign_files
from ..feedback import check_horizon
from .types import Draft, platform_named

if TYPE_CHECKING:
    from pathlib import Path

    from ...agent.runs.run_store import RunStore
    from ...tools.popularity.feedback.types import PublishedVideo

GONE = "published runs whose drafts are no longer there"
FAR = "published videos whose counts are too far from the age at which they are compared"


@dataclass(frozen=True, slots=True)
class PublishedDraft:
    """A draft that was published, and what its video drew."""

    request: str
    draft: Draft
    platform: str
    language: str
    label: Label
    """log2(comments) at the horizon."""


def published_drafts(
    videos: Sequence[PublishedVideo], store: RunStore, horizon: float, left_out: Counter[str]
) -> list[PublishedDraft]:
    """The published drafts whose counts can be brought to `horizon` days. Raises RequestError for a bad horizon."""
    from ...agent.runs.run_store import Kind

    check_horizon(horizon)
    runs = {run.run_id: run for run in store.runs(-1, Kind.CREATE)}
    platforms = {one.platform for one in videos}
    growths = {name: learned_growth([one.counts for one in videos if one.platform == name]) for name in platforms}
    found = []
    for video in videos:
        label = label_at(video.counts, horizon, growths[video.platform])
        if label is None:
            left_out[FAR] += 1
            continue
        result = _data(store.folder(video.run_id) / "result.json") if video.run_id in runs else {}
        draft = _draft(result)
        if not draft.title.strip():
            left_out[GONE] += 1
            continue
        plan = _data(store.folder(video.run_id) / "manifest.json").get("plan")
        language = str(plan.get("language", "")) if isinstance(plan, dict) else ""
        request = str(result.get("request") or runs[video.run_id].request)
        found.append(PublishedDraft(request, draft, platform_named(video.platform), language, label))
    return found


def _draft(result: dict[str, Any]) -> Draft:
    parts = ("title", "video_prompt", "cover_prompt", "render_prompt")
    return Draft(*(str(result.get(part) or "") for part in parts))


def _data(path: Path) -> dict[str, Any]:
    """A file of a run's folder; empty where there is none that can be read."""
    try:
        data = foreign_files.parse_json(foreign_files.read_text(path))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
