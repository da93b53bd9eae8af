"""What a run gave, as a piece of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..agent.runs.run_store import Kind
from ..agent.trace.compare import result_of
from ..agent.trace.run_finder import ended, phase_of
from .fragments import fragment

if TYPE_CHECKING:
    from ..agent.runs.run_store import Run
    from .service import Visitor


def media_view(visitor: Visitor, run: Run) -> str:
    """What a run gave as HTML: its clip, or that it has none yet. Raises StoreError for a damaged result."""
    result = result_of(visitor.store, run)
    video, cover = result.get("video") or {}, (result.get("cover") or {}).get("path", "")
    return fragment(
        "run_clip.html",
        title=result.get("title") or run.request,
        clip=visitor.address(video["path"]) if video else "",
        cover=visitor.address(cover) if cover else "",
        width=video.get("width", 0),
        height=video.get("height", 0),
        told=_told(video) if video else f"No clip: {ended(phase_of(run, visitor.store), run)}.",
        page=f"/runs/{run.run_id}",
        make=f"/?run={run.run_id}" if run.kind is Kind.CREATE else "",
    )


def _told(video: Mapping[str, Any]) -> str:
    stand_in = ", a stand-in: it is drawn, not filmed" if video.get("demo") else ""
    return f"{video['seconds']:.2g} s, {video['width']}×{video['height']}, by {video['renderer']}{stand_in}"
