"""Runs as files for others: a page, the whole record as JSON, spans for OpenTelemetry."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ... import files
from ...redaction import scrubber
from ...settings import Settings
from ..runs.feedback_store import FeedbackStore
from ..runs.machines import GRAPH_KINDS
from ..runs.result import chunks_of, keep_file
from ..runs.run_store import Kind, Run, RunStore
from ..runs.states import steps_of
from .ad_page import ad_page
from .compare import manifest_of, result_of
from .page import page
from .run_finder import read_story
from .run_list import story_data
from .run_page import Known, Media
from .score_reasons import explained


def export_page(store: RunStore, run: Run, settings: Settings, out: Path, *, link: bool) -> list[Path]:
    """Write the page, and with `link` clip and cover into a folder beside it; the files written."""
    known = known_of(store, run, settings)
    media, written = _media(store, run, out, link=link) if known.result else (Media(), [])
    with files.writing(out):
        files.write_text(out, page_of(known, media), shared=True)
    return [out, *written]


def known_of(store: RunStore, run: Run, settings: Settings, *, explain: bool = True) -> Known:
    """All that is known of a run, without secrets; with `explain` also what moved its score, which may take seconds."""
    scrub = scrubber()
    result, manifest = scrub.value(result_of(store, run)), scrub.value(manifest_of(store, run))
    scored = explain and result and run.kind is Kind.CREATE
    explanation, remark = explained(store, run, manifest, settings) if scored else (None, "")
    drew = FeedbackStore.of(settings).find(run.run_id)
    return Known(read_story(store, run, scrub), result, manifest, scrub.value(explanation), remark, drew)


def page_of(known: Known, media: Media) -> str:
    """The page of a run, whatever graph it walked."""
    return (ad_page if known.story.run.kind is Kind.AD else page)(known, media)


def whole(store: RunStore, run: Run, settings: Settings) -> dict[str, Any]:
    """Everything that is known of a run, as JSON without secrets."""
    drew = FeedbackStore.of(settings).find(run.run_id)
    record = {
        **story_data(read_story(store, run)),
        "result": result_of(store, run) or None,
        "manifest": manifest_of(store, run) or None,
        "feedback": asdict(drew) if drew else None,
        "state": asyncio.run(steps_of(store, run.run_id)) if run.kind in GRAPH_KINDS else None,
    }
    clean: dict[str, Any] = scrubber().value(record)
    return clean


def _media(store: RunStore, run: Run, out: Path, *, link: bool) -> tuple[Media, list[Path]]:
    folder = store.folder(run.run_id)
    clip, cover = folder / "clip.mp4", folder / "cover.jpg"
    if not link:
        return Media(_data_url(clip, "video/mp4"), _data_url(cover, "image/jpeg")), []
    beside = out.with_name(f"{out.stem}_files")
    kept = [keep_file(source, beside / source.name, shared=True) for source in (clip, cover)]
    names = [f"{beside.name}/{path.name}" for path in kept]
    return Media(names[0], names[1], linked=True), kept


def _data_url(path: Path, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(b''.join(chunks_of(path))).decode()}"
