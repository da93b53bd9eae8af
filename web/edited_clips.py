"""Clips of drafts that somebody edited: rendered in the folder of their run, with all that an upload needs."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from .. import files
from ..agent.runs.result import write_json
from ..agent.runs.run_store import RunStore
from ..agent.wiring.draft_rendering import Beside, render_drafts
from ..settings import Settings
from ..trust.foreign_files import parse_json, read_text

_FILE = "edited.json"
"""In the folder of a run: the clips that were made of edited drafts, the oldest first."""

Progress = Callable[[int, int], None]


def render_edited(
    settings: Settings, store: RunStore, run_id: str, title: str, video_prompt: str, progress: Progress
) -> dict[str, Any]:
    """Render a draft of a run, and remember it with the run. Raises what rendering raises."""
    run = store.find(run_id)
    home = store.folder(run_id)
    place = home / "edited" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    with files.writing(place):
        files.folder(place)
    beside = Beside(captions="srt" if title.strip() else "", bundle=place / "bundle", asked=run.request)
    data = render_drafts(settings, title, video_prompt, place / "clip.mp4", progress, (), beside)
    clip = data["clips"][0]
    kept = {"title": data["title"], "video_prompt": data["video_prompt"], "folder": place.name}
    kept |= {name: clip[name] for name in ("video", "cover", "captions") if name in clip}
    write_json(home / _FILE, {"clips": [*edited_clips(store, run_id), kept]})
    return kept


def edited_clips(store: RunStore, run_id: str) -> list[dict[str, Any]]:
    """The clips of edited drafts of a run, the oldest first."""
    with suppress(OSError, ValueError, KeyError, json.JSONDecodeError):
        return list(parse_json(read_text(store.folder(run_id) / _FILE))["clips"])
    return []
